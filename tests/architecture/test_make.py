"""What the README says that `make` does."""

import re
import subprocess
from pathlib import Path

import pytest


@pytest.mark.parametrize(("words", "demo"), [([], True), (["DEMO=1"], True), (["DEMO=0"], False), (["DEMO=no"], False)])
def test_the_demo_can_be_left_out(root: Path, words: list[str], demo: bool) -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "-n", "run", *words],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    last = shown.stdout.strip().splitlines()[-1]
    assert last.split("orchestrator ")[1].strip() == ("up" if demo else "up --no-demo")


def test_every_target_that_a_page_names_is_there(root: Path, project_files: list[Path]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE))
    pages = {path: (root / path).read_text() for path in project_files if path.suffix == ".md"}
    unknown = [
        f"{path}: make {target}"
        for path, text in pages.items()
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)
        if target not in targets
    ]
    assert "run" in targets
    assert unknown == []
