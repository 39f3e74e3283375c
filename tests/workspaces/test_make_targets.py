"""New files that make takes for what a target would make: it says that the target is up to date, and does nothing."""

import subprocess
from pathlib import Path

import pytest

from orchestrator.workspaces.make_targets import made_already

MAKEFILE = "all: check\ncheck lint:\n\tfalse\nout/app: a.c\n\tfalse\nNAME := check2\n%.o: %.c\n.PHONY: all\n.SUFFIXES:\n"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("check", {"check": "check"}),
        ("lint/rules.txt", {"lint/rules.txt": "lint"}),
        ("out/app", {"out/app": "out/app"}),
        ("all", {}),
        ("NAME", {}),
        ("sub/check", {}),
        ("a.o", {}),
        ("checks", {}),
    ],
)
def test_a_file_named_like_a_target(new: str, expected: dict[str, str]) -> None:
    assert made_already([new], {"Makefile"}, {"Makefile": MAKEFILE}) == expected


def test_a_makefile_in_a_folder_is_about_that_folder() -> None:
    assert made_already(["sub/check", "check"], {"sub/Makefile"}, {"sub/Makefile": MAKEFILE}) == {"sub/check": "check"}


def test_what_was_there_before_is_nothing_new() -> None:
    assert made_already(["lint/more.txt"], {"Makefile", "lint/rules.txt"}, {"Makefile": MAKEFILE}) == {}


def test_make_itself_is_content_with_such_a_file(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    assert subprocess.run(["make", "check"], cwd=tmp_path, capture_output=True).returncode != 0
    (tmp_path / "check").touch()
    assert subprocess.run(["make", "check"], cwd=tmp_path, capture_output=True).returncode == 0
