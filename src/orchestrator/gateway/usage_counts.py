"""What a model call used, in the words of each format."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from orchestrator.gateway.routing import ApiFormat

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Usage:
    """`input_tokens` is all input, cached or not; `output_tokens` is all output, reasoning included."""

    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    cache_write_1h_tokens: int = 0
    """Of the cache writes, those that live an hour: they have a price of their own."""

    @property
    def tokens(self) -> int:
        """What counts in budgets."""
        return self.input_tokens + self.output_tokens


Count = Callable[[str], int]
Counts = dict[str, int]
"""Fields of the provider's own usage object by dotted path, the last value of each: they are totals so far."""

_MORE_THAN_ANY_CALL = 2**31
"""A provider may say anything; what no call can use is no count."""
_PATHS: Mapping[ApiFormat, tuple[str, ...]] = {
    ApiFormat.CHAT: (
        "prompt_tokens",
        "completion_tokens",
        "prompt_tokens_details.cached_tokens",
        "prompt_tokens_details.cache_write_tokens",
        "prompt_cache_hit_tokens",
        "completion_tokens_details.reasoning_tokens",
    ),
    ApiFormat.RESPONSES: (
        "input_tokens",
        "output_tokens",
        "input_tokens_details.cached_tokens",
        "input_tokens_details.cache_write_tokens",
        "output_tokens_details.reasoning_tokens",
    ),
    ApiFormat.MESSAGES: (
        "input_tokens",
        "output_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "cache_creation.ephemeral_1h_input_tokens",
        "output_tokens_details.thinking_tokens",
    ),
}


def counts_of(wire: ApiFormat, usage: object) -> Counts:
    """The counts that are there and are counts; an explicit zero is one."""
    found: Counts = {}
    if not isinstance(usage, dict):  # As in nearly every piece of a stream.
        return found
    for path in _PATHS[wire]:
        value: object = cast(Object, usage)
        for name in path.split("."):
            value = member(value, name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MORE_THAN_ANY_CALL:
            found[path] = value
    return found


def usage_of(wire: ApiFormat, counts: Counts) -> Usage | None:
    """None when the provider counted nothing."""
    if not counts:
        return None
    return _NORMAL[wire](defaultdict(int, counts).__getitem__)


def _chat(count: Count) -> Usage:
    cached = count("prompt_tokens_details.cached_tokens") or count("prompt_cache_hit_tokens")
    return _within(
        count("prompt_tokens"),
        cached,
        count("prompt_tokens_details.cache_write_tokens"),
        count("completion_tokens"),
        count("completion_tokens_details.reasoning_tokens"),
    )


def _responses(count: Count) -> Usage:
    return _within(
        count("input_tokens"),
        count("input_tokens_details.cached_tokens"),
        count("input_tokens_details.cache_write_tokens"),
        count("output_tokens"),
        count("output_tokens_details.reasoning_tokens"),
    )


def _messages(count: Count) -> Usage:
    """Anthropic counts apart what was read from its cache and what was written to it."""
    read, written = count("cache_read_input_tokens"), count("cache_creation_input_tokens")
    return _within(
        count("input_tokens") + read + written,
        read,
        written,
        count("output_tokens"),
        count("output_tokens_details.thinking_tokens"),
        count("cache_creation.ephemeral_1h_input_tokens"),
    )


def _within(read: int, cached: int, written: int, output: int, reasoning: int, written_1h: int = 0) -> Usage:
    """Parts are never more than their whole, whatever a provider says."""
    cached = min(cached, read)
    written = min(written, read - cached)
    return Usage(read, cached, written, output, min(reasoning, output), min(written_1h, written))


_NORMAL = {ApiFormat.CHAT: _chat, ApiFormat.RESPONSES: _responses, ApiFormat.MESSAGES: _messages}


def member(value: object, name: str) -> Any:
    return cast(Object, value).get(name) if isinstance(value, dict) else None


def members(value: object, name: str) -> list[Any]:
    """The list of that name; empty when there is none."""
    found = member(value, name)
    return cast(list[Any], found) if isinstance(found, list) else []
