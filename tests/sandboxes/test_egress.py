"""The host's side of a sandbox's network, asked over its unix socket as a program behind the forwarder would."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from orchestrator.kit.network_policy import NetworkMode, NetworkPolicy, parse_hosts
from orchestrator.sandboxes import Egress, egress, proxy


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A host that answers each request with what it was sent, and closes."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


Opened = Callable[..., AbstractAsyncContextManager[tuple[Egress, Path]]]
refused: list[tuple[str, int, str]] = []


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    @asynccontextmanager
    async def open_(
        hosts: str = "", private: str = "", mode: NetworkMode = NetworkMode.ALLOWLIST, gateway: str = "http://127.0.0.1:1/v1"
    ) -> AsyncGenerator[tuple[Egress, Path]]:
        refused.clear()
        policy = NetworkPolicy(mode, parse_hosts(hosts), parse_hosts(private))
        # Deeper than the path of a socket may be.
        folder = tmp_path / ("deep" * 25)
        folder.mkdir(exist_ok=True)
        made = Egress(folder, policy, gateway, None, lambda *one: refused.append(one))
        network = await made.start()
        assert network.folder is not None
        try:
            yield made, network.folder
        finally:
            await made.close()

    return open_


async def ask(folder: Path, request: bytes, name: str = "proxy.sock") -> bytes:
    reader, writer = await connect(folder, name)
    writer.write(request)
    writer.write_eof()
    try:
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()


async def connect(folder: Path, name: str = "proxy.sock") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    connection, descriptor = socket.socket(socket.AF_UNIX), os.open(folder, os.O_PATH)
    connection.connect(f"/proc/self/fd/{descriptor}/{name}")
    os.close(descriptor)
    return await asyncio.open_unix_connection(sock=connection)


def tunnel(host: str, port: int, rest: bytes = b"") -> bytes:
    return f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode() + rest


async def test_a_listed_host_is_reached_by_a_tunnel_and_by_a_request(opened: Opened, port: int) -> None:
    async with opened(f"127.0.0.1:{port}", f"127.0.0.1:{port}") as (egress, folder):
        through = await ask(folder, tunnel("127.0.0.1", port, b"hello"))
        plain = await ask(folder, f"GET http://127.0.0.1:{port}/x HTTP/1.1\r\nHost: evil\r\n\r\n".encode())
        assert egress.traffic.connections == 2
        assert egress.traffic.bytes_in > egress.traffic.bytes_out == 5
    assert through == b"HTTP/1.1 200 Connection established\r\n\r\nhello"
    assert plain == f"GET /x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
    assert refused == []


async def test_a_refusal_names_the_host_and_what_to_do_in_its_first_line(opened: Opened, port: int) -> None:
    async with opened("pypi.org") as (egress, folder):
        answer = await ask(folder, tunnel("127.0.0.1", port))
        assert egress.traffic.refused == 1
    first, _, body = answer.partition(b"\r\n")
    assert first.startswith(b"HTTP/1.1 403 ")
    for text in (first, body):
        assert f"orchestrator network allow 127.0.0.1:{port}".encode() in text
    assert [one[:2] for one in refused] == [("127.0.0.1", port)]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "::1", "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1",
    ],
)  # fmt: skip
async def test_a_listed_address_that_is_private_is_for_the_operator_to_allow(opened: Opened, address: str) -> None:
    shown = f"[{address}]" if ":" in address else address
    async with opened(shown) as (_, folder):
        answer = await ask(folder, tunnel(shown, 80))
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"ORCHESTRATOR_NETWORK_PRIVATE_HOSTS" in answer


async def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to(
    opened: Opened, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers with a public address first and with loopback after that (DNS rebinding)."""
    asked: list[str] = []

    async def changing(host: str, _: object) -> tuple[str, ...]:
        asked.append(host)
        return ("203.0.113.7",) if len(asked) == 1 else ("127.0.0.1",)

    connected: list[str] = []

    async def open_connection(host: str, *_: object, **__: object) -> None:
        connected.append(host)
        raise OSError("no route")

    monkeypatch.setattr(proxy, "addresses_of", changing)
    monkeypatch.setattr(proxy, "is_public", lambda address: address == "203.0.113.7")
    async with opened(f"rebind.example:{port}") as (_, folder):
        with monkeypatch.context() as patched:
            patched.setattr(proxy.asyncio, "open_connection", open_connection)
            answer = await ask(folder, tunnel("rebind.example", port))
        assert (asked, connected) == (["rebind.example"], ["203.0.113.7"])
        assert answer.startswith(b"HTTP/1.1 502 ")
        again = await ask(folder, tunnel("rebind.example", port))
    assert again.startswith(b"HTTP/1.1 403 ")


async def test_of_several_addresses_the_private_ones_are_left_out(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    async def both(*_: object) -> tuple[str, ...]:
        return ("127.0.0.1", "93.184.215.14")

    connected: list[str] = []

    async def open_connection(host: str, *_: object, **__: object) -> None:
        connected.append(host)
        raise OSError("no route")

    monkeypatch.setattr(proxy, "addresses_of", both)
    async with opened("both.example") as (_, folder):
        with monkeypatch.context() as patched:
            patched.setattr(proxy.asyncio, "open_connection", open_connection)
            await ask(folder, tunnel("both.example", 443))
    assert connected == ["93.184.215.14"]


def test_a_public_address_of_this_machine_is_no_way_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy.is_own("127.0.0.1")
    assert not proxy.is_own("93.184.215.14")


async def test_slow_names_keep_nobody_else_waiting(opened: Opened, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads of the whole process do its other work: a sandbox that asks for names without end must not take them."""
    held = threading.Event()

    def slow(*_: object, **__: object) -> list[object]:
        held.wait(20)
        return []

    monkeypatch.setattr("orchestrator.kit.addresses.socket.getaddrinfo", slow)
    async with opened("*.slow.example") as (_, folder):
        asking = [asyncio.create_task(ask(folder, tunnel(f"n{n}.slow.example", 443))) for n in range(40)]
        async with asyncio.timeout(10):
            await asyncio.gather(*(asyncio.to_thread(int, "1") for _ in range(40)))
        held.set()
        assert {(await one)[:12] for one in asking} == {b"HTTP/1.1 502"}


async def test_with_none_every_host_is_refused(opened: Opened, port: int) -> None:
    async with opened(f"127.0.0.1:{port}", f"127.0.0.1:{port}", NetworkMode.NONE) as (_, folder):
        assert b"`none`" in await ask(folder, tunnel("127.0.0.1", port))


async def test_the_gateway_is_one_place_whatever_is_asked_of_it(opened: Opened, port: int) -> None:
    async with opened(gateway=f"http://127.0.0.1:{port}/v1") as (egress, folder):
        assert egress.gateway_url == "http://127.0.0.1:61097/v1"
        assert await ask(folder, b"GET http://evil/ HTTP/1.1", "gateway.sock") == b"GET http://evil/ HTTP/1.1"


async def test_a_gateway_behind_tls_is_reached_by_a_tunnel_under_its_own_name(opened: Opened, port: int) -> None:
    gateway = f"https://localhost:{port}/v1"
    async with opened(gateway=gateway, mode=NetworkMode.NONE) as (egress, folder):
        assert egress.gateway_url == gateway
        assert not (folder / "gateway.sock").exists()
        assert await ask(folder, tunnel("localhost", port, b"hi")) == b"HTTP/1.1 200 Connection established\r\n\r\nhi"
        assert (await ask(folder, tunnel("127.0.0.1", port))).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    ("request_", "status"),
    [(b"GET / HTTP/1.1\r\n\r\n", b"400"), (b"\x16\x03\x01\r\n\r\n", b"400"), (b"x" * 70_000, b"431")],
)
async def test_what_is_no_request_to_a_proxy_is_answered(opened: Opened, request_: bytes, status: bytes) -> None:
    async with opened() as (_, folder):
        assert (await ask(folder, request_)).startswith(b"HTTP/1.1 " + status)


async def test_who_says_nothing_is_let_go(opened: Opened, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "HEAD_SECONDS", 0.1)
    monkeypatch.setattr(proxy, "IDLE_SECONDS", 0.1)
    async with opened(f"127.0.0.1:{port}", f"127.0.0.1:{port}") as (_, folder):
        for begun in (b"", tunnel("127.0.0.1", port)):
            reader, writer = await connect(folder)
            writer.write(begun)
            async with asyncio.timeout(10):
                await reader.read()
            writer.close()


async def test_a_sandbox_has_so_many_connections(opened: Opened, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "MOST_CONNECTIONS", 1)
    async with opened(f"127.0.0.1:{port}", f"127.0.0.1:{port}") as (_, folder):
        reader, writer = await connect(folder)
        writer.write(tunnel("127.0.0.1", port))
        await reader.readuntil(b"\r\n\r\n")
        assert (await ask(folder, tunnel("127.0.0.1", port))).startswith(b"HTTP/1.1 503 ")
        writer.close()


@pytest.mark.parametrize("name", ["proxy.sock", "gateway.sock"])
async def test_connections_that_say_nothing_are_not_kept_without_end(
    opened: Opened, port: int, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """They took descriptors of the node until it had none left, for no tenant."""
    monkeypatch.setattr(egress, "MOST_OPEN", 3)
    async with opened(f"127.0.0.1:{port}", f"127.0.0.1:{port}", gateway=f"http://127.0.0.1:{port}/v1") as (_, folder):
        kept = [await connect(folder, name) for _ in range(3)]
        kept[0][1].write(tunnel("127.0.0.1", port))
        assert await kept[0][0].readuntil(b"\r\n\r\n")
        reader, writer = await connect(folder, name)
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        for _, open_ in [*kept, (reader, writer)]:
            open_.close()


async def test_its_end_ends_what_is_open(opened: Opened, port: int) -> None:
    async with opened(f"127.0.0.1:{port}", f"127.0.0.1:{port}") as (made, folder):
        reader, writer = await connect(folder)
        writer.write(tunnel("127.0.0.1", port))
        await reader.readuntil(b"\r\n\r\n")
        await made.close()
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


def test_the_sockets_are_their_owners_alone(opened: Opened) -> None:
    async def look() -> None:
        async with opened() as (_, folder):
            assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir() if file.is_socket()} == {
                "proxy.sock": 0o600,
                "gateway.sock": 0o600,
            }

    asyncio.run(look())
