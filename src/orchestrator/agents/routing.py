"""Which agent a piece of work goes to. Pure: the same candidates, wish and seed give the same decision.

Who has all that is asked for and has room is scored. Quality is drawn and not averaged (Thompson sampling): for each
capability once from Beta(1 + successes, 1 + failures), of which the weakest counts. An agent that has proved little is
drawn high now and then, and so is tried; one that has proved to be bad hardly ever.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from orchestrator.agents.performance import NOTHING, Record


@dataclass(frozen=True)
class Candidate:
    """`records` by capability; `overall` holds each outcome once. Cost is the mean of its sessions, None without any."""

    version_id: UUID
    agent: str
    version: int
    capabilities: frozenset[str]
    overall: Record = NOTHING
    records: Mapping[str, Record] = field(default_factory=dict[str, Record])
    cost_micro_usd: int | None = None
    recent: Record = NOTHING
    """The last few outcomes."""
    recently_reverted: int = 0
    """How many of them are failures because the work was taken back."""
    live: int = 0
    limit: int | None = None
    model: str | None = None
    enabled: bool = True

    def record_for(self, wanted: Sequence[str]) -> Record:
        """What it has proved for the capability that it has proved least in; overall when none is asked for."""
        records = [self.records.get(one, NOTHING) for one in wanted]
        return min(records, key=lambda one: one.mean, default=self.overall)


@dataclass(frozen=True)
class Wanted:
    capabilities: tuple[str, ...] = ()
    models: frozenset[str] | None = None
    """Those that the tenant can call; None when that does not matter."""


@dataclass(frozen=True)
class Weights:
    quality: float = 0.65
    cost: float = 0.10
    load: float = 0.10
    recent: float = 0.15


@dataclass(frozen=True)
class Scored:
    """One candidate with its numbers, each from 0 (bad) to 1; `excluded` says in words why it cannot have the work."""

    candidate: Candidate
    excluded: str | None = None
    record: Record = NOTHING
    quality: float = 0.0
    cost: float = 0.0
    load: float = 0.0
    recent: float = 0.0
    score: float = 0.0


@dataclass(frozen=True)
class Decision:
    chosen: Scored | None
    reason: str
    scored: tuple[Scored, ...]
    """The best first, then those that were left out."""


def route(candidates: Sequence[Candidate], wanted: Wanted, seed: int, weights: Weights | None = None) -> Decision:
    """The order of the candidates does not matter."""
    weights = weights or Weights()
    ordered = sorted(candidates, key=lambda one: one.version_id.int)
    why = [_excluded(one, wanted) for one in ordered]
    left_out = [Scored(one, reason) for one, reason in zip(ordered, why, strict=True) if reason is not None]
    fitting = [one for one, reason in zip(ordered, why, strict=True) if reason is None]
    highest = max((one.cost_micro_usd for one in fitting if one.cost_micro_usd is not None), default=0)
    draws = random.Random(seed)  # noqa: S311 - no secret: it has to be the same again.
    scored = [_scored(one, wanted, draws, highest, weights) for one in fitting]
    scored.sort(key=lambda one: (-one.score, one.candidate.version_id.int))
    left_out.sort(key=lambda one: one.candidate.agent)
    chosen = scored[0] if scored else None
    return Decision(chosen, _reason(scored, left_out, wanted), (*scored, *left_out))


def _excluded(one: Candidate, wanted: Wanted) -> str | None:
    if not one.enabled:
        return "it is switched off"
    if missing := [name for name in wanted.capabilities if name not in one.capabilities]:
        return f"it lacks {', '.join(missing)}"
    if wanted.models is not None and one.model is not None and one.model not in wanted.models:
        return f"its model {one.model} cannot be called"
    if one.limit is not None and one.live >= one.limit:
        return f"it is full: {one.live} of {one.limit} sessions"
    return None


def _scored(one: Candidate, wanted: Wanted, draws: random.Random, highest_cost: int, weights: Weights) -> Scored:
    records = [one.records.get(name, NOTHING) for name in wanted.capabilities] or [one.overall]
    quality = min(draws.betavariate(1 + record.successes, 1 + record.failures) for record in records)
    cost = 1.0 if not highest_cost or one.cost_micro_usd is None else 1 - one.cost_micro_usd / highest_cost
    load = 1 / (1 + one.live)
    recent = 1.0 if not one.recent.n else one.recent.successes / one.recent.n
    score = weights.quality * quality + weights.cost * cost + weights.load * load + weights.recent * recent
    return Scored(one, None, one.record_for(wanted.capabilities), quality, cost, load, recent, score)


def _reason(scored: Sequence[Scored], left_out: Sequence[Scored], wanted: Wanted) -> str:
    for_what = f" for {', '.join(wanted.capabilities)}" if wanted.capabilities else ""
    if not scored:
        why = "; ".join(f"{one.candidate.agent}: {one.excluded}" for one in left_out[:10]) or "there is none"
        return f"No agent can take it{for_what}: {why}."
    first, others = scored[0], scored[1:]
    words = f"{named(first.candidate)} was chosen{for_what}, at {first.score:.2f}: {proved(first.record)}"
    words += f", drawn {first.quality:.2f}"
    if first.candidate.live:
        words += f", {first.candidate.live} at work"
    words += lately(first.candidate)
    if others:
        words += f". Next was {named(others[0].candidate)} at {others[0].score:.2f}: {proved(others[0].record)}"
        words += f", drawn {others[0].quality:.2f}"
    if left_out:
        words += f". {len(left_out)} left out"
    return words + "."


def lately(candidate: Candidate) -> str:
    """What speaks against it in the last few outcomes."""
    failures, reverted = candidate.recent.failures, candidate.recently_reverted
    if not failures:
        return ""
    of_them = f" ({reverted} reverted)" if reverted else ""
    return f", of the last {candidate.recent.n} {failures} failed{of_them}"


def named(candidate: Candidate) -> str:
    return f"{candidate.agent} v{candidate.version}"


def proved(record: Record) -> str:
    return f"{record.successes} of {record.n} succeeded" if record.n else "nothing proved yet"
