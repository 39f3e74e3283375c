"""What the next attempt of a session begins with, and what a turn is told, whatever came before."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from tests.actors import make_tenant
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions import turn_rows
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Evidence, Session, SessionMessage, SessionTurn
from orchestrator.sessions.states import MessageKind, Status, TurnKind


class Desk:
    def __init__(self, database: Database, tenant: UUID, session_id: UUID) -> None:
        self.database, self.tenant, self.session_id = database, tenant, session_id

    @asynccontextmanager
    async def locked(self) -> AsyncGenerator[tuple[AsyncSession, Session]]:
        with tenant_scope(self.tenant):
            async with self.database.transaction() as db:
                yield db, await IndustrialRepository(db).get(Session, self.session_id, lock=True)

    async def begin(self, number: int, **options: Any) -> tuple[TurnKind, str]:
        async with self.locked() as (db, session):
            turn = await turn_rows.begin(db, session, number, **options)
            return turn.kind, turn.text

    async def end(self) -> None:
        async with self.locked() as (db, session):
            await turn_rows.end(db, session)

    async def next_attempt_begins_with(self) -> int:
        async with self.locked() as (db, session):
            session.attempt += 1
            return await turn_rows.begin_with(db, session)

    async def say(self, text: str) -> None:
        async with self.locked() as (db, session):
            message = SessionMessage(
                id=new_id(),
                session_id=session.id,
                author="user:ada",
                kind=MessageKind.MESSAGE,
                text=text,
                details={},
                created_at=now(),
            )
            IndustrialRepository(db).add(message)

    async def found(self, number: int, exit_code: int, output: str) -> None:
        async with self.locked() as (db, session):
            row = Evidence(
                id=new_id(),
                session_id=session.id,
                attempt=session.attempt,
                turn=number,
                position=0,
                command="make test",
                commit="c",
                exit_code=exit_code,
                duration_ms=1,
                output=output,
                timed_out=False,
                flaky=False,
                pre_existing=False,
                created_at=now(),
            )
            IndustrialRepository(db).add(row)


@pytest.fixture
async def desk(database: Database) -> Desk:
    tenant = await make_tenant(database, "a")
    session = await add_session(database, tenant, status=Status.RUNNING, attempt=1, prompt="Do it")
    return Desk(database, tenant, session.id)


async def test_the_first_turn_is_the_prompt_and_is_begun_once(desk: Desk) -> None:
    assert await desk.next_attempt_begins_with() == 0
    assert await desk.begin(0) == (TurnKind.PROMPT, "Do it")
    async with desk.locked() as (db, session):
        session.attempt, session.prompt = 7, "something else"
        turn = await turn_rows.begin(db, session, 0)
        assert (turn.attempt, turn.text) == (2, "Do it"), "a repeat sends the very same under the same ids"


async def test_an_open_turn_goes_on_and_what_follows_an_ended_one_is_done(desk: Desk) -> None:
    await desk.begin(0)
    assert await desk.next_attempt_begins_with() == 0
    await desk.end()
    assert await desk.next_attempt_begins_with() == 0, "its verification is still to come"
    await desk.begin(1)
    assert await desk.next_attempt_begins_with() == 1


async def test_a_message_waits_for_the_end_of_the_turn_and_several_go_in_one(desk: Desk) -> None:
    await desk.begin(0)
    await desk.say("Use Decimal.")
    assert await desk.next_attempt_begins_with() == 0, "the turn that runs is not disturbed"
    await desk.say("And round it.")
    await desk.end()
    assert await desk.next_attempt_begins_with() == 1
    assert await desk.begin(1) == (TurnKind.MESSAGE, "Use Decimal.\n\nAnd round it.")
    await desk.end()
    assert await desk.next_attempt_begins_with() == 1, "they are delivered"


async def test_feedback_says_what_failed_and_its_rounds_begin_anew_with_a_message(desk: Desk) -> None:
    await desk.begin(0)
    await desk.end()
    await desk.found(0, 1, "boom one")
    kind, text = await desk.begin(1)
    assert kind is TurnKind.FEEDBACK
    assert "boom one" in text
    assert "round 1 of 1" in text
    async with desk.locked() as (db, session):
        assert await turn_rows.feedback_rounds(db, session) == 1
    await desk.end()
    await desk.found(1, 1, "boom two")
    await desk.say("Look at the sign.")
    kind, text = await desk.begin(2)
    assert kind is TurnKind.MESSAGE
    assert text.startswith("Look at the sign.")
    assert "boom two" in text
    async with desk.locked() as (db, session):
        assert await turn_rows.feedback_rounds(db, session) == 0


async def test_of_two_attempts_that_verified_a_turn_the_later_one_is_told(desk: Desk) -> None:
    await desk.begin(0)
    await desk.end()
    await desk.found(0, 1, "old")
    await desk.next_attempt_begins_with()
    await desk.found(0, 1, "new")
    _, text = await desk.begin(1)
    assert "new" in text
    assert "old" not in text


async def test_a_conversation_that_begins_afresh_is_told_the_prompt_again(desk: Desk) -> None:
    await desk.begin(0)
    await desk.end()
    await desk.say("And now this.")
    assert await desk.begin(1, afresh=True) == (TurnKind.MESSAGE, "Do it\n\nAnd now this.")


async def test_the_end_of_the_session_is_the_end_of_its_turn(desk: Desk) -> None:
    """Or a follow-up would go on with a turn that failed."""
    await desk.begin(0)
    async with desk.locked() as (db, session):
        await transition(db, session, Status.FAILED, "a test")
    async with desk.locked() as (db, session):
        last = await turn_rows.newest(db, session)
        assert last is not None
        assert last.outcome == "failed"


async def numbers(desk: Desk) -> list[tuple[int, bool]]:
    """Each turn's number, and whether it has ended."""
    async with desk.locked() as (db, session):
        rows = (await db.execute(select(SessionTurn).where(SessionTurn.session_id == session.id))).scalars()
        return sorted((row.number, row.ended_at is not None) for row in rows)


async def test_turns_that_no_checkpoint_holds_are_run_again(desk: Desk) -> None:
    """The node was lost between a turn's end and its checkpoint, or the newest checkpoints were damaged."""
    for number in (0, 1, 2):
        if number:
            await desk.say(f"And {number}.")
        await desk.begin(number)
        await desk.end()
    for held, left, begins_with in ((2, [(0, True), (1, True), (2, True)], 2), (0, [(0, True), (1, False)], 1)):
        async with desk.locked() as (db, session):
            await turn_rows.go_back(db, session, held)
        assert await numbers(desk) == left
        assert await desk.next_attempt_begins_with() == begins_with
    assert await desk.begin(1) == (TurnKind.MESSAGE, "And 1."), "under the same ids"
    await desk.end()
    assert await desk.begin(2) == (TurnKind.MESSAGE, "And 2."), "what was said is said again"


async def test_a_turn_that_ended_with_its_session_is_not_run_again(desk: Desk) -> None:
    await desk.begin(0)
    async with desk.locked() as (db, session):
        await transition(db, session, Status.FAILED, "a test")
    async with desk.locked() as (db, session):
        await turn_rows.go_back(db, session, -1)
    assert await numbers(desk) == [(0, True)]
