"""A budget that stops the real OpenCode in the middle of its work, and work that goes on where it was."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.door import Door
from tests.e2e.model import INPUT_TOKENS, OUTPUT_TOKENS, RestlessModel
from tests.e2e.tree import Tree, make_repository
from tests.gateway.test_captured_calls import content_of

CANARY = "sk-canary-7d1f0a9e44"
BUDGET = 90_000
PER_CALL = INPUT_TOKENS + OUTPUT_TOKENS


@pytest.fixture(scope="module")
def model() -> Iterator[RestlessModel]:
    model = RestlessModel()
    yield model
    model.close()


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    door = Door()
    yield door
    door.close()


@pytest.fixture(scope="module")
def metered(model: RestlessModel, door: Door) -> Iterator[Tree]:
    env = door.env | {
        "ORCHESTRATOR_PROVIDER_BASE_URL": model.url,
        "ORCHESTRATOR_PROVIDER_API_KEY": CANARY,
        "ORCHESTRATOR_PROVIDER_MODEL": "restless",
        "ORCHESTRATOR_PROVIDER_OUTPUT_LIMIT": "8000",
        "ORCHESTRATOR_PROVIDER_RESET_SECONDS": "3",
    }
    with tempfile.TemporaryDirectory(prefix="orchestrator-budgets-") as folder:
        tree = Tree(Path(folder).resolve(), env).start()
        try:
            yield tree
        finally:
            left = tree.stop()
            assert not left, f"processes left behind: {left}"


def quota(tree: Tree, **values: int | None) -> None:
    tenant = tree.request("GET", "/tenants")[1]["items"][0]["id"]
    status, answer = tree.request("PUT", f"/tenants/{tenant}/quotas", values)
    assert status == 200, answer


def handed_in(tree: Tree, model: RestlessModel, *, refuses_key: bool = False, **wanted: Any) -> dict[str, Any]:
    model.enough = model.exhausted = False
    model.refuses_key = refuses_key
    model.calls.clear()
    model.prompts.clear()
    repository = make_repository(tree.root / "repositories" / f"r{time.time_ns()}", {"readme.md": "hello\n"})
    return tree.create(prompt="Work without an end", repository=str(repository), **wanted)


def test_a_spent_budget_pauses_the_session_and_a_raised_one_lets_it_go_on(metered: Tree, model: RestlessModel) -> None:
    quota(metered, tokens_per_month=BUDGET)
    session = handed_in(metered, model)
    paused = metered.wait(session["id"], ("paused", "failed", "completed"))
    assert (paused["status"], paused["pause_reason"]) == ("paused", "budget")
    assert time.monotonic() - model.last_call_at < 5, "from the last call that was paid for, its own time included"
    calls = len(model.calls)
    assert 0 < calls * PER_CALL <= BUDGET
    assert paused["usage"]["input_tokens"] + paused["usage"]["output_tokens"] <= BUDGET
    checkpoints = metered.request("GET", f"/sessions/{session['id']}/checkpoints")[1]["items"]
    assert checkpoints[-1]["changed"] is True
    time.sleep(1)
    assert len(model.calls) == calls, "it went on although it is paused"
    model.enough = True
    quota(metered, tokens_per_month=10 * BUDGET)
    done = metered.wait(session["id"], ("completed", "failed"))
    assert done["status"] == "completed", done
    assert done["attempt"] == 2
    assert set(model.prompts) == {1}, "the prompt was sent a second time"
    assert "made.txt" in metered.request("GET", f"/sessions/{session['id']}/diff")[1]


@pytest.mark.walks
def test_after_the_first_refusal_one_more_request_at_most_arrives(metered: Tree, model: RestlessModel, door: Door) -> None:
    """Of those that the gateway refuses as well: a runtime that asks again and again is not stopped."""
    quota(metered, tokens_per_month=None)
    session = handed_in(metered, model, max_tokens=60_000)
    paused = metered.wait(session["id"], ("paused", "failed", "completed"))
    paused_at = time.monotonic()
    time.sleep(1)
    arrivals = [one for one in door.arrivals if one.conversation in model.calls]
    refused = next(number for number, one in enumerate(arrivals) if one.status == 402)
    assert refused >= 2, "it was refused before it had worked"
    assert paused_at - arrivals[refused].at < 5
    assert len(arrivals[refused + 1 :]) <= 1, [(one.status, one.at - arrivals[refused].at) for one in arrivals[refused:]]
    assert paused["pause_reason"] == "budget"
    assert metered.request("POST", f"/sessions/{session['id']}/cancel")[0] == 200


def test_the_sessions_own_budget_stops_it_and_a_person_cannot_overdraw_it(metered: Tree, model: RestlessModel) -> None:
    quota(metered, tokens_per_month=None)
    session = handed_in(metered, model, max_tokens=60_000)
    assert metered.wait(session["id"], ("paused", "failed", "completed"))["pause_reason"] == "budget"
    calls = len(model.calls)
    assert 0 < calls * PER_CALL <= 60_000
    assert metered.request("POST", f"/sessions/{session['id']}/resume")[0] == 200
    again = metered.wait(session["id"], ("paused", "failed", "completed"))
    assert again["pause_reason"] == "budget"
    assert len(model.calls) == calls
    assert metered.request("POST", f"/sessions/{session['id']}/cancel")[0] == 200
    end = time.monotonic() + 20
    while list((metered.data / "tenants").glob(f"*/state/{session['id']}")):
        assert time.monotonic() < end, "the worktree of a session that was cancelled while paused stays"
        time.sleep(0.1)


@pytest.mark.walks
def test_an_exhausted_provider_pauses_and_resumes_by_itself(metered: Tree, model: RestlessModel) -> None:
    session = handed_in(metered, model)
    end = time.monotonic() + 60
    while len(model.calls) < 3:
        assert time.monotonic() < end
        time.sleep(0.01)
    model.exhausted = True
    paused = metered.wait(session["id"], ("paused", "failed", "completed"))
    assert paused["pause_reason"] == "provider", paused
    model.enough, model.exhausted = True, False
    assert metered.wait(session["id"], ("completed", "failed"))["status"] == "completed"
    events = metered.request("GET", "/events/log?limit=500")[1]["items"]
    assert sum(event["type"] == "provider.exhausted" for event in events) == 1


@pytest.mark.walks
def test_a_key_that_the_provider_refuses_fails_the_session_at_once(metered: Tree, model: RestlessModel) -> None:
    """It was told as 502, which OpenCode asked again for minutes while the session held its slot."""
    session = handed_in(metered, model, refuses_key=True)
    failed = metered.wait(session["id"], ("paused", "failed", "completed"))
    assert (failed["status"], failed["failure"]["class"]) == ("failed", "provider_final"), failed
    assert "does not accept the key" in failed["failure"]["message"]
    # A session of another test may be at work still: it is refused once as well.
    assert set(Counter(model.calls).values()) == {1}, model.calls


def test_the_providers_key_is_in_no_file_and_no_process_of_an_agent(metered: Tree, model: RestlessModel) -> None:
    assert model.keys == {f"Bearer {CANARY}"}
    contents = {str(file): content_of(file) for file in metered.data.rglob("*") if file.is_file()}
    assert any(name.endswith(".zst") for name in contents), "no call was recorded"
    assert [name for name, content in contents.items() if CANARY.encode() in content] == []
    assert CANARY not in metered.log.read_text()
    for pid in metered.members():
        words = (Path("/proc") / str(pid) / "cmdline").read_bytes()
        environment = (Path("/proc") / str(pid) / "environ").read_bytes()
        assert CANARY.encode() not in words
        if b"opencode" in words:
            assert CANARY.encode() not in environment
