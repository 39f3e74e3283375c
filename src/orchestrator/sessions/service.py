"""Sessions as people hand them in and look at them: create, list, and what came of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents.definitions import Limits
from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import Invalid
from orchestrator.kit.ids import new_id
from orchestrator.kit.printable import one_line
from orchestrator.kit.settings import Settings
from orchestrator.sessions import assigning, room
from orchestrator.sessions.assigning import Assignment
from orchestrator.sessions.control import record
from orchestrator.sessions.errors import PromptEmpty, PromptTooLong
from orchestrator.sessions.models import Checkpoint, Evidence, Session
from orchestrator.sessions.states import QueueReason, Status
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.quotas import wake_admission
from orchestrator.workspaces import Workspaces, branch_name


@dataclass(frozen=True)
class NewSession:
    """Work as it is handed in. What is None takes its default: the title from the prompt, agent and model our own."""

    prompt: str
    title: str | None = None
    repository: str | None = None
    base_ref: str | None = None
    agent: str | None = None
    capabilities: list[str] | None = None
    model: str | None = None
    priority: int = 0
    verify: list[str] | None = None
    isolation: str = "tenant"
    timeout_seconds: int = 3600
    max_feedback_rounds: int = 2
    max_turns: int = 50
    max_tokens: int | None = None
    max_cost_micro_usd: int | None = None
    stall_seconds: int | None = None
    max_steps: int | None = None
    start: bool = True


@dataclass(frozen=True)
class Checked:
    """What was made of a request: `repository_key` is the name that budgets know its repository by."""

    wanted: NewSession
    assignment: Assignment
    model: str
    repository_key: str


async def check_request(
    wanted: NewSession, assignment: Assignment, model: str, settings: Settings, workspaces: Workspaces
) -> Checked:
    """Everything that can be refused before a row is written."""
    if not wanted.prompt.strip():
        raise PromptEmpty
    if len(wanted.prompt) > settings.max_prompt_chars:
        raise PromptTooLong(length=len(wanted.prompt), most=settings.max_prompt_chars)
    if wanted.stall_seconds is not None and wanted.stall_seconds <= settings.gateway_wait_seconds:
        raise Invalid(
            problem=f"stall_seconds: has to be more than {settings.gateway_wait_seconds:g}, for so long a call may be held"
        )
    origin = await workspaces.check_repository(wanted.repository, wanted.base_ref)
    return Checked(wanted, assignment, model, origin.key)


async def create_session(
    db: AsyncSession, principal: Principal, checked: Checked, *, parent_id: UUID | None = None
) -> Session:
    repository, assignment = IndustrialRepository(db), checked.assignment
    await room.check_storage(db)
    if checked.wanted.start:
        await room.check_queue(db)
    session = _row(principal, checked)
    session.parent_id = parent_id
    if assignment.routed is not None:
        session.routing_id = assigning.keep(db, principal, assignment.routed).id
        await db.flush()  # The session names it.
    repository.add(session)
    events.append(
        db,
        session.tenant_id,
        "session.created",
        actor=principal.actor,
        session_id=session.id,
        title=session.title,
        status=session.status.value,
    )
    if checked.wanted.start:
        await wake_admission(db)
    await db.flush()
    record(db, principal, "session.create", session, {})
    return session


def _row(principal: Principal, checked: Checked) -> Session:
    wanted, session_id, moment = _within(checked.wanted, checked.assignment.limits), new_id(), now()
    first = one_line(wanted.prompt.strip().splitlines()[0])[:80].rstrip()
    title = one_line(wanted.title or "") or first or "Untitled"
    return Session(
        id=session_id,
        title=title,
        prompt=wanted.prompt,
        repository=wanted.repository,
        base_ref=wanted.base_ref,
        repository_key=checked.repository_key,
        branch=branch_name(title, session_id),
        **checked.assignment.columns,
        model=checked.model,
        priority=wanted.priority,
        verify=wanted.verify,
        isolation=wanted.isolation,
        timeout_seconds=wanted.timeout_seconds,
        max_feedback_rounds=wanted.max_feedback_rounds,
        max_turns=wanted.max_turns,
        status=Status.QUEUED if wanted.start else Status.PENDING,
        queue_reason=QueueReason.CLUSTER_CAPACITY if wanted.start else None,
        attempt=0,
        input_tokens=0,
        output_tokens=0,
        cost_micro_usd=0,
        user_subject=principal.subject,
        max_tokens=wanted.max_tokens,
        max_cost_micro_usd=wanted.max_cost_micro_usd,
        stall_seconds=wanted.stall_seconds,
        max_steps=wanted.max_steps,
        created_by=principal.actor,
        created_at=moment,
        queued_at=moment if wanted.start else None,
    )


def _within(wanted: NewSession, limits: Limits) -> NewSession:
    """What the request leaves open is as the agent has it."""
    return replace(
        wanted,
        max_tokens=wanted.max_tokens or limits.max_tokens,
        max_cost_micro_usd=wanted.max_cost_micro_usd or limits.max_cost_micro_usd,
        max_steps=wanted.max_steps or limits.max_steps,
    )


async def create_once(db: AsyncSession, principal: Principal, checked: Checked, key: str | None) -> Session:
    """The same Idempotency-Key with the same body gives the session that the first request made."""

    async def make() -> UUID:
        return (await create_session(db, principal, checked)).id

    session_id, _ = await once(db, principal, key, Deed("POST /sessions", asdict(checked.wanted)), make)
    return await get_session(db, session_id)


async def get_session(db: AsyncSession, session_id: UUID) -> Session:
    return await IndustrialRepository(db).get(Session, session_id)


async def evidence_of(db: AsyncSession, session_id: UUID) -> Sequence[Evidence]:
    await get_session(db, session_id)
    order = (Evidence.attempt, Evidence.turn, Evidence.position)
    return await IndustrialRepository(db).list(Evidence, Evidence.session_id == session_id, order=order)


async def checkpoints_of(db: AsyncSession, session_id: UUID) -> Sequence[Checkpoint]:
    await get_session(db, session_id)
    return await IndustrialRepository(db).list(Checkpoint, Checkpoint.session_id == session_id, order=(Checkpoint.number,))
