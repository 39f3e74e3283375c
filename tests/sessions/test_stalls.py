"""What counts as progress, and when a turn is cut."""

import time
from typing import Any

import pytest

from orchestrator.opencode.events import PartUpdated, StatusChanged
from orchestrator.opencode.schemas import Message, MessageInfo, Part, SessionStatus
from orchestrator.runtimes.activity import Activity
from orchestrator.sessions.failures import class_of
from orchestrator.sessions.stalls import (
    CUTS,
    MOST_REPEATS,
    AgentLoops,
    Limits,
    ModelEmpty,
    ModelSilent,
    TooManySteps,
    TurnStalled,
    TurnWatch,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    monkeypatch.setattr(time, "time", lambda: clock.now)
    return clock


def part(number: int, type_: str = "tool", **state: Any) -> Part:
    tool = {"tool": "bash", "state": state} if type_ == "tool" else {}
    return Part.model_validate({"id": f"prt_{number}", "sessionID": "s", "messageID": "m", "type": type_, **tool})


def failed(number: int, error: str = "not found", **given: Any) -> Part:
    return part(number, status="error", input={"filePath": "a.txt", **given}, error=error)


def watch(**limits: float) -> TurnWatch:
    return TurnWatch(Limits(limits.get("stall_seconds", 600), int(limits.get("max_steps", 200))), Activity())


def test_the_same_failed_call_again_and_again_is_a_loop() -> None:
    watched = watch()
    for number in range(MOST_REPEATS - 1):
        watched.saw_part(failed(number))
        watched.saw_part(failed(number))  # OpenCode tells of a part more than once.
    watched.check()
    watched.saw_part(failed(MOST_REPEATS))
    with pytest.raises(AgentLoops):
        watched.check()


@pytest.mark.parametrize(
    "other",
    [failed(9, "something else"), failed(9, filePath="b.txt"), part(9, status="completed", input={}, output="fine")],
)
def test_another_call_or_another_result_begins_the_count_anew(other: Part) -> None:
    watched = watch()
    for number in range(MOST_REPEATS * 2 - 1):
        watched.saw_part(other if number == MOST_REPEATS - 1 else failed(number + 10))
        watched.check()


def test_a_command_that_fails_is_a_failed_call_and_one_that_passes_may_be_repeated() -> None:
    watched = watch()
    for number in range(MOST_REPEATS * 2):
        watched.saw_part(part(number, status="completed", input={"command": "make"}, output="ok", metadata={"exit": 0}))
        watched.check()
    for number in range(MOST_REPEATS):
        state = {"status": "completed", "input": {"command": "make"}, "output": "no", "metadata": {"exit": 2}}
        watched.saw_part(part(100 + number, **state))
    with pytest.raises(AgentLoops):
        watched.check()


def test_steps_count_with_those_that_an_earlier_process_saw() -> None:
    info = MessageInfo.model_validate({"id": "m", "sessionID": "s", "role": "assistant", "time": {"created": 1}})
    watched = watch(max_steps=3)
    watched.saw([Message(info=info, parts=(part(1, "step-start"), part(2, "step-start")))])
    watched.saw_part(part(3, "step-start"))
    watched.check()
    watched.saw_part(part(4, "step-start"))
    with pytest.raises(TooManySteps):
        watched.check()


def test_silence_is_the_models_or_the_tools(clock: Clock) -> None:
    activity = Activity()
    watched = TurnWatch(Limits(600, 200), activity)
    clock.now += 599
    watched.check()
    clock.now += 1
    with pytest.raises(ModelSilent):
        watched.check()
    fetching = Part.model_validate(
        {"id": "p", "sessionID": "s", "messageID": "m", "type": "tool", "tool": "webfetch", "state": {"status": "running"}}
    )
    activity.saw(PartUpdated("/w", "s", fetching))
    watched.check()
    clock.now += 600
    with pytest.raises(TurnStalled) as stalled:
        watched.check()
    assert "webfetch" in stalled.value.message


def test_a_silent_command_is_at_work_for_as_long_as_its_own_limit(clock: Clock) -> None:
    activity = Activity()
    running = part(1, status="running", input={"command": "make", "timeout": 1_800_000})
    activity.saw(PartUpdated("/w", "s", running))
    clock.now += 1_800
    assert activity.quiet_seconds == 0
    activity.saw(PartUpdated("/w", "s", running))
    clock.now += 60
    assert activity.quiet_seconds == 30  # More output does not lengthen it.
    activity.saw(PartUpdated("/w", "s", part(1, status="completed", input={}, output="")))
    clock.now += 100
    assert (activity.quiet_seconds, activity.tools) == (100, "")


def test_a_provider_that_is_tried_again_later_is_no_stall(clock: Clock) -> None:
    activity = Activity()
    retry = SessionStatus(type="retry", attempt=4, message="busy", next=int((clock.now + 900) * 1000))
    activity.saw(StatusChanged("/w", "s", retry))
    clock.now += 900
    assert activity.quiet_seconds == 0
    clock.now += 60
    assert activity.quiet_seconds == 960


def test_each_cut_has_a_class_of_failure() -> None:
    assert {class_of(code).value for code in CUTS} == {"time_out", "provider_transient", "provider_final"}


def answer(number: int, *parts: dict[str, Any], end: str = "unknown") -> Message:
    id_ = f"msg_{number}"
    info = {"id": id_, "sessionID": "s", "role": "assistant", "time": {"created": 1, "completed": 2}, "finish": end}
    whole = ({"type": "step-start"}, *parts, {"type": "step-finish", "reason": end})
    made = [{"id": f"prt_{number}_{n}", "sessionID": "s", "messageID": id_} | one for n, one in enumerate(whole)]
    return Message.model_validate({"info": info, "parts": made})


def test_empty_answers_one_after_the_other_end_the_turn() -> None:
    """OpenCode asked for 200 of them, each paid for, and nothing told that the provider said nothing."""
    watched = watch()
    watched.saw([])
    for number in range(MOST_REPEATS):
        watched.check()
        watched.saw([answer(number, {"type": "text", "text": ""})])
    with pytest.raises(ModelEmpty):
        watched.check()


def test_an_answer_with_something_in_it_begins_the_count_of_empty_ones_anew() -> None:
    watched = watch()
    watched.saw([])
    for number in range(2 * MOST_REPEATS - 1):
        said = ({"type": "text", "text": "Well."},) if number == MOST_REPEATS - 1 else ()
        watched.saw([answer(number, *said)])
        watched.check()


def test_empty_answers_of_an_earlier_try_do_not_end_the_next_one() -> None:
    watched, earlier = watch(), [answer(number) for number in range(MOST_REPEATS)]
    watched.saw(earlier)
    watched.check()
    for number in range(MOST_REPEATS, 2 * MOST_REPEATS):
        watched.check()
        watched.saw([*earlier, answer(number)])
    with pytest.raises(ModelEmpty):
        watched.check()
