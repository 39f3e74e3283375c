"""Turns as rows: which turn an attempt begins with, what the next one says, and how each ended.

A turn's row is written before its prompt is sent, with the text as it is sent. Whichever attempt comes next goes on with
the newest turn when that is open, under the same ids, and behind it when it has ended.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions import messages
from orchestrator.sessions.models import Evidence, Session, SessionTurn
from orchestrator.sessions.repeats import MOST_REPEATS, is_stuck
from orchestrator.sessions.states import TurnKind
from orchestrator.sessions.verdict import CommandOutcome, feedback_prompt

FINISHED = "finished"
"""The outcome of a turn that came to its own end; one that its session's end cut short has that status for its outcome."""


def _of(session: Session) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return SessionTurn.tenant_id == session.tenant_id, SessionTurn.session_id == session.id


async def newest(db: AsyncSession, session: Session) -> SessionTurn | None:
    if session.turn is None:
        return None
    query = select(SessionTurn).where(*_of(session), SessionTurn.number == session.turn)
    return (await db.execute(query)).scalar_one()


async def all_of(db: AsyncSession, session: Session) -> Sequence[SessionTurn]:
    return (await db.execute(select(SessionTurn).where(*_of(session)).order_by(SessionTurn.number))).scalars().all()


async def begin_with(db: AsyncSession, session: Session) -> int:
    """The turn that this attempt begins with. One that has ended is not run again, but what comes after it is done."""
    last = await newest(db, session)
    if last is None:
        return 0
    follows = last.ended_at is not None and await messages.waiting(db, session)
    return last.number + 1 if follows else last.number


async def begin(db: AsyncSession, session: Session, number: int, *, afresh: bool = False) -> SessionTurn:
    """The turn of that number, begun now if it was not. `afresh`: the conversation holds nothing of what was said before."""
    last = await newest(db, session)
    if last is not None and last.number >= number:
        query = select(SessionTurn).where(*_of(session), SessionTurn.number == number)
        return (await db.execute(query)).scalar_one()
    if last is None:
        return await open_turn(db, session, TurnKind.PROMPT, session.prompt, session.created_by, number=number)
    said = await messages.waiting(db, session)
    parts = [session.prompt] if afresh else []
    parts += [messages.told(one) for one in said]
    parts += await _feedback(db, session, last.number)
    kind, author = (TurnKind.MESSAGE, said[-1].author) if said else (TurnKind.FEEDBACK, ORCHESTRATOR)
    turn = await open_turn(db, session, kind, "\n\n".join(parts), author, number=number)
    await messages.deliver(db, said, number)
    return turn


async def open_turn(
    db: AsyncSession, session: Session, kind: TurnKind, text: str, author: str, *, number: int | None = None
) -> SessionTurn:
    """What the session is told next; its present turn must have ended. Unset, the number is the next one."""
    if number is None:
        number = 0 if session.turn is None else session.turn + 1
    turn = SessionTurn(
        tenant_id=session.tenant_id,
        session_id=session.id,
        number=number,
        attempt=session.attempt,
        kind=kind,
        text=text,
        author=author,
        began_at=now(),
    )
    db.add(turn)
    session.turn = number
    await db.flush()
    _tell(db, session, "turn.started", author, turn=number, kind=kind.value)
    return turn


async def end(db: AsyncSession, session: Session, outcome: str = FINISHED) -> None:
    """Ends the open turn, if there is one."""
    statement = (
        update(SessionTurn)
        .where(*_of(session), SessionTurn.ended_at.is_(None))
        .values(ended_at=now(), outcome=outcome)
        .returning(SessionTurn.number)
        .execution_options(synchronize_session="fetch")
    )
    for number in (await db.execute(statement)).scalars():
        _tell(db, session, "turn.ended", ORCHESTRATOR, turn=number, outcome=outcome)


async def go_back(db: AsyncSession, session: Session, held: int) -> None:
    """The session goes on from a checkpoint that holds turns up to `held` (-1: none): the next one is run again.

    Those after that one follow anew, with what was said in them. A turn that the session's end cut short is not run
    again: what follows it was said since.
    """
    query = select(SessionTurn).where(*_of(session), SessionTurn.number > held).order_by(SessionTurn.number)
    lost = (await db.execute(query)).scalars().all()
    if not lost or lost[-1].outcome not in (None, FINISHED):
        return
    again, later = lost[0], [turn.number for turn in lost[1:]]
    await messages.take_back(db, session, later)
    await db.execute(delete(SessionTurn).where(*_of(session), SessionTurn.number.in_(later)))
    session.turn = again.number
    if again.ended_at is not None:
        again.ended_at = again.outcome = None
        _tell(db, session, "turn.repeated", ORCHESTRATOR, turn=again.number)


def _tell(db: AsyncSession, session: Session, type_: str, actor: str, **data: object) -> None:
    events.append(db, session.tenant_id, type_, actor=actor, session_id=session.id, **data)


async def feedback_rounds(db: AsyncSession, session: Session) -> int:
    """How many turns of feedback there were since a person last said something."""
    said = await _said_last(db, session)
    query = select(func.count()).where(*_of(session), SessionTurn.kind == TurnKind.FEEDBACK, SessionTurn.number > said)
    return (await db.execute(query)).scalar_one()


async def _said_last(db: AsyncSession, session: Session) -> int:
    """The turn in which a person last said something."""
    person = (TurnKind.PROMPT, TurnKind.MESSAGE)
    query = select(func.coalesce(func.max(SessionTurn.number), 0)).where(*_of(session), SessionTurn.kind.in_(person))
    return (await db.execute(query)).scalar_one()


def has_turns_left(session: Session) -> bool:
    return session.turn is None or session.turn + 1 < session.max_turns


async def no_more_feedback(db: AsyncSession, session: Session) -> str | None:
    """Why no further turn is begun to mend what verification found, "" when its rounds are used up; None when one is."""
    if await feedback_rounds(db, session) >= session.max_feedback_rounds:
        return ""
    if not has_turns_left(session):
        return f"as many turns as it may take are used up: {session.max_turns}"
    if is_stuck(await _verified_since(db, session, await _said_last(db, session))):
        return f"{MOST_REPEATS} times in a row in the same way"
    return None


async def _verified_since(db: AsyncSession, session: Session, number: int) -> list[list[CommandOutcome]]:
    rows = await IndustrialRepository(db).list(
        Evidence,
        Evidence.session_id == session.id,
        Evidence.turn >= number,
        order=(Evidence.turn, Evidence.attempt, Evidence.position),
    )
    attempts = {row.turn: row.attempt for row in rows}  # Of a turn that two attempts verified, the later one.
    return [[_outcome(row) for row in rows if (row.turn, row.attempt) == verified] for verified in attempts.items()]


async def _feedback(db: AsyncSession, session: Session, number: int) -> list[str]:
    """What the verification after that turn found, when something failed."""
    outcomes = await outcomes_after(db, session, number)
    if all(one.passed for one in outcomes):
        return []
    return [feedback_prompt(outcomes, await feedback_rounds(db, session) + 1, session.max_feedback_rounds)]


def _outcome(row: Evidence) -> CommandOutcome:
    return CommandOutcome(row.command, row.exit_code, row.output, row.timed_out, row.flaky, row.pre_existing)


async def outcomes_after(db: AsyncSession, session: Session, number: int) -> list[CommandOutcome]:
    return [_outcome(row) for row in await evidence_after(db, session, number)]


async def evidence_after(db: AsyncSession, session: Session, number: int) -> Sequence[Evidence]:
    """Of a turn that two attempts verified, what the later one found."""
    rows = await IndustrialRepository(db).list(
        Evidence,
        Evidence.session_id == session.id,
        Evidence.turn == number,
        order=(Evidence.attempt, Evidence.position),
    )
    return [row for row in rows if row.attempt == rows[-1].attempt]
