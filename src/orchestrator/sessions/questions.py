"""What an agent asks for with one of the orchestrator's own tools. The tool's process makes the row and waits for its
answer; the node that runs the session keeps its deadline, as it does for what OpenCode asks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.ids import new_id
from orchestrator.kit.printable import printable
from orchestrator.opencode.permissions import QUESTION
from orchestrator.sessions import asked
from orchestrator.sessions.approval_rows import Approval, ApprovalKind, ApprovalStatus, decided
from orchestrator.sessions.models import Session
from orchestrator.sessions.policies import policy_of

_BY_TOOL = "tool_"
MOST_QUESTIONS = 20
"""Of one attempt of a session, asked with tools: who has to ask more often is better told in a message."""


class TooManyQuestions(OrchestratorError):
    """This session has asked people {most} times, which is the most."""

    status = 429
    code = "too_many_questions"
    hint = "Decide it yourself, take the most careful option, and say at the end which you took."


class QuestionSuperseded(OrchestratorError):
    """Nobody can answer this any more: {reason}."""

    status = 409
    code = "question_superseded"
    hint = "Ask again if it still matters."


@dataclass(frozen=True)
class Wish:
    """`always` is what a remembered answer is for, besides."""

    kind: ApprovalKind
    tool: str
    detail: Json
    patterns: Sequence[str] = ()
    always: Sequence[str] = field(default=())

    @property
    def request_id(self) -> str:
        words = json.dumps([self.kind.value, self.tool, list(self.patterns), self.detail], sort_keys=True)
        return _BY_TOOL + sha256(words.encode()).hexdigest()[:40]


def question(text: str, options: Sequence[str]) -> Wish:
    choices = [{"label": printable(one), "description": ""} for one in options]
    one = {"question": printable(text), "header": "", "options": choices, "multiple": False}
    return Wish(ApprovalKind.QUESTION, QUESTION, {"questions": [one]})


def is_by_tool(approval: Approval) -> bool:
    return approval.request_id.startswith(_BY_TOOL)


async def ask(db: AsyncSession, session: Session, wish: Wish) -> Approval:
    """The row of a session that is locked and at work. The same words in the same attempt are the same question: who lost
    the answer asks again, and nobody is asked twice. Raises TooManyQuestions."""
    request_id = f"{wish.request_id}_{session.attempt}"
    mine = (Approval.session_id == session.id, Approval.request_id == request_id)
    if (known := await IndustrialRepository(db).find(Approval, *mine)) is not None:
        return await _again(db, session, known)
    await _check_count(db, session)
    policy = await policy_of(db, session)
    moment, is_question = now(), wish.kind is ApprovalKind.QUESTION
    approval = IndustrialRepository(db).add(
        Approval(
            id=new_id(),
            session_id=session.id,
            attempt=session.attempt,
            conversation=session.opencode_session_id or "",
            request_id=request_id,
            kind=wish.kind,
            asker=session.agent,
            tool=wish.tool,
            patterns=[printable(one) for one in wish.patterns],
            always=list(wish.always),
            detail=asked.bounded(wish.detail),
            status=ApprovalStatus.PENDING,
            default_action="answer" if is_question else policy.default,
            requested_at=moment,
            deadline_at=moment + timedelta(seconds=policy.deadline_seconds),
        )
    )
    if is_question or policy.decide(wish.tool, wish.patterns) == "deny":
        await asked.decide(db, approval, policy)
    else:  # Whoever asks for it has reasons of its own to have a person decide, which no rule that allows takes away.
        await asked.decide_as_before(db, approval)
    if approval.status is ApprovalStatus.PENDING:
        await asked.ask(db, session, approval)
    return approval


async def _again(db: AsyncSession, session: Session, known: Approval) -> Approval:
    """What was closed with an earlier turn is open again."""
    if known.status is ApprovalStatus.SUPERSEDED:
        policy = await policy_of(db, session)
        known.status, known.decided_by, known.decided_at, known.reason = ApprovalStatus.PENDING, None, None, None
        known.requested_at = now()
        known.deadline_at = known.requested_at + timedelta(seconds=policy.deadline_seconds)
        await asked.ask(db, session, known)
    elif known.status is ApprovalStatus.PENDING:
        await asked.wait(db, session, known)
    return known


async def _check_count(db: AsyncSession, session: Session) -> None:
    tenant_id = IndustrialRepository(db).tenant_id
    query = select(func.count()).where(Approval.tenant_id == tenant_id, Approval.session_id == session.id)
    query = query.where(Approval.attempt == session.attempt, Approval.request_id.startswith(_BY_TOOL, autoescape=True))
    if (await db.execute(query)).scalar_one() >= MOST_QUESTIONS:
        raise TooManyQuestions(most=MOST_QUESTIONS)


async def take(db: AsyncSession, approval_id: UUID) -> Approval:
    """The answer, which the agent is told now. Raises QuestionSuperseded."""
    approval = await IndustrialRepository(db).get(Approval, approval_id, lock=True)
    if approval.status is ApprovalStatus.PENDING:  # Its deadline has passed, and its node has not taken the default.
        decided(db, approval, ApprovalStatus.EXPIRED, asked.POLICY, asked.NOBODY_ANSWERED)
    if approval.status is ApprovalStatus.SUPERSEDED:
        raise QuestionSuperseded(reason=approval.reason or "its turn is over")
    approval.applied_at = approval.applied_at or now()
    return approval
