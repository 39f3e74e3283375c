"""When checkpoints inside of a turn are taken, and that they never stand in its way."""

import asyncio

import pytest

from orchestrator.opencode.schemas import Part
from orchestrator.sessions import midway
from orchestrator.sessions.context import Superseded
from orchestrator.sessions.midway import MidwayCheckpoints, Pace


def step(number: int) -> Part:
    return Part(id=f"prt_{number}", session_id="ses_1", message_id="msg_1", type="step-finish")


@pytest.mark.parametrize(
    ("longest", "took", "due"),
    [(60, 0, 10), (60, 0.1, 10), (60, 0.5, 25), (60, 5, 60), (5, 0, 5)],
)
def test_they_are_taken_as_often_as_they_are_cheap(longest: float, took: float, due: float) -> None:
    pace = Pace(longest, last_at=100.0)
    pace.took(100.0 - took, 100.0)
    assert pace.due_at == pytest.approx(100.0 + due)


class Taker:
    """Each checkpoint waits until the test lets it end."""

    def __init__(self) -> None:
        self.began: asyncio.Queue[str] = asyncio.Queue()
        self.may_end = asyncio.Semaphore(0)
        self.cancelled: list[str] = []
        self.fails = False

    async def take(self, part: Part) -> None:
        self.began.put_nowait(part.id)
        try:
            await self.may_end.acquire()
        except asyncio.CancelledError:
            self.cancelled.append(part.id)
            raise
        if self.fails:
            raise Superseded(status="cancelled", attempt=2)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(midway, "_QUIET_SECONDS", 0.0)
    monkeypatch.setattr(midway, "_SHARE", 1_000.0)


@pytest.mark.usefixtures("at_once")
async def test_the_newest_step_is_saved_when_several_finished_meanwhile() -> None:
    taker = Taker()
    async with MidwayCheckpoints(60).during(taker.take) as on_step_finished:
        await on_step_finished(step(1))
        assert await taker.began.get() == "prt_1"
        await on_step_finished(step(2))
        await on_step_finished(step(3))
        taker.may_end.release()
        assert await taker.began.get() == "prt_3"
        taker.may_end.release()
    assert taker.began.empty()


@pytest.mark.usefixtures("at_once")
async def test_a_turn_that_ends_does_not_wait_for_one_that_is_under_way() -> None:
    """The end of the turn has a checkpoint of its own: two at once would commit the same worktree."""
    taker = Taker()
    async with MidwayCheckpoints(60).during(taker.take) as on_step_finished:
        await on_step_finished(step(1))
        await taker.began.get()
    assert taker.cancelled == ["prt_1"]


@pytest.mark.usefixtures("at_once")
async def test_one_that_fails_leaves_the_turn_alone_and_the_next_is_tried() -> None:
    taker = Taker()
    taker.fails = True
    async with MidwayCheckpoints(60).during(taker.take) as on_step_finished:
        for number in (1, 2):
            await on_step_finished(step(number))
            assert await taker.began.get() == f"prt_{number}"
            taker.may_end.release()


async def test_a_short_turn_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(midway, "_QUIET_SECONDS", 3600.0)
    taker = Taker()
    async with MidwayCheckpoints(3600).during(taker.take) as on_step_finished:
        await on_step_finished(step(1))
        await asyncio.sleep(0)
    assert taker.began.empty()


@pytest.mark.usefixtures("at_once")
async def test_only_two_of_a_node_are_taken_at_once() -> None:
    taker, midways = Taker(), MidwayCheckpoints(60)
    async with midways.during(taker.take) as a, midways.during(taker.take) as b, midways.during(taker.take) as c:
        for number, finished in enumerate((a, b, c)):
            await finished(step(number))
        first = {await taker.began.get(), await taker.began.get()}
        await asyncio.sleep(0)
        assert taker.began.empty()
        taker.may_end.release()
        assert len(first | {await taker.began.get()}) == 3
