"""What of a good session is learnt: its rounds, its failed steps, and pairs of a rejected and an accepted round. Pure."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import Any

from orchestrator.finetuning.conversations import mapped_strings
from orchestrator.finetuning.curation_records import Round
from orchestrator.finetuning.dataset_files import canonical

Fields = dict[str, Any]

BYTES_PER_TOKEN = 3.2
"""An estimate that needs no tokenizer, on the high side: today's make a token of 3.3 to 4.2 bytes of code and English."""
_TOKENS_PER_MESSAGE = 4
_WORKPLACE = re.compile(r"Working directory: (/\S*[^\s/.])")
WORKPLACE = "/workspace"


@dataclass(frozen=True)
class _Stretch:
    """Messages from one of the user to the next, without that: `start` is the user's own."""

    start: int
    end: int
    failed: bool


def without_workplace(messages: list[Fields]) -> list[Fields]:
    """The folder that a session worked in is another one each time, and names the machine's own."""
    for message in messages:
        if message["role"] == "system" and (found := _WORKPLACE.search(message["content"])):
            place = found.group(1)
            return mapped_strings(messages, partial(_replaced, place))
    return messages


def _replaced(place: str, text: str) -> str:
    return text.replace(place, WORKPLACE)


def weighted(messages: Sequence[Fields], failed_calls: Set[str], rounds: Sequence[Round]) -> list[Fields]:
    """Weight 0 on what the assistant said in rejected rounds, and on steps whose call ended in an error."""
    rejected = {at for one in _stretches(messages, rounds) if one.failed for at in range(one.start, one.end)}
    return [
        {**message, "weight": 0}
        if message["role"] == "assistant" and (at in rejected or _ids(message) & failed_calls)
        else message
        for at, message in enumerate(messages)
    ]


def teaches(messages: Sequence[Fields]) -> bool:
    return any(message["role"] == "assistant" and message.get("weight", 1) for message in messages)


def feedback_pairs(messages: Sequence[Fields], tools: list[Fields], rounds: Sequence[Round]) -> Iterator[Fields]:
    """Each rejected round beside the one that was accepted in the end, as answers to the rejected one's prompt."""
    stretches = _stretches(messages, rounds)
    if not stretches or stretches[-1].failed:
        return
    chosen = list(messages[stretches[-1].start + 1 : stretches[-1].end])
    for one in stretches:
        rejected = list(messages[one.start + 1 : one.end])
        if one.failed and rejected and chosen:
            yield pair(messages[: one.start + 1], tools, chosen, rejected)


def pair(prompt: Sequence[Fields], tools: list[Fields], chosen: list[Fields], rejected: list[Fields]) -> Fields:
    return {"prompt": _plain(prompt), "tools": tools, "chosen": _plain(chosen), "rejected": _plain(rejected)}


def opening(messages: Sequence[Fields]) -> int:
    """How many messages there are up to the first prompt, with it."""
    return next(at for at, message in enumerate(messages) if message["role"] == "user") + 1


def token_estimate(*parts: Sequence[Fields]) -> int:
    return sum(
        ceil(len(canonical({"": part})) / BYTES_PER_TOKEN) + _TOKENS_PER_MESSAGE * len(part) for part in parts if part
    )


def _stretches(messages: Sequence[Fields], rounds: Sequence[Round]) -> list[_Stretch]:
    """Rounds come in their order; what OpenCode puts into a prompt besides, and words between prompts, are no rounds."""
    starts = [at for at, message in enumerate(messages) if message["role"] == "user"]
    left, found = list(rounds), list[_Stretch]()
    for start, end in zip(starts, [*starts[1:], len(messages)], strict=True):
        content = messages[start]["content"]
        place = next((at for at, one in enumerate(left) if one.text.strip() and one.text.strip() in content), None)
        failed = place is not None and left[place].failed
        if place is not None:
            left = left[place + 1 :]
        found.append(_Stretch(start, end, failed))
    return found


def _ids(message: Fields) -> Set[str]:
    return {call["id"] for call in message.get("tool_calls", ())}


def _plain(messages: Sequence[Fields]) -> list[Fields]:
    return [{name: value for name, value in message.items() if name != "weight"} for message in messages]
