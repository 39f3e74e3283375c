"""From a repository's address to the login for one git operation on it: opened, or minted, at that moment."""

from uuid import UUID

from sqlalchemy import select

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.repositories.github_app import App, InstallationTokens
from orchestrator.repositories.models import CredentialKind, GitCredential
from orchestrator.repositories.patterns import Pattern, pattern_of
from orchestrator.tenancy import audit
from orchestrator.workspaces.access import Login

log = get_logger(__name__)


class GitLogins:
    """Of one process; only GitHub's tokens are remembered, until they end."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._sealer = Sealer(settings)
        self._tokens = InstallationTokens(settings)

    async def find(self, tenant_id: str, url: str) -> Login | None:
        """The login whose pattern says most about the address; of two alike the newer."""
        wanted = pattern_of(url)
        if wanted is None:
            return None
        with tenant_scope(UUID(tenant_id)):
            async with self._database.transaction() as db:
                of_host = (GitCredential.scheme == wanted.scheme, GitCredential.host == wanted.host)
                rows = await IndustrialRepository(db).list(GitCredential, *of_host)
        fitting = [row for row in rows if Pattern(row.scheme, row.host, row.path).matches(wanted)]
        if not fitting:
            return None
        return await self._login(max(fitting, key=lambda row: (len(row.path), row.created_at, row.id)))

    async def _login(self, row: GitCredential) -> Login:
        secret = self._sealer.open(Sealed(row.tenant_id, row.id), row.secret_sealed)
        of_whole_host = not row.path
        match row.kind:
            case CredentialKind.TOKEN:
                return Login(row.name, username=row.username, password=secret, of_whole_host=of_whole_host)
            case CredentialKind.GITHUB_APP:
                token = await self._tokens.token(_app(row, secret))
                return Login(row.name, username=row.username, password=token, of_whole_host=of_whole_host)
            case CredentialKind.SSH_KEY:

                async def learned(known_hosts: str) -> None:
                    await self._pin(row.tenant_id, row.id, known_hosts)

                return Login(
                    row.name,
                    private_key=secret,
                    known_hosts=row.known_hosts,
                    learned=learned,
                    of_whole_host=of_whole_host,
                )

    async def _pin(self, tenant_id: UUID, credential_id: UUID, known_hosts: str) -> None:
        """The first host key that was seen is the one that every later connection has to find."""
        with tenant_scope(tenant_id):
            async with self._database.transaction() as db:
                row = await IndustrialRepository(db).find(GitCredential, GitCredential.id == credential_id)
                if row is None or row.known_hosts:
                    return
                row.known_hosts, row.updated_at = known_hosts, now()
                target = f"git_credential:{credential_id}"
                after = {"name": row.name, "known_hosts": known_hosts}
                audit.record(db, tenant_id, "orchestrator", "git_credential.host_pinned", target, after=after)


def _app(row: GitCredential, private_key: str) -> App:
    options = row.options
    return App(
        row.id, row.name, options["app_id"], options["installation_id"], options["api_url"], options["trusted"], private_key
    )


async def reseal(database: Database, settings: Settings) -> None:
    """At a start: what an older master key sealed is sealed with the newest. What does not open hinders nothing else."""
    sealer = Sealer(settings)
    async with database.system_transaction() as db:
        query = select(GitCredential).order_by(GitCredential.id).with_for_update()
        for row in (await db.execute(query)).scalars():
            try:
                row.secret_sealed = sealer.renewed(Sealed(row.tenant_id, row.id), row.secret_sealed)
            except OrchestratorError as error:
                log.error("git_credential_closed", credential=row.name, tenant_id=str(row.tenant_id), code=error.code)
