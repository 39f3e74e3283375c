"""The agents of a tenant: made, found, given new versions, switched on and off. No version ever changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents.bringing import settled
from orchestrator.agents.builtin import built_in
from orchestrator.agents.definitions import Definition
from orchestrator.agents.errors import (
    AgentInvalid,
    AgentNameReserved,
    AgentNameTaken,
    AgentSwitchedOff,
    UnknownAgent,
)
from orchestrator.agents.models import Agent, AgentKind, AgentVersion
from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, lock_until_commit
from orchestrator.kit.errors import NotFound
from orchestrator.kit.ids import new_id
from orchestrator.kit.versions import check_match, etag_of
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

OPENCODES_OWN = ("build", "plan")
"""Primary agents that OpenCode itself brings: they have no definition here, and no record."""
_RESERVED = frozenset({*OPENCODES_OWN, "general", "explore", "title", "summary", "compaction"})


@dataclass(frozen=True)
class Known:
    """An agent with one of its versions, the newest unless another was asked for."""

    agent: Agent
    version: AgentVersion

    @property
    def definition(self) -> Definition:
        return Definition.of(self.version.definition)

    @property
    def etag(self) -> str:
        return etag_of([str(self.agent.id), self.agent.version, self.agent.enabled])

    @property
    def opencode_name(self) -> str:
        """What a runtime knows this version by."""
        return opencode_name(self.agent.name, self.version.number)


def opencode_name(agent: str, version: int) -> str:
    return f"{agent}-v{version}"


async def create(db: AsyncSession, principal: Principal, name: str, definition: Definition) -> Known:
    """Raises AgentNameReserved, AgentNameTaken, AgentInvalid, AgentSecretMissing."""
    _refuse_external(definition)
    await _check_free(db, name)
    definition = await settled(db, name, definition)
    made = await _insert(db, name, definition, principal.actor, is_built_in=False)
    if made is None:
        raise AgentNameTaken(agent=name)
    _record(db, principal.actor, "agent.create", made, None)
    return made


async def join(db: AsyncSession, actor: str, name: str, definition: Definition, *, may_share: bool) -> Known:
    """An external agent that says it is so. The same definition again is the version that there is already.

    With `may_share` it may be one of several behind one name. Raises AgentNameReserved, AgentNameTaken.
    """
    await _check_free(db, name)
    made = await _insert(db, name, definition, actor, is_built_in=False, kind=AgentKind.EXTERNAL)
    if made is not None:
        _record(db, actor, "agent.create", made, None)
        return made
    repository = IndustrialRepository(db)
    found = await repository.find(Agent, Agent.name == name)
    if found is None or not may_share or found.kind is not AgentKind.EXTERNAL:
        raise AgentNameTaken(agent=name)
    agent = await repository.get(Agent, found.id, lock=True)
    same = AgentVersion.agent_id == agent.id, AgentVersion.sha256 == definition.digest
    known = await repository.list(AgentVersion, *same, order=(AgentVersion.number.desc(),), limit=1)
    if known:
        return Known(agent, known[0])
    agent.version += 1
    agent.updated_at = now()
    most = agent.max_concurrent_sessions
    made = Known(agent, _version(db, agent, definition, actor))
    agent.max_concurrent_sessions = most
    _record(db, actor, "agent.version", made, {"version": agent.version - 1})
    await db.flush()
    return made


async def _check_free(db: AsyncSession, name: str) -> None:
    if name in _RESERVED:
        raise AgentNameReserved(agent=name)
    await ensure_built_in(db)


def _refuse_external(definition: Definition) -> None:
    if definition.external is not None:
        raise AgentInvalid(problem="an external agent joins by itself: docs/reference/eap.md")


async def put(db: AsyncSession, principal: Principal, name: str, definition: Definition) -> Known:
    """A new agent, or a new version of the one that has this name. Raises AgentNameReserved."""
    await ensure_built_in(db)
    found = await IndustrialRepository(db).find(Agent, Agent.name == name)
    if found is None:
        return await create(db, principal, name, definition)
    return await new_version(db, principal, found.id, definition)


async def new_version(
    db: AsyncSession, principal: Principal, agent_id: UUID, definition: Definition, if_match: str | None = None
) -> Known:
    """The same definition again makes no new version. Raises ChangedMeanwhile, AgentInvalid, AgentSecretMissing."""
    agent = await IndustrialRepository(db).get(Agent, agent_id, lock=True)
    if agent.kind is AgentKind.EXTERNAL:
        raise AgentInvalid(problem="it is an external one, which gets a new version by joining with another one")
    _refuse_external(definition)
    definition = await settled(db, agent.name, definition)
    before = await _with(db, agent, agent.version)
    check_match(if_match, before.etag)
    if before.version.sha256 == definition.digest:
        return before
    agent.version += 1
    agent.updated_at = now()
    made = Known(agent, _version(db, agent, definition, principal.actor))
    _record(db, principal.actor, "agent.version", made, {"version": before.version.number})
    await db.flush()
    return made


async def switch(
    db: AsyncSession, principal: Principal, agent_id: UUID, *, enabled: bool, if_match: str | None = None
) -> Known:
    """Sessions that work with it go on; new ones are refused while it is off. Raises ChangedMeanwhile."""
    agent = await IndustrialRepository(db).get(Agent, agent_id, lock=True)
    known = await _with(db, agent, agent.version)
    check_match(if_match, known.etag)
    if agent.enabled is not enabled:
        agent.enabled, agent.updated_at = enabled, now()
        _record(db, principal.actor, "agent.enable" if enabled else "agent.disable", known, {"enabled": not enabled})
        await db.flush()
    return known


async def listed(db: AsyncSession) -> Sequence[Known]:
    """By name, each with its newest version."""
    await ensure_built_in(db)
    repository = IndustrialRepository(db)
    query = (
        select(Agent, AgentVersion)
        .join(
            AgentVersion,
            (AgentVersion.tenant_id == Agent.tenant_id)
            & (AgentVersion.agent_id == Agent.id)
            & (AgentVersion.number == Agent.version),
        )
        .where(Agent.tenant_id == repository.tenant_id)
        .order_by(Agent.name)
    )
    return [Known(agent, version) for agent, version in (await db.execute(query)).all()]


async def read(db: AsyncSession, agent_id: UUID, number: int | None = None) -> Known:
    agent = await IndustrialRepository(db).get(Agent, agent_id)
    return await _with(db, agent, agent.version if number is None else number)


async def versions_of(db: AsyncSession, agent_id: UUID) -> Sequence[Known]:
    """The newest first."""
    repository = IndustrialRepository(db)
    agent = await repository.get(Agent, agent_id)
    mine = AgentVersion.agent_id == agent.id
    return [Known(agent, one) for one in await repository.list(AgentVersion, mine, order=(AgentVersion.number.desc(),))]


async def version(db: AsyncSession, version_id: UUID) -> Known:
    repository = IndustrialRepository(db)
    row = await repository.get(AgentVersion, version_id)
    return Known(await repository.get(Agent, row.agent_id), row)


async def called(db: AsyncSession, name: str) -> Known:
    """The newest version of the agent with that name. Raises UnknownAgent, AgentSwitchedOff."""
    await ensure_built_in(db)
    repository = IndustrialRepository(db)
    agent = await repository.find(Agent, Agent.name == name)
    if agent is None:
        known = [one.name for one in await repository.list(Agent, Agent.enabled.is_(True), order=(Agent.name,))]
        raise UnknownAgent(agent=name, known=", ".join((*OPENCODES_OWN, *known)))
    if not agent.enabled:
        raise AgentSwitchedOff(agent=name)
    return await _with(db, agent, agent.version)


async def ensure_built_in(db: AsyncSession) -> None:
    """A tenant's rows of the built-in agents are made when somebody first looks, and get a version when an upgrade brings
    other words. What the tenant made of one stays as it is."""
    repository = IndustrialRepository(db)
    rows = {row.name: row for row in await repository.list(Agent, Agent.name.in_(built_in()))}
    if not rows:
        await lock_until_commit(db, f"{repository.tenant_id}:built-in agents")
    for name, definition in built_in().items():
        if (row := rows.get(name)) is None:
            await _insert(db, name, definition, ORCHESTRATOR, is_built_in=True)
        elif row.built_in:
            await _renew(db, row, definition)


async def _renew(db: AsyncSession, row: Agent, definition: Definition) -> None:
    newest = (await _with(db, row, row.version)).version
    if newest.created_by != ORCHESTRATOR or newest.sha256 == definition.digest:
        return
    agent = await IndustrialRepository(db).get(Agent, row.id, lock=True)
    if agent.version == newest.number:
        agent.version += 1
        agent.updated_at = now()
        _version(db, agent, definition, ORCHESTRATOR)
        await db.flush()


async def _insert(
    db: AsyncSession,
    name: str,
    definition: Definition,
    actor: str,
    *,
    is_built_in: bool,
    kind: AgentKind = AgentKind.OPENCODE,
) -> Known | None:
    """None when there is one of that name."""
    repository, moment = IndustrialRepository(db), now()
    values = {
        "tenant_id": repository.tenant_id,
        "id": new_id(),
        "name": name,
        "kind": kind,
        "version": 1,
        "built_in": is_built_in,
        "enabled": True,
        "created_by": actor,
        "created_at": moment,
        "updated_at": moment,
    }
    query = (
        insert(Agent).values(values).on_conflict_do_nothing(index_elements=[Agent.tenant_id, Agent.name]).returning(Agent)
    )
    agent = (await db.execute(query)).scalar_one_or_none()
    if agent is None:
        return None
    made = Known(agent, _version(db, agent, definition, actor))
    await db.flush()
    return made


def _version(db: AsyncSession, agent: Agent, definition: Definition, actor: str) -> AgentVersion:
    agent.max_concurrent_sessions = definition.limits.max_concurrent_sessions
    row = AgentVersion(
        id=new_id(),
        agent_id=agent.id,
        number=agent.version,
        definition=definition.stored(),
        sha256=definition.digest,
        created_by=actor,
        created_at=now(),
    )
    return IndustrialRepository(db).add(row)


async def _with(db: AsyncSession, agent: Agent, number: int) -> Known:
    mine = (AgentVersion.agent_id == agent.id, AgentVersion.number == number)
    row = await IndustrialRepository(db).find(AgentVersion, *mine)
    if row is None:
        raise NotFound
    return Known(agent, row)


def _record(db: AsyncSession, actor: str, action: str, known: Known, before: dict[str, object] | None) -> None:
    agent = known.agent
    after = {"name": agent.name, "version": known.version.number, "enabled": agent.enabled, "sha256": known.version.sha256}
    audit.record(db, agent.tenant_id, actor, action, f"agent:{agent.id}", before, after)
    told = {"agent_id": str(agent.id), "name": agent.name, "version": known.version.number, "enabled": agent.enabled}
    events.append(db, agent.tenant_id, action, actor=actor, session_id=None, **told)
