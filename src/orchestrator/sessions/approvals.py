"""Approvals as people handle them: list, read, allow, deny, answer. Of two who answer at once one wins."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import Conflict, Invalid, OrchestratorError
from orchestrator.kit.pagination import newest_page
from orchestrator.opencode.permissions import REPEATED
from orchestrator.sessions.approval_rows import Approval, ApprovalKind, ApprovalStatus, decided
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status
from orchestrator.tenancy import audit
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.principal import Principal


class ApprovalDecided(Conflict):
    """The approval is {status} already."""

    code = "approval_decided"
    hint = "Read it to see who decided and why; a session that still needs something asks again."


class ApprovalOverdue(Conflict):
    """The approval's deadline has passed; its default is being taken."""

    code = "approval_overdue"
    hint = "Have an ADMIN set a longer deadline_seconds in the approval policy."


class ApprovalNotYours(OrchestratorError):
    """Only a LEAD, or who handed the session in, answers for it."""

    status = 403
    code = "approval_not_yours"
    hint = "Ask them to answer, or wait for the deadline: the default is taken then."


@dataclass(frozen=True)
class Decision:
    """`answers`: for each question the chosen labels, or words of one's own."""

    status: ApprovalStatus
    reason: str | None = None
    answers: list[list[str]] | None = None
    remember: bool = False


async def list_approvals(
    db: AsyncSession, statuses: Sequence[ApprovalStatus], session_id: UUID | None, limit: int, cursor: str | None
) -> tuple[Sequence[Approval], bool]:
    """The newest first; the flag says whether there are more."""
    query = IndustrialRepository(db).query(Approval)
    if statuses:
        query = query.where(Approval.status.in_(statuses))
    if session_id is not None:
        query = query.where(Approval.session_id == session_id)
    return await newest_page(db, query, Approval.requested_at, Approval.id, limit, cursor)


async def get_approval(db: AsyncSession, approval_id: UUID) -> Approval:
    return await IndustrialRepository(db).get(Approval, approval_id)


async def decide(db: AsyncSession, principal: Principal, approval_id: UUID, decision: Decision) -> Approval:
    """The session's row is locked first, as whoever moves the session does."""
    repository = IndustrialRepository(db)
    session_id = (await repository.get(Approval, approval_id)).session_id
    session = await repository.get(Session, session_id, lock=True)
    approval = await repository.get(Approval, approval_id, lock=True)
    await db.refresh(approval)
    _check_may_answer(principal, session)
    _check_open(session, approval)
    _check_fits(approval, decision)
    before = {"status": approval.status}
    changes = {"answers": decision.answers, "remember": decision.remember}
    decided(db, approval, decision.status, principal.actor, decision.reason or _REASONS.get(decision.status), **changes)
    after = {"status": approval.status, "session": session.id, "tool": approval.tool, "remember": approval.remember}
    audit.record(db, approval.tenant_id, principal.actor, "approval.decide", f"approval:{approval.id}", before, after)
    return approval


_REASONS = {ApprovalStatus.DENIED: "A person refused it. Find another way, or say what is missing."}


def _check_may_answer(principal: Principal, session: Session) -> None:
    is_owner = session.created_by == principal.actor or session.user_subject == principal.subject
    if not (is_owner or principal.role.includes(Role.LEAD)):
        raise ApprovalNotYours


def _check_open(session: Session, approval: Approval) -> None:
    if approval.status is not ApprovalStatus.PENDING:
        raise ApprovalDecided(status=approval.status.value)
    if session.status is not Status.WAITING or session.attempt != approval.attempt:
        raise ApprovalDecided(status=ApprovalStatus.SUPERSEDED.value)
    if approval.deadline_at <= now():
        raise ApprovalOverdue


def _check_fits(approval: Approval, decision: Decision) -> None:
    if approval.kind is ApprovalKind.QUESTION and decision.status is ApprovalStatus.ALLOWED:
        raise Invalid(problem="this is a question: answer it, or deny it with a reason")
    if approval.kind is ApprovalKind.PERMISSION and decision.status is ApprovalStatus.ANSWERED:
        raise Invalid(problem="this is a permission: allow it, or deny it with a reason")
    if decision.remember and (approval.kind is ApprovalKind.QUESTION or approval.tool == REPEATED):
        raise Invalid(problem="only the permission of a tool can be remembered")
    asked = len(approval.detail["questions"]) if approval.kind is ApprovalKind.QUESTION else 0
    if decision.answers is not None and len(decision.answers) != asked:
        raise Invalid(problem=f"answers: {asked} questions were asked, give one list for each")
