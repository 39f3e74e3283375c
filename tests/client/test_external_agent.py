"""The client of external agents against answers that are hard to get from a real server in time."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orchestrator.client import external_agent
from orchestrator.client.external_agent import ExternalAgent, Identity, Refused, Task

Answer = httpx.Response
TASK = {"task_id": "t", "lease_epoch": 3, "input_data": {"prompt": "Do it."}}
BEATEN = {"cancel": [], "heartbeat_interval_seconds": 5, "desired_state": "continue"}


class Played:
    """Results and leases are answered as told, each once and the last one for ever."""

    def __init__(self, **answers: list[Answer]) -> None:
        self.answers, self.calls = answers, list[tuple[str, str, Any]]()

    def __call__(self, request: httpx.Request) -> Answer:
        last = request.url.path.rpartition("/")[2]
        self.calls.append((last, request.headers.get("authorization", ""), _body(request)))
        if last == "token":
            return Answer(200, json={"auth_token": "good"})
        if last == "heartbeat":
            return Answer(200, json=BEATEN)
        given = self.answers[last]
        return given.pop(0) if len(given) > 1 else given[0]

    def of(self, last: str) -> list[Any]:
        return [body for name, _, body in self.calls if name == last]


def _body(request: httpx.Request) -> Any:
    return json.loads(request.content) if request.content else None


def refusal(status: int, code: str) -> Answer:
    return Answer(status, json={"error": {"code": code, "message": "No.", "hint": "Later."}})


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch) -> Callable[[Played], ExternalAgent]:
    monkeypatch.setattr(external_agent, "_AGAIN_SECONDS", 0.01)

    def make(played: Played) -> ExternalAgent:
        client = httpx.Client(base_url="http://o.test", transport=httpx.MockTransport(played))
        return ExternalAgent(Identity("http://o.test", "me", Ed25519PrivateKey.generate()), client)

    return make


def done(task: Task) -> dict[str, Any]:
    return task.result(summary="Done.", execution_time_ms=1)


def test_who_comes_back_buys_a_token_first_and_bears_trouble(agent: Callable[[Played], ExternalAgent]) -> None:
    leases = [refusal(503, "database_trouble"), refusal(429, "too_many"), Answer(200, json=TASK)]
    played = Played(lease=leases, result=[refusal(503, "database_trouble"), Answer(200, json={})])
    assert agent(played).work(done, most=1) == 1
    assert played.calls[0][0] == "token"
    assert {key for name, key, _ in played.calls if name != "token"} == {"Bearer good"}
    first, second = played.of("result")
    assert first == second, "the same work, word for word"


def test_a_result_that_is_refused_for_what_it_says_is_a_failure(agent: Callable[[Played], ExternalAgent]) -> None:
    played = Played(lease=[Answer(200, json=TASK)], result=[refusal(422, "invalid"), Answer(200, json={})])
    assert agent(played).work(done, most=1) == 1
    assert [body["status"] for body in played.of("result")] == ["completed", "failed"]
    assert "invalid" in played.of("result")[1]["error"]


def test_work_of_a_lease_that_is_over_is_dropped_and_who_is_revoked_ends(agent: Callable[[Played], ExternalAgent]) -> None:
    over = Played(lease=[Answer(200, json=TASK)], result=[refusal(409, "stale_lease")])
    assert agent(over).work(done, most=1) == 1
    assert len(over.of("result")) == 1
    with pytest.raises(Refused, match="not_found"):
        agent(Played(lease=[refusal(404, "not_found")])).work(done, most=1)
