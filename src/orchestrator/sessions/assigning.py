"""Which agent does a session: the one that was named, or the one that routing finds for what the work asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import registry
from orchestrator.agents.capabilities import checked
from orchestrator.agents.definitions import Limits
from orchestrator.agents.errors import NoAgentFits
from orchestrator.agents.models import RoutingDecision
from orchestrator.agents.outcomes import Track, tracks_of
from orchestrator.agents.registry import OPENCODES_OWN, Known
from orchestrator.agents.routing import Candidate, Decision, Scored, Wanted, route
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json
from orchestrator.kit.ids import new_id
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import HOLDS_SLOT, Status
from orchestrator.tenancy.principal import Principal

DEFAULT_AGENT = "build"
_AT_WORK = HOLDS_SLOT | {Status.QUEUED}
_SEEDS = 2**31


@dataclass(frozen=True)
class Routed:
    """A decision with what it was made from."""

    wanted: Wanted
    model: str | None
    seed: int
    decision: Decision


@dataclass(frozen=True)
class Assignment:
    """`known` is None for an agent that OpenCode itself brings, `routed` for one that was named."""

    agent: str = DEFAULT_AGENT
    capabilities: tuple[str, ...] = ()
    known: Known | None = None
    routed: Routed | None = None

    @property
    def model(self) -> str | None:
        return self.known.definition.model if self.known else None

    @property
    def columns(self) -> dict[str, Any]:
        """Of the session's row."""
        version = self.known.version if self.known else None
        return {
            "agent": self.agent,
            "agent_version_id": version and version.id,
            "agent_version": version and version.number,
            "capabilities": list(self.capabilities),
        }

    @property
    def limits(self) -> Limits:
        """What holds when the request says nothing."""
        return self.known.definition.limits if self.known else Limits.model_validate({})


async def assign(
    db: AsyncSession, agent: str | None, capabilities: Sequence[str], model: str | None, models: frozenset[str]
) -> Assignment:
    """Raises UnknownAgent, AgentSwitchedOff, CapabilityInvalid, and NoAgentFits when routing finds none."""
    asked = tuple(checked(capabilities))
    if agent in OPENCODES_OWN or (agent is None and not asked):
        return Assignment(agent or DEFAULT_AGENT, asked)
    if agent is not None:
        return Assignment(agent, asked, await registry.called(db, agent))
    routed = await find(db, asked, model, models)
    if routed.decision.chosen is None:
        raise NoAgentFits(reasons=routed.decision.reason)
    chosen = routed.decision.chosen.candidate
    return Assignment(chosen.agent, asked, await registry.version(db, chosen.version_id), routed)


async def find(
    db: AsyncSession, capabilities: tuple[str, ...], model: str | None, models: frozenset[str], seed: int | None = None
) -> Routed:
    """`model` is the one that the work is to be done with, in the place of the agents' own."""
    wanted = Wanted(capabilities, None if model else models)
    chosen_seed = new_id().int % _SEEDS if seed is None else seed
    return Routed(wanted, model, chosen_seed, route(await candidates(db), wanted, chosen_seed))


async def candidates(db: AsyncSession) -> list[Candidate]:
    """Every agent of the tenant in its newest version, with what that has proved and what it has to do now."""
    known = await registry.listed(db)
    tracks = await tracks_of(db, [one.version.id for one in known])
    live = await _live(db)
    return [_candidate(one, tracks[one.version.id], live.get(one.agent.name, 0)) for one in known]


async def _live(db: AsyncSession) -> dict[str, int]:
    """Sessions that wait for a slot or have one, whichever version of the agent they work with."""
    query = (
        select(Session.agent, func.count())
        .where(Session.tenant_id == IndustrialRepository(db).tenant_id, Session.status.in_(_AT_WORK))
        .where(Session.agent_version_id.is_not(None))
        .group_by(Session.agent)
    )
    return {name: count for name, count in (await db.execute(query)).all()}


def _candidate(known: Known, track: Track, live: int) -> Candidate:
    definition, limit = known.definition, known.definition.limits.max_concurrent_sessions
    if definition.external is not None:  # As many as its members can take together.
        limit = known.agent.max_concurrent_sessions
    return Candidate(
        version_id=known.version.id,
        agent=known.agent.name,
        version=known.version.number,
        capabilities=frozenset(definition.capabilities),
        overall=track.overall,
        records=track.records,
        cost_micro_usd=track.mean_cost_micro_usd,
        recent=track.recent,
        recently_reverted=track.recently_reverted,
        live=live,
        limit=limit,
        model=definition.model,
        enabled=known.agent.enabled,
    )


def keep(db: AsyncSession, principal: Principal, routed: Routed) -> RoutingDecision:
    """Writes down why, with the numbers of everyone who could have been chosen."""
    chosen = routed.decision.chosen
    row = RoutingDecision(
        id=new_id(),
        capabilities=list(routed.wanted.capabilities),
        model=routed.model,
        seed=routed.seed,
        version_id=chosen.candidate.version_id if chosen else None,
        reason=routed.decision.reason,
        candidates=[told(one) for one in routed.decision.scored],
        created_by=principal.actor,
        created_at=now(),
    )
    return IndustrialRepository(db).add(row)


async def decision(db: AsyncSession, decision_id: UUID) -> RoutingDecision:
    return await IndustrialRepository(db).get(RoutingDecision, decision_id)


def told(one: Scored) -> Json:
    """A candidate with its numbers, as it is stored and shown."""
    candidate = one.candidate
    return {
        "agent": candidate.agent,
        "version": candidate.version,
        "version_id": str(candidate.version_id),
        "excluded": one.excluded,
        "successes": one.record.successes,
        "failures": one.record.failures,
        "mean": round(one.record.mean, 4),
        "quality": round(one.quality, 4),
        "cost": round(one.cost, 4),
        "load": round(one.load, 4),
        "recent": round(one.recent, 4),
        "score": round(one.score, 4),
        "cost_micro_usd": candidate.cost_micro_usd,
        "live": candidate.live,
        "limit": candidate.limit,
    }
