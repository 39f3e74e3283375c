"""What a curation works on: the last call of each conversation, and all that is known of its session's outcome."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.curation_records import Recording, Round, SessionFacts
from orchestrator.gateway.trajectory_models import Trajectory
from orchestrator.gateway.trajectory_reading import Stored
from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import current_tenant

Row = Mapping[Any, Any]

_AT_ONCE = 200
"""Sessions."""
_MOMENT = TIMESTAMP(timezone=True)
# Those that worked on one task follow each other.
_SESSIONS = text("""
    select s.id, s.title, s.repository_key, s.agent, s.status, s.verification, s.rating ->> 'value' as rating, s.decision,
        coalesce((s.reverted ->> 'counts')::boolean, false) as reverted, s.protected_changed, o.verified,
        p.plan_id, p.task_key, p.role, p.won, x.session_id is not null as excluded,
        exists (
            select 1 from plan_merges m join plan_tasks t on t.tenant_id = m.tenant_id and t.plan_id = m.plan_id
            where m.tenant_id = s.tenant_id and m.plan_id = p.plan_id and m.status = 'merged'
                and m.task_keys ? p.task_key and t.key = p.task_key and t.session_id = s.id
        ) as merged
    from sessions s
    left join agent_outcomes o on o.tenant_id = s.tenant_id and o.session_id = s.id
    left join plan_sessions p on p.tenant_id = s.tenant_id and p.session_id = s.id
    left join training_exclusions x on x.tenant_id = s.tenant_id and x.session_id = s.id
    where s.tenant_id = :tenant_id and (cast(:ids as uuid[]) is null or s.id = any(:ids)) and exists (
        select 1 from trajectories r where r.tenant_id = s.tenant_id and r.session_id = s.id
            and (cast(:since as timestamptz) is null or r.created_at >= :since)
            and (cast(:until as timestamptz) is null or r.created_at < :until)
    )
    order by p.plan_id nulls first, p.task_key, s.id
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("since", type_=_MOMENT), bindparam("until", type_=_MOMENT))
_FAILED_CALLS = text("""
    select session_id, data ->> 'call_id' as call_id from transcript_parts
    where tenant_id = :tenant_id and session_id = any(:ids) and type = 'tool' and data -> 'state' ->> 'status' = 'error'
        and data ->> 'call_id' is not null
    order by session_id, part_id
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_ROUNDS = text("""
    select t.session_id, t.text, exists (
        select 1 from evidence e where e.tenant_id = t.tenant_id and e.session_id = t.session_id and e.round = t.number
            and e.exit_code <> 0 and not e.pre_existing
    ) as failed
    from turns t where t.tenant_id = :tenant_id and t.session_id = any(:ids) order by t.session_id, t.number
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
_MISSING = 100


async def sources_of(database: Database, policy: CurationPolicy) -> AsyncIterator[SessionFacts]:
    """In an order that depends on nothing but the rows; each batch is a transaction of its own, in the tenant's scope."""
    tenant_id = current_tenant()
    asked = {"tenant_id": tenant_id, "ids": policy.session_ids, "since": policy.since, "until": policy.until}
    async with database.transaction() as db:
        sessions = (await db.execute(_SESSIONS, asked)).mappings().all()
    for at in range(0, len(sessions), _AT_ONCE):
        batch = sessions[at : at + _AT_ONCE]
        async with database.transaction() as db:
            for facts in await _facts(db, tenant_id, batch, policy):
                yield facts


async def _facts(db: AsyncSession, tenant_id: UUID, batch: Sequence[Row], policy: CurationPolicy) -> list[SessionFacts]:
    ids = [row["id"] for row in batch]
    asked = {"tenant_id": tenant_id, "ids": ids}
    failed, rounds = defaultdict[UUID, list[str]](list), defaultdict[UUID, list[Round]](list)
    for row in (await db.execute(_FAILED_CALLS, asked)).mappings():
        failed[row["session_id"]].append(row["call_id"])
    for row in (await db.execute(_ROUNDS, asked)).mappings():
        rounds[row["session_id"]].append(Round(text=row["text"], failed=row["failed"]))
    recordings = await _recordings(db, tenant_id, ids, policy)
    return [_session(row, failed[row["id"]], rounds[row["id"]], recordings[row["id"]]) for row in batch]


def _session(row: Row, failed: list[str], rounds: list[Round], recordings: list[Recording]) -> SessionFacts:
    session_id = str(row["id"])
    return SessionFacts(
        session_id=session_id,
        group=f"{row['plan_id']}/{row['task_key']}" if row["plan_id"] else session_id,
        task=_task(row),
        status=row["status"],
        verification=row["verification"],
        verified=row["verified"],
        agent=row["agent"],
        reverted=row["reverted"],
        rating=row["rating"],
        decision=row["decision"],
        merged=row["merged"],
        excluded=row["excluded"],
        reviews=row["role"] == "review",
        won=row["won"],
        protected_changed=row["protected_changed"],
        failed_calls=failed,
        rounds=rounds,
        recordings=recordings,
    )


def _task(row: Row) -> str:
    """What it worked on: the task of a plan, else the same title in the same repository, else itself."""
    if row["plan_id"]:
        return f"plan {row['plan_id']} {row['task_key']}"
    if row["repository_key"]:
        return f"repository {row['repository_key']} {' '.join(row['title'].lower().split())}"
    return f"session {row['id']}"


async def _recordings(
    db: AsyncSession, tenant_id: UUID, ids: Sequence[UUID], policy: CurationPolicy
) -> dict[UUID, list[Recording]]:
    """The last calls of the sessions' chains, in their order."""
    order = Trajectory.created_at, Trajectory.request_id
    query = select(Trajectory).where(Trajectory.tenant_id == tenant_id, Trajectory.session_id.in_(ids)).order_by(*order)
    mine = list((await db.execute(query)).scalars())
    known = {row.request_id: row for row in mine}
    await _complete(db, tenant_id, known)
    bases = {row.base_request_id for row in mine}
    found = defaultdict[UUID, list[Recording]](list)
    for row in mine:
        if row.session_id is not None and row.request_id not in bases and _within(row, policy):
            chain = _chain(row, known)
            found[row.session_id].append(Recording(request_id=str(row.request_id), model=row.model, chain=chain))
    return found


async def _complete(db: AsyncSession, tenant_id: UUID, known: dict[UUID, Trajectory]) -> None:
    """What calls of other sessions they build upon: a fork goes on from its parent's conversation."""
    while missing := sorted({row.base_request_id for row in known.values() if row.base_request_id} - known.keys()):
        query = select(Trajectory).where(Trajectory.tenant_id == tenant_id, Trajectory.request_id.in_(missing[:_MISSING]))
        rows = list((await db.execute(query)).scalars())
        known.update((row.request_id, row) for row in rows)
        if len(rows) < len(missing[:_MISSING]):
            return


def _chain(row: Trajectory, known: Mapping[UUID, Trajectory]) -> list[Stored]:
    chain: list[Stored] = []
    one: Trajectory | None = row
    while one is not None:
        chain.append(Stored(one.request_id, one.path, one.sha256))
        one = known.get(one.base_request_id) if one.base_request_id else None
    return chain[::-1]


def _within(row: Trajectory, policy: CurationPolicy) -> bool:
    after = policy.since is None or row.created_at >= policy.since
    return after and (policy.until is None or row.created_at < policy.until)
