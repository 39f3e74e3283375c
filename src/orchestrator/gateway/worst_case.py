"""What a call may need at most, known before it is made. Pure: no tokenizer, no I/O.

Input: a byte-level tokenizer makes no more tokens than there are UTF-8 bytes, and JSON never takes fewer bytes than the
text in it. What providers add of their own (the frame of a message, the rules for using tools) is bounded by the spare
room of that bound and a constant. Once enough calls of a model have been billed, its own ratio narrows the bound.
Images and documents are not text: see IMAGE_TOKENS and what counts as unbounded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from orchestrator.gateway.accounts import Amount
from orchestrator.gateway.prices import Prices
from orchestrator.gateway.routing import OUTPUT_LIMITS, ApiFormat
from orchestrator.gateway.token_ratios import ENOUGH_SAMPLES, TokenRatio
from orchestrator.gateway.usage_counts import member, members

FRAME_TOKENS = 512
"""What a provider adds to every request; also the least that any input is taken for."""
TOOL_FRAME_TOKENS = 512
"""What it adds once there are tools: Anthropic documents up to 346 tokens for it."""
IMAGE_TOKENS = 8_192
"""An image of any size: the largest documented are 4,784 (Anthropic, high resolution) and 6,240 (OpenAI)."""
_DEAR_IMAGES = (("4o-mini", 49_152),)
"""Part of a model's name, and its images: OpenAI bills them at 2,833 and 5,667 a tile, of which there are eight at most."""
_MARGIN_PERCENT = 110

_IMAGES = frozenset({"image", "image_url", "input_image"})
_DOCUMENTS = frozenset({"document", "file", "input_file", "container_upload", "video_url", "input_video"})
_CONTINUED = ("previous_response_id", "conversation", "prompt", "container", "mcp_servers", "web_search_options")
"""Fields by which a request has more input than its own bytes."""
_CLIENT_TOOLS = ("function", "custom", None)
_MAX_CHOICES = 128


@dataclass(frozen=True)
class ModelLimits:
    name: str
    context_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class WorstCase:
    """`text_bytes` is None when the input is not text alone; it then teaches nothing about the model's ratio.
    `output_tokens` is that of all `choices` together."""

    input_tokens: int
    output_tokens: int
    text_bytes: int | None
    choices: int = 1

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def amount(self, prices: Prices | None) -> Amount:
        if prices is None:
            return Amount(self.tokens, 0)
        return Amount(self.tokens, prices.worst_input(self.input_tokens) + self.output(prices).micro_usd)

    def output(self, prices: Prices | None) -> Amount:
        """The output's part, which a tenant may have clamped."""
        cost = prices.worst_output(self.output_tokens, self.input_tokens) if prices else 0
        return Amount(self.output_tokens, cost)


def worst_case(
    wire: ApiFormat, body: Mapping[str, Any], body_bytes: int, limits: ModelLimits, ratio: TokenRatio | None = None
) -> WorstCase:
    """`body_bytes` is the length of the request as it came, `ratio` what the tenant's calls of this model taught."""
    media = _media_of(body)
    text_bytes = max(0, body_bytes - media.bytes)
    text_only = not (media.images or media.unbounded or _goes_on(body))
    tokens = _narrowed(text_bytes, ratio) + FRAME_TOKENS + media.images * _image_tokens(limits.name)
    if members(body, "tools"):
        tokens += TOOL_FRAME_TOKENS
    if media.unbounded or _goes_on(body):
        tokens = limits.context_tokens
    choices = _choices(wire, body)
    return WorstCase(
        input_tokens=min(tokens, limits.context_tokens),
        output_tokens=_output(wire, body, limits) * choices,
        text_bytes=text_bytes if text_only else None,
        choices=choices,
    )


def _narrowed(text_bytes: int, ratio: TokenRatio | None) -> int:
    if ratio is None or ratio.samples < ENOUGH_SAMPLES:
        return text_bytes
    learnt = -(-text_bytes * ratio.max_tokens_per_million_bytes * _MARGIN_PERCENT // 100_000_000)
    return min(text_bytes, learnt)


def _image_tokens(model: str) -> int:
    return next((tokens for part, tokens in _DEAR_IMAGES if part in model), IMAGE_TOKENS)


def _output(wire: ApiFormat, body: Mapping[str, Any], limits: ModelLimits) -> int:
    asked = [value for name in OUTPUT_LIMITS[wire] if (value := _count(body.get(name))) is not None]
    return min(max(asked, default=limits.output_tokens), limits.output_tokens)


def _choices(wire: ApiFormat, body: Mapping[str, Any]) -> int:
    return min(_count(body.get("n")) or 1, _MAX_CHOICES) if wire == ApiFormat.CHAT else 1


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _goes_on(body: Mapping[str, Any]) -> bool:
    """Whether the provider adds input that nobody here can see: history it keeps, or what its own tools find."""
    if any(body.get(name) for name in _CONTINUED):
        return True
    return any(member(tool, "type") not in _CLIENT_TOOLS for tool in members(body, "tools"))


@dataclass
class _Media:
    images: int = 0
    bytes: int = 0
    unbounded: bool = False


def _media_of(body: Mapping[str, Any]) -> _Media:
    found = _Media()
    for block in _blocks(body):
        type_ = str(block.get("type"))
        if type_ in _IMAGES:
            found.images += 1
            found.bytes += _image_bytes(block)
        elif type_ in _DOCUMENTS and member(block.get("source"), "type") not in ("text", "content"):
            found.unbounded = True
    return found


def _image_bytes(block: Mapping[str, Any]) -> int:
    """How much of the request's text is picture: base64, which no tokenizer reads."""
    url = block.get("image_url")
    candidates = (member(block.get("source"), "data"), url, member(url, "url"))
    return sum(len(one) for one in candidates if isinstance(one, str) and one.isascii())


def _blocks(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The content blocks of a request, also those within a tool's result; at any depth, without recursion."""
    waiting: list[Any] = [body.get(name) for name in ("messages", "input", "system")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(cast(list[Any], value))
        elif isinstance(value, dict):
            block = cast(dict[str, Any], value)
            yield block
            waiting.extend(block[name] for name in ("content", "output", "source") if name in block)
