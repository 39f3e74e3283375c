"""A repository's own file may be made to hurt the node that reads it."""

import time

import pytest

from orchestrator.workspaces import parse_config
from orchestrator.workspaces.errors import RepositoryConfigInvalid

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_merged_mappings_cannot_multiply() -> None:
    levels = ["a0: &a0 {x: 1}"]
    for level in range(1, 12):
        levels.append(f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 10)}]}}")
    began = time.monotonic()
    with pytest.raises(RepositoryConfigInvalid, match="more than 1000 keys"):
        parse_config("\n".join(levels).encode(), COMMIT)
    assert time.monotonic() - began < 5


def test_a_merge_of_a_few_keys_is_welcome() -> None:
    text = b"env: &one {A: a}\n"
    assert parse_config(text, COMMIT).env == {"A": "a"}
    with pytest.raises(RepositoryConfigInvalid, match="other"):
        parse_config(text + b"other: {<<: *one}\n", COMMIT)


def test_variables_by_alias_stay_below_what_a_process_can_be_given() -> None:
    text = f"verify:\n- &long {'a' * 9_000}\nenv:\n" + "".join(f"  V{n}: *long\n" for n in range(1_000))
    with pytest.raises(RepositoryConfigInvalid, match="longer than 65536 characters"):
        parse_config(text.encode(), COMMIT)
