"""Gives recorded calls back as they were, history and all."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.assembly import Fields
from orchestrator.gateway.trajectory_codec import Unpacked, unpack
from orchestrator.gateway.trajectory_models import Trajectory
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.errors import NotFound, OrchestratorError
from orchestrator.kit.pagination import newest_page


class TrajectoryDamaged(OrchestratorError):
    """The recorded call {request_id} cannot be read: {problem}."""

    status = 500
    code = "trajectory_damaged"
    hint = "Its file in the artifact store was changed or removed; bring it back from a copy. Other calls are not concerned."


@dataclass(frozen=True)
class Stored:
    """A recorded call's file."""

    request_id: UUID
    path: str
    sha256: str


@dataclass(frozen=True)
class Replayed:
    """`request` deep-equals what was sent, with the same order of keys; None where that was no JSON, see `raw_request`."""

    call: Fields
    request: Fields | None
    raw_request: bytes
    response: bytes
    messages: list[Fields]


async def list_trajectories(
    db: AsyncSession, tenant_id: UUID, session_id: UUID | None, limit: int, cursor: str | None
) -> tuple[Sequence[Trajectory], bool]:
    """The newest first; the flag says whether there are more."""
    query = select(Trajectory).where(Trajectory.tenant_id == tenant_id)
    if session_id is not None:
        query = query.where(Trajectory.session_id == session_id)
    return await newest_page(db, query, Trajectory.created_at, Trajectory.request_id, limit, cursor)


async def chain_of(db: AsyncSession, tenant_id: UUID, request_id: UUID) -> list[Trajectory]:
    """The call and what its history builds upon, the oldest first. Raises NotFound."""
    found: list[Trajectory] = []
    wanted: UUID | None = request_id
    while wanted is not None:
        row = await db.get(Trajectory, (tenant_id, wanted))
        if row is None:
            raise NotFound
        found.append(row)
        wanted = row.base_request_id
    return found[::-1]


async def replay(store: ArtifactStore, chain: Sequence[Trajectory]) -> Replayed:
    """The last call of the chain. Raises TrajectoryDamaged."""
    links = [Stored(row.request_id, row.path, row.sha256) for row in chain]
    return (await asyncio.to_thread(replay_ends, store, links))[-1]


def replay_ends(store: ArtifactStore, chain: Sequence[Stored]) -> list[Replayed]:
    """The last call of the chain, and before it each whose conversation the next one did not go on with: that builds upon no
    more than its beginning, such as what the system said. Blocking. Raises TrajectoryDamaged."""
    found: list[Replayed] = []
    history: list[Any] = []
    before: tuple[Unpacked, Sequence[Any]] | None = None
    for row in chain:
        one = _read(store, row)
        if before is not None and one.kept < len(history):
            found.append(_replayed(*before))
        before, history = (one, history), [*history[: one.kept], *one.history]
    return [*found, _replayed(*before)] if before is not None else found


def _replayed(one: Unpacked, earlier: Sequence[Any]) -> Replayed:
    request = one.upon(earlier) if one.request is not None else None
    return Replayed(one.call, request, one.raw_request, one.response, one.messages)


def _read(store: ArtifactStore, row: Stored) -> Unpacked:
    try:
        data = store.read(row.path)
        if sha256(data).hexdigest() != row.sha256:
            raise TrajectoryDamaged(request_id=row.request_id, problem="its checksum is another one")
        return unpack(data)
    except FileNotFoundError:
        raise TrajectoryDamaged(request_id=row.request_id, problem="its file is missing") from None
    except ValueError as error:
        raise TrajectoryDamaged(request_id=row.request_id, problem=str(error)) from None
