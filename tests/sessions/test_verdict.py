"""What verification says: a pure function, so every rule is a line here."""

import pytest

from orchestrator.sessions.runner_reports import Report
from orchestrator.sessions.states import Status, Verification
from orchestrator.sessions.verdict import CommandOutcome, feedback_prompt, hint_of, judge

PASS = CommandOutcome("make test", 0, "ok")
FAIL = CommandOutcome("make lint", 1, "bad")
FLAKY = CommandOutcome("make flaky", 0, "ok", flaky=True)
OLD = CommandOutcome("make old", 2, "bad", pre_existing=True)


@pytest.mark.parametrize(
    ("outcomes", "doubts", "changed", "status", "verification"),
    [
        ([PASS], [], True, Status.COMPLETED, Verification.VERIFIED),
        ([], [], True, Status.COMPLETED, Verification.UNVERIFIED),
        ([PASS], ["tests/test_a.py"], True, Status.COMPLETED, Verification.NEEDS_REVIEW),
        ([], ["tests/test_a.py"], True, Status.COMPLETED, Verification.NEEDS_REVIEW),
        ([PASS], [], False, Status.COMPLETED, Verification.NEEDS_REVIEW),
        ([PASS, FLAKY], [], True, Status.COMPLETED, Verification.NEEDS_REVIEW),
        ([FAIL], [], True, Status.FAILED, Verification.FAILED),
        ([PASS, FAIL], [], True, Status.PARTIALLY_COMPLETED, Verification.FAILED),
        ([FAIL, OLD], [], True, Status.FAILED, Verification.FAILED),
        ([FAIL], ["tests/test_a.py"], True, Status.FAILED, Verification.FAILED),
    ],
)
def test_verdicts(
    outcomes: list[CommandOutcome], doubts: list[str], changed: bool, status: Status, verification: Verification
) -> None:
    verdict = judge(outcomes, doubts, changed=changed)
    assert (verdict.status, verdict.verification) == (status, verification)
    assert verdict.reason


def test_only_a_failed_verification_asks_for_feedback() -> None:
    assert judge([FAIL], [], changed=True).asks_for_feedback
    assert not judge([PASS], ["a"], changed=True).asks_for_feedback


GONE = CommandOutcome("pytst -q", 127, "bash: line 1: pytst: command not found\n", pre_existing=True)
NO_SCRIPT = CommandOutcome("./test.sh", 127, "bash: line 1: ./test.sh: No such file or directory\n", pre_existing=True)


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [
        (GONE, "pytst"),
        (CommandOutcome("npm test", 127, "> jest\n\nsh: 1: jest: not found\n", pre_existing=True), "jest"),
        (CommandOutcome("npm test", 127, "sh: jest: not found\n", pre_existing=True), "jest"),
        (NO_SCRIPT, None),
        (CommandOutcome("x", 127, "bash: line 1: x: command not found\n"), None),
        (CommandOutcome("x || exit 3", 3, "bash: line 1: x: command not found\n", pre_existing=True), None),
        (CommandOutcome("x", 127, "", pre_existing=True), None),
    ],
)
def test_a_command_that_is_not_there_is_nothing_an_agent_can_mend(outcome: CommandOutcome, missing: str | None) -> None:
    """It was given the output in turns of feedback, and could only have written a program of that name."""
    assert outcome.missing == missing
    assert judge([outcome], [], changed=True).asks_for_feedback is (missing is None)
    assert judge([outcome, FAIL], [], changed=True).asks_for_feedback


def test_the_hint_fits_what_failed() -> None:
    assert "there is no command pytst" in judge([GONE], [], changed=True).reason
    assert "no pytst" in hint_of([PASS, GONE])
    assert "setup" in hint_of([PASS, GONE])
    assert "at the base commit as well" in hint_of([PASS, NO_SCRIPT])
    assert "more feedback rounds" in hint_of([FAIL, OLD])


def test_what_failed_before_is_said() -> None:
    assert "1 of them failed at the base commit already" in judge([OLD, PASS], [], changed=True).reason


def test_one_command_is_not_many() -> None:
    assert judge([PASS], [], changed=True).reason == "the verification command passed"
    assert judge([PASS, PASS], [], changed=True).reason == "all 2 verification commands passed"
    assert judge([FAIL], [], changed=True).reason == "the verification command failed: make lint (exit status 1)"
    assert judge([OLD], [], changed=True).reason.startswith("the verification command failed, as at the base commit already")


def test_what_failed_is_named_with_how_it_ended() -> None:
    late = CommandOutcome("make slow", 124, "", timed_out=True)
    reason = judge([PASS, FAIL, late], [], changed=True).reason
    assert "2 of 3 verification commands failed: make lint (exit status 1), make slow (timed out)" in reason


@pytest.mark.parametrize(
    ("output", "at_base", "pre_existing", "expected"),
    [
        ("Ran 3 tests in 1s\n\nOK\n", Report(3, 1), True, ""),
        ("Ran 4 tests in 1s\n\nOK\n", Report(3, 1), True, ""),
        ("Ran 2 tests in 1s\n\nOK\n", Report(3, 1), True, "fewer tests than at the base commit (2 of 3)"),
        ("", Report(3, 1), True, "fewer tests than at the base commit (none of 3)"),
        ("", None, True, ""),
        ("Ran 3 tests in 1s\n\nFAILED (failures=1)\n", Report(3, 1), True, "tells of failed tests"),
        ("Ran 3 tests in 1s\n\nFAILED (failures=1)\n", None, False, "tells of failed tests"),
        ("Ran 3 tests in 1s\n\nFAILED (failures=1)\n", Report(3, 1), False, ""),
    ],
)
def test_what_the_output_tells_of_tests_has_to_fit_a_pass(
    output: str, at_base: Report | None, pre_existing: bool, expected: str
) -> None:
    passed = CommandOutcome("make test", 0, output, pre_existing=pre_existing, tests_at_base=at_base)
    verdict = judge([passed], [], changed=True)
    assert (verdict.verification is Verification.VERIFIED) == (not expected)
    assert expected in verdict.reason


def test_feedback_carries_the_failing_output_and_not_the_passing_one() -> None:
    text = feedback_prompt([PASS, CommandOutcome("make lint", 1, "line 3 is wrong")], 1, 2)
    assert "line 3 is wrong" in text
    assert "$ make test" not in text


def test_feedback_keeps_the_end_of_a_long_output() -> None:
    text = feedback_prompt([CommandOutcome("x", 1, "a" * 50_000 + "THE END")], 1, 2)
    assert "THE END" in text
    assert len(text) < 8_000
