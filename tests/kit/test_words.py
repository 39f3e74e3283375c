"""Numbers of things in words."""

import pytest

from orchestrator.kit.words import counted


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 sessions"), (1, "1 session"), (2, "2 sessions"), (1_200, "1,200 sessions")]
)
def test_one_thing_is_not_many(number: int, told: str) -> None:
    assert counted(number, "session") == told


def test_a_word_may_have_a_plural_of_its_own() -> None:
    assert (counted(1, "entry", "entries"), counted(2, "entry", "entries")) == ("1 entry", "2 entries")
