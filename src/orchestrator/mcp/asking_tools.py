"""Tools of a session's agent that may wait for a person: until the answer comes, or its deadline has passed."""

from collections.abc import Sequence

from pydantic import Field

from orchestrator.kit.errors import OrchestratorError
from orchestrator.mcp.own_session import OwnSession, transaction
from orchestrator.mcp.tools import Arguments, Tool, tool
from orchestrator.sessions import asked, questions
from orchestrator.sessions.approval_rows import Approval, ApprovalStatus
from orchestrator.sessions.context import load
from orchestrator.sessions.policies import policy_of
from orchestrator.tasks import added
from orchestrator.tasks.models import PlanTask
from orchestrator.tasks.planner import PlannedTask
from orchestrator.tenancy.approval_policy import Policy

_MOST_SHOWN = 50


class TaskNotWanted(OrchestratorError):
    """A person, or the deadline, has decided against this task: {reason}"""

    status = 403
    code = "task_not_wanted"
    hint = "Go on with your own task, and say with finish_task what you would have added."


class AskHuman(Arguments):
    question: str = Field(min_length=1, max_length=4_000, description="With all that somebody needs to answer it.")
    options: list[str] = Field(default_factory=list[str], max_length=20, description="Answers to choose from, if any.")


async def ask_human(caller: OwnSession, given: AskHuman) -> object:
    """Ask a person, and wait for the answer; it can take hours. Only for what you cannot find out and must not decide
    yourself. When nobody answers in time, you are told to take the most careful option. If the call breaks off, ask again
    in the same words: it is the same question."""
    wish = questions.question(given.question, given.options)
    async with transaction(caller) as db:
        approval = await questions.ask(db, await load(db, caller.key, lock=True), wish)
    approval = await _decided(caller, approval)
    return {"answer": ", ".join(asked.answers(approval)[0]), "answered_by": approval.decided_by}


class CreateTask(Arguments, PlannedTask):
    after_mine: bool = Field(False, description="It needs what you change: it begins when your work is on the branch.")


async def create_task(caller: OwnSession, given: CreateTask) -> object:
    """Add a task to the plan that you work on a task of, for work that is not part of yours. Another agent does it, and the
    commands of the plan judge it."""
    task = PlannedTask.model_validate(given.model_dump(exclude={"after_mine"}))
    async with transaction(caller) as db:
        session = await load(db, caller.key)
        plan, task = await added.proposed(db, session, task, after_mine=given.after_mine)
        if not added.needs_approval(plan):
            return _told(await added.add(db, session, plan, task), caller)
        approval = await questions.ask(db, await load(db, caller.key, lock=True), added.wish(task))
    approval = await _decided(caller, approval)
    if not asked.allows(approval):
        raise TaskNotWanted(reason=approval.reason or asked.REFUSED_BY_POLICY)
    async with transaction(caller) as db:
        session = await load(db, caller.key)
        plan, task = await added.proposed(db, session, task, after_mine=False)
        return _told(await added.add(db, session, plan, task), caller)


async def _decided(caller: OwnSession, approval: Approval) -> Approval:
    """Raises QuestionSuperseded."""
    if approval.status is ApprovalStatus.PENDING:
        await caller.decisions.made(caller.tenant_id, approval.id, approval.deadline_at)
    async with transaction(caller) as db:
        return await questions.take(db, approval.id)


def _told(tasks: Sequence[PlanTask], caller: OwnSession) -> dict[str, object]:
    shown = [{"key": one.key, "title": one.title, "status": one.status.value} for one in tasks[-_MOST_SHOWN:]]
    return {"your_task": caller.task_key, "tasks": shown}


async def asks_people(caller: OwnSession) -> bool:
    """A question that the policy refuses is not even offered."""
    async with transaction(caller) as db:
        policy: Policy = await policy_of(db, await load(db, caller.key))
    return policy.decide(questions.QUESTION, ()) != "deny"


async def works_on_a_plan(caller: OwnSession) -> bool:
    return caller.task_key is not None


ASKING_TOOLS: tuple[Tool[OwnSession], ...] = (
    tool(AskHuman, ask_human, offered=asks_people),
    tool(CreateTask, create_task, offered=works_on_a_plan),
)
