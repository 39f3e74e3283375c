"""The classes of failures: complete, documented, and tried again only where that can help."""

import re
from pathlib import Path

import pytest

from orchestrator.kit.errors import OrchestratorError
from orchestrator.opencode.errors import OpenCodeMissing
from orchestrator.sessions.errors import FailureClass
from orchestrator.sessions.failures import (
    RETRIES,
    AgentFailed,
    Failure,
    InternalFault,
    NodeLost,
    OpenCodeStoreFailed,
    ProviderBusy,
    ProviderRefused,
    Retries,
    RuntimeLost,
    TimedOut,
    WorkflowLost,
    class_of,
)

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "failures.md"
INFRASTRUCTURE = {"runtime_start", "runtime_lost", "provider_transient", "internal"}


def rows() -> dict[str, list[str]]:
    lines = [line for line in PAGE.read_text().splitlines() if re.match(r"\| `", line)]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row for row in cells}


def test_the_page_has_every_class_and_no_other() -> None:
    assert list(rows()) == [kind.value for kind in FailureClass]


@pytest.mark.parametrize("kind", list(FailureClass))
def test_the_page_says_how_often_each_is_tried_again(kind: FailureClass) -> None:
    told, limits = rows()[kind.value][3], RETRIES.get(kind)
    assert (kind.value in INFRASTRUCTURE) == (limits is not None)
    if limits is None:
        assert told == "no"
        return
    longest = f"{limits.longest_seconds:.0f} s" if limits.longest_seconds < 60 else f"{limits.longest_seconds / 60:.0f} min"
    assert told.startswith(f"up to {limits.most} times, after {limits.first_seconds:.0f} s to {longest}")


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        (ProviderBusy(problem="x"), FailureClass.PROVIDER_TRANSIENT, True),
        (ProviderRefused(problem="x"), FailureClass.PROVIDER_FINAL, False),
        (RuntimeLost(times=4), FailureClass.RUNTIME_LOST, True),
        (NodeLost(node="n"), FailureClass.RUNTIME_LOST, True),
        (InternalFault(), FailureClass.INTERNAL, True),
        (WorkflowLost(problem="x"), FailureClass.INTERNAL, True),
        (TimedOut(seconds=5), FailureClass.TIME_OUT, False),
        (AgentFailed(problem="x"), FailureClass.INTERNAL, False),
        (OpenCodeStoreFailed(problem="x"), FailureClass.RUNTIME_LOST, True),
        (OpenCodeMissing(), FailureClass.RUNTIME_START, False),
    ],
)
def test_each_error_has_its_class(error: OrchestratorError, kind: FailureClass, retryable: bool) -> None:
    failure = Failure.of(error)
    assert (failure.class_, failure.retryable) == (kind, retryable)
    assert failure.hint
    assert set(failure.stored()) == {"class", "message", "hint", "retryable", "retries", "retry_at"}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("sandbox_unavailable", FailureClass.RUNTIME_START),
        ("opencode_start_failed", FailureClass.RUNTIME_START),
        ("opencode_unreachable", FailureClass.RUNTIME_LOST),
        ("repository_unreachable", FailureClass.REPOSITORY),
        ("call_refused", FailureClass.BUDGET),
        ("something_else", FailureClass.INTERNAL),
    ],
)
def test_a_code_belongs_to_the_class_of_its_longest_known_beginning(code: str, kind: FailureClass) -> None:
    assert class_of(code) is kind


def test_the_wait_doubles_up_to_its_cap_and_is_spread() -> None:
    limits = Retries(9, 2, 60)
    for before, full in enumerate((2, 4, 8, 16, 32, 60, 60)):
        waits = {limits.wait_seconds(before) for _ in range(50)}
        assert all(full / 2 <= wait <= full for wait in waits)
        assert len(waits) > 1
