"""Start and cancel over HTTP: legal moves once, illegal ones 409, and an event exactly with each change."""

import asyncio
from typing import Any

import psycopg
import pytest
from tests.api import Api, code_of
from tests.tenancy.test_isolation import add_session

from orchestrator.sessions.states import Status, may_move


async def told(api: Api, session_id: str) -> list[dict[str, Any]]:
    return [e["data"] for e in await api.events(session_id=session_id) if e["type"] == "session.status"]


async def test_a_pending_session_starts_once(api: Api) -> None:
    made = await api.create(start=False)
    started = await api.call("POST", f"/sessions/{made['id']}/start")
    assert (started.status_code, started.json()["status"]) == (200, "queued")
    assert started.json()["queue_reason"] == "cluster_capacity"
    again = await api.call("POST", f"/sessions/{made['id']}/start")
    assert code_of(again) == (409, "illegal_transition")
    assert "running" in again.json()["error"]["hint"]
    assert [(e["from"], e["to"]) for e in await told(api, made["id"])] == [("pending", "queued")]


async def test_a_cancelled_session_stays_cancelled(api: Api) -> None:
    made = await api.create()
    cancelled = (await api.call("POST", f"/sessions/{made['id']}/cancel")).json()
    assert (cancelled["status"], cancelled["queue_reason"]) == ("cancelled", None)
    assert cancelled["finished_at"] is not None
    for verb in ("cancel", "start"):
        assert code_of(await api.call("POST", f"/sessions/{made['id']}/{verb}")) == (409, "illegal_transition")
    read = (await api.call("GET", f"/sessions/{made['id']}")).json()
    # The event of the cancellation, which is the last activity, is written after the answer was made.
    assert read == cancelled | {"last_activity_at": read["last_activity_at"]}


@pytest.mark.parametrize("verb", ["start", "cancel"])
async def test_from_every_state_exactly_the_legal_moves(api: Api, verb: str) -> None:
    to = {"start": Status.QUEUED, "cancel": Status.CANCELLED}[verb]
    for status in Status:
        row = await add_session(api.database, api.actors.member.tenant_id, status=status)
        answer = await api.call("POST", f"/sessions/{row.id}/{verb}")
        # A follow-up and an admission queue a session again; the button `start` is for the pending ones alone.
        legal = status is Status.PENDING if verb == "start" else may_move(status, to)
        assert answer.status_code == (200 if legal else 409), status
        read = (await api.call("GET", f"/sessions/{row.id}")).json()
        assert read["status"] == (to.value if legal else status.value)
        assert len(await told(api, str(row.id))) == int(legal)


async def test_twenty_cancels_at_once_cancel_once(api: Api) -> None:
    made = await api.create()
    answers = await asyncio.gather(*(api.call("POST", f"/sessions/{made['id']}/cancel") for _ in range(20)))
    assert sorted(a.status_code for a in answers) == [200] + [409] * 19
    assert len(await told(api, made["id"])) == 1


async def test_every_change_says_who(api: Api) -> None:
    made = await api.create(start=False)
    await api.call("POST", f"/sessions/{made['id']}/start", api.actors.admin)
    events = await api.events()
    assert [e["seq"] for e in events] == [1, 2]
    assert [e["actor"] for e in events] == [f"key:{api.actors.member.key_id}", f"key:{api.actors.admin.key_id}"]
    assert {e["session_id"] for e in events} == {made["id"]}


def refuse_events(database_url: str, sqlstate: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            f"create function refuse() returns trigger language plpgsql as "
            f"$$ begin raise exception 'no room' using errcode = '{sqlstate}'; end $$"
        )
        connection.execute("create trigger refuse before insert on events execute function refuse()")


async def test_without_its_event_a_change_does_not_happen(own_api: Api, database_url: str) -> None:
    made = await own_api.create()
    refuse_events(database_url, "P0001")
    cancel = await own_api.call("POST", f"/sessions/{made['id']}/cancel")
    assert code_of(cancel) == (500, "internal_error")
    assert "no room" not in cancel.text
    assert code_of(await own_api.call("POST", "/sessions", json={"prompt": "Do it."})) == (500, "internal_error")
    items = (await own_api.call("GET", "/sessions")).json()["items"]
    assert [(one["id"], one["status"]) for one in items] == [(made["id"], "queued")]


async def test_a_full_disk_is_one_clear_error_and_nothing_is_half_written(own_api: Api, database_url: str) -> None:
    made = await own_api.create()
    refuse_events(database_url, "53100")
    for answer in (
        await own_api.call("POST", f"/sessions/{made['id']}/cancel"),
        await own_api.call("POST", "/sessions", json={"prompt": "Do it."}),
    ):
        assert code_of(answer) == (503, "disk_full")
    items = (await own_api.call("GET", "/sessions")).json()["items"]
    assert [(one["id"], one["status"]) for one in items] == [(made["id"], "queued")]
