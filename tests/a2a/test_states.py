"""The states of sessions as tasks have them, and as the reference says them."""

from pathlib import Path

from a2a.types import TaskState

from orchestrator.a2a.states import AT_REST, STATES, TERMINAL, state_of, statuses_of
from orchestrator.sessions.states import FINISHED, Status

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "a2a.md"


def test_every_status_has_a_state_and_the_finished_are_over() -> None:
    assert set(STATES) == set(Status)
    assert set(STATES.values()) | {"TASK_STATE_REJECTED"} <= set(TaskState.keys())
    assert {status for status, state in STATES.items() if state in TERMINAL} == FINISHED
    assert {"TASK_STATE_INPUT_REQUIRED"} == AT_REST - TERMINAL
    assert (state_of(Status.FAILED, 0), state_of(Status.FAILED, 1)) == ("TASK_STATE_REJECTED", "TASK_STATE_FAILED")
    assert statuses_of("TASK_STATE_REJECTED") == [Status.FAILED]


def test_the_reference_says_the_same() -> None:
    rows = [line.split("|")[1:3] for line in REFERENCE.read_text().splitlines() if "`TASK_STATE_" in line and line[0] == "|"]
    told = {status: state.strip().strip("`") for names, state in rows for status in Status if f"`{status}`" in names}
    assert told == {status.value: state for status, state in STATES.items()}
