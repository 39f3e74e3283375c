"""Near duplicates: sketches of what rows say (rensa), and clusters of those that say nearly the same. Linear in the rows."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from operator import eq
from typing import Any, cast

Fields = dict[str, Any]

PERMUTATIONS, _BAND = 256, 8
"""32 bands of 8: of pairs that are 0.8 alike 99.7 % meet in a band, of those 0.5 alike 12 %; the sketches decide then."""
_SEED = 20_261_127
_WORDS = 3
"""In a shingle."""
_LEAST_PROMPT = 0.5
"""Two tasks about the same files share most of what their tools answered; they are the same only if the same was asked."""
_MOST_COMPARED = 64
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True)
class Sketch:
    """`prompt`: the words of what was asked first."""

    signature: tuple[int, ...]
    prompt: frozenset[int]

    def like(self, other: "Sketch", least: float) -> bool:
        if _overlap(self.prompt, other.prompt) < _LEAST_PROMPT:
            return False
        return sum(map(eq, self.signature, other.signature)) >= least * PERMUTATIONS


def sketch_of(messages: Sequence[Fields]) -> Sketch:
    """Without what the system said, which all conversations of an agent share."""
    words = [word for text in _texts(messages) for word in _TOKEN.findall(text.lower())]
    shingles = {" ".join(words[at : at + _WORDS]) for at in range(max(1, len(words) - _WORDS + 1))}
    made = cast(Any, import_module("rensa")).RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    made.update(sorted(shingles))
    asked = next((message["content"] for message in messages if message["role"] == "user"), "")
    prompt = frozenset(_word_hash(word) for word in _TOKEN.findall(asked.lower())[:2000])
    return Sketch(tuple(made.digest()), prompt)


def _word_hash(word: str) -> int:
    """The same in every process, which Python's own is not."""
    return int.from_bytes(word.encode()[:8]) ^ len(word)


def _overlap(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0


def _texts(messages: Sequence[Fields]) -> Iterator[str]:
    for message in messages:
        if message["role"] != "system":
            yield message["content"]
        for call in message.get("tool_calls", ()):
            yield call["function"]["name"]
            yield from leaves(call["function"]["arguments"])


def leaves(value: object) -> Iterator[str]:
    """Every text in it, names and numbers included."""
    if isinstance(value, Mapping):
        for name, one in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield str(name)  # pyright: ignore[reportUnknownArgumentType]
            yield from leaves(one)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        for one in value:  # pyright: ignore[reportUnknownVariableType]
            yield from leaves(one)  # pyright: ignore[reportUnknownArgumentType]
    else:
        yield str(value)


class Clusters:
    """Union-find over names, where the least name of a cluster is its own: so it stays the same when others join."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, name: str) -> str:
        self._above.setdefault(name, name)
        while self._above[name] != name:
            self._above[name] = self._above[self._above[name]]
            name = self._above[name]
        return name

    def join(self, one: str, other: str) -> None:
        least, most = sorted((self.of(one), self.of(other)))
        self._above[most] = least


@dataclass
class NearDuplicates:
    """Rows come one after the other; the first of several that are alike is kept."""

    similarity: float
    _kept: list[tuple[str, Sketch]] = field(default_factory=list[tuple[str, Sketch]])
    _bands: dict[tuple[int, tuple[int, ...]], list[int]] = field(
        default_factory=lambda: defaultdict[tuple[int, tuple[int, ...]], list[int]](list)
    )

    def seen(self, name: str, sketch: Sketch) -> list[str]:
        """The names of kept rows that this one is alike; empty when it is kept itself."""
        if self.similarity >= 1:
            return []
        bands = [(at, sketch.signature[at : at + _BAND]) for at in range(0, PERMUTATIONS, _BAND)]
        meets: dict[int, int] = defaultdict(int)
        for band in bands:
            for other in self._bands.get(band, ()):
                meets[other] += 1
        closest = sorted(meets, key=lambda other: (-meets[other], other))[:_MOST_COMPARED]
        alike = [self._kept[other][0] for other in closest if sketch.like(self._kept[other][1], self.similarity)]
        if not alike:
            for band in bands:
                if len(self._bands[band]) < _MOST_COMPARED:
                    self._bands[band].append(len(self._kept))
            self._kept.append((name, sketch))
        return alike
