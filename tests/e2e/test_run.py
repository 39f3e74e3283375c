"""`orchestrator run` and what a person asks afterwards, as the first page of the documentation has it."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.e2e.person import Person
from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import Tree, git, make_repository

Done = subprocess.CompletedProcess[str]


@pytest.fixture
def person(tree: Tree, tmp_path: Path) -> Iterator[Person]:
    person = Person(tmp_path, tree)
    yield person
    person.stop()


def test_it_ends_with_status_0_only_when_the_session_completed(tree: Tree, person: Person) -> None:
    above = tree.root / "repositories"
    shop = make_repository(above / "handed-in", BROKEN)
    head = git(shop, "rev-parse", "HEAD")
    (shop / "not-committed.txt").write_text("mine\n")

    def hand_in(prompt: str, *verify: str) -> Done:
        options = [
            "--repo",
            "handed-in",
            "--max-feedback-rounds",
            "0",
            *(word for one in verify for word in ("--verify", one)),
        ]
        return person.orchestrator(above, "run", prompt, *options)

    with ThreadPoolExecutor(3) as people:
        wanted = (("Fix the discount", *VERIFY), ("Break it", *VERIFY), ("Break it", "true", *VERIFY))
        fixed, broken, partly = people.map(lambda one: hand_in(*one), wanted)
    assert (fixed.returncode, broken.returncode, partly.returncode) == (0, 1, 1), fixed.stdout + fixed.stderr
    assert "completed, verified" in fixed.stdout
    assert "failed, failed" in broken.stdout
    assert "partially_completed, failed" in partly.stdout
    assert "shop/price.py" in fixed.stdout
    assert "1 changed file of handed-in not committed: the agent sees commits alone." in fixed.stdout
    assert "hint" in broken.stdout

    (session_id,) = (word for word in fixed.stdout.split() if word.count("-") == 4 and len(word) == 36)
    part = session_id[-8:]
    assert part in person.says(above, "sessions", "list")
    assert "verified" in person.says(above, "sessions", "show", part)
    assert "completed" in person.says(above, "sessions", "logs", "-f", part)
    assert "+    return sum(items) * (1 - discount)" in person.says(above, "sessions", "diff", part)
    branch = tree.request("GET", f"/sessions/{session_id}")[1]["branch"]
    assert branch.startswith("orchestrator/")
    assert git(shop, "rev-parse", f"{branch}^") == head == git(shop, "rev-parse", "HEAD")
    assert git(shop, "status", "--porcelain") == "?? not-committed.txt"
    logged = [line for line in tree.log.read_text().splitlines() if "session_id=" in line]
    assert [line for line in logged if "tenant_id=" not in line] == []
