"""Whether a row tells a held-out task: sequences of words that it shares with the task's prompt or its solution. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.finetuning.curation_policy import CurationPolicy

_TOKEN = re.compile(r"\w+")
_ADDED = re.compile(r"^\+(?!\+\+ )(.*)$", re.MULTILINE)
_LEAST_WORDS = 3
"""A shorter prompt or patch is no more than a phrase that anybody may say."""


@dataclass(frozen=True)
class _Part:
    """A prompt, or the lines that a patch adds: how many different sequences of so many words each."""

    task: str
    words: int
    sequences: int


class Heldout:
    def __init__(self, policy: CurationPolicy) -> None:
        self._share = policy.contamination_share
        self._parts: list[_Part] = []
        self._where: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for task in policy.heldout_tasks:
            self._add(task.name, task.prompt, policy.contamination_words)
            self._add(task.name, "\n".join(_ADDED.findall(task.patch or "")), policy.contamination_words)

    def _add(self, task: str, text: str, most_words: int) -> None:
        tokens = _tokens(text)
        if len(tokens) < _LEAST_WORDS:
            return
        words = min(most_words, len(tokens))
        sequences = set(_sequences(tokens, words))
        for one in sequences:
            self._where[words][one].append(len(self._parts))
        self._parts.append(_Part(task, words, len(sequences)))

    def told_by(self, texts: Iterable[str]) -> str | None:
        """The name of a held-out task that these texts hold."""
        if not self._parts:
            return None
        tokens = [token for text in texts for token in _tokens(text)]
        shared: Counter[int] = Counter()
        for words, where in self._where.items():
            for one in set(_sequences(tokens, words)) & where.keys():
                shared.update(where[one])
        for number, count in sorted(shared.items()):
            if count >= self._share * self._parts[number].sequences:
                return self._parts[number].task
        return None


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def _sequences(tokens: Sequence[str], words: int) -> Iterator[str]:
    for at in range(len(tokens) - words + 1):
        yield " ".join(tokens[at : at + words])
