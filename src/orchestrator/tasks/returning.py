"""Work that does not go together with what was merged before it goes back to the agent that did it, a few times."""

from collections.abc import Sequence

from orchestrator.events.log import ORCHESTRATOR
from orchestrator.sessions import messages
from orchestrator.sessions.messages import NewMessage
from orchestrator.sessions.models import Session
from orchestrator.sessions.rebase_requests import move_onto
from orchestrator.sessions.rebase_states import PLAN, Rebase
from orchestrator.sessions.states import Status
from orchestrator.sessions.turn_rows import outcomes_after
from orchestrator.tasks.looks import Look
from orchestrator.tasks.prompts import not_together
from orchestrator.tasks.states import TaskStatus


async def conflict(look: Look, merge: Session, key: str, files: Sequence[str]) -> None:
    """Its session is put upon the plan's head, and a turn of it solves what conflicts there."""
    named = ", ".join(files[:20])
    if await _may_return(look, key, f"it conflicts with what was merged before it, in {named}"):
        await _put_upon_head(look, merge, key)
        await _returned(look, key, f"its session solves a conflict in {named}")


async def rejected(look: Look, merge: Session, key: str, reason: str) -> None:
    """It passes alone, and not together with the others: its session is told what fails there."""
    if not await _may_return(look, key, f"it does not pass together with what was merged before it: {reason}"):
        return
    session = await _put_upon_head(look, merge, key)
    outcomes = await outcomes_after(look.db, merge, 0)
    text = not_together(outcomes, look.tasks[key].conflict_rounds + 1, look.settings.max_conflict_rounds)
    await messages.add(look.db, ORCHESTRATOR, session, NewMessage(text))
    await _returned(look, key, "its session mends what fails together with the others")


async def _may_return(look: Look, key: str, reason: str) -> bool:
    rounds = look.tasks[key].conflict_rounds
    if (await look.work_of(key, lock=True)).status is Status.CANCELLED:
        await look.put(key, TaskStatus.CANCELLED, f"{reason}; its session was cancelled meanwhile")
        return False
    if rounds < look.settings.max_conflict_rounds:
        return True
    tried = f", also after {rounds} rounds" if rounds else ""
    await look.put(key, TaskStatus.FAILED, reason + tried)
    return False


async def _put_upon_head(look: Look, merge: Session, key: str) -> Session:
    plan, session = look.plan, await look.work_of(key, lock=True)
    wanted = Rebase(onto=plan.head_commit or merge.base_commit, by=PLAN)
    if plan.head_checkpoint is not None:
        wanted["checkpoint"] = str(plan.head_checkpoint)
    await move_onto(look.db, session, wanted, ORCHESTRATOR)
    session.rules_commit = plan.base_commit
    return session


async def _returned(look: Look, key: str, reason: str) -> None:
    await look.put(key, TaskStatus.RESOLVING, reason, conflict_rounds=look.tasks[key].conflict_rounds + 1)
