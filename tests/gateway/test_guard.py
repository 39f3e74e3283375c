"""A provider that a tenant names cannot be inside: not by its address, not by its name, not by what the name becomes."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from tests.api import settings_for
from tests.gateway.upstream import Upstream

from orchestrator.gateway.guard import (
    ProviderAddressInvalid,
    ProviderAddressRefused,
    guarded_connector,
    parse_base_url,
    refuse_private,
)
from orchestrator.kit.addresses import is_public
from orchestrator.kit.outbound import AddressRefused

INSIDE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "198.18.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1", "192.0.0.8",
    "2001:0:7f00:1::", "100::1", "3fff::1", "5f00::1", "nonsense", "",
)  # fmt: skip
OUTSIDE = ("1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700:4700::1111", "64:ff9b::101:101", "2002:101:101::1")
NAMED = (
    "localhost", "localhost.", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]",
    "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "0", "LOCALHOST",
)  # fmt: skip
NO_ADDRESS = (
    "", "x", "ftp://a/", "file:///etc/passwd", "//a.example", "http://", "http:///v1", "https://u@a.example", "http://@a",
    "https://u:p@a.example/v1", "https://a.example/v1?x=1", "https://a.example/#f", "https://a.example/?", "https://a\n.b",
    "https://a b.example", "https://a.example\\@b", "http://a:99999/", "http://a:x/", "http://[::1", "https://é.example",
    "unix:///run/x", "gopher://a", "javascript:alert(1)", "https://a:0/",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_these_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_these_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_is_no_address_of_a_provider_is_refused(url: str) -> None:
    with pytest.raises(ProviderAddressInvalid) as refused:
        parse_base_url(url)
    assert "u:p" not in str(refused.value)


def test_the_slash_at_the_end_is_dropped() -> None:
    assert parse_base_url("https://a.example:8443/v1/") == "https://a.example:8443/v1"


@pytest.mark.parametrize("host", NAMED)
async def test_a_name_for_an_address_inside_is_refused_when_it_is_written(tmp_path: Path, host: str) -> None:
    with pytest.raises(ProviderAddressRefused):
        await refuse_private(f"http://{host}:1/v1", settings_for(tmp_path))
    await refuse_private(f"http://{host}:1/v1", settings_for(tmp_path, private_providers=True))


@pytest.mark.parametrize("host", NAMED)
async def test_the_connector_refuses_what_became_an_address_inside(tmp_path: Path, upstream: Upstream, host: str) -> None:
    port = upstream.url.split(":")[2].split("/")[0]
    async with aiohttp.ClientSession(connector=guarded_connector(settings_for(tmp_path))) as client:
        with pytest.raises((aiohttp.ClientConnectorError, aiohttp.InvalidUrlClientError)) as refused:
            await client.get(f"http://{host}:{port}/v1")
    if host in ("localhost", "127.0.0.1", "[::1]"):
        assert isinstance(refused.value, aiohttp.ClientConnectorError)
        assert isinstance(refused.value.os_error, AddressRefused)
    assert upstream.asked == []


class _Rebinding(AbstractResolver):
    """A public address and a private one for the same name, as an attacker's name server answers."""

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in ("192.0.2.7", "127.0.0.1")
        ]

    async def close(self) -> None:
        return None


async def test_a_private_address_among_several_is_not_reached(tmp_path: Path, upstream: Upstream) -> None:
    port = upstream.url.split(":")[2].split("/")[0]
    connector = guarded_connector(settings_for(tmp_path), resolver=_Rebinding())
    async with aiohttp.ClientSession(connector=connector) as client:
        with pytest.raises(aiohttp.ClientConnectorError):
            await client.get(f"http://rebinding.example:{port}/v1")
    assert upstream.asked == []


async def test_with_the_operators_leave_it_connects(tmp_path: Path, upstream: Upstream) -> None:
    connector = guarded_connector(settings_for(tmp_path, private_providers=True))
    async with aiohttp.ClientSession(connector=connector) as client, client.get(upstream.url) as answer:
        assert answer.status == 200


async def test_a_proxy_of_the_environment_may_stand_inside(
    tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = upstream.url.split(":")[2].split("/")[0]
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    connector = guarded_connector(settings_for(tmp_path))
    client = aiohttp.ClientSession(connector=connector, trust_env=True)
    async with asyncio.timeout(10), client, client.get("http://provider.example/v1") as answer:
        assert answer.status == 200
