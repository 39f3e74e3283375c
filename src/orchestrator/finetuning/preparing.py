"""What becomes of each session's conversations, one group of sessions at a time: rows, pairs, and reasons for the rest."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from orchestrator.finetuning.contamination import Heldout
from orchestrator.finetuning.conversation_rules import cheating, inconsistency
from orchestrator.finetuning.conversation_weights import (
    feedback_pairs,
    opening,
    pair,
    teaches,
    token_estimate,
    weighted,
    without_workplace,
)
from orchestrator.finetuning.conversations import Conversation, Unusable, conversation_of
from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.curation_records import Recording, SessionFacts
from orchestrator.finetuning.outcome_rules import PAIRS_ONLY, refusal
from orchestrator.finetuning.redaction import redact
from orchestrator.finetuning.similarity import leaves, sketch_of
from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.trajectory_reading import Replayed

Fields = dict[str, Any]
Replay = Callable[[Recording], Sequence[Replayed]]
"""All ends of conversations in a recording's chain. Raises Unusable for one that cannot be read."""


class Stage(StrEnum):
    """In their order."""

    OUTCOME = "outcome"
    CONVERSATION = "conversation"
    CONSISTENCY = "consistency"
    CHEATING = "cheating"
    REDACTION = "redaction"
    DUPLICATES = "duplicates"
    CONTAMINATION = "contamination"
    TOKENS = "tokens"


@dataclass
class Tally:
    """`seen`: last calls of chains. `dropped`: by stage and reason. `pairs`: why some were not made."""

    seen: int = 0
    dropped: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict[str, Counter[str]](Counter))
    pairs: Counter[str] = field(default_factory=Counter[str])

    def drop(self, stage: Stage, reason: str, count: int = 1) -> None:
        self.dropped[stage.value][reason] += count


@dataclass(frozen=True)
class _Fit:
    """A conversation that passed."""

    facts: SessionFacts
    request_id: str
    messages: list[Fields]
    tools: list[Fields]
    redactions: dict[str, int]


class Preparing:
    """`rows` of a group can be asked for once each; what was dropped is in `tally`."""

    def __init__(self, policy: CurationPolicy, replay: Replay) -> None:
        self._policy = policy
        self._replay = replay
        self._heldout = Heldout(policy)
        self.tally = Tally()

    def rows(self, group: Sequence[SessionFacts]) -> Iterator[Fields]:
        winners: list[_Fit] = []
        losers: list[_Fit] = []
        for facts in group:
            self.tally.seen += len(facts.recordings)
            reason = refusal(facts, self._policy)
            if reason:
                self.tally.drop(Stage.OUTCOME, reason, len(facts.recordings))
            if reason is None:
                fit = list(self._fit(facts))
                yield from map(self._row, fit)
                winners += _longest(fit) if facts.won else []
                yield from self._feedback(fit)
            elif reason in PAIRS_ONLY and self._policy.preferences:
                losers += _longest(list(Preparing._fit(self._aside(), facts)))
        for winner in winners:
            yield from self._best_of(winner, losers)

    def _aside(self) -> "Preparing":
        """The same, with a tally that nobody reads: what lost is counted once already."""
        aside = Preparing(self._policy.model_copy(update={"heldout_tasks": []}), self._replay)
        aside._heldout = self._heldout
        return aside

    def _fit(self, facts: SessionFacts) -> Iterator[_Fit]:
        for request_id, conversation in self._conversations(facts):
            messages = without_workplace(conversation.messages)
            if reason := inconsistency(messages, conversation.tools):
                self.tally.drop(Stage.CONSISTENCY, reason)
                continue
            if reason := cheating(messages, self._policy.protected_paths, facts.protected_changed):
                self.tally.drop(Stage.CHEATING, reason)
                continue
            if self._policy.mask_failed_steps:
                messages = weighted(messages, _failed(facts, conversation), facts.rounds)
            if not teaches(messages):
                self.tally.drop(Stage.CONSISTENCY, "nothing_to_learn")
                continue
            clean = redact({"messages": messages, "tools": conversation.tools})
            if clean.left:
                self.tally.drop(Stage.REDACTION, "secret_left")
                continue
            content = clean.content
            yield _Fit(facts, request_id, content["messages"], content["tools"], dict(clean.kinds))

    def _conversations(self, facts: SessionFacts) -> list[tuple[str, Conversation]]:
        """With the ids of their last calls, in the order of these."""
        found: dict[str, Conversation | None] = {}
        for recording in facts.recordings:
            try:
                if self._policy.models is not None and recording.model not in self._policy.models:
                    raise Unusable("other_model")
                ends = self._replay(recording)
            except Unusable as problem:
                self.tally.drop(Stage.CONVERSATION, str(problem))
                continue
            new = [one for one in ends if one.call["request_id"] not in found]
            self.tally.seen += len(new) - 1
            found |= {one.call["request_id"]: self._conversation(one) for one in new}
        whole = [(request_id, one) for request_id, one in sorted(found.items()) if one is not None]
        kept = [one for at, one in enumerate(whole) if not _goes_on(one[1], at, [other for _, other in whole])]
        if len(kept) < len(whole):
            self.tally.drop(Stage.CONVERSATION, "superseded", len(whole) - len(kept))
        return kept

    def _conversation(self, replayed: Replayed) -> Conversation | None:
        try:
            return _read(replayed)
        except Unusable as problem:
            self.tally.drop(Stage.CONVERSATION, str(problem))
            return None

    def _row(self, fit: _Fit) -> Fields:
        content = {"messages": fit.messages, "tools": fit.tools}
        sketch = sketch_of(fit.messages)
        return {
            "kind": "chat",
            "content": content,
            "signature": list(sketch.signature),
            "asked": sorted(sketch.prompt),
            "tokens": token_estimate(fit.messages, fit.tools),
            **self._common(fit, content),
        }

    def _common(self, fit: _Fit, content: Fields) -> Fields:
        messages = [value for name, value in content.items() if name != "tools"]
        return {
            "session_id": fit.facts.session_id,
            "request_id": fit.request_id,
            "task": fit.facts.task,
            "redactions": fit.redactions,
            "heldout_task": self._heldout.told_by(leaves(messages)),
        }

    def _feedback(self, fits: Sequence[_Fit]) -> Iterator[Fields]:
        if self._policy.preferences:
            for fit in fits:
                for content in feedback_pairs(fit.messages, fit.tools, fit.facts.rounds):
                    yield self._pair(fit, content)

    def _best_of(self, winner: _Fit, losers: Sequence[_Fit]) -> Iterator[Fields]:
        start = opening(winner.messages)
        for loser in losers:
            begins = opening(loser.messages)
            if winner.messages[start - 1] != loser.messages[begins - 1]:
                self.tally.pairs["prompts_differ"] += 1
                continue
            content = pair(winner.messages[:start], winner.tools, winner.messages[start:], loser.messages[begins:])
            if content["chosen"] == content["rejected"]:
                self.tally.pairs["answers_equal"] += 1
                continue
            yield self._pair(winner, content)

    def _pair(self, fit: _Fit, content: Fields) -> Fields:
        longest = max(token_estimate(content["prompt"], content[one], content["tools"]) for one in ("chosen", "rejected"))
        return {"kind": "preference", "content": content, "tokens": longest, **self._common(fit, content)}


def _read(replayed: Replayed) -> Conversation:
    """Raises Unusable."""
    if replayed.request is None or not replayed.messages:
        raise Unusable("unreadable")
    if not replayed.call["complete"] or replayed.call["http_status"] != 200:
        raise Unusable("answer_broke_off")
    if not replayed.request.get("tools"):
        raise Unusable("side_call")
    made = conversation_of(ApiFormat(replayed.call["format"]), replayed.request, replayed.messages[0])
    if not _is_text([made.messages, made.tools]):
        raise Unusable("not_unicode")
    return made


def _is_text(content: object) -> bool:
    """Half of a surrogate pair can be sent as JSON, and is no text that anything else can read."""
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _failed(facts: SessionFacts, conversation: Conversation) -> frozenset[str]:
    failed = {*facts.failed_calls, *conversation.failed}
    return frozenset(f"call_{at}" for at, known in enumerate(conversation.call_ids, 1) if known in failed)


def _goes_on(one: Conversation, at: int, all_of_them: Sequence[Conversation]) -> bool:
    """Whether another call went on from the same request, or sent it again later: then it has all that this one has."""
    request = one.messages[:-1]
    return any(
        other.messages[: len(request)] == request and (len(other.messages), number) > (len(one.messages), at)
        for number, other in enumerate(all_of_them)
        if number != at
    )


def _longest(fits: Sequence[_Fit]) -> list[_Fit]:
    return [max(fits, key=lambda fit: (len(fit.messages), fit.request_id))] if fits else []
