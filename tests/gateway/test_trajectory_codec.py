"""What is recorded comes back as it was, whatever the history looks like, and without repeating it."""

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.gateway.calls import call, turns

from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.trajectory_codec import HISTORY, Base, calls_of_spool, pack, to_spool, unpack

TENANT = uuid4()
values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
messages = (
    some.sampled_from([{"role": "user", "content": "a"}, {"content": "a", "role": "user"}, {"n": 1}, {"n": 1.0}]) | values
)
histories = some.lists(some.lists(messages, max_size=6), min_size=1, max_size=30)


def text_of(value: object) -> str:
    """Tells 1 from 1.0, and one order of keys from another."""
    return json.dumps(value)


@settings(max_examples=150, deadline=None)
@given(histories, some.sampled_from(ApiFormat), some.integers(0, 5))
def test_every_request_of_a_conversation_comes_back(found: list[list[Any]], format_: ApiFormat, most_depth: int) -> None:
    """Histories that grow, shrink, change in the middle or repeat themselves."""
    base: Base | None = None
    stored: dict[Any, list[Any]] = {}
    for number, history in enumerate(found):
        request = {"b": number, HISTORY[format_]: history, "a": {"z": 1, "y": [1.0, 1]}}
        one = call(TENANT, request, format=format_)
        packed = pack(one, base, most_depth)
        back = unpack(packed.data)
        assert text_of(back.upon(stored.get(back.base, []))) == text_of(request)
        assert back.response == one.response
        assert (back.base, bool(back.kept)) == (packed.base_request_id, packed.base_request_id is not None)
        stored[one.request_id] = history
        base = packed.base
        assert base is not None
        assert base.depth <= most_depth


def test_a_growing_conversation_takes_a_fraction_of_its_bytes() -> None:
    base, total, sent = None, 0, 0
    for one in turns(TENANT, 60):
        packed = pack(one, base, 19)
        base, total, sent = packed.base, total + len(packed.data), sent + len(one.request)
    assert total * 20 < sent


@pytest.mark.parametrize(
    "request_body",
    [
        b"",
        b"nonsense",
        b"[1]",
        b'"x"',
        b'{"messages": [NaN]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"n": ' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_json_object_is_kept_as_it_came(request_body: bytes) -> None:
    one = call(TENANT, request_body)
    back = unpack(pack(one, None, 19).data)
    assert (back.request, back.raw_request, back.response) == (None, request_body, one.response)


@pytest.mark.parametrize("history", ["text", None, {"a": 1}, 5])
def test_a_history_that_is_no_list_is_part_of_the_body(history: Any) -> None:
    request = {"model": "m", "input": history}
    packed = pack(call(TENANT, request, format=ApiFormat.RESPONSES), None, 19)
    assert (unpack(packed.data).upon([]), packed.base) == (request, None)


def test_a_spooled_call_is_whole_or_nothing() -> None:
    one = call(TENANT, session_id=uuid4(), first_byte_ms=None, response=bytes(range(256)))
    data = to_spool(one)
    assert calls_of_spool(data) == [one]
    for place in range(len(data)):
        assert calls_of_spool(data[:place]) == []
    changed = bytearray(data)
    changed[-1] ^= 1
    assert calls_of_spool(bytes(changed)) == []


def test_a_file_of_several_calls_has_those_that_were_written_to_their_end() -> None:
    """Calls that come together are written together, and a process may end in the middle."""
    calls = [call(TENANT, response=b"r" * size) for size in (0, 300, 7)]
    pieces = [to_spool(one) for one in calls]
    data = b"".join(pieces)
    assert calls_of_spool(data) == calls
    assert calls_of_spool(data[:-1]) == calls[:2]
    assert calls_of_spool(pieces[0] + b"OTJ1") == calls[:1]


@pytest.mark.parametrize("data", [b"", b"nonsense", pack(call(TENANT), None, 19).data[:-4]])
def test_what_is_no_trajectory_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match="no trajectory"):
        unpack(data)
