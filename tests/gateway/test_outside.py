"""The way out of a guarded network: through the proxy of the environment, with the authority that is trusted there."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import trustme
from aiohttp import web

from orchestrator.gateway.routing import PLATFORM, ApiFormat, Endpoint, ProviderKind
from orchestrator.gateway.upstream import CaFileUnreadable, Upstream
from orchestrator.kit.ids import new_id
from orchestrator.kit.settings import Settings

OUTSIDE = "provider.example"
"""A name that nothing on this machine resolves: only the proxy knows the way."""


@dataclass
class Proxy:
    """CONNECT as a corporate proxy does it, to one place alone."""

    target: tuple[str, int]
    url: str = ""
    asked: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[0])
        there_reader, there_writer = await asyncio.open_connection(*self.target)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))
        finally:
            for one in (writer, there_writer):
                one.close()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()
    except (OSError, RuntimeError):
        return


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, Path]:
    authority = trustme.CA()
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return authority, file


@pytest.fixture
async def tls_port(authority: tuple[trustme.CA, Path]) -> AsyncIterator[int]:
    """A provider with a certificate of that authority, for the outside name and for loopback."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"path": request.path, "key": request.headers.get("authorization")})

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority[0].issue_cert(OUTSIDE, "127.0.0.1").configure_cert(context)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest.fixture
async def proxy(tls_port: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    proxy = Proxy(("127.0.0.1", tls_port))
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(os.environ, "HTTPS_PROXY", proxy.url)
    async with server:
        yield proxy


@asynccontextmanager
async def upstream_with(settings: Settings) -> AsyncIterator[Upstream]:
    upstream = Upstream(settings)
    yield upstream
    await upstream.close()
    await asyncio.sleep(0)


def endpoint(base_url: str) -> Endpoint:
    return Endpoint(PLATFORM, new_id(), "p", ProviderKind.OPENAI, base_url, (ApiFormat.CHAT,), "key")


async def ask(upstream: Upstream, base_url: str) -> dict[str, str]:
    prepared = await upstream.prepare(endpoint(base_url), "/chat/completions", "", {}, b"{}")
    async with await prepared.send() as answer:
        return await answer.json()


async def test_a_provider_outside_is_reached_through_the_proxy_with_the_corporate_authority(
    proxy: Proxy, authority: tuple[trustme.CA, Path]
) -> None:
    async with upstream_with(Settings(ca_file=authority[1])) as upstream:
        answer = await ask(upstream, f"https://{OUTSIDE}/v1")
    assert answer == {"path": "/v1/chat/completions", "key": "Bearer key"}
    assert proxy.asked == [f"CONNECT {OUTSIDE}:443 HTTP/1.1"]


async def test_the_authority_may_come_from_the_environment(
    proxy: Proxy, authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[1]))
    async with upstream_with(Settings()) as upstream:
        assert (await ask(upstream, f"https://{OUTSIDE}/v1"))["key"] == "Bearer key"
    assert len(proxy.asked) == 1


async def test_without_the_authority_nothing_is_sent(proxy: Proxy) -> None:
    async with upstream_with(Settings()) as upstream:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await ask(upstream, f"https://{OUTSIDE}/v1")


async def test_names_of_no_proxy_are_reached_directly(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", OUTSIDE)
    async with upstream_with(Settings()) as upstream:
        with pytest.raises(aiohttp.ClientConnectorError):
            await ask(upstream, f"https://{OUTSIDE}/v1")
    assert proxy.asked == []


async def test_a_provider_on_this_machine_is_reached_past_the_proxy(
    proxy: Proxy, tls_port: int, authority: tuple[trustme.CA, Path]
) -> None:
    async with upstream_with(Settings(ca_file=authority[1])) as upstream:
        assert (await ask(upstream, f"https://127.0.0.1:{tls_port}/v1"))["key"] == "Bearer key"
    assert proxy.asked == []


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_holds_no_authority_is_told_at_the_start(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "none.pem"
    if content:
        file.write_text(content)
    with pytest.raises(CaFileUnreadable):
        Upstream(Settings(ca_file=file))
