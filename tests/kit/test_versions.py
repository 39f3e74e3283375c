"""Tags of what two people can write."""

import pytest

from orchestrator.kit.versions import ChangedMeanwhile, check_match, etag_of

TAG = etag_of({"a": 1, "b": [None, "x"]})


def test_the_same_content_has_the_same_tag() -> None:
    assert etag_of({"b": [None, "x"], "a": 1}) == TAG
    assert etag_of({"b": [None, "y"], "a": 1}) != TAG
    assert (TAG[0], TAG[-1]) == ('"', '"')


@pytest.mark.parametrize("given", [None, "*", " * ", TAG, f'"other", {TAG}'])
def test_what_matches(given: str | None) -> None:
    check_match(given, TAG)


@pytest.mark.parametrize("given", ["", '"other"', f"W/{TAG}", TAG.strip('"'), '"a", "b"'])
def test_what_does_not(given: str) -> None:
    with pytest.raises(ChangedMeanwhile):
        check_match(given, TAG)
