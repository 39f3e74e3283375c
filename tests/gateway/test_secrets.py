"""A provider's key leads to the provider and nowhere else, whatever goes wrong."""

import json
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
import structlog
from aiohttp import web
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url
from tests.api import Api
from tests.gateway.conftest import CHAT, Desk, desk_for
from tests.gateway.upstream import KEY, Upstream, begin_stream

from orchestrator.gateway.api import PREFIX
from orchestrator.kit.settings import Settings

ECHO = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}", "key": KEY}}).encode()


def clean(answer: httpx.Response) -> httpx.Response:
    assert KEY not in answer.text + str(answer.headers)
    return answer


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_told_without_an_echo(desk: Desk, status: int) -> None:
    desk.upstream.answers(status, ECHO)
    answer = clean(await desk.post())
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "upstream_auth")
    assert "Incorrect" not in answer.text


@pytest.mark.parametrize("status", [400, 402, 404, 429, 500])
async def test_an_error_that_names_the_key_does_not_name_it_to_the_caller(desk: Desk, status: int) -> None:
    desk.upstream.answers(status, ECHO, Retry_After="100")
    clean(await desk.post())


async def test_an_error_of_ten_megabytes_is_not_passed_on(desk: Desk) -> None:
    desk.upstream.answers(500, b"x" * 10_000_000, Content_Type="text/plain")
    answer = await desk.post()
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "provider_error_too_long")
    assert len(answer.content) < 1_000


async def test_garbage_of_a_provider_is_a_502(full_desk: Desk) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport
        request.transport.write(b"NONSENSE " + KEY.encode() + b"\r\n\r\n")
        request.transport.close()
        return web.Response()

    full_desk.upstream.answer = answer
    answered = clean(await full_desk.post())
    assert (answered.status_code, answered.json()["error"]["code"]) == (502, "provider_unreachable")


@pytest.fixture
async def own_desk(own_api: Api, upstream: Upstream, settings: Settings) -> AsyncIterator[Desk]:
    async with desk_for(own_api, upstream, settings) as desk:
        yield desk


async def test_the_key_is_nowhere(own_desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in an answer nor in the log, an event or any row of the database."""

    async def broken(request: web.Request) -> web.StreamResponse:
        response = await begin_stream(request)
        await response.write(b"data: {}\n\n")
        assert request.transport
        request.transport.abort()
        return response

    with structlog.testing.capture_logs() as logged:
        for status in (200, 307, 400, 401, 403, 500, 402):
            own_desk.upstream.answers(status, ECHO if status != 200 else b"{}", Retry_After="100", X_Key=KEY)
            clean(await own_desk.post())
            own_desk.gateway._desk.states._known.clear()
        own_desk.upstream.answer = broken
        for path, body in ((CHAT, b"{"), (f"{PREFIX}/nothing", b"{}"), (CHAT, b'{"model": "other"}')):
            clean(await own_desk.post(path, body=body))
        clean(await own_desk.client.get(f"{PREFIX}/models", headers=own_desk.runtime.headers))
    output = capsys.readouterr()
    assert KEY not in str(logged) + output.out + output.err
    assert KEY not in dump(own_desk.runtime.database.url)


def dump(url: str) -> str:
    """Every row of every table, past row-level security."""
    parsed = make_url(url)
    info = make_conninfo("", dbname=parsed.database, user=parsed.username, **dict(parsed.query))  # type: ignore[arg-type]
    found = ""
    with psycopg.connect(info) as connection:
        tables = connection.execute("select format('%I.%I', schemaname, tablename) from pg_tables").fetchall()
        for (table,) in tables:
            if "pg_catalog" not in table and "information_schema" not in table:
                found += str(connection.execute(f"select t::text from {table} t").fetchall())  # type: ignore[arg-type]  # noqa: S608
    assert "provider.exhausted" in found
    return found
