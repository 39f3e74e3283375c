"""A long conversation: from its end, searched on the server, downloaded as a whole."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from tests.api import RANDOM_ID, Api, code_of

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions import transcript_reading

PARTS = """
    insert into transcript_parts
    select :tenant, :session, 'prt_' || lpad(n::text, 6, '0'), 'msg', 'assistant',
        case n % 3 when 0 then 'tool' else 'text' end, 'scripted-model', case n % 3
            when 0 then jsonb_build_object('tool', 'bash', 'state',
                jsonb_build_object('input', jsonb_build_object('command', 'Run ' || n), 'output', E'50% done\\n"ok" ' || n))
            else jsonb_build_object('text', 'Größe ' || n) end, now()
    from generate_series(1, :count) n
"""


async def talk(api: Api, count: int = 25) -> str:
    session_id = (await api.create(start=False))["id"]
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            values = {"tenant": api.actors.member.tenant_id, "session": session_id, "count": count}
            await db.execute(text(PARTS), values)
    return session_id


async def numbers(api: Api, session_id: str, **params: Any) -> list[int]:
    """Of all pages."""
    seen: list[int] = []
    cursor: str | None = None
    while True:
        given = params | ({"cursor": cursor} if cursor else {})
        answer = await api.call("GET", f"/sessions/{session_id}/transcript", params=given)
        assert answer.status_code == 200, answer.text
        seen += [int(one["part_id"].removeprefix("prt_")) for one in answer.json()["items"]]
        if (cursor := answer.json()["next_cursor"]) is None:
            return seen


async def test_the_newest_page_first_and_older_ones_by_cursor(api: Api) -> None:
    session_id = await talk(api)
    assert await numbers(api, session_id, order="newest", limit=10) == list(range(25, 0, -1))
    assert await numbers(api, session_id, limit=10) == list(range(1, 26))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("GRÖSSE", []),
        ("größe 7", [7]),
        ("run 12", [12]),
        ('"OK" 3', [3]),
        ("50% done", [3, 6, 9, 12, 15, 18, 21, 24]),
        ("50_ done", []),
        ("bash", [3, 6, 9, 12, 15, 18, 21, 24]),
        ("state", []),
    ],
)
async def test_search_looks_at_what_was_said_and_done(api: Api, wanted: str, found: list[int]) -> None:
    session_id = await talk(api)
    assert await numbers(api, session_id, q=wanted, limit=3) == found


async def test_the_whole_is_downloaded_in_order(api: Api) -> None:
    session_id = await talk(api, 1_234)
    answer = await api.call("GET", f"/sessions/{session_id}/transcript/raw")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [one["part_id"] for one in lines] == [f"prt_{n:06}" for n in range(1, 1_235)]
    assert lines[2]["data"]["state"]["output"] == '50% done\n"ok" 3'
    assert answer.headers["content-disposition"] == f'attachment; filename="{session_id}.jsonl"'
    told = await api.call("GET", f"/sessions/{session_id}/transcript/raw", params={"format": "text"})
    assert told.headers["content-type"].startswith("text/plain")
    assert "Größe 1234" in told.text
    assert '$ bash {"command": "Run 3"}\n50% done\n"ok" 3\n' in told.text


async def test_an_empty_one_is_empty(api: Api) -> None:
    session_id = (await api.create(start=False))["id"]
    assert (await api.call("GET", f"/sessions/{session_id}/transcript/raw")).text == ""


@pytest.mark.parametrize("params", [{"order": "up"}, {"q": "a\x00"}, {"q": "x" * 201}, {"limit": 501}, {"cursor": "\x00"}])
async def test_what_is_refused(api: Api, params: dict[str, Any]) -> None:
    session_id = (await api.create(start=False))["id"]
    assert code_of(await api.call("GET", f"/sessions/{session_id}/transcript", params=params)) == (422, "invalid")
    bad = await api.call("GET", f"/sessions/{session_id}/transcript/raw", params={"format": "pdf"})
    assert code_of(bad) == (422, "invalid")


async def test_another_tenant_downloads_nothing(api: Api) -> None:
    session_id = await talk(api, 3)
    for path in ("transcript", "transcript/raw"):
        for id_, actor in ((session_id, api.actors.other), (RANDOM_ID, api.actors.member)):
            assert code_of(await api.call("GET", f"/sessions/{id_}/{path}", actor)) == (404, "not_found")


async def test_a_search_that_finds_nothing_for_long_is_ended(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of one letter and a search of nearly the same held a connection of everybody's for a minute."""
    monkeypatch.setattr(transcript_reading, "SEARCH_SECONDS", 0.2)
    session_id = await talk(api, 1)
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            line = (
                "update transcript_parts set data = jsonb_build_object('text', repeat('x', 9000000)) where session_id = :id"
            )
            await db.execute(text(line), {"id": session_id})
    path = f"/sessions/{session_id}/transcript"
    assert code_of(await api.call("GET", path, params={"q": "y" + "x" * 199})) == (400, "search_too_slow")
    assert (await api.call("GET", path, params={"q": "y"})).status_code in (200, 400)
    assert len((await api.call("GET", path)).json()["items"]) == 1
