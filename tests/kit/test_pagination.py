"""A cursor says where a page ends, in whatever order; what no list gave out is refused."""

import base64
from datetime import UTC, datetime

import pytest

from orchestrator.kit.ids import new_id
from orchestrator.kit.pagination import (
    CursorInvalid,
    decode_cursor,
    decode_moment,
    decode_parts,
    encode_cursor,
    encode_parts,
)

MOMENT = datetime(2026, 3, 1, 12, 30, 15, 123456, UTC)


def packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def test_a_cursor_comes_back_as_it_was() -> None:
    row = new_id()
    assert decode_cursor(encode_cursor(MOMENT, row)) == (MOMENT, row)
    level, since, id_ = decode_parts(encode_parts("2", MOMENT.isoformat(), "budget:a|b|ü"), 3)
    assert (level, decode_moment(since), id_) == ("2", MOMENT, "budget:a|b|ü")


@pytest.mark.parametrize("cursor", ["", "x", "é", "====", packed("only one"), packed("one|a\0b"), "gICA"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorInvalid):
        decode_parts(cursor, 2)


@pytest.mark.parametrize("text", ["never|{id}", "2026-03-01T12:30:15|{id}", "2026-03-01T12:30:15+00:00|7", "{id}|{id}"])
def test_a_place_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CursorInvalid):
        decode_cursor(packed(text.format(id=new_id())))
