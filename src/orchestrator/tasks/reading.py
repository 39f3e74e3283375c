"""Plans as the API shows them: with their progress, what they have used, and their report."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.contexts.reading import summaries_of
from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions.models import Evidence, Session
from orchestrator.sessions.schemas import EvidenceItem, Usage
from orchestrator.sessions.states import Verification
from orchestrator.tasks import service
from orchestrator.tasks.models import Plan, PlanMerge, PlanSession
from orchestrator.tasks.schemas import (
    PlanListed,
    PlanRead,
    PlanReport,
    Progress,
    TaskRead,
    TaskReport,
    WorkRead,
)
from orchestrator.tasks.snapshots import costs_of

_USED = text(
    "select s.plan_id, sum(u.input_tokens)::bigint, sum(u.output_tokens)::bigint, sum(u.cost_micro_usd)::bigint "
    "from sessions s join usage_events u on u.tenant_id = s.tenant_id and u.session_id = s.id "
    "where s.tenant_id = :tenant_id and s.plan_id = any(:ids) group by s.plan_id"
)
_VERIFIED = text(
    "select distinct on (m.plan_id) m.plan_id, s.verification "
    "from plan_merges m join sessions s on s.tenant_id = m.tenant_id and s.id = m.session_id "
    "where m.tenant_id = :tenant_id and m.plan_id = any(:ids) and m.status = 'merged' order by m.plan_id, m.number desc"
)
"""What the last merge says of all that is on the branch."""
_NOTHING = Usage(input_tokens=0, output_tokens=0, cost_micro_usd=0)


async def listed(db: AsyncSession, plans: Sequence[Plan]) -> list[PlanListed]:
    ids = [plan.id for plan in plans]
    done, used, verified = await service.counts(db, ids), await _used(db, ids), await _verified(db, ids)
    return [
        PlanListed.of(plan, _progress(done.get(plan.id)), used.get(plan.id, _NOTHING), verified.get(plan.id))
        for plan in plans
    ]


async def whole(db: AsyncSession, plan: Plan, *, prompts: bool = True) -> PlanRead:
    tasks = await service.tasks_of(db, plan, prompts=prompts)
    told = [TaskRead.model_validate(task) if prompts else TaskRead.without_prompt(task) for task in tasks]
    return PlanRead.whole((await listed(db, [plan]))[0], plan, told)


def _progress(counted: tuple[int, int] | None) -> Progress:
    done, total = counted or (0, 0)
    return Progress(done=done, total=total)


async def _verified(db: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Verification]:
    values = {"tenant_id": IndustrialRepository(db).tenant_id, "ids": list(ids)}
    rows = (await db.execute(_VERIFIED, values)).all()
    return {row[0]: Verification(row[1]) for row in rows if row[1] is not None}


async def _used(db: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, Usage]:
    values = {"tenant_id": IndustrialRepository(db).tenant_id, "ids": list(ids)}
    rows = (await db.execute(_USED, values)).all()
    return {row[0]: Usage(input_tokens=row[1], output_tokens=row[2], cost_micro_usd=row[3]) for row in rows}


async def merges_of(db: AsyncSession, plan: Plan) -> Sequence[PlanMerge]:
    mine = PlanMerge.plan_id == plan.id
    return await IndustrialRepository(db).list(PlanMerge, mine, order=(PlanMerge.number,))


async def report(db: AsyncSession, plan: Plan) -> PlanReport:
    """The evidence of every task and of every merge, as the orchestrator ran it."""
    tasks = await service.tasks_of(db, plan, prompts=False)
    merges = await merges_of(db, plan)
    sessions = {one.id: one for one in await IndustrialRepository(db).list(Session, Session.plan_id == plan.id)}
    evidence = await _evidence(db, plan)
    work = await _work(db, plan, sessions, evidence)
    told = [PlanReport.merge_of(row, sessions[row.session_id], evidence.get(row.session_id, [])) for row in merges]
    return PlanReport(
        plan=(await listed(db, [plan]))[0],
        base_commit=plan.base_commit,
        head_commit=plan.head_commit,
        tasks=[
            TaskReport(
                key=task.key,
                title=task.title,
                status=task.status,
                status_reason=task.status_reason,
                work=work.get(task.key, []),
            )
            for task in tasks
        ],
        merges=told,
    )


async def _work(
    db: AsyncSession, plan: Plan, sessions: dict[UUID, Session], evidence: dict[UUID, list[EvidenceItem]]
) -> dict[str, list[WorkRead]]:
    mine = (PlanSession.tenant_id == plan.tenant_id, PlanSession.plan_id == plan.id)
    order = (PlanSession.task_key, PlanSession.attempt, PlanSession.created_at, PlanSession.number)
    rows = (await db.execute(select(PlanSession).where(*mine).order_by(*order))).scalars().all()
    ids = [row.session_id for row in rows]
    costs, said = await costs_of(db, plan, ids), await summaries_of(db, ids)
    work: dict[str, list[WorkRead]] = {}
    for row in rows:
        facts = {"cost_micro_usd": costs.get(row.session_id, 0), "summary": said.get(row.session_id)}
        found = evidence.get(row.session_id, [])
        work.setdefault(row.task_key, []).append(WorkRead.of(row, sessions[row.session_id], found, **facts))
    return work


async def _evidence(db: AsyncSession, plan: Plan) -> dict[UUID, list[EvidenceItem]]:
    """Of each session what was found after its last turn: that is what its result was judged by."""
    joined = (Session.tenant_id == Evidence.tenant_id) & (Session.id == Evidence.session_id)
    mine = (Evidence.tenant_id == plan.tenant_id, Session.plan_id == plan.id)
    query = select(Evidence).join(Session, joined).where(*mine)
    rows = (await db.execute(query.order_by(Evidence.turn, Evidence.attempt, Evidence.position))).scalars().all()
    last = {row.session_id: (row.turn, row.attempt) for row in rows}
    found: dict[UUID, list[EvidenceItem]] = {}
    for row in rows:
        if (row.turn, row.attempt) == last[row.session_id]:
            found.setdefault(row.session_id, []).append(EvidenceItem.model_validate(row))
    return found
