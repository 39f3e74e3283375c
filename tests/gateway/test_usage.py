"""What is read from answers, however they are cut; and the chunk that clients must not see."""

import json
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.answers import TEXT, Answer, answers, chat_chunk, chat_stream, chat_usage, sse

from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.usage import ChatUsageStripper, usage_reader
from orchestrator.gateway.usage_counts import Usage

CASES = list(answers())
WIRES: tuple[ApiFormat, ...] = ("chat", "responses", "messages")


def split(body: bytes, dice: random.Random) -> list[bytes]:
    """Anywhere: within characters, within line ends."""
    cuts = sorted(dice.randrange(len(body) + 1) for _ in range(dice.randrange(12)))
    return [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_usage_of_every_kind_of_answer(case: Answer) -> None:
    dice = random.Random(case.name)
    for chunks in ([case.body], [bytes([byte]) for byte in case.body], *(split(case.body, dice) for _ in range(25))):
        reader = usage_reader(case.wire, case.streaming)
        for chunk in chunks:
            reader.feed(chunk)
        assert reader.usage == case.usage
        assert reader.output_bytes == len(case.output.encode())
        assert reader.finished is case.finished


def test_a_thousand_ways_to_cut_streams() -> None:
    dice = random.Random(11)
    for case in (one for one in CASES if one.streaming and one.finished):
        for _ in range(100):
            reader = usage_reader(case.wire, True)
            for chunk in split(case.body, dice):
                reader.feed(chunk)
            assert reader.usage == case.usage, case.name


@given(st.binary(max_size=400), st.sampled_from(WIRES), st.booleans())
def test_garbage_is_no_usage_and_no_error(body: bytes, wire: ApiFormat, streaming: bool) -> None:
    reader = usage_reader(wire, streaming)
    for chunk in split(body, random.Random(1)):
        reader.feed(chunk)
    assert reader.usage is None
    assert reader.output_bytes >= 0


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "type",
                    "usage",
                    "choices",
                    "delta",
                    "message",
                    "response",
                    "content",
                    "output",
                    "tool_calls",
                    "input_tokens",
                )
            ),
            inner | st.sampled_from(("message_start", "message_delta", "content_block_delta", "response.completed")),
            max_size=5,
        )
    ),
    max_leaves=15,
)


@given(SHAPES, st.sampled_from(WIRES))
def test_json_of_any_shape_is_no_error(shape: object, wire: ApiFormat) -> None:
    for streaming, body in ((True, sse(shape)), (False, json.dumps(shape).encode())):
        reader = usage_reader(wire, streaming)
        reader.feed(body)
        assert reader.output_bytes >= 0
        assert reader.finished in (True, False)
        assert reader.usage is None or isinstance(reader.usage, Usage)


def test_data_over_several_lines_is_one_document() -> None:
    usage = json.dumps({"choices": [], "usage": chat_usage(3, 4)}, indent=1).encode()
    event = b"id: 1\n" + b"".join(b"data: " + line + b"\n" for line in usage.split(b"\n")) + b"\n"
    reader = usage_reader(ApiFormat.CHAT, True)
    reader.feed(event)
    assert reader.usage == Usage(3, 0, 0, 4, 0)


def test_deep_json_is_no_error() -> None:
    for streaming in (True, False):
        reader = usage_reader(ApiFormat.CHAT, streaming)
        reader.feed(b"data: " * streaming + b"[" * 200_000 + b"\n\n" * streaming)
        assert reader.usage is None


@pytest.mark.parametrize("wire", WIRES)
def test_ten_megabytes_in_one_line_cost_neither_time_nor_memory(wire: ApiFormat) -> None:
    """Its usage stands at its end, as it does with every provider."""
    names = ("prompt_tokens", "completion_tokens") if wire == ApiFormat.CHAT else ("input_tokens", "output_tokens")
    body = json.dumps({"type": "response.completed", "x": "y" * 10_000_000, "usage": dict.fromkeys(names, 5)}).encode()
    for streaming, content in ((True, b"data: " + body + b"\n\n"), (False, body)):
        reader = usage_reader(wire, streaming)
        began = time.process_time()
        for start in range(0, len(content), 1024):
            reader.feed(content[start : start + 1024])
        assert reader.usage == Usage(5, 0, 0, 5, 0)
        assert time.process_time() - began < 3  # One that is quadratic takes minutes.


def stripped(chunks: list[bytes]) -> bytes:
    stripper = ChatUsageStripper()
    return b"".join(stripper.feed(chunk) for chunk in chunks) + stripper.finish()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_chunk_with_usage_alone_is_taken_out_and_nothing_else(end: str) -> None:
    with_usage = f": hello{end}{end}".encode() + chat_stream(chat_usage(1, 2), end=end)
    without = f": hello{end}{end}".encode() + chat_stream(end=end)
    dice = random.Random(3)
    for _ in range(1000):
        assert stripped(split(with_usage, dice)) == without


def test_what_has_anything_beside_usage_passes_byte_by_byte() -> None:
    kept = (
        chat_stream(),
        sse(chat_chunk({"content": TEXT}, usage=chat_usage(1, 2)), "[DONE]"),
        sse({"choices": [], "prompt_filter_results": []}, {"choices": [], "usage": None}, {"usage": chat_usage(1, 2)}),
        sse({"choices": [], "usage": chat_usage(1, 2), "pad": "x" * 100_000}),
        b'data: {"choices": [], "usage": {}',
        b"\r\n\r\n\n: ping\n\ndata: {broken\n\n",
        TEXT.encode() * 20_000,
    )
    dice = random.Random(5)
    for body in kept:
        for _ in range(50):
            assert stripped(split(body, dice)) == body


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"data: x", b"data:", b": c", b"id: 7", b"\xff"]), max_size=30))
def test_any_stream_without_usage_passes_byte_by_byte(parts: list[bytes]) -> None:
    assert stripped(parts) == b"".join(parts)


def test_an_event_is_given_out_as_soon_as_it_is_whole() -> None:
    stripper = ChatUsageStripper()
    event = sse(chat_chunk({"content": "a"}))
    assert stripper.feed(event[:-1]) == b""
    assert stripper.feed(event[-1:]) == event
    long = b"data: " + b"x" * 200_000
    assert len(stripper.feed(long)) > 199_000
