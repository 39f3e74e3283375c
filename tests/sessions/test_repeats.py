"""When feedback is given up, because verification fails again and again in the same way."""

from orchestrator.sessions.repeats import is_stuck
from orchestrator.sessions.verdict import CommandOutcome


def found(output: str, exit_code: int = 1) -> list[CommandOutcome]:
    return [CommandOutcome("lint", 0, ""), CommandOutcome("make test", exit_code, output)]


def test_three_times_the_same_is_stuck_and_twice_is_not() -> None:
    assert not is_stuck([found("boom")] * 2)
    assert is_stuck([found("boom")] * 3)
    assert is_stuck([found("other"), *[found("boom")] * 3])
    assert not is_stuck([found("boom"), found("boom"), found("bang"), found("boom")])


def test_times_and_addresses_do_not_make_it_another_failure() -> None:
    runs = [f"Ran 3 tests in 0.{n}2s at 0x7f{n}a, log in /tmp/x{n}\nassert 4 == 5" for n in range(3)]
    assert is_stuck([found(one) for one in runs])
    assert not is_stuck([found(f"assert {n} == 5") for n in range(3)])


def test_what_passes_is_never_stuck() -> None:
    assert not is_stuck([found("fine", 0)] * 3)
    assert not is_stuck([[]] * 3)
