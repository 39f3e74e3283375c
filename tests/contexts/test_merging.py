"""The three-way merge of values, tried with whatever values there are."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.contexts.merging import MISSING, MOST_PATHS, merge, same

SCALARS = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "b"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b", "c/d", "e~f"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "value", "paths"),
    [
        ({"a": 1}, {"a": 2}, {"a": 1, "b": 3}, {"a": 2, "b": 3}, ()),
        ({"a": {"x": 1, "y": 1}}, {"a": {"x": 2, "y": 1}}, {"a": {"x": 1, "y": 2}}, {"a": {"x": 2, "y": 2}}, ()),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 2}, ("/a",)),
        ({"a": 1}, {"a": 2}, {"a": 2}, {"a": 2}, ()),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1, 3]}, {"a": [1, 2]}, ("/a",)),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1]}, {"a": [1, 2]}, ()),
        ({"a": 1, "b": 1}, {"b": 1}, {"a": 1, "b": 2}, {"b": 2}, ()),
        ({"a": 1}, {}, {"a": 2}, {}, ("/a",)),
        ({"a": 1}, {"a": 2}, {}, {"a": 2}, ("/a",)),
        ({}, {"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}, ()),
        ("text", {"x": 1}, {"y": 2}, {"x": 1, "y": 2}, ()),
        ("one", "two", "three", "two", ("",)),
        ({"a/b": {"~": 1}}, {"a/b": {"~": 2}}, {"a/b": {"~": 3}}, {"a/b": {"~": 2}}, ("/a~1b/~0",)),
        ({"a": 1}, {"a": True}, {"a": 1}, {"a": True}, ()),
        ({"a": 1}, MISSING, {"a": 2}, MISSING, ("",)),
        ({"a": None}, {"a": None, "b": None}, {}, {"b": None}, ()),
    ],
)
def test_what_becomes_of_two_changes(base: Any, theirs: Any, mine: Any, value: Any, paths: tuple[str, ...]) -> None:
    merged = merge(base, theirs, mine)
    assert merged.paths == paths
    assert merged.value is value if value is MISSING else same(merged.value, value)


@given(VALUES, VALUES)
def test_where_one_side_changed_nothing_the_other_is_the_result(base: Any, changed: Any) -> None:
    for merged in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert same(merged.value, changed)
        assert merged.paths == ()


@given(VALUES, VALUES, VALUES)
def test_whose_write_came_first_matters_only_where_they_collide(base: Any, one: Any, other: Any) -> None:
    forth, back = merge(base, one, other), merge(base, other, one)
    assert set(forth.paths) == set(back.paths)
    if not forth.paths:
        assert same(forth.value, back.value)


@given(VALUES, VALUES, VALUES)
def test_a_side_that_is_preferred_at_collisions_gets_what_it_would_as_the_first(base: Any, one: Any, other: Any) -> None:
    assert same(merge(base, one, other, prefer_mine=True).value, merge(base, other, one).value)


@given(VALUES, VALUES, VALUES)
def test_nothing_that_is_given_is_changed(base: Any, one: Any, other: Any) -> None:
    before = copy.deepcopy((base, one, other))
    merge(base, one, other)
    assert repr((base, one, other)) == repr(before)


@given(st.dictionaries(st.sampled_from("abc"), SCALARS), st.dictionaries(st.sampled_from("xyz"), SCALARS))
def test_those_who_write_different_keys_never_collide(one: dict[str, Any], other: dict[str, Any]) -> None:
    merged = merge({}, one, other)
    assert merged.paths == ()
    assert same(merged.value, one | other)


def test_the_places_of_collisions_stay_short_however_long_the_names_are_and_however_many() -> None:
    base, theirs, mine = ({"deep": {"k" * 30_000: {f"{n}": one for n in range(3_000)}}} for one in (0, 1, 2))
    assert merge(base, theirs, mine).paths == ("/deep",)
    many = merge(*({f"{n}": one for n in range(3_000)} for one in (0, 1, 2)))
    assert len(many.paths) == MOST_PATHS
