"""From inside a sandbox with a network of its own: what is reached through the forwarder, and that nothing else is."""

import asyncio
import json
import os
import subprocess
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from tests.sandboxes.tenants import NOBODY, Tenant

from orchestrator.kit.network_policy import HostPattern, NetworkMode, NetworkPolicy
from orchestrator.sandboxes import (
    BubblewrapSandbox,
    Egress,
    Identity,
    ProcessSandbox,
    SandboxNetwork,
    SandboxNetworkUnavailable,
    SandboxSpec,
    tenant_identity,
)
from orchestrator.sandboxes.network import write_forwarder

METADATA = "169.254.169.254"
PUBLIC = "1.1.1.1"
# Prints what each connection and request came to: of addresses straight, of URLs through the proxy, unless it is the
# gateway's.
PROBE = """
import json, os, socket, sys, urllib.request
os.environ["no_proxy"] = os.environ["NO_PROXY"] = ""
seen = {}
for one in json.loads(sys.argv[1]):
    host, port = one.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), 3).close()
        seen["tcp " + one] = "connected"
    except OSError as error:
        seen["tcp " + one] = type(error).__name__
for url in json.loads(sys.argv[2]):
    try:
        proxies = {} if ":61097/" in url else {"http": "http://127.0.0.1:61128"}
        opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
        seen[url] = opener.open(url, timeout=5).read().decode()
    except OSError as error:
        seen[url] = str(error)
print(json.dumps(seen))
"""


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"hello {self.headers['Host']} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def http_server() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hello) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def listed() -> Iterator[int]:
    with http_server() as port:
        yield port


@pytest.fixture
def unlisted() -> Iterator[int]:
    """Stands for the database, the API and whatever else listens on this machine's loopback."""
    with http_server() as port:
        yield port


@pytest.fixture
def gateway() -> Iterator[int]:
    with http_server() as port:
        yield port


def allowing(*hosts: str) -> NetworkPolicy:
    patterns = tuple(HostPattern.parse(host) for host in hosts)
    return NetworkPolicy(NetworkMode.ALLOWLIST, patterns, patterns)


@dataclass(frozen=True)
class Way:
    """An open egress: what the sandbox gets, and what was refused in it so far."""

    egress: Egress
    network: SandboxNetwork
    refused: list[tuple[str, int]]


Open = Callable[..., AbstractAsyncContextManager[Way]]


@pytest.fixture
def opened(tenant: Tenant, gateway: int) -> Open:
    @asynccontextmanager
    async def open_(policy: NetworkPolicy, name: str = "egress") -> AsyncGenerator[Way]:
        folder = tenant.home / name
        folder.mkdir()
        refused: list[tuple[str, int]] = []
        egress = Egress(folder, policy, f"http://127.0.0.1:{gateway}/v1", owner(tenant), lambda *r: refused.append(r[:2]))
        network = await egress.start()
        try:
            yield Way(egress, network, refused)
        finally:
            await egress.close()

    return open_


def owner(tenant: Tenant) -> Identity | None:
    return NOBODY if tenant.user == "ordinary" and os.geteuid() == 0 else tenant_identity(7)


async def probe(tenant: Tenant, network: SandboxNetwork, tcp: list[str], urls: list[str]) -> dict[str, str]:
    words = ("python3", "-c", PROBE, json.dumps(tcp), json.dumps(urls))
    done = await asyncio.to_thread(tenant.run, replace(tenant.single, network=network), *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def test_an_allowlist_reaches_what_it_names_and_the_gateway(
    tenant: Tenant, opened: Open, listed: int, unlisted: int, gateway: int
) -> None:
    direct = [f"127.0.0.1:{port}" for port in (listed, unlisted, gateway)] + [f"{METADATA}:80", f"{PUBLIC}:443"]
    allowed = f"http://127.0.0.1:{listed}/x?y=1"
    refused = [f"http://127.0.0.1:{unlisted}/", f"http://{METADATA}/latest", f"http://{PUBLIC}/"]
    async with opened(allowing(f"127.0.0.1:{listed}")) as way:
        model = way.egress.gateway_url
        seen = await probe(tenant, way.network, direct, [allowed, *refused, model])
    assert seen[allowed] == f"hello 127.0.0.1:{listed} /x?y=1"
    assert seen[model] == "hello 127.0.0.1:61097 /v1"
    assert {one for one in direct if seen[f"tcp {one}"] == "connected"} == set()
    assert all("403" in seen[url] and "orchestrator network allow" in seen[url] for url in refused)
    assert way.refused == [("127.0.0.1", unlisted), (METADATA, 80), (PUBLIC, 80)]


async def test_none_reaches_the_gateway_only(tenant: Tenant, opened: Open, listed: int) -> None:
    hosts = (HostPattern.parse(f"127.0.0.1:{listed}"),)
    url = f"http://127.0.0.1:{listed}/"
    async with opened(NetworkPolicy(NetworkMode.NONE, hosts, hosts)) as way:
        model = way.egress.gateway_url
        seen = await probe(tenant, way.network, [f"127.0.0.1:{listed}"], [url, model])
    assert seen[f"tcp 127.0.0.1:{listed}"] != "connected"
    assert "403" in seen[url]
    assert "`none`" in seen[url]
    assert seen[model].startswith("hello")


async def test_without_a_way_out_nothing_is_reached(tenant: Tenant, listed: int) -> None:
    """What our own scripts get."""
    seen = await probe(tenant, SandboxNetwork(), [f"127.0.0.1:{listed}", f"{PUBLIC}:443"], [])
    assert "connected" not in seen.values()


async def test_the_sockets_of_others_are_not_there(tenant: Tenant, opened: Open) -> None:
    look = "find / -maxdepth 2 -type s | sort; touch /network/x; cat /proc/net/unix"
    async with opened(allowing(), "one") as way, opened(allowing(), "two"):
        done = await asyncio.to_thread(tenant.run, replace(tenant.single, network=way.network), "bash", "-c", look)
    found = [line for line in done.stdout.splitlines() if line.startswith("/")]
    assert found == ["/network/gateway.sock", "/network/proxy.sock"]
    assert "Read-only file system" in done.stderr
    assert "server.sock" not in done.stdout


async def test_a_command_of_an_agent_has_the_network_of_its_runtime(tenant: Tenant, opened: Open, listed: int) -> None:
    url = f"http://127.0.0.1:{listed}/"
    shown = (
        f"curl -s --noproxy '' --max-time 5 {url}; curl -s --noproxy '*' --max-time 2 {url} || echo none; echo $HTTPS_PROXY"
    )
    async with opened(allowing(f"127.0.0.1:{listed}")) as way:
        prepared = replace(tenant.single, network=way.network)
        BubblewrapSandbox().write_session_shell(tenant.home / "shell", "one", prepared)
        runtime = replace(tenant.runtime, network=way.network)
        done = await asyncio.to_thread(tenant.run, runtime, "/shell/bash", "-c", shown)
    assert done.stdout == f"hello 127.0.0.1:{listed} /none\nhttp://127.0.0.1:61128\n", done.stderr


SERVE = """
import http.server, os
class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"from inside")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 61096), Hello)
print("up", flush=True)
server.serve_forever()
"""


async def test_the_way_in_leads_to_the_server_and_ends_with_it(tenant: Tenant, opened: Open) -> None:
    async with opened(allowing()) as way:
        network = way.egress.open_way_in()
        spec = replace(tenant.runtime, network=network)
        argv = tenant.argv(spec, "python3", "-c", SERVE)
        assert network.server is not None
        server = await asyncio.create_subprocess_exec(*argv, stdout=subprocess.PIPE, pass_fds=(network.server,))
        way.egress.hand_over_way_in()
        try:
            assert server.stdout is not None
            assert await server.stdout.readline() == b"up\n"
            assert await get(way.egress.server_path) == "from inside"
        finally:
            server.kill()
            await server.wait()
        with pytest.raises(aiohttp.ClientError):
            await get_until_refused(way.egress.server_path)


async def get(path: str) -> str:
    connector = aiohttp.UnixConnector(path)
    async with aiohttp.ClientSession(connector=connector) as http, http.get("http://server/") as answer:
        return await answer.text()


async def get_until_refused(path: str) -> None:
    async with asyncio.timeout(10):
        while True:
            await get(path)


def test_a_command_that_is_not_there_is_told(tenant: Tenant, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    write_forwarder(folder)
    folder.chmod(0o755)
    done = tenant.run(replace(tenant.single, network=SandboxNetwork(folder)), "no-such-command")
    assert done.returncode != 0
    assert "no-such-command" in done.stderr


def test_without_isolation_there_is_no_network_of_its_own(tmp_path: Path) -> None:
    spec = SandboxSpec((), str(tmp_path), network=SandboxNetwork())
    with pytest.raises(SandboxNetworkUnavailable):
        ProcessSandbox().launch(spec, ["true"])
