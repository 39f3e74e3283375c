"""Turns that come to no end by themselves: cut, nudged once, and failed with their reason when that does not help."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from tests.databases import copied
from tests.e2e.conftest import SCENARIOS
from tests.e2e.tree import Tree
from tests.processes import family_of, words_of

from orchestrator.sessions.errors import FailureClass
from orchestrator.sessions.failures import RETRIES

QUICK = {"ORCHESTRATOR_STALL_SECONDS": "90", "ORCHESTRATOR_GATEWAY_WAIT_SECONDS": "1"}
MOST_RETRIES = RETRIES[FailureClass.PROVIDER_TRANSIENT].most
SILENT_SECONDS = 15
"""More than the first use of a folder takes on a busy machine."""


@pytest.fixture(scope="module")
def database(postgres: str) -> Iterator[str]:
    with copied(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Tree]:
    folder = tmp_path_factory.mktemp("stalls")
    for above in (folder, folder.parent):
        above.chmod(0o755)
    env = {"ORCHESTRATOR_SCRIPTED_SCENARIOS": str(SCENARIOS), "DATABASE_URL": database, **QUICK}
    tree = Tree(Path(folder).resolve(), env).start()
    yield tree
    assert not tree.stop()


def turns(tree: Tree, session: dict[str, Any]) -> list[tuple[str, str]]:
    """Kind and outcome of each."""
    log = tree.request("GET", f"/events/log?session_id={session['id']}&limit=500")[1]["items"]
    kinds = [e["data"]["kind"] for e in log if e["type"] == "turn.started"]
    outcomes = [e["data"]["outcome"] for e in log if e["type"] == "turn.ended"]
    return list(zip(kinds, outcomes, strict=True))


def run(tree: Tree, prompt: str, **wanted: Any) -> dict[str, Any]:
    return tree.wait(tree.create(prompt=prompt, **wanted)["id"])


def changed(tree: Tree, session: dict[str, Any]) -> list[str]:
    return [f["path"] for f in tree.request("GET", f"/sessions/{session['id']}/diff?format=json")[1]["files"]]


@pytest.mark.timeout(300)
def test_what_the_nudge_helps_goes_on(quick: Tree) -> None:
    prompts = {"Hang once": SILENT_SECONDS, "Try until told": None, "Run quietly": SILENT_SECONDS}
    ids = [quick.create(prompt=prompt, stall_seconds=seconds)["id"] for prompt, seconds in prompts.items()]
    silent, looped, quiet = (quick.wait(one) for one in ids)
    assert [(one["status"], one["failure"]) for one in (silent, looped, quiet)] == [("completed", None)] * 3
    assert turns(quick, silent) == [("prompt", "provider_silent"), ("nudge", "finished")]
    assert changed(quick, silent) == ["nudged.txt"]
    assert turns(quick, looped) == [("prompt", "agent_loops"), ("nudge", "finished")]
    assert changed(quick, looped) == ["other.txt"]
    # A command that prints nothing, within its own time, is no stall.
    assert turns(quick, quiet) == [("prompt", "finished")]


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_what_the_nudge_does_not_help_ends_as_failed_with_its_reason(quick: Tree) -> None:
    wanted: list[dict[str, Any]] = [
        {"prompt": "Try for ever"},
        {"prompt": "Take many steps", "max_steps": 2},
        {"prompt": "Repeat yourself in one answer"},
    ]
    sessions = [quick.wait(one) for one in [quick.create(**body)["id"] for body in wanted]]
    assert [one["status"] for one in sessions] == ["failed"] * 3
    cuts = ["agent_loops", "too_many_steps", "agent_loops"]
    assert [turns(quick, one) for one in sessions] == [[("prompt", cut), ("nudge", "failed")] for cut in cuts]
    assert {one["failure"]["class"] for one in sessions} == {"time_out"}
    assert "bash" in sessions[2]["failure"]["message"]


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_a_provider_that_stays_silent_is_tried_again_later_and_fails_when_its_retries_are_used_up(
    quick: Tree, database: str
) -> None:
    """The nudge was the second try within the turn; what is the provider's fault is no failure of the session yet."""
    session_id = quick.create(prompt="Hang for ever", stall_seconds=SILENT_SECONDS)["id"]
    end = time.monotonic() + 120
    while (session := quick.request("GET", f"/sessions/{session_id}")[1])["queue_reason"] != "retry":
        assert time.monotonic() < end, session
        time.sleep(0.1)
    assert session["status_reason"].startswith("provider_transient")
    assert (session["failure"]["retries"], session["failure"]["retryable"]) == (1, True)
    use_up_retries(database, session_id)
    session = quick.wait(session_id, seconds=120)
    failure = session["failure"]
    assert (session["status"], failure["class"], failure["retries"]) == ("failed", "provider_transient", MOST_RETRIES)
    assert (failure["retry_at"], str(SILENT_SECONDS) in failure["message"]) == (None, True)
    assert failure["hint"].startswith("Look at the provider")
    assert turns(quick, session) == [("prompt", "provider_silent"), ("nudge", "failed")]
    said = quick.request("GET", f"/sessions/{session_id}/transcript")[1]["items"]
    nudges = [p for p in said if p["role"] == "user" and "did not arrive" in p["data"]["text"]]
    assert len(nudges) == 1, "it goes on with the nudge that is open when it is tried again"


def use_up_retries(database: str, session_id: str) -> None:
    """As if it had been tried again as often as it may be, which takes most of an hour; the last try is due now."""
    with psycopg.connect(database, autocommit=True) as connection:
        query = "update sessions set retries = %s, not_before = now() where id = %s and status = 'queued' and retries = 1"
        assert connection.execute(query, (MOST_RETRIES, session_id)).rowcount == 1


@pytest.mark.walks
def test_a_session_may_be_given_more_time_and_not_less_than_a_call_may_be_held(quick: Tree) -> None:
    session = quick.create(prompt="Hang once", stall_seconds=600, start=False)
    assert (session["stall_seconds"], session["max_steps"]) == (600, None)
    status, answer = quick.request("POST", "/sessions", {"prompt": "x", "stall_seconds": 1})
    assert (status, "stall_seconds" in answer["error"]["message"]) == (422, True)


@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_a_server_that_is_frozen_in_a_turn_is_replaced_and_the_turn_goes_on(quick: Tree) -> None:
    session_id = quick.create(prompt="Run quietly", stall_seconds=600)["id"]
    server = wait_for_command(quick, "sleep 20")
    os.kill(server, signal.SIGSTOP)
    session = quick.wait(session_id, seconds=200)
    assert (session["status"], session["attempt"]) == ("completed", 1)
    assert turns(quick, session) == [("prompt", "finished")]
    assert not psutil.pid_exists(server)
    parts = quick.request("GET", f"/sessions/{session_id}/transcript")[1]["items"]
    assert [p["data"]["text"] for p in parts if p["role"] == "user"] == ["Run quietly"]


def wait_for_command(tree: Tree, command: str) -> int:
    """The server of the agents, when a command of theirs runs."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        assert tree.process is not None
        lines = {one.pid: words_of(one) for one in family_of(tree.process.pid)}
        if any(" ".join(words) == command for words in lines.values()):
            return next(pid for pid, words in lines.items() if "serve" in words and words[0].endswith("opencode"))
        time.sleep(0.1)
    raise AssertionError(tree.log.read_text()[-3000:])
