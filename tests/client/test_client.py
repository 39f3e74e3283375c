"""The typed client against a real server: results, the server's errors, and streams that outlive a restart."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from tests.api import RANDOM_ID, Server

from orchestrator.client.api import Client
from orchestrator.client.errors import ApiError, ServerUnreachable
from orchestrator.events import log
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.keys import mint_key


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server.url, server.actors.member.key) as client:
        yield client


def error_of(call: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(ApiError) as caught:
        call()
    assert str(caught.value)
    assert caught.value.hint
    return caught.value.status, caught.value.code


def test_a_session_through_the_client(client: Client) -> None:
    made = client.create_session(prompt="Do it.", title="t", start=False, verify=None)
    assert made["status"] == "pending"
    assert client.session(made["id"]) == made
    assert client.sessions(status=["pending"])["items"] == [made]
    assert client.sessions(status=["failed"])["items"] == []
    assert client.start(made["id"])["status"] == "queued"
    assert client.cancel(made["id"])["status"] == "cancelled"
    assert client.transcript(made["id"])["items"] == []
    assert client.evidence(made["id"]) == client.checkpoints(made["id"]) == []


def test_what_comes_of_work_is_told_before_and_after_it(client: Client) -> None:
    expected = client.estimate(agent="build", repository=None)
    assert (expected["agent"], expected["sessions"], expected["cost_micro_usd"]) == ("build", 0, None)
    made = client.create_session(prompt="Do it.", start=False)
    assert client.turns(made["id"]) == client.messages(made["id"]) == []
    assert client.timeline(made["id"], kind=["turn"])["items"] == []


def test_pages_follow_the_cursor(client: Client) -> None:
    made = [client.create_session(prompt=str(n))["id"] for n in range(5)]
    first = client.sessions(limit=3)
    second = client.sessions(limit=3, cursor=first["next_cursor"])
    assert [one["id"] for page in (first, second) for one in page["items"]] == made[::-1]


def test_the_servers_errors_come_through(client: Client, server: Server) -> None:
    assert error_of(lambda: client.session(RANDOM_ID)) == (404, "not_found")
    assert error_of(lambda: client.session("nonsense")) == (422, "invalid")
    assert error_of(lambda: client.create_session(prompt="")) == (422, "prompt_empty")
    assert error_of(lambda: client.diff(client.create_session(prompt="p")["id"])) == (409, "no_result_yet")
    with Client(server.url, server.actors.viewer.key) as viewer:
        assert error_of(lambda: viewer.create_session(prompt="p")) == (403, "permission_required")
        assert error_of(lambda: next(viewer.events(session_id="nonsense"))) == (422, "invalid")
    with Client(server.url, mint_key().text) as stranger:
        assert error_of(stranger.sessions) == (401, "unauthenticated")
        assert error_of(lambda: next(stranger.events())) == (401, "unauthenticated")
    with Client(server.url, server.actors.member.key, tenant="nobody") as lost:
        assert error_of(lost.sessions) == (404, "tenant_not_found")


def test_no_server_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with Client(f"http://127.0.0.1:{port}", "k") as client:
        for call in (client.sessions, lambda: next(client.events())):
            with pytest.raises(ServerUnreachable) as caught:
                call()
            assert caught.value.code == "server_unreachable"
            assert str(port) in str(caught.value)


@pytest.mark.parametrize(
    ("url", "key"),
    [("nonsense", "k"), ("http://", "k"), ("http://[::1", "k"), ("http://localhost:99999", "k"), ("ftp://localhost", "k")],
)
def test_an_address_that_is_none_is_one_clear_error(url: str, key: str) -> None:
    def look() -> None:
        with Client(url, key) as client:
            client.sessions()

    assert error_of(look)[1] == "server_unreachable"


@pytest.mark.parametrize("key", ["кey", "a\nb", "a\x00b", "\ud800"])
def test_a_key_that_no_header_can_carry_is_one_clear_error(server: Server, key: str) -> None:
    def look() -> None:
        with Client(server.url, key) as client:
            client.sessions()

    assert error_of(look) == (401, "unauthenticated")


@contextmanager
def another_server(status: int, body: bytes, content_type: str) -> Iterator[str]:
    """Something else listens where an orchestrator is expected."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>hello</html>"),
        (200, b"[]"),
        (200, b"\xff"),
        (404, b"not here"),
        (500, b'{"error": "no"}'),
        (500, b'{"error": {"code": 7}}'),
        (302, b""),
        (204, b""),
    ],
)
def test_another_kind_of_server_is_one_clear_error(status: int, body: bytes) -> None:
    with another_server(status, body, "text/html") as url, Client(url, "k") as client:
        assert error_of(lambda: client.session(RANDOM_ID)) == (status, "unexpected_answer")
        assert error_of(lambda: client.evidence(RANDOM_ID)) == (status, "unexpected_answer")
        assert error_of(lambda: next(client.events())) == (status, "unexpected_answer")


async def test_any_line_separator_comes_through_the_stream(server: Server) -> None:
    """Only a line feed ends a line of the stream; Python's own splitlines knows a dozen others."""
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\rh\ni"
    viewer = server.actors.viewer
    with tenant_scope(viewer.tenant_id):
        async with server.database.transaction() as db:
            log.append(db, viewer.tenant_id, "finetuning.job", actor="somebody", reason=text)
    with Client(server.url, viewer.key) as client:
        event = await asyncio.to_thread(next, client.events())
    assert (event["seq"], event["type"], event["data"]["data"]["reason"]) == (1, "finetuning.job", text)


async def test_events_resume_after_the_server_restarts(own_server: Server) -> None:
    """The reader is away while the server is: it neither ends, nor loses an event, nor sees one twice."""
    seen: list[int] = []
    three, six = threading.Event(), threading.Event()

    def follow() -> None:
        with Client(own_server.url, own_server.actors.viewer.key) as client:
            for event in client.events():
                assert event["seq"] is not None
                seen.append(event["seq"])
                if len(seen) == 3:
                    three.set()
                if len(seen) == 6:
                    six.set()
                    return

    def create() -> None:
        with Client(own_server.url, own_server.actors.member.key) as client:
            for _ in range(3):
                client.create_session(prompt="p")

    following = asyncio.create_task(asyncio.to_thread(follow))
    await asyncio.to_thread(create)
    assert await asyncio.to_thread(three.wait, 10)
    await asyncio.to_thread(own_server.stop)
    # Long enough for a reader that gives up at the first refused connection to have done so.
    await asyncio.wait([following], timeout=0.7)
    assert not following.done()
    await asyncio.to_thread(own_server.start)
    await asyncio.to_thread(create)
    await asyncio.wait_for(following, 20)
    assert seen == [1, 2, 3, 4, 5, 6]


async def test_a_server_that_does_not_come_back_is_given_up(own_server: Server) -> None:
    begun = threading.Event()

    def follow() -> None:
        with Client(own_server.url, own_server.actors.viewer.key, patience_seconds=0.5) as client:
            for _ in client.events():
                begun.set()

    with Client(own_server.url, own_server.actors.member.key) as client:
        client.create_session(prompt="p")
    following = asyncio.create_task(asyncio.to_thread(follow))
    assert await asyncio.to_thread(begun.wait, 10)
    await asyncio.to_thread(own_server.stop)
    with pytest.raises(ServerUnreachable):
        await asyncio.wait_for(following, 10)


def test_a_stream_that_ends_at_once_is_opened_again() -> None:
    body = b': heartbeat\n\nevent: reconnect\ndata: {}\n\nevent: delta\ndata: {"text": "x"}\n\n'
    with another_server(200, body, "text/event-stream") as url, Client(url, "k") as client:
        stream = client.events()
        assert [next(stream) for _ in range(2)] == [{"seq": None, "type": "delta", "data": {"text": "x"}}] * 2
