"""What the API takes and gives about git credentials. A secret goes in and never comes out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from orchestrator.repositories.models import CredentialKind

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
NoControl = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=2_000)]


class GitCredentialCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "acme", "kind": "token", "pattern": "github.com/acme", "secret": "ghp_..."}]
        },
    )

    name: Name
    kind: CredentialKind
    pattern: NoControl = Field(
        min_length=1, description="Host and beginning of the path, such as github.com/acme. Unset scheme: https, or ssh."
    )
    secret: SecretStr = Field(
        min_length=1, max_length=20_000, description="The token, or the private key. Sealed at rest, never shown."
    )
    username: NoControl | None = Field(None, description="Of a token. Unset: x-access-token, which most forges take.")
    known_hosts: Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")] | None = Field(
        None, description="Lines of a known_hosts file, for ssh_key. Unset: the first host key seen is pinned."
    )
    app_id: NoControl | None = Field(None, max_length=100, description="Of a GitHub App: its id or client id.")
    installation_id: int | None = Field(None, ge=1, le=10**15, description="Of a GitHub App: its installation's id.")
    api_url: NoControl | None = Field(None, description="Of a GitHub App. Unset: https://api.github.com")


class GitCredentialRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    kind: CredentialKind
    pattern: str
    username: str | None
    key_fingerprint: str | None = Field(description="Of the public half of an SSH key, as `ssh-keygen -l` shows it.")
    public_key: str | None = Field(description="The public half of an SSH key, to be entered at the forge.")
    known_hosts: str | None = Field(description="The host keys that are trusted; null until the first connection.")
    app_id: str | None
    installation_id: int | None
    api_url: str | None
    created_by: str
    created_at: datetime
