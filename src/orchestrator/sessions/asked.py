"""What becomes of something that an agent asks for, whichever way it asks: the policy decides, else what a person decided
before, else the session waits for one."""

from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json
from orchestrator.kit.printable import printable
from orchestrator.opencode.permissions import matches
from orchestrator.sessions.approval_rows import Approval, ApprovalKind, ApprovalStatus, decided
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status
from orchestrator.tenancy.approval_policy import Policy

POLICY = "policy"
"""The actor of what no person decided."""
NOBODY_ANSWERED = "Nobody answered in time. Take the most careful option yourself, and say at the end which you took."
REFUSED_BY_POLICY = (
    "The policy of this team does not allow it. Find another way within your worktree, or say what is missing."
)
LONGEST_TEXT = 4_000
_MOST_ITEMS, _DEEPEST = 50, 5


async def decide(db: AsyncSession, approval: Approval, policy: Policy) -> None:
    """The policy, else what a person decided before; else it stays pending."""
    answer = policy.decide(approval.tool, approval.patterns)
    if answer == "allow":
        decided(db, approval, ApprovalStatus.ALLOWED, POLICY, None)
    elif answer == "deny":
        decided(db, approval, ApprovalStatus.DENIED, POLICY, REFUSED_BY_POLICY)
    else:
        await decide_as_before(db, approval)


async def decide_as_before(db: AsyncSession, approval: Approval) -> None:
    if (before := await _decided_before(db, approval)) is not None:
        actor = before.decided_by or ORCHESTRATOR
        decided(db, approval, before.status, actor, before.reason, answers=before.answers)
        before.applied_at = before.applied_at or now()


async def _decided_before(db: AsyncSession, approval: Approval) -> Approval | None:
    """An answer that is remembered; or one to the same request that was lost before the agent was told."""
    by_a_person = (ApprovalStatus.ALLOWED, ApprovalStatus.DENIED, ApprovalStatus.ANSWERED)
    rows = await IndustrialRepository(db).list(
        Approval,
        Approval.session_id == approval.session_id,
        Approval.tool == approval.tool,
        Approval.status.in_(by_a_person),
        Approval.decided_by != POLICY,
        order=(Approval.requested_at.desc(),),
        limit=200,
    )
    return next((row for row in rows if _covers(row, approval)), None)


def _covers(before: Approval, approval: Approval) -> bool:
    if before.applied_at is None:
        return (before.patterns, before.detail) == (approval.patterns, approval.detail)
    if not before.remember or approval.kind is ApprovalKind.QUESTION:
        return False
    known = (*before.patterns, *before.always)
    return bool(approval.patterns) and all(any(matches(one, pattern) for one in known) for pattern in approval.patterns)


async def ask(db: AsyncSession, session: Session, approval: Approval) -> None:
    """People are told of it, and the session waits for one."""
    _tell_asked(db, approval)
    await wait(db, session, approval)


async def wait(db: AsyncSession, session: Session, approval: Approval) -> None:
    if session.status is Status.DEGRADED:
        await transition(db, session, Status.RUNNING, "the agent asks for something")
    if session.status is Status.RUNNING:
        what = " ".join([approval.tool, *approval.patterns])[:200]
        until = approval.deadline_at.isoformat(timespec="seconds")
        await transition(db, session, Status.WAITING, f"{approval.asker} asks: {what}; until {until}")


def _tell_asked(db: AsyncSession, approval: Approval) -> None:
    events.append(
        db,
        approval.tenant_id,
        "approval.requested",
        actor="agent",
        session_id=approval.session_id,
        approval_id=str(approval.id),
        kind=approval.kind.value,
        tool=approval.tool,
        patterns=approval.patterns[:10],
        asker=approval.asker,
        deadline_at=approval.deadline_at.isoformat(),
        default=approval.default_action,
    )


def allows(approval: Approval) -> bool:
    is_default = approval.status is ApprovalStatus.EXPIRED and approval.default_action == "allow"
    return approval.status is ApprovalStatus.ALLOWED or is_default


def answers(approval: Approval) -> list[list[str]]:
    """What is not answered is told why: a question that is rejected would tell the agent nothing."""
    if approval.answers is not None:
        return approval.answers
    count = len(cast(list[object], approval.detail["questions"]))
    return [[approval.reason or REFUSED_BY_POLICY]] * count


def bounded(value: Any, depth: int = 0) -> Any:
    """Enough to decide upon; an edit's request holds whole files."""
    if isinstance(value, str):
        return printable(value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]} [...]")
    if isinstance(value, dict | list | tuple) and depth >= _DEEPEST:
        return "[...]"
    if isinstance(value, dict):
        items = list(cast(Json, value).items())[:_MOST_ITEMS]
        return {printable(str(k))[:200]: bounded(v, depth + 1) for k, v in items}
    if isinstance(value, list | tuple):
        return [bounded(item, depth + 1) for item in list(cast(list[Any], value))[:_MOST_ITEMS]]
    return value
