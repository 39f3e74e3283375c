"""The check of a server finds nothing wrong with ours, and each fault of one that is broken."""

import asyncio
import hashlib
import json
import re
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.api import Api, Server
from tests.cli.test_cli import run
from tests.eap.joined import Joined, assign, enrol

from orchestrator.cli.eap_server import ServerCheck
from orchestrator.eap.findings import OF_SERVERS, Findings
from orchestrator.kit.artifacts import ArtifactStore

BUNDLE = b"as good as any: the check looks at bytes and digest"
REPOSITORY = {"branch": "b", "commit": "1" * 40, "bytes": len(BUNDLE), "sha256": hashlib.sha256(BUNDLE).hexdigest()}
Answer = tuple[int, bytes]


@asynccontextmanager
async def api_of(server: Server, tmp_path: Path) -> AsyncIterator[Api]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        assert server.app is not None
        yield Api(server.app, client, server.database, server.actors, tmp_path)


async def given(api: Api, server: Server, name: str) -> None:
    """A task for the agent of that name, once it has joined."""
    path = f"check/{uuid4()}"
    await asyncio.to_thread(ArtifactStore(server.settings.artifact_store_url).write, path, BUNDLE)
    found: list[dict[str, Any]] = []
    while not found:
        listed = (await api.call("GET", "/agents/external", api.actors.admin)).json()["items"]
        found = [one for one in listed if one["name"] == name]
        await asyncio.sleep(0.05)
    one = Joined(api.client, found[0]["id"], "", Ed25519PrivateKey.generate(), {})
    await assign(api, one, bundle_path=path, repository=REPOSITORY)


async def checked(api: Api, server: Server, url: str, *, others: bool = True) -> Findings:
    token, other = await enrol(api), await enrol(api) if others else None
    loop, name = asyncio.get_running_loop(), f"checked-{uuid4().hex[:8]}"

    def look() -> Findings:
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as http:
            tell: Callable[[str], None] = lambda agent: asyncio.run_coroutine_threadsafe(  # noqa: E731
                given(api, server, agent), loop
            ).result(20)
            return ServerCheck(http, name, token, other).run(30, tell)

    return await asyncio.to_thread(look)


async def test_our_own_server_keeps_the_protocol(server: Server, tmp_path: Path) -> None:
    async with api_of(server, tmp_path) as api:
        findings = await checked(api, server, server.url)
    assert {line["check"]: line["outcome"] for line in findings.report()} == dict.fromkeys(OF_SERVERS.checks, "passed"), (
        findings
    )


Fault = Callable[[str, str, dict[str, Any], Answer], Answer]
"""Of a call to `path` with what was sent, and what a right server answers: what the broken one does."""


def _path(words: str) -> Callable[[str, str], bool]:
    method, _, pattern = words.partition(" ")
    return lambda called, path: called == method and re.search(pattern, path) is not None


def when(words: str, status: int, change: Callable[[dict[str, Any], dict[str, Any]], Answer]) -> Fault:
    fits = _path(words)

    def fault(method: str, path: str, sent: dict[str, Any], answer: Answer) -> Answer:
        if not fits(method, path) or answer[0] != status:
            return answer
        return change(sent, json.loads(answer[1] or b"{}"))

    return fault


def _ok(**told: Any) -> Callable[[dict[str, Any], dict[str, Any]], Answer]:
    return lambda sent, said: (200, json.dumps(told).encode())


def _changed(**told: Any) -> Callable[[dict[str, Any], dict[str, Any]], Answer]:
    return lambda sent, said: (200, json.dumps(said | told).encode())


def _short_error(sent: dict[str, Any], said: dict[str, Any]) -> Answer:
    return 409, json.dumps({"detail": said["error"]["message"]}).encode()


def _gaps(sent: dict[str, Any], said: dict[str, Any]) -> Answer:
    last = max(one["seq"] for one in sent["events"])
    return 200, json.dumps({"expected_seq": last + 1}).encode()


BROKEN: dict[str, dict[str, list[Fault]]] = {
    "one that takes what it should refuse": {
        "schemas": [when("GET /schemas$", 200, _ok())],
        "prove": [when("POST /prove$", 403, _ok(agent_id=str(UUID(int=1))))],
        "token": [when("POST /token$", 401, _ok(auth_token="x"))],
        "keys": [when("POST /keys$", 403, _ok())],
        "borders": [when("GET /external$", 403, _ok(items=[]))],
        "heartbeat": [when("POST /heartbeat$", 200, _changed(cancel=[]))],
        "renew": [when("POST /renew$", 200, _changed(lease_expires_at="2020-01-01T00:00:00Z"))],
        "events": [when("POST /events$", 200, _gaps)],
        "artifacts": [when("PUT /artifacts/", 409, _ok())],
        "result": [when("PUT /result$", 409, _ok())],
        "stale": [when("POST /events$", 409, _ok(expected_seq=9))],
        "errors": [when("POST /renew$", 409, _short_error)],
    },
    "one that tells others' tasks, and leaves its folders": {
        "prove": [when("POST /tasks/lease", 403, lambda sent, said: (204, b""))],
        "borders": [when("POST /renew$", 404, _ok())],
        "artifacts": [when("POST /artifacts$", 422, _ok())],
        "register": [when("POST /register$", 401, _ok(agent_id=str(uuid4())))],
    },
}


@asynccontextmanager
async def broken(server: Server, *faults: Fault) -> AsyncIterator[str]:
    """A server of its own, which asks the right one and answers with its faults."""
    right = httpx.Client(base_url=server.url, timeout=30, verify=False, trust_env=False)  # noqa: S501 - there is no TLS.

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def _serve(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            kept = {name: value for name in ("authorization", "content-type") if (value := self.headers.get(name))}
            said = right.request(self.command, self.path, content=content, headers=kept)
            sent = json.loads(content) if content.startswith(b"{") else {}
            answer = said.status_code, said.content
            for fault in faults:
                answer = fault(self.command, self.path.partition("?")[0], sent, answer)
            status, body = answer
            self.send_response(status)
            if status != 204:
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _serve

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}"
    finally:
        await asyncio.to_thread(listening.shutdown)
        thread.join()
        listening.server_close()
        await asyncio.to_thread(right.close)


@pytest.mark.parametrize("name", BROKEN)
async def test_the_faults_of_a_broken_server_are_found(name: str, server: Server, tmp_path: Path) -> None:
    faults = [one for several in BROKEN[name].values() for one in several]
    async with api_of(server, tmp_path) as api, broken(server, *faults) as url:
        findings = await checked(api, server, url)
    failed = {line["check"] for line in findings.report() if line["problems"]}
    assert failed == set(BROKEN[name]), findings
    assert findings.failed


async def test_a_server_that_tells_no_challenge_is_checked_no_further(server: Server, tmp_path: Path) -> None:
    fault = when("POST /register$", 201, _ok(agent_id=str(uuid4()), auth_token="x"))
    async with api_of(server, tmp_path) as api, broken(server, fault) as url:
        findings = await checked(api, server, url)
    assert "Registered" in findings.problems["register"][0]
    assert {line["outcome"] for line in findings.report() if line["check"] in ("prove", "lease", "result")} == {"failed"}


async def test_a_server_that_gives_no_task_at_once_instead_of_waiting(server: Server, tmp_path: Path) -> None:
    def nothing(method: str, path: str, sent: dict[str, Any], answer: Answer) -> Answer:
        return (204, b"") if path.endswith("/tasks/lease") and answer[0] == 200 else answer

    async with api_of(server, tmp_path) as api, broken(server, nothing) as url:
        findings = await checked(api, server, url, others=False)
    assert "asked to wait" in findings.problems["lease"][0]


def test_the_command_wants_a_token_and_reports_who_is_nobody(server: Server, tmp_path: Path) -> None:
    env: dict[str, str | None] = {"ORCHESTRATOR_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), "NO_COLOR": "1"}
    wanted = run(env, "eap", "check", server.url)
    assert wanted.exit_code == 1
    assert "enrolment token" in wanted.stderr
    done = run({**env, "ORCHESTRATOR_EAP_TOKEN": "oen_aaaaaaaaaaaa_b"}, "eap", "check", server.url, "--json")
    assert done.exit_code == 1, done.stderr
    told = json.loads(done.stdout)
    assert (told["suite"], told["protocol"], told["passed"]) == ("eap-server", "1.0", False)
    outcomes = {one["check"]: one["outcome"] for one in told["checks"]}
    assert (outcomes["schemas"], outcomes["register"]) == ("passed", "failed")
