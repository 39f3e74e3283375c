"""A2A agents that lie, flood or lead elsewhere: their work is refused or waits, and nothing of ours is lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from google.protobuf.json_format import MessageToDict
from tests.api import Api
from tests.eap.a2a_agents import added, ended, give, until
from tests.eap.a2a_server import PATCH, card
from tests.eap.test_leases import read

from orchestrator.eap import assignments
from orchestrator.eap.models import Assignment, AssignmentStatus
from orchestrator.kit.sealing import make_master_key
from orchestrator.kit.tenant_scope import tenant_scope


@pytest.fixture(autouse=True)
def _master_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


def task(state: str = "WORKING", task_id: str = "t-1", parts: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    made = [{"artifactId": "a", "parts": parts}] if parts else []
    return {"id": task_id, "contextId": "c", "status": {"state": f"TASK_STATE_{state}"}, "artifacts": made}


GOOD = [{"text": PATCH, "mediaType": "text/x-diff"}]


@dataclass
class Hostile:
    """By method, what it answers as the result; a web.Response is answered as it is."""

    port: int = 0
    answers: dict[str, Callable[[], Any]] = field(default_factory=dict[str, Callable[[], Any]])
    stream: Callable[[int], Any] = lambda _: task()
    endless: bool = False
    calls: list[str] = field(default_factory=list[str])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def card(self, _: web.Request) -> web.Response:
        return web.json_response(MessageToDict(card(self.url)))

    async def rpc(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.calls.append(asked["method"])
        if asked["method"] in self.answers:
            told = self.answers[asked["method"]]()
            return told if isinstance(told, web.Response) else web.json_response(self._wrapped(told))
        if asked["method"] not in ("SendStreamingMessage", "SubscribeToTask"):
            return web.json_response({"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no"}})
        return await self._streamed(request)

    async def _streamed(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await answer.prepare(request)
        for number in range(1_000_000 if self.endless else 2):
            told = json.dumps(self._wrapped({"task": self.stream(number)}))
            await answer.write(f"data: {told}\n\n".encode())
            await asyncio.sleep(0.001)
        return answer

    def _wrapped(self, result: Any) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": 1, "result": result}


@pytest.fixture
async def hostile() -> AsyncIterator[Hostile]:
    one = Hostile()
    app = web.Application()
    app.router.add_get("/.well-known/agent-card.json", one.card)
    app.router.add_post("/rpc", one.rpc)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.port = runner.addresses[0][1]
    yield one
    await runner.cleanup()


async def worked(api: Api, hostile: Hostile) -> Assignment:
    one = await added(api, hostile.url, name=f"hostile-{hostile.port}")
    return await give(api, one, "Do it.")


async def over(api: Api, made: Assignment) -> None:
    with tenant_scope(made.tenant_id):
        async with api.database.transaction() as db:
            await assignments.cancel(db, made.session_id, "the test is over")


async def trouble(api: Api) -> str:
    (one,) = (await api.call("GET", "/agents/external")).json()["items"]
    return one["last_error"] or ""


async def test_a_stream_without_end_costs_time_alone(api: Api, hostile: Hostile) -> None:
    hostile.endless = True
    asked = iter(range(100))
    hostile.answers["GetTask"] = lambda: task() if next(asked) < 1 else task("COMPLETED", parts=GOOD)
    row = await ended(api, (await worked(api, hostile)).id, 60)
    assert row.status is AssignmentStatus.COMPLETED, row.reason
    assert hostile.calls.count("SendStreamingMessage") == 1


@pytest.mark.parametrize(
    ("answers", "stream", "reason"),
    [
        ({"GetTask": lambda: task("COMPLETED", "t-2", GOOD)}, task(), "another task than the one"),
        ({"GetTask": task}, task(task_id="t-2"), "its stream is of another task"),
        ({}, task(task_id="x" * 1000), "the id of its task is none"),
        ({}, task(task_id=""), "its task has no id"),
        ({"GetTask": lambda: task("UNSPECIFIED")}, task(), "a state that A2A does not know"),
        (
            {"GetTask": lambda: task("COMPLETED", parts=[*GOOD, {"raw": "QQ==", "filename": "a.bundle"}])},
            task(),
            "more than",
        ),
        (
            {"GetTask": lambda: task("COMPLETED", parts=[{"url": "http://10.0.0.1/a", "mediaType": "text/x-diff"}])},
            task(),
            "cannot be taken",
        ),
    ],
)
async def test_what_a2a_does_not_allow_fails_the_work(
    api: Api, hostile: Hostile, answers: dict[str, Any], stream: dict[str, Any], reason: str
) -> None:
    hostile.answers = answers
    hostile.stream = lambda number: task() if number == 0 and stream["id"] == "t-2" else stream
    row = await ended(api, (await worked(api, hostile)).id)
    assert row.status is AssignmentStatus.FAILED
    assert reason in (row.reason or "")


async def test_an_answer_that_is_too_long_is_never_taken(api: Api, hostile: Hostile) -> None:
    long = web.Response(body=b" " * (17 * 1024 * 1024), content_type="application/json")
    hostile.answers["GetTask"] = lambda: web.Response(body=long.body, content_type="application/json")
    made = await worked(api, hostile)
    for _ in range(300):
        if "too long" in await trouble(api):
            break
        await asyncio.sleep(0.1)
    assert "too long" in await trouble(api)
    assert (await read(api, made.id)).status is AssignmentStatus.LEASED
    await over(api, made)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=307, headers={"location": "/elsewhere"}),
        lambda: web.Response(body=b"\xff\xfe", content_type="application/json"),
        lambda: web.Response(body=b"[" * 100_000, content_type="application/json"),
        lambda: web.Response(status=500, body=b"no"),
        lambda: web.Response(body=b"data: nothing\n\n", content_type="text/event-stream"),
    ],
)
async def test_who_answers_with_nothing_gets_the_work_later(
    api: Api, hostile: Hostile, answer: Callable[[], web.Response]
) -> None:
    hostile.answers["SendStreamingMessage"] = answer
    made = await worked(api, hostile)
    row = await until(api, made.id, lambda row: row.not_before is not None or row.has_ended)
    assert (row.status, row.tries) == (AssignmentStatus.QUEUED, 0), row.reason
    assert "could not be sent" in await trouble(api)
    await over(api, made)


async def test_a_task_that_is_not_known_any_more_is_a_lost_try(api: Api, hostile: Hostile) -> None:
    lost = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32001, "message": "Task not found"}}
    answers = iter([web.json_response(lost)])
    hostile.answers["GetTask"] = lambda: next(answers, None) or task("COMPLETED", parts=GOOD)
    row = await ended(api, (await worked(api, hostile)).id)
    assert (row.status, row.tries, row.lease_epoch) == (AssignmentStatus.COMPLETED, 2, 3)
    assert hostile.calls.count("SendStreamingMessage") == 2, "it was sent anew"
