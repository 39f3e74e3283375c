"""What a call may need at most: above what any provider may bill for it, and not so far that budgets are of no use."""

import base64
import json
from typing import Any

import pytest

from orchestrator.gateway.prices import own_prices
from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.token_ratios import TokenRatio
from orchestrator.gateway.worst_case import FRAME_TOKENS, IMAGE_TOKENS, ModelLimits, WorstCase, worst_case

LIMITS = ModelLimits("m", 128_000, 8_000)
PICTURE = base64.b64encode(b"\x89PNG" * 50_000).decode()


def worst(wire: ApiFormat, body: dict[str, Any], ratio: TokenRatio | None = None, limits: ModelLimits = LIMITS) -> WorstCase:
    return worst_case(wire, body, len(json.dumps(body).encode()), limits, ratio)


def chat(content: Any = "x" * 4000, **more: Any) -> dict[str, Any]:
    return {"model": "m", "messages": [{"role": "user", "content": content}], **more}


@pytest.mark.parametrize(
    ("wire", "asked", "expected"),
    [
        (ApiFormat.CHAT, {}, 8000),
        (ApiFormat.CHAT, {"max_tokens": 100}, 100),
        (ApiFormat.CHAT, {"max_completion_tokens": 200, "max_tokens": 100}, 200),
        (ApiFormat.CHAT, {"max_tokens": 10**9}, 8000),
        (ApiFormat.CHAT, {"max_tokens": "100"}, 8000),
        (ApiFormat.CHAT, {"max_tokens": True}, 8000),
        (ApiFormat.CHAT, {"max_tokens": -5}, 8000),
        (ApiFormat.CHAT, {"max_tokens": 0}, 8000),
        (ApiFormat.CHAT, {"max_tokens": 100, "n": 4}, 400),
        (ApiFormat.CHAT, {"max_tokens": 100, "n": "4"}, 100),
        (ApiFormat.RESPONSES, {"max_output_tokens": 300, "max_tokens": 1}, 300),
        (ApiFormat.MESSAGES, {"max_tokens": 400, "n": 3}, 400),
    ],
)
def test_output_is_what_was_asked_for_within_the_limit(wire: ApiFormat, asked: dict[str, Any], expected: int) -> None:
    assert worst(wire, chat(**asked)).output_tokens == expected


def test_input_is_bounded_by_bytes() -> None:
    assert 4000 < worst(ApiFormat.CHAT, chat()).input_tokens < 4000 + 2 * FRAME_TOKENS
    assert worst(ApiFormat.CHAT, chat("世" * 4000)).input_tokens > 12_000
    assert worst(ApiFormat.CHAT, chat("x" * 10**6)).input_tokens == LIMITS.context_tokens


def test_a_learnt_ratio_narrows_it_but_never_below_what_was_seen() -> None:
    body = chat("x" * 40_000)
    plain = worst(ApiFormat.CHAT, body)
    seen = 300_000  # Tokens a million bytes.
    assert worst(ApiFormat.CHAT, body, TokenRatio(19, seen)) == plain
    narrowed = worst(ApiFormat.CHAT, body, TokenRatio(20, seen))
    assert 40_000 * 0.3 * 1.1 <= narrowed.input_tokens < plain.input_tokens / 2
    assert worst(ApiFormat.CHAT, body, TokenRatio(20, 5_000_000)) == plain
    assert worst(ApiFormat.CHAT, chat("x"), TokenRatio(20, 1)).input_tokens >= FRAME_TOKENS


@pytest.mark.parametrize(
    ("wire", "block"),
    [
        (ApiFormat.CHAT, {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PICTURE}"}}),
        (ApiFormat.RESPONSES, {"type": "input_image", "image_url": f"data:image/png;base64,{PICTURE}"}),
        (ApiFormat.MESSAGES, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PICTURE}}),
        (
            ApiFormat.MESSAGES,
            {"type": "tool_result", "content": [{"type": "image", "source": {"type": "base64", "data": PICTURE}}]},
        ),
    ],
)
def test_a_picture_counts_as_a_picture_and_not_as_its_bytes(wire: ApiFormat, block: dict[str, Any]) -> None:
    body = chat([block]) if wire != ApiFormat.RESPONSES else {"input": [{"role": "user", "content": [block]}]}
    found = worst(wire, body)
    assert IMAGE_TOKENS <= found.input_tokens <= IMAGE_TOKENS + 2 * FRAME_TOKENS
    assert found.text_bytes is None  # It teaches nothing of how many tokens a byte makes.


def test_pictures_of_the_model_that_bills_them_dearly() -> None:
    body = chat([{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}])
    assert worst(ApiFormat.CHAT, body, limits=ModelLimits("gpt-4o-mini-2024", 128_000, 8000)).input_tokens > 48_169


@pytest.mark.parametrize(
    ("wire", "body"),
    [
        (ApiFormat.RESPONSES, {"input": "go on", "previous_response_id": "resp_1"}),
        (ApiFormat.RESPONSES, {"input": "go on", "conversation": "conv_1"}),
        (ApiFormat.RESPONSES, {"input": "look", "tools": [{"type": "web_search"}]}),
        (ApiFormat.RESPONSES, {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]}),
        (ApiFormat.CHAT, chat([{"type": "file", "file": {"file_id": "f"}}])),
        (ApiFormat.MESSAGES, chat([{"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}])),
        (ApiFormat.MESSAGES, chat(tools=[{"type": "web_search_20250305", "name": "web_search"}])),
    ],
)
def test_input_that_nobody_here_can_see_may_fill_the_models_window(wire: ApiFormat, body: dict[str, Any]) -> None:
    found = worst(wire, body)
    assert found.input_tokens == LIMITS.context_tokens
    assert found.text_bytes is None


def test_a_document_of_plain_text_is_text() -> None:
    body = chat([{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x" * 3000}}])
    assert worst(ApiFormat.MESSAGES, body).input_tokens < 5000


@pytest.mark.parametrize(
    "odd",
    [{}, {"messages": 7}, {"messages": [None, [[]], "x"]}, {"input": {"content": {"type": []}}, "tools": [{"type": {}}]}],
)
def test_a_body_of_any_shape_has_a_worst_case(odd: dict[str, Any]) -> None:
    for wire in ("chat", "responses", "messages"):
        assert worst(wire, odd).tokens > 0


def test_the_cost_is_that_of_the_dearest_input() -> None:
    found = worst(ApiFormat.CHAT, chat(max_tokens=1000))
    prices = own_prices(1_000_000, 2_000_000, 100_000, 5_000_000)
    assert found.amount(prices).micro_usd == found.input_tokens * 5 + 2000
    assert found.output(prices).micro_usd == 2000
    assert found.amount(None).micro_usd == 0


def test_an_endless_agent_on_a_budget_of_90_000_gets_some_way_and_not_past_it() -> None:
    """Bodies of 32 to 40 KB that bill 1,000 tokens of input and 50 of output, with an output limit of 8,000."""
    spent, calls, ratio = 0, 0, None
    while True:
        found = worst(ApiFormat.CHAT, chat("x" * (32_000 + 100 * min(calls, 80)), tools=[{"type": "function"}]), ratio)
        if spent + found.tokens > 90_000:
            break
        calls, spent = calls + 1, spent + 1050
        ratio = TokenRatio(calls, 31_000)
    assert calls > 60
    assert 0 < spent <= 90_000
