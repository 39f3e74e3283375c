"""What people read of external agents and of what they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents.models import AgentVersion
from orchestrator.eap.models import (
    Artifact,
    Assignment,
    AssignmentStatus,
    ExternalAgent,
    Liveness,
    RemoteCard,
    Reported,
)
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.pagination import newest_page

Shown = tuple[ExternalAgent, int, RemoteCard | None]
"""An agent, the number of its leases, and its card if it speaks A2A."""


@dataclass(frozen=True)
class Filter:
    """None: any. One that is revoked is neither live nor suspect nor lost."""

    name: str | None = None
    liveness: Liveness | None = None
    status: Reported | None = None
    capability: str | None = None


async def agents(db: AsyncSession, wanted: Filter, limit: int, cursor: str | None) -> tuple[list[Shown], bool]:
    """The newest first, and whether there are more."""
    repository = IndustrialRepository(db)
    query = repository.query(ExternalAgent, *_where(repository.tenant_id, wanted))
    rows, more = await newest_page(db, query, ExternalAgent.created_at, ExternalAgent.id, limit, cursor)
    leases = await _leases(db, [row.id for row in rows])
    cards = await _cards(db, [row.id for row in rows])
    return [(row, leases.get(row.id, 0), cards.get(row.id)) for row in rows], more


def _where(tenant_id: UUID, wanted: Filter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.name is not None:
        where.append(ExternalAgent.name == wanted.name)
    if wanted.liveness is not None:
        where += [ExternalAgent.liveness == wanted.liveness, ExternalAgent.revoked_at.is_(None)]
    if wanted.status is not None:
        where.append(ExternalAgent.status == wanted.status)
    if wanted.capability is not None:
        has = AgentVersion.definition.contains({"capabilities": [wanted.capability]})
        where.append(ExternalAgent.version_id.in_(select(AgentVersion.id).where(AgentVersion.tenant_id == tenant_id, has)))
    return where


async def agent(db: AsyncSession, agent_id: UUID) -> Shown:
    row = await IndustrialRepository(db).get(ExternalAgent, agent_id)
    return row, (await _leases(db, [row.id])).get(row.id, 0), (await _cards(db, [row.id])).get(row.id)


async def _cards(db: AsyncSession, members: Sequence[UUID]) -> dict[UUID, RemoteCard]:
    return {card.id: card for card in await IndustrialRepository(db).list(RemoteCard, RemoteCard.id.in_(members))}


async def _leases(db: AsyncSession, members: Sequence[UUID]) -> dict[UUID, int]:
    query = (
        select(Assignment.external_agent_id, func.count())
        .where(Assignment.tenant_id == IndustrialRepository(db).tenant_id, Assignment.external_agent_id.in_(members))
        .where(Assignment.status == AssignmentStatus.LEASED)
        .group_by(Assignment.external_agent_id)
    )
    return {member: count for member, count in (await db.execute(query)).all() if member is not None}


async def assignments(
    db: AsyncSession, session_id: UUID | None, member_id: UUID | None, limit: int, cursor: str | None
) -> tuple[list[tuple[Assignment, list[Artifact]]], bool]:
    """The newest first, each with the whole artifacts that its result names."""
    where = [
        *([Assignment.session_id == session_id] if session_id else []),
        *([Assignment.external_agent_id == member_id] if member_id else []),
    ]
    repository = IndustrialRepository(db)
    query = repository.query(Assignment, *where)
    rows, more = await newest_page(db, query, Assignment.created_at, Assignment.id, limit, cursor)
    mine = Artifact.assignment_id.in_([row.id for row in rows]), Artifact.path.is_not(None)
    files = await repository.list(Artifact, *mine, order=(Artifact.name,))
    return [(row, _of(row, files)) for row in rows], more


def _of(row: Assignment, files: Sequence[Artifact]) -> list[Artifact]:
    named = set((row.result or {}).get("artifacts", []))
    return [
        one for one in files if one.assignment_id == row.id and one.lease_epoch == row.result_epoch and one.name in named
    ]


async def artifact(db: AsyncSession, assignment_id: UUID, artifact_id: UUID) -> Artifact:
    """A whole one that a result names. Raises NotFound."""
    repository = IndustrialRepository(db)
    row = await repository.get(Assignment, assignment_id)
    files = await repository.list(Artifact, Artifact.assignment_id == row.id, Artifact.path.is_not(None))
    found = next((one for one in _of(row, files) if one.id == artifact_id), None)
    if found is None:
        raise NotFound
    return found
