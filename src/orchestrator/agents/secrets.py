"""Secrets that the headers of an agent's MCP servers name: sealed, opened by the gateway alone, and never shown again."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents.errors import AgentSecretInvalid, AgentSecretMissing
from orchestrator.agents.models import AgentSecret
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository, lock_until_commit
from orchestrator.kit.errors import Invalid, NotFound, OrchestratorError
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

log = get_logger(__name__)

MOST_SECRETS = 200
LONGEST = 900


async def put(db: AsyncSession, principal: Principal, sealer: Sealer, name: str, value: str) -> AgentSecret:
    """A new one, or another value for the one of that name: calls that begin later use it, of every agent's version."""
    text = value.strip()
    if not text or len(text) > LONGEST or not text.isascii() or not text.isprintable():
        raise AgentSecretInvalid(problem=f"a value has 1 to {LONGEST} printable ASCII characters")
    repository = IndustrialRepository(db)
    await lock_until_commit(db, f"{repository.tenant_id}:agent secrets")
    row = await repository.find(AgentSecret, AgentSecret.name == name)
    if row is None:
        if len(await listed(db)) >= MOST_SECRETS:
            raise Invalid(problem=f"a tenant has at most {MOST_SECRETS} agent secrets")
        row = repository.add(AgentSecret(id=new_id(), name=name))
    row.sealed = sealer.seal(Sealed(repository.tenant_id, row.id), text)
    row.updated_by, row.updated_at = principal.actor, now()
    await db.flush()
    _record(db, principal, "agent_secret.set", row)
    return row


async def listed(db: AsyncSession) -> Sequence[AgentSecret]:
    return await IndustrialRepository(db).list(AgentSecret, order=(AgentSecret.name,))


async def remove(db: AsyncSession, principal: Principal, name: str) -> None:
    row = await IndustrialRepository(db).find(AgentSecret, AgentSecret.name == name)
    if row is None:
        raise NotFound
    await db.delete(row)
    _record(db, principal, "agent_secret.remove", row)


async def opened(db: AsyncSession, sealer: Sealer, names: Collection[str]) -> dict[str, str]:
    """By name. Raises AgentSecretMissing."""
    rows = await _rows(db, names)
    return {row.name: sealer.open(Sealed(row.tenant_id, row.id), row.sealed) for row in rows}


async def check_there(db: AsyncSession, names: Collection[str]) -> None:
    """Raises AgentSecretMissing."""
    await _rows(db, names)


async def _rows(db: AsyncSession, names: Collection[str]) -> Sequence[AgentSecret]:
    if not names:
        return ()
    rows = await IndustrialRepository(db).list(AgentSecret, AgentSecret.name.in_(names))
    if missing := sorted({*names} - {row.name for row in rows}):
        raise AgentSecretMissing(name=missing[0])
    return rows


async def reseal(database: Database, sealer: Sealer) -> None:
    """At a start: what an older master key sealed is sealed with the newest."""
    async with database.system_transaction() as db:
        for row in (await db.execute(select(AgentSecret).order_by(AgentSecret.id).with_for_update())).scalars():
            whose = Sealed(row.tenant_id, row.id)
            try:
                plain = sealer.open(whose, row.sealed)
                if sealer.is_stale(row.sealed):
                    row.sealed = sealer.seal(whose, plain)
            except OrchestratorError as error:
                log.error("agent_secret_closed", secret_id=str(row.id), tenant_id=str(row.tenant_id), code=error.code)


def _record(db: AsyncSession, principal: Principal, action: str, row: AgentSecret) -> None:
    audit.record(db, row.tenant_id, principal.actor, action, f"agent_secret:{row.id}", None, {"name": row.name})
