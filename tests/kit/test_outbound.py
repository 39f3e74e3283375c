"""What a tenant names is called at the address that was looked at, within bounds; inside only where an operator allows."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.gateway.upstream import Upstream, upstream_running

from orchestrator.kit.outbound import AddressRefused, Allowed, AnswerTooLong, Limits, Outbound, hindrance

LOOPBACK = Allowed((ipaddress.ip_network("127.0.0.1/32"),))


@pytest.fixture
async def inside() -> AsyncIterator[Upstream]:
    async with upstream_running() as made:
        yield made


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_public_addresses_alone_are_allowed_unless_an_operator_names_others(scheme: str) -> None:
    for address in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fe80::1%eth0", "nonsense"):
        assert not Allowed().has(address, scheme), address
    assert Allowed().has("1.1.1.1", scheme)
    assert LOOPBACK.has("127.0.0.1", scheme)
    assert LOOPBACK.has("::ffff:127.0.0.1", scheme)
    assert not LOOPBACK.has("127.0.0.2", scheme)
    assert Allowed(anywhere=True).has("10.0.0.1", scheme)
    assert Allowed(plain_http=False).has("1.1.1.1", scheme) is (scheme == "https")


async def test_what_is_inside_is_neither_named_nor_called(inside: Upstream) -> None:
    async with Outbound(Allowed()) as outbound:
        with pytest.raises(AddressRefused) as refused:
            await outbound.call("GET", inside.url, headers={})
    with pytest.raises(AddressRefused):
        await Allowed().check(inside.url)
    assert refused.value.host == "127.0.0.1"
    assert inside.asked == []


async def test_the_name_is_looked_up_once_and_that_very_address_is_connected_to(
    inside: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: were the name looked up a second time, the call would go where nothing listens."""
    answers, real = ["127.0.0.1"], socket.getaddrinfo

    def rebinding(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        moving = host == "rebind.example"
        return real((answers.pop() if answers else "127.0.0.9") if moving else host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = inside.url.replace("127.0.0.1", "rebind.example")
    async with Outbound(LOOPBACK) as outbound:
        assert (await outbound.call("POST", url, headers={"X-One": "1"}, body=b"{}")).body == b'{"ok": true}'
        await outbound.close()
        with pytest.raises(AddressRefused):
            await outbound.call("POST", url, headers={})
    [asked] = inside.asked
    assert (asked.headers["host"], asked.headers["x-one"], asked.body) == (url.split("/")[2], "1", b"{}")


async def test_a_redirect_is_an_answer(inside: Upstream) -> None:
    inside.answers(302, b"", Location=f"{inside.url}/elsewhere")
    async with Outbound(LOOPBACK) as outbound:
        answer = await outbound.call("GET", inside.url, headers={})
    assert (answer.status, answer.headers["Location"]) == (302, f"{inside.url}/elsewhere")
    assert len(inside.asked) == 1


async def test_an_answer_has_a_longest_size_and_a_longest_time(inside: Upstream) -> None:
    inside.answers(200, b"x" * 1_001)
    async with Outbound(LOOPBACK) as outbound:
        with pytest.raises(AnswerTooLong) as too_long:
            await outbound.call("GET", inside.url, headers={}, limits=Limits(answer_bytes=1_000))
        assert hindrance(too_long.value) == "its answer is too long"
        assert len((await outbound.call("GET", inside.url, headers={}, limits=Limits(answer_bytes=1_001))).body) == 1_001
        inside.answer = _drip
        with pytest.raises(TimeoutError) as too_slow:
            await outbound.call("GET", inside.url, headers={}, limits=Limits(seconds=0.3))
        assert hindrance(too_slow.value) == "it did not answer in time"


async def _drip(request: web.Request) -> web.StreamResponse:
    """Never silent for long, and never at an end."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b"x")
        await asyncio.sleep(0.05)


async def test_a_compressed_answer_is_not_unpacked(inside: Upstream) -> None:
    """A thousand bytes would become a billion, past the limit."""
    inside.answers(200, b"not gzip at all", Content_Encoding="gzip")
    async with Outbound(LOOPBACK) as outbound:
        assert (await outbound.call("GET", inside.url, headers={})).body == b"not gzip at all"
    assert inside.asked[0].headers["accept-encoding"] == "identity"


async def test_cookies_are_not_kept_and_no_proxy_is_asked_unless_wanted(
    inside: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, inside.url.removesuffix("/v1"))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    inside.answers(200, b"{}", Set_Cookie="a=b; Path=/")
    async with Outbound(LOOPBACK) as outbound:
        for _ in range(2):
            await outbound.call("GET", inside.url, headers={})
        with pytest.raises(aiohttp.ClientConnectorDNSError):
            await outbound.call("GET", "http://nowhere.invalid/v1", headers={})
    assert all("cookie" not in asked.headers for asked in inside.asked)
    async with Outbound(Allowed(), proxies=True) as through:
        assert (await through.call("GET", "http://nowhere.invalid/v1", headers={})).status == 200
        with pytest.raises(AddressRefused):
            await through.call("GET", inside.url, headers={})
    assert [asked.headers["host"] for asked in inside.asked][-1] == "nowhere.invalid"
    assert len(inside.asked) == 3
