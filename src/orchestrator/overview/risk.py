"""How much care a result asks for. Pure: facts of a finished session in, a level and its reasons out.

A result is of high risk when one of the first holds, else of medium risk when one of the second does, else of low risk:

- high: protected paths were changed; its verification failed; 1,000 lines or more were changed.
- medium: nobody verified it; its verification raised doubts; it failed or was timed out; 200 lines or more were changed;
  it took 3 attempts or more; it cost 5 US dollars or more.

`LEVEL` is the same in SQL, so that a list can be ordered by it; a test holds them together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from orchestrator.sessions.states import Status, Verification

MANY_LINES, VERY_MANY_LINES = 200, 1_000
MANY_ATTEMPTS = 3
MUCH_MICRO_USD = 5_000_000


class Level(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


LEVELS = (Level.LOW, Level.MEDIUM, Level.HIGH)
"""By the number that the lists are ordered by."""


@dataclass(frozen=True)
class ResultFacts:
    """`lines` and `protected` are None for what was never judged."""

    status: Status
    verification: Verification | None
    verification_reason: str | None
    lines: int | None
    protected: int | None
    attempts: int
    cost_micro_usd: int


@dataclass(frozen=True)
class Risk:
    level: Level
    reasons: tuple[str, ...]


def risk_of(facts: ResultFacts) -> Risk:
    high, medium = list(_high(facts)), list(_medium(facts))
    level = Level.HIGH if high else Level.MEDIUM if medium else Level.LOW
    return Risk(level, (*high, *medium))


def _high(facts: ResultFacts) -> Iterator[str]:
    if facts.protected:
        yield f"{facts.protected} protected paths were changed" if facts.protected > 1 else "a protected path was changed"
    if facts.verification is Verification.FAILED:
        yield f"verification failed: {facts.verification_reason}"
    if facts.lines is not None and facts.lines >= VERY_MANY_LINES:
        yield f"{facts.lines:,} lines were changed"


def _medium(facts: ResultFacts) -> Iterator[str]:
    ended_well = facts.status in (Status.COMPLETED, Status.PARTIALLY_COMPLETED)
    if not ended_well and facts.verification is not Verification.FAILED:
        yield "it was timed out" if facts.status is Status.TIMED_OUT else "it failed"
    elif facts.verification in (None, Verification.UNVERIFIED):
        yield "nothing verified it"
    if facts.verification is Verification.NEEDS_REVIEW:
        yield f"verification has doubts: {facts.verification_reason}"
    if facts.lines is not None and MANY_LINES <= facts.lines < VERY_MANY_LINES:
        yield f"{facts.lines:,} lines were changed"
    if facts.attempts >= MANY_ATTEMPTS:
        yield f"it took {facts.attempts} attempts"
    if facts.cost_micro_usd >= MUCH_MICRO_USD:
        yield f"it cost {facts.cost_micro_usd / 1_000_000:,.2f} US dollars"


_LINES = "(s.lines_added + s.lines_deleted)"
LEVEL = f"""
    case when s.protected_changed > 0 or s.verification = 'failed' or {_LINES} >= {VERY_MANY_LINES} then 2
    when s.status not in ('completed', 'partially_completed') or s.verification is distinct from 'verified'
        or {_LINES} >= {MANY_LINES} or s.attempt >= {MANY_ATTEMPTS} or paid.spent_micro_usd >= {MUCH_MICRO_USD} then 1
    else 0 end
"""
"""Of a session `s` with its account `paid`, which may be missing."""
