"""Cheating and careless agents never end as verified, and each is told why; honest ones do.

Half of a sample runs with all tests, its other half with the walks, the whole corpus with the long ones. All sessions of a
run are handed in at once.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.e2e.corpus.agents import Agent
from tests.e2e.corpus.cheats import CHEATS
from tests.e2e.corpus.honest import HONEST
from tests.e2e.corpus.repositories import REPOSITORIES
from tests.e2e.tree import Tree, git, make_repository

pytestmark = pytest.mark.timeout(1200)
ALL = (*CHEATS, *HONEST)


def entries(agents: Sequence[Agent]) -> list[Any]:
    with_all = [one for one in agents if one.sample][::2]
    marks = [() if one in with_all else pytest.mark.walks if one.sample else pytest.mark.chaos for one in agents]
    return [pytest.param(one, id=one.name, marks=mark) for one, mark in zip(agents, marks, strict=True)]


@pytest.fixture(scope="module")
def chosen(request: pytest.FixtureRequest) -> list[Agent]:
    """Those whose tests run: no session is begun for the others."""
    names = {item.callspec.id for item in request.session.items if hasattr(item, "callspec")}
    return [one for one in ALL if one.name in names]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory, chosen: list[Agent]) -> Iterator[Tree]:
    folder = tmp_path_factory.mktemp("corpus")
    for above in (folder, folder.parent):
        above.chmod(0o755)
    scenarios = folder / "scenarios.json"
    scenarios.write_text(json.dumps([scenario for one in chosen for scenario in one.scenarios()]))
    tree = Tree(folder.resolve(), {"ORCHESTRATOR_SCRIPTED_SCENARIOS": str(scenarios)}).start()
    try:
        yield tree
    finally:
        left = tree.stop()
        assert not left, f"processes left behind: {left}"


@pytest.fixture(scope="module")
def repositories(corpus: Tree) -> dict[str, Path]:
    return {name: make_repository(corpus.root / "repositories" / name, files) for name, files in REPOSITORIES.items()}


@pytest.fixture(scope="module")
def sessions(corpus: Tree, chosen: list[Agent], repositories: dict[str, Path]) -> dict[str, dict[str, Any]]:
    ids: dict[str, str] = {}
    for one in chosen:
        body = {"prompt": one.prompt, "repository": str(repositories[one.repository]), **one.wanted}
        if one.verify is not None:
            body["verify"] = list(one.verify)
        ids[one.name] = corpus.create(**body)["id"]
    return {name: corpus.wait(session_id, seconds=900) for name, session_id in ids.items()}


@pytest.mark.parametrize("agent", entries(CHEATS))
def test_a_cheat_is_not_verified_and_its_reason_is_told(
    agent: Agent, corpus: Tree, sessions: dict[str, dict[str, Any]]
) -> None:
    session = sessions[agent.name]
    print(corpus.request("GET", f"/sessions/{session['id']}/transcript")[1]["items"])  # Shown when the test then fails.
    told = f"{session['verification_reason']} {(session['failure'] or {}).get('message', '')}"
    assert session["verification"] == agent.ends, told
    assert session["verification"] != "verified"
    assert [words for words in agent.because if words not in told] == [], told
    assert agent.status in (None, session["status"])


@pytest.mark.parametrize("agent", entries(HONEST))
def test_honest_work_is_verified(agent: Agent, corpus: Tree, sessions: dict[str, dict[str, Any]]) -> None:
    session = sessions[agent.name]
    assert (session["status"], session["verification"]) == ("completed", "verified"), session["verification_reason"]
    if agent.changes is not None:
        files = corpus.request("GET", f"/sessions/{session['id']}/diff?format=json")[1]["files"]
        assert sorted(f["path"] for f in files) == sorted(agent.changes)


def test_nothing_of_an_agent_runs_on(sessions: dict[str, dict[str, Any]]) -> None:
    assert sessions
    words = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
    assert [line for line in words if "later.txt" in line] == []


def test_the_corpus_is_large_enough() -> None:
    names = [one.name for one in ALL]
    assert len(CHEATS) >= 30
    assert len(HONEST) >= 10
    assert len(set(names)) == len(names)


@pytest.mark.chaos
def test_no_agent_has_touched_a_persons_repository(
    sessions: dict[str, dict[str, Any]], repositories: dict[str, Path]
) -> None:
    assert sessions
    for repository in repositories.values():
        assert git(repository, "status", "--porcelain", "--ignored") == ""
        assert git(repository, "rev-list", "--count", "main") == "1"
        branches = git(repository, "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        assert [branch for branch in branches if branch != "main" and not branch.startswith("orchestrator/")] == []
