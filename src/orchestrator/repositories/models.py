"""The credentials that a tenant has for remotes of git."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned


class CredentialKind(StrEnum):
    TOKEN = "token"  # noqa: S105 - the name of a kind.
    SSH_KEY = "ssh_key"
    GITHUB_APP = "github_app"


class GitCredential(TenantOwned, Base):
    """`host` may have a port; `path` is the beginning of the repositories' paths, whole parts of it. Only the secret is
    sealed: a token, a private key, or the private key of a GitHub App."""

    __tablename__ = "git_credentials"

    name: Mapped[str]
    kind: Mapped[CredentialKind] = mapped_column()
    scheme: Mapped[str]
    host: Mapped[str]
    path: Mapped[str]
    username: Mapped[str]
    options: Mapped[Json]
    known_hosts: Mapped[str]
    """Lines of a `known_hosts` file; empty until the first connection when none were given."""
    secret_sealed: Mapped[bytes]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
