"""What a real agent asks for: a person answers, the policy does, or nobody."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import psutil
import pytest
from tests.e2e.tree import FINISHED, LOOK_SECONDS, Tree
from tests.processes import family_of, words_of

from orchestrator.opencode.client import TOOLS_SECONDS

ASK_TOUCH = {"tool": "bash", "pattern": "touch *", "action": "ask"}


@dataclass(frozen=True)
class Team:
    """A tenant of its own in a running orchestrator, with a policy of its own."""

    tree: Tree
    key: str | None = None

    def call(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = self.tree.request(method, path, body, self.key)
        assert status < 300, answer
        return answer

    def set_policy(self, *rules: dict[str, str], deadline_seconds: int = 600) -> None:
        self.call("PUT", "/approval-policy", {"rules": list(rules), "deadline_seconds": deadline_seconds})

    def start(self, prompt: str, **wanted: Any) -> str:
        return self.call("POST", "/sessions", {"prompt": prompt, **wanted})["id"]

    def wait(self, session_id: str, statuses: tuple[str, ...] = FINISHED, seconds: float = 120) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while (session := self.call("GET", f"/sessions/{session_id}"))["status"] not in statuses:
            assert time.monotonic() < end, f"{session}\n{self.tree.log.read_text()[-3000:]}"
            time.sleep(LOOK_SECONDS)
        if session["status"] == "failed":
            print(session["failure"], self.tree.log.read_text()[-3000:])  # Shown when the test then fails.
        return session

    def approvals(self, session_id: str) -> list[dict[str, Any]]:
        """The oldest first."""
        return self.call("GET", f"/approvals?session_id={session_id}")["items"][::-1]

    def asked(self, session_id: str, count: int = 1) -> dict[str, Any]:
        """The newest approval of a session, which waits for it."""
        self.wait(session_id, ("waiting", *FINISHED))
        end = time.monotonic() + 100
        while len(found := self.approvals(session_id)) < count or found[-1]["status"] != "pending":
            assert time.monotonic() < end, f"{found}\n{self.tree.log.read_text()[-5000:]}"
            time.sleep(0.1)
        return found[-1]

    def tools(self, session_id: str) -> list[dict[str, Any]]:
        parts = self.call("GET", f"/sessions/{session_id}/transcript")["items"]
        return [part["data"]["state"] for part in parts if part["type"] == "tool"]

    def changed(self, session_id: str) -> list[str]:
        return [file["path"] for file in self.call("GET", f"/sessions/{session_id}/diff?format=json")["files"]]


@pytest.fixture(scope="module")
def team(tree: Tree) -> Iterator[Team]:
    status, tenant = tree.request("POST", "/tenants", {"slug": f"t-{uuid4().hex[:8]}", "name": "Team"})
    assert status == 201, tenant
    team = Team(tree, tenant["admin_key"])
    team.set_policy(
        ASK_TOUCH,
        {"tool": "external_directory", "pattern": "/etc/*", "action": "ask"},
        {"tool": "question", "pattern": "*", "action": "ask"},
        {"tool": "doom_loop", "pattern": "*", "action": "ask"},
    )
    yield team
    team.set_policy()


def test_a_person_allows_it_and_the_agent_goes_on(team: Team) -> None:
    session_id = team.start("Touch the first", timeout_seconds=600)
    approval = team.asked(session_id)
    waiting = team.call("GET", f"/sessions/{session_id}")
    assert (waiting["status"], "bash touch first.txt" in waiting["status_reason"]) == ("waiting", True)
    assert (approval["tool"], approval["patterns"], approval["asker"]) == ("bash", ["touch first.txt"], "build")
    assert (approval["detail"]["command"], approval["default_action"]) == ("touch first.txt", "deny")
    team.call("POST", f"/approvals/{approval['id']}/allow")
    assert team.wait(session_id)["status"] == "completed"
    assert team.changed(session_id) == ["first.txt"]
    log = team.call("GET", f"/events/log?session_id={session_id}&limit=500")["items"]
    told = [(e["type"], e["data"].get("status")) for e in log if e["type"].startswith("approval.")]
    assert told == [("approval.requested", None), ("approval.decided", "allowed")]
    statuses = [e["data"]["to"] for e in log if e["type"] == "session.status"]
    assert statuses == ["running", "waiting", "running", "completed"]


def test_a_person_denies_it_and_the_agent_is_told_why(team: Team) -> None:
    session_id = team.start("Touch the first")
    team.call("POST", f"/approvals/{team.asked(session_id)['id']}/deny", {"reason": "Use another file."})
    assert team.wait(session_id)["status"] == "completed"
    [tool] = team.tools(session_id)
    assert (tool["status"], "Use another file." in tool["error"]) == ("error", True)


@pytest.mark.walks
def test_an_answer_that_is_remembered_holds_for_the_session(team: Team) -> None:
    session_id = team.start("Touch both")
    approval = team.asked(session_id)
    assert approval["always"] == ["touch *"]
    team.call("POST", f"/approvals/{approval['id']}/allow", {"remember": "always"})
    assert team.wait(session_id)["status"] == "completed"
    assert team.changed(session_id) == ["first.txt", "second.txt"]
    assert [(one["status"], one["decided_by"] == approval["decided_by"]) for one in team.approvals(session_id)] == [
        ("allowed", False),
        ("allowed", False),
    ]


@pytest.mark.walks
def test_a_subagent_asks_as_well(team: Team) -> None:
    session_id = team.start("Delegate it")
    approval = team.asked(session_id)
    assert (approval["asker"], approval["patterns"]) == ("general", ["touch first.txt"])
    team.call("POST", f"/approvals/{approval['id']}/allow")
    assert team.wait(session_id)["status"] == "completed"
    assert team.changed(session_id) == ["first.txt"]


def test_a_question_is_answered(team: Team) -> None:
    session_id = team.start("Ask which")
    approval = team.asked(session_id)
    [question] = approval["detail"]["questions"]
    assert (question["question"], [one["label"] for one in question["options"]]) == ("Which colour?", ["red", "blue"])
    team.call("POST", f"/approvals/{approval['id']}/answer", {"answers": [["blue"]]})
    assert team.wait(session_id)["status"] == "completed"
    assert '"Which colour?"="blue"' in team.tools(session_id)[0]["output"]


@pytest.mark.walks
@pytest.mark.parametrize("prompt", ["Ask a person which", "Delegate the question"])
def test_a_question_asked_with_a_tool_waits_longer_than_its_call_may_be_silent(team: Team, prompt: str) -> None:
    session_id = team.start(prompt)
    approval = team.asked(session_id)
    end = time.monotonic() + TOOLS_SECONDS + 2
    while time.monotonic() < end:
        assert team.call("GET", f"/sessions/{session_id}")["status"] == "waiting"
        time.sleep(LOOK_SECONDS)
    team.call("POST", f"/approvals/{approval['id']}/answer", {"answers": [["blue"]]})
    assert team.wait(session_id)["status"] == "completed"
    [told] = team.approvals(session_id)
    assert (told["kind"], told["status"]) == ("question", "answered")
    if prompt.startswith("Ask"):
        assert '"answer": "blue"' in team.tools(session_id)[0]["output"]


@pytest.mark.walks
def test_what_a_cancelled_session_asked_for_is_no_matter_of_the_next_one(team: Team) -> None:
    """Both work in the same place, one after the other, and OpenCode lists by the place what it is asked for."""
    for prompt in ("Touch the first", "Ask which"):
        session_id = team.start(prompt)
        team.asked(session_id)
        team.call("POST", f"/sessions/{session_id}/cancel")
    session_id = team.start("Ask which")
    approval = team.asked(session_id)
    team.call("POST", f"/approvals/{approval['id']}/answer", {"answers": [["red"]]})
    assert team.wait(session_id)["status"] == "completed"
    assert [one["status"] for one in team.approvals(session_id)] == ["answered"]


@pytest.mark.walks
def test_when_nobody_answers_the_default_is_taken_at_the_deadline(team: Team) -> None:
    """Of the time of the session, the time that it waits is not counted: it has less than that altogether."""
    policy = team.call("GET", "/approval-policy")["rules"]
    team.set_policy(*policy, deadline_seconds=8)
    prompts = ("Read one outside", "Ask which", "Touch the first", "Repeat yourself in one answer")
    ids = [team.start(prompt, timeout_seconds=600) for prompt in prompts]
    sessions = [team.wait(session_id) for session_id in ids]
    team.set_policy(*policy)
    assert [session["status"] for session in sessions] == ["completed", "completed", "completed", "failed"]
    outside, question, tool, loop = (team.approvals(session_id)[0] for session_id in ids)
    assert (tool["status"], tool["tool"], team.changed(ids[2])) == ("expired", "bash", [])
    assert (loop["status"], loop["tool"], loop["default_action"]) == ("expired", "doom_loop", "deny")
    assert "bash" in sessions[3]["failure"]["message"], "a repetition that nobody allowed ends its turn, and the next"
    assert (outside["status"], outside["tool"], outside["decided_by"]) == ("expired", "external_directory", "policy")
    assert (question["status"], question["default_action"]) == ("expired", "answer")
    assert "Nobody answered" in team.tools(ids[0])[0]["error"]
    assert "Nobody answered" in team.tools(ids[1])[0]["output"]


@pytest.mark.walks
def test_a_cancelled_session_asks_for_nothing_any_more(team: Team) -> None:
    session_id = team.start("Touch the first")
    approval = team.asked(session_id)
    team.call("POST", f"/sessions/{session_id}/cancel")
    assert team.approvals(session_id)[0]["status"] == "superseded"
    assert team.tree.request("POST", f"/approvals/{approval['id']}/allow", {}, team.key)[0] == 409


@pytest.mark.walks
def test_without_a_policy_nothing_waits(tree: Tree) -> None:
    """A path outside is refused at once, a question is not offered."""
    team = Team(tree)
    ids = [team.start("Read one outside"), team.start("Ask which")]
    assert [team.wait(session_id)["status"] for session_id in ids] == ["completed", "completed"]
    assert [team.approvals(session_id) for session_id in ids] == [[], []]
    assert [team.tools(session_id)[0]["status"] for session_id in ids] == ["error", "completed"]


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_what_was_asked_and_what_was_answered_outlive_the_worker(own_tree: Tree) -> None:
    """The server dies with its worker, and its requests with it: it is asked again, and answered by what was said."""
    team = Team(own_tree.start())
    team.set_policy(ASK_TOUCH)
    session_id = team.start("Touch it stubbornly")
    first = team.asked(session_id)
    kill(own_tree)
    second = team.asked(session_id, count=2)
    assert [one["status"] for one in team.approvals(session_id)] == ["superseded", "pending"]
    os.kill(worker_of(own_tree), signal.SIGSTOP)
    team.call("POST", f"/approvals/{second['id']}/allow")
    kill(own_tree)
    session = team.wait(session_id)
    assert (session["status"], session["attempt"], team.changed(session_id)) == ("completed", 1, ["first.txt"])
    third = team.approvals(session_id)[2]
    assert (third["status"], third["decided_by"].startswith("key:")) == ("allowed", True)
    assert len({first["id"], second["id"], third["id"]}) == 3
    prompts = [p for p in team.call("GET", f"/sessions/{session_id}/transcript")["items"] if p["role"] == "user"]
    assert len(prompts) == 1


def worker_of(tree: Tree) -> int:
    """The role that the server of the agents is a child of: all roles are forks of one process."""
    assert tree.process is not None
    for role in psutil.Process(tree.process.pid).children():
        if any("serve" in words_of(child) for child in family_of(role)):
            return role.pid
    raise AssertionError("no worker with a server")


def kill(tree: Tree) -> None:
    os.kill(worker_of(tree), signal.SIGKILL)
