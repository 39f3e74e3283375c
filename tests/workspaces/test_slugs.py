from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.workspaces.slugs import branch_name

SESSION = "0190c7a2-6b6e-7cc1-9f00-0123456789ab"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Fix the login bug", "orchestrator/fix-the-login-bug-456789ab"),
        ("  Größe & Naïveté!! ", "orchestrator/groe-naivete-456789ab"),
        ("漢字", "orchestrator/session-456789ab"),
        ("", "orchestrator/session-456789ab"),
        ("../../etc/passwd.lock", "orchestrator/etc-passwd-lock-456789ab"),
        ("-rf --upload-pack=x", "orchestrator/rf-upload-pack-x-456789ab"),
    ],
)
def test_the_title_becomes_a_readable_branch(title: str, expected: str) -> None:
    assert branch_name(title, SESSION) == expected


def test_a_long_title_is_cut_between_words() -> None:
    name = branch_name("word " * 40, UUID(SESSION))
    assert len(name) <= 60
    assert name.endswith("word-456789ab")


@given(st.text(max_size=200))
def test_every_title_gives_a_name_that_git_takes(title: str) -> None:
    name = branch_name(title, uuid4())
    assert len(name) <= 60
    assert name.isascii()
    assert set(name.removeprefix("orchestrator/")) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not name.endswith((".lock", "-", "/"))
