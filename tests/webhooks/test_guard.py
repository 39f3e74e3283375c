"""No webhook reaches the orchestrator's own network: whatever way its address is written, resolved or changed."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.api import settings_for

from orchestrator.kit.clock import now
from orchestrator.webhooks.errors import WebhookAddressInvalid, WebhookAddressRefused
from orchestrator.webhooks.guard import Guard
from orchestrator.webhooks.sending import Message, send
from orchestrator.webhooks.signing import new_secret

REFUSED = "its address is, or became, one inside the orchestrator's own network"
OWN = [
    "https://127.0.0.1:{port}/",
    "https://127.1:{port}/",
    "https://127.000.000.001:{port}/",
    "https://2130706433:{port}/",
    "https://0x7f000001:{port}/",
    "https://017700000001:{port}/",
    "https://0177.0.0.1:{port}/",
    "https://127.0.0.1.:{port}/",
    "https://localhost:{port}/",
    "https://localhost.:{port}/",
    "https://LOCALHOST:{port}/",
    "https://0.0.0.0:{port}/",
    "https://0:{port}/",
    "https://[::1]:{port}/",
    "https://[::]:{port}/",
    "https://[0:0:0:0:0:0:0:1]:{port}/",
    "https://[::ffff:127.0.0.1]:{port}/",
    "https://[::ffff:7f00:1]:{port}/",
    "https://[::127.0.0.1]:{port}/",
]
"""Ways to write addresses of this machine."""
INSIDE = [
    *OWN,
    "https://0x7f.0x0.0x0.0x1:{port}/",
    "https://[64:ff9b::7f00:1]:{port}/",
    "https://[64:ff9b:1::7f00:1]:{port}/",
    "https://[2002:7f00:1::]:{port}/",
    "https://[2001:0:7f00:1::]:{port}/",
    "https://[fe80::1]:{port}/",
    "https://[fc00::1]:{port}/",
    "https://[fd00::1]:{port}/",
    "https://[fec0::1]:{port}/",
    "https://[ff02::1]:{port}/",
    "https://10.0.0.1:{port}/",
    "https://172.16.0.1:{port}/",
    "https://192.168.1.1:{port}/",
    "https://100.64.0.1:{port}/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://198.18.0.1:{port}/",
    "https://192.0.0.8:{port}/",
    "https://224.0.0.1:{port}/",
    "https://240.0.0.1:{port}/",
    "https://255.255.255.255:{port}/",
    "https://[2001:db8::1]:{port}/",
    "https://[3fff::1]:{port}/",
]
MALFORMED = [
    "ftp://127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/_x",
    "//127.0.0.1/",
    "https://",
    "https:///path",
    "https://user@example.com/",
    "https://example.com:80@127.0.0.1/",
    "https://example.com#@127.0.0.1/",
    "https://127.0.0.1\\@example.com/",
    "https://example.com/ x",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:99999/",
    "https://exämple.com/",
    "https://[::1",
    "https://example.com\r\nHost: x/",
    "javascript:alert(1)",
]


class Listening:
    """Counts who connects, on all addresses of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connections = 0


@pytest.fixture
async def inside() -> AsyncIterator[Listening]:
    taken = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
    there = Listening(taken.getsockname()[1])

    def count(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there.connections += 1
        writer.close()

    server = await asyncio.start_server(count, sock=taken)
    yield there
    server.close()
    await server.wait_closed()


def message(url: str) -> Message:
    return Message("0190aaaa-0000-7000-8000-000000000001", url, "{}", (new_secret(),))


def default_guard(folder: Path, **changes: Any) -> Guard:
    return Guard(settings_for(folder, **{"webhook_private_networks": ""} | changes))


async def test_no_packet_reaches_the_inside(inside: Listening, tmp_path: Path) -> None:
    """Neither when the address is named, nor when a row that names it is there already."""
    guard = default_guard(tmp_path)
    for url in INSIDE:
        address = url.format(port=inside.port)
        with pytest.raises(WebhookAddressRefused):
            await guard.check(address)
        if url in OWN:
            outcome = await send(message(address), guard, now())
            assert outcome.status_code is None, address
            assert outcome.problem in (REFUSED, "its host name is not known", "it is no address"), address
    assert len(OWN) > 15
    assert len(INSIDE) >= 40
    assert inside.connections == 0


@pytest.mark.parametrize("url", MALFORMED)
async def test_what_is_no_address(url: str, tmp_path: Path) -> None:
    guard = default_guard(tmp_path)
    with pytest.raises(WebhookAddressInvalid):
        await guard.check(url)
    assert (await send(message(url), guard, now())).status_code is None


async def test_a_name_that_moves_inside_after_the_check_leads_nowhere(
    inside: Listening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer is public, each later one is not. The network's own resolver is what moves."""
    answers = iter(["1.1.1.1"])
    real = socket.getaddrinfo

    def rebinding(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        return real(next(answers, "127.0.0.1") if host == "rebind.example" else host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    guard, url = default_guard(tmp_path), f"https://rebind.example:{inside.port}/"
    await guard.check(url)

    outcome = await send(message(url), guard, now())

    assert outcome.problem == REFUSED
    assert inside.connections == 0


async def test_a_name_with_an_address_inside_among_others_is_refused(
    inside: Listening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mixed(host: Any, port: Any, *_: Any, **__: Any) -> Any:
        kind = socket.AF_INET, socket.SOCK_STREAM, 6, ""
        return [(*kind, (address, port or 0)) for address in ("1.1.1.1", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", mixed)
    with pytest.raises(WebhookAddressRefused):
        await default_guard(tmp_path).check(f"https://mixed.example:{inside.port}/")


async def test_an_operators_network_is_reached_over_http_and_no_other(inside: Listening, tmp_path: Path) -> None:
    guard = default_guard(tmp_path, webhook_private_networks="127.0.0.1/32")
    await guard.check(f"http://127.0.0.1:{inside.port}/")
    await guard.check(f"https://[::ffff:127.0.0.1]:{inside.port}/")
    for url in (f"http://127.0.0.2:{inside.port}/", f"http://[::1]:{inside.port}/", "http://1.1.1.1/"):
        with pytest.raises(WebhookAddressRefused):
            await guard.check(url)


async def test_proxies_of_the_environment_are_not_asked(
    inside: Listening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would resolve the name itself, past the guard."""
    for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{inside.port}")
    outcome = await send(message("https://127.0.0.1/"), default_guard(tmp_path), now())
    assert outcome.problem == REFUSED
    assert inside.connections == 0
