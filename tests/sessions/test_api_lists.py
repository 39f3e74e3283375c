"""Lists of sessions: filters, pages without gaps and doubles, cursors that are none."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from tests.api import Api, code_of
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.clock import now
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.states import Status


async def titles(api: Api, **params: Any) -> set[str]:
    answer = await api.call("GET", "/sessions", params=params)
    assert answer.status_code == 200, answer.text
    return {one["title"] for one in answer.json()["items"]}


async def test_filters_narrow_the_list(api: Api) -> None:
    tenant = api.actors.member.tenant_id
    old = now() - timedelta(days=2)
    await add_session(api.database, tenant, title="old", created_at=old, status=Status.COMPLETED)
    await add_session(api.database, tenant, title="new", repository="/code/shop", agent="plan", model="m")
    await add_session(api.database, tenant, title="run", status=Status.RUNNING)
    await add_session(api.database, api.actors.other.tenant_id, title="theirs")
    yesterday = (now() - timedelta(days=1)).isoformat()
    assert await titles(api) == {"old", "new", "run"}
    assert await titles(api, status="completed") == {"old"}
    assert await titles(api, status=["completed", "running"]) == {"old", "run"}
    assert await titles(api, repository="/code/shop") == {"new"}
    assert await titles(api, agent="plan") == {"new"}
    assert await titles(api, model="m") == {"new"}
    assert await titles(api, model="m", status="running") == set()
    assert await titles(api, created_after=yesterday) == {"new", "run"}
    assert await titles(api, created_before=yesterday) == {"old"}


async def test_filters_of_several_and_of_whom_it_concerns(api: Api) -> None:
    tenant, me = api.actors.member.tenant_id, f"key:{api.actors.member.key_id}"
    asks = {"status": Status.PAUSED, "pause": {"by": "budget", "resumes": 0}}
    await add_session(api.database, tenant, title="one", repository="/a", user_subject=me)
    await add_session(api.database, tenant, title="two", repository="/b", prompt="Mend the Überweisung of 100%")
    await add_session(api.database, tenant, title="three", repository="/c", prompt="x" * 2_000 + "far away", created_by=me)
    await add_session(api.database, tenant, title="asks", status=Status.WAITING)
    await add_session(api.database, tenant, title="spent", **asks)
    await add_session(api.database, tenant, title="held", status=Status.PAUSED, pause={"by": "person", "resumes": 0})
    done = await add_session(api.database, tenant, title="done", status=Status.COMPLETED, finished_at=now())
    await add_session(api.database, api.actors.other.tenant_id, title="two of theirs", created_by=me)
    assert await titles(api, repository=["/a", "/b"]) == {"one", "two"}
    assert await titles(api, mine="true") == {"one", "three"}
    assert await titles(api, owner=me) == {"one", "three"}
    assert await titles(api, q="überweisung OF 100%") == {"two"}
    assert await titles(api, q="TW") == {"two"}
    assert await titles(api, q="far away") == set()
    assert await titles(api, needs_me="true") == {"asks", "spent", "done"}
    decided = await api.call("POST", f"/sessions/{done.id}/accept")
    assert decided.status_code == 200
    assert await titles(api, needs_me="true") == {"asks", "spent"}


async def test_a_failure_that_was_tried_again_needs_nobody(api: Api) -> None:
    tenant = api.actors.member.tenant_id
    failed = await add_session(api.database, tenant, title="failed", status=Status.FAILED, finished_at=now())
    await add_session(api.database, tenant, title="fork", parent_id=failed.id, forked_checkpoint=failed.id)
    assert await titles(api, needs_me="true") == {"failed"}
    await add_session(api.database, tenant, title="again", parent_id=failed.id)
    assert await titles(api, needs_me="true") == set()


async def test_the_last_active_comes_first_and_pages_go_on_from_there(api: Api) -> None:
    made = [(await api.create(title=str(n), start=False))["id"] for n in range(5)]
    began = (await api.call("GET", f"/sessions/{made[1]}")).json()
    await api.call("POST", f"/sessions/{made[1]}/start")
    first = (await api.call("GET", "/sessions", params={"order": "activity", "limit": 2})).json()
    assert [one["id"] for one in first["items"]] == [made[1], made[4]]
    assert first["items"][0]["last_activity_at"] > began["last_activity_at"] >= began["created_at"]
    rest = (await api.call("GET", "/sessions", params={"order": "activity", "cursor": first["next_cursor"]})).json()
    assert [one["id"] for one in rest["items"]] == [made[3], made[2], made[0]]
    assert rest["next_cursor"] is None
    moment = first["items"][0]["last_activity_at"]
    assert await titles(api, active_before=moment) == {"0", "2", "3", "4"}
    assert await titles(api, active_after=moment) == set()


async def test_a_row_says_who_handed_it_in(api: Api) -> None:
    await api.create(title="mine")
    (row,) = (await api.call("GET", "/sessions")).json()["items"]
    assert (row["owner"], row["owner_name"]) == (f"key:{api.actors.member.key_id}", "MEMBER")
    assert row["changes"] is None


async def test_pages_have_no_gap_and_no_double_while_rows_come_in(api: Api) -> None:
    """Half of the rows share their moment with others, so the id has to decide as well."""
    tenant, start = api.actors.member.tenant_id, datetime(2025, 1, 1, tzinfo=UTC)
    made = [(await add_session(api.database, tenant, created_at=start + timedelta(seconds=n // 4))).id for n in range(120)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "7"} | ({"cursor": cursor} if cursor else {})
        page = (await api.call("GET", "/sessions", params=params)).json()
        seen.extend(one["id"] for one in page["items"])
        await add_session(api.database, tenant, created_at=now())
        if (cursor := page["next_cursor"]) is None:
            break
    assert len(seen) == len(set(seen)) == 120
    assert set(seen) == {str(one) for one in made}


async def test_the_newest_come_first_and_the_last_page_has_no_cursor(api: Api) -> None:
    made = [(await api.create(title=str(n)))["id"] for n in range(4)]
    page = (await api.call("GET", "/sessions", params={"limit": 4})).json()
    assert [one["id"] for one in page["items"]] == made[::-1]
    assert page["next_cursor"] is None
    page = (await api.call("GET", "/sessions", params={"limit": 3})).json()
    assert len(page["items"]) == 3
    assert page["next_cursor"]


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "\x00",
        "!!!!",
        encoded("nonsense"),
        encoded("2025-01-01T00:00:00|0190aaaa-0000-7000-8000-00000000dead"),
        encoded("2025-01-01T00:00:00+00:00|nonsense"),
        encoded("a|b|c"),
        "A" * 5_000,
    ],
)
async def test_a_cursor_that_this_list_never_gave_is_422(api: Api, cursor: str) -> None:
    assert code_of(await api.call("GET", "/sessions", params={"cursor": cursor})) == (422, "cursor_invalid")


@pytest.mark.parametrize(
    "params",
    [
        {"status": "nonsense"},
        {"limit": 0},
        {"limit": 501},
        {"limit": "many"},
        {"created_after": "yesterday"},
        {"repository": "a\x00b"},
        {"agent": "a\x00b"},
        {"model": "a\x00b"},
        {"q": "a\x00b"},
        {"q": "x" * 201},
        {"owner": "a\x00b"},
        {"mine": "perhaps"},
        {"order": "name"},
        {"active_after": "yesterday"},
    ],
)
async def test_filters_that_are_refused(api: Api, params: dict[str, Any]) -> None:
    assert code_of(await api.call("GET", "/sessions", params=params)) == (422, "invalid")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0", "253402300799"])
async def test_far_moments_are_moments(api: Api, moment: str) -> None:
    answer = await api.call("GET", "/sessions", params={"created_after": moment})
    assert answer.status_code in (200, 422)


async def test_a_moment_without_a_zone_is_utc(api: Api) -> None:
    await add_session(
        api.database, api.actors.member.tenant_id, title="noon", created_at=datetime(2025, 1, 1, 12, tzinfo=UTC)
    )
    assert await titles(api, created_after="2025-01-01T11:59:59", created_before="2025-01-01T12:00:01") == {"noon"}


async def test_a_transcript_comes_in_pages(api: Api) -> None:
    made = await api.create()
    insert = text(
        "insert into transcript_parts "
        "select :tenant, :session, 'prt_' || lpad(n::text, 4, '0'), 'msg', 'assistant', 'text', 'scripted-model', "
        "jsonb_build_object('text', n), now() from generate_series(1, 25) n"
    )
    await execute(api, insert, tenant=api.actors.member.tenant_id, session=made["id"])
    path, seen, cursor = f"/sessions/{made['id']}/transcript", [], None
    while True:
        params = {"limit": 10} | ({"cursor": cursor} if cursor else {})
        page = (await api.call("GET", path, params=params)).json()
        seen.extend(part["data"]["text"] for part in page["items"])
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == list(range(1, 26))
    assert code_of(await api.call("GET", path, params={"cursor": "a\x00b"})) == (422, "invalid")


async def execute(api: Api, statement: Any, **values: Any) -> None:
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            await db.execute(statement, values)
