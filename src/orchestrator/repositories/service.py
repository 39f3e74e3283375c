"""Git credentials as an ADMIN keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.settings import Settings
from orchestrator.repositories import github_app, secrets
from orchestrator.repositories.errors import GitCredentialNameTaken, GitCredentialOptions
from orchestrator.repositories.models import CredentialKind, GitCredential
from orchestrator.repositories.patterns import Pattern, parse_pattern
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

_ONLY = {
    "username": CredentialKind.TOKEN,
    "known_hosts": CredentialKind.SSH_KEY,
    "app_id": CredentialKind.GITHUB_APP,
    "installation_id": CredentialKind.GITHUB_APP,
    "api_url": CredentialKind.GITHUB_APP,
}


@dataclass(frozen=True)
class NewGitCredential:
    name: str
    kind: CredentialKind
    pattern: str
    secret: str = field(repr=False)
    username: str | None = None
    known_hosts: str | None = None
    app_id: str | None = None
    installation_id: int | None = None
    api_url: str | None = None


async def add(
    db: AsyncSession, principal: Principal, wanted: NewGitCredential, settings: Settings, sealer: Sealer
) -> GitCredential:
    repository, credential_id, moment = IndustrialRepository(db), new_id(), now()
    pattern = _pattern(wanted)
    secret, options = await _checked(wanted, principal, settings)
    row = GitCredential(
        id=credential_id,
        name=wanted.name,
        kind=wanted.kind,
        scheme=pattern.scheme,
        host=pattern.host,
        path=pattern.path,
        username=(wanted.username or github_app.USERNAME) if wanted.kind is not CredentialKind.SSH_KEY else "",
        options=options,
        known_hosts=_known_hosts(wanted),
        secret_sealed=sealer.seal(Sealed(repository.tenant_id, credential_id), secret),
        created_by=principal.actor,
        created_at=moment,
        updated_at=moment,
    )
    repository.add(row)
    try:
        await db.flush()
    except IntegrityError as error:
        raise GitCredentialNameTaken(name=wanted.name) from error
    _record(db, principal, "git_credential.add", row, after=public_facts(row))
    return row


def _pattern(wanted: NewGitCredential) -> Pattern:
    is_ssh = wanted.kind is CredentialKind.SSH_KEY
    pattern = parse_pattern(wanted.pattern, "ssh" if is_ssh else "https")
    if is_ssh is not (pattern.scheme == "ssh"):
        raise GitCredentialOptions(kind=wanted.kind.value, problem=f"is not for {pattern.scheme}://")
    return pattern


async def _checked(wanted: NewGitCredential, principal: Principal, settings: Settings) -> tuple[str, dict[str, Any]]:
    """The secret as it is kept, and what of the credential anybody may see."""
    for name, kind in _ONLY.items():
        if getattr(wanted, name) is not None and wanted.kind is not kind:
            raise GitCredentialOptions(kind=wanted.kind.value, problem=f"has no {name}")
    match wanted.kind:
        case CredentialKind.TOKEN:
            return secrets.checked_token(wanted.secret), {}
        case CredentialKind.SSH_KEY:
            key, public = secrets.checked_ssh_key(wanted.secret)
            return key, {"public_key": public}
        case CredentialKind.GITHUB_APP:
            return secrets.checked_app_key(wanted.secret), await _app_options(wanted, principal, settings)


async def _app_options(wanted: NewGitCredential, principal: Principal, settings: Settings) -> dict[str, Any]:
    if not wanted.app_id or wanted.installation_id is None:
        raise GitCredentialOptions(kind=wanted.kind.value, problem="needs an app_id and an installation_id")
    api_url = github_app.checked_api_url(wanted.api_url)
    if not principal.is_operator:
        await github_app.refuse_private(api_url, settings)
    return {
        "app_id": wanted.app_id,
        "installation_id": wanted.installation_id,
        "api_url": api_url,
        "trusted": principal.is_operator,
    }


def _known_hosts(wanted: NewGitCredential) -> str:
    lines = [line.strip() for line in (wanted.known_hosts or "").splitlines()]
    kept = [line for line in lines if line and not line.startswith("#")]
    if any(len(line.split()) < 3 for line in kept):
        raise GitCredentialOptions(kind=wanted.kind.value, problem="takes known_hosts as `ssh-keyscan host` prints them")
    return "".join(f"{line}\n" for line in kept)


async def listed(db: AsyncSession) -> Sequence[GitCredential]:
    return await IndustrialRepository(db).list(GitCredential, order=(GitCredential.name,))


async def get(db: AsyncSession, credential_id: UUID) -> GitCredential:
    return await IndustrialRepository(db).get(GitCredential, credential_id)


async def remove(db: AsyncSession, principal: Principal, credential_id: UUID) -> None:
    row = await IndustrialRepository(db).get(GitCredential, credential_id, lock=True)
    await db.delete(row)
    _record(db, principal, "git_credential.remove", row, before=public_facts(row))


def pattern_text(row: GitCredential) -> str:
    return str(Pattern(row.scheme, row.host, row.path))


def public_facts(row: GitCredential) -> dict[str, Any]:
    facts = {"name": row.name, "kind": row.kind.value, "pattern": pattern_text(row), "known_hosts": row.known_hosts}
    return facts | {name: value for name, value in row.options.items() if name != "trusted"}


def _record(
    db: AsyncSession,
    principal: Principal,
    action: str,
    row: GitCredential,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(db, row.tenant_id, principal.actor, action, f"git_credential:{row.id}", before, after)
