"""The examples of external agents, beside OpenCode and an A2A agent in one plan that ends verified and merged."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.e2e.browser.team import Team
from tests.e2e.test_external_agents import until
from tests.e2e.test_plans import ended, hand_in, show, states, task
from tests.e2e.tree import Tree, free_port

EXAMPLES = Path(__file__).parents[2] / "examples/external-agents"
LONGEST_LINES = 150


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        assert process.wait(40) == 0, (tmp_path / "agents.log").read_text()


def start(team: Team, folder: Path, name: str, *words: str) -> subprocess.Popen[bytes]:
    token = team.call("POST", "/agents/external/enrolments", {})["token"]
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with (folder / "agents.log").open("ab") as log:
        return subprocess.Popen([*words, team.tree.url, token, name], env=env, stdout=log, stderr=log)


def start_a2a(team: Team, folder: Path, name: str) -> subprocess.Popen[bytes]:
    """It does not join: it is added by its card. The repository is fetched by it, as a large one is."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    words = [sys.executable, str(EXAMPLES / "a2a_agent.py"), str(port), name]
    env = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with (folder / "agents.log").open("ab") as log:
        process = subprocess.Popen(words, env=env, stdout=log, stderr=log)
    assert until(lambda: answers(url)), (folder / "agents.log").read_text()
    added = team.call("POST", "/agents/external/a2a", {"card_url": url})
    assert (added["name"], added["transport"], added["a2a"]["streaming"]) == (name, "a2a", True)
    return process


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/.well-known/agent-card.json", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def joined(team: Team) -> list[str]:
    return sorted(one["name"] for one in team.call("GET", "/agents/external")["items"] if one["proven"])


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_a_plan_of_opencode_two_examples_and_an_a2a_agent(
    tree: Tree, tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    team = Team.make(tree)
    shop = team.shop()
    started.append(start(team, tmp_path, "pythonist", sys.executable, str(EXAMPLES / "agent.py")))
    started.append(start(team, tmp_path, "nodist", "node", str(EXAMPLES / "agent.mjs")))
    started.append(start_a2a(team, tmp_path, "noter"))
    assert until(lambda: joined(team) == ["nodist", "noter", "pythonist"]), (tmp_path / "agents.log").read_text()
    tasks = [
        task("price", "Plan: fix the price"),
        task("python", "Note it in Python", "price", agent="pythonist"),
        task("node", "Note it in Node", "price", agent="nodist"),
        task("a2a", "Note it over A2A", "price", agent="noter"),
        task("third", "Plan: write the third", "python", "node", "a2a"),
    ]
    plan = ended(team, hand_in(team, shop, tasks), seconds=200)
    assert plan["status"] == "completed", (plan, (tmp_path / "agents.log").read_text())
    assert states(plan) == dict.fromkeys(("price", "python", "node", "a2a", "third"), "done")
    assert show(shop, plan, "notes-pythonist.md") == "- Note it in Python"
    assert show(shop, plan, "notes-nodist.md") == "- Note it in Node"
    assert show(shop, plan, "notes-noter.md") == "- Note it over A2A"
    report = team.call("GET", f"/plans/{plan['id']}/report")
    assert report["plan"]["verification"] in ("verified", "needs_review")
    did = {one["key"]: one["work"][0]["agent"] for one in report["tasks"]}
    assert (did["python"], did["node"], did["a2a"]) == ("pythonist", "nodist", "noter")
    assert all(one["work"][0]["evidence"] for one in report["tasks"])


def test_the_examples_are_short() -> None:
    assert [one.name for one in EXAMPLES.iterdir() if len(one.read_text().splitlines()) >= LONGEST_LINES] == []
