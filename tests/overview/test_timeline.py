"""The timeline of a session: what it did when, whoever wrote it down."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api import RANDOM_ID, V1, Api, code_of, without_request_id
from tests.overview.past import add, add_call, add_event, add_evidence, add_tool, add_turn, run

from orchestrator.kit.ids import new_id
from orchestrator.sessions.states import Status

BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def ms(seconds: float) -> float:
    return at(seconds).timestamp() * 1000


async def read(api: Api, session_id: str, **params: Any) -> dict[str, Any]:
    answer = await api.call("GET", f"/sessions/{session_id}/timeline", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def spans(api: Api, session_id: str, kind: str) -> list[tuple[Any, ...]]:
    """Label, second of the beginning, milliseconds, outcome, reason."""
    items = (await read(api, session_id, kind=kind))["items"]
    assert {one["kind"] for one in items} <= {kind}
    return [(one["label"], seconds_of(one), one["duration_ms"], one["outcome"], one["reason"]) for one in items]


def seconds_of(span: dict[str, Any]) -> float:
    return (datetime.fromisoformat(span["began_at"]) - BEGAN).total_seconds()


@pytest.fixture
async def session(api: Api) -> str:
    """It waits, does one turn with a call, a tool and an approval, is verified, and does another turn now."""
    session_id = await add(api, status=Status.RUNNING, created_at=BEGAN)
    await add_event(api, 1, session_id, "session.created", at(0), status="queued")
    await add_event(
        api, 2, session_id, "session.status", at(10), **{"from": "queued", "to": "running", "reason": "admitted"}
    )
    await add_turn(api, session_id, 0, at(11), 60)
    await add_call(api, at(14), 7, 5, session_id=session_id, ms=2_000)
    await add_tool(api, session_id, {"start": ms(15), "end": ms(18.5)})
    await run(
        api,
        """
        insert into approvals (tenant_id, id, session_id, attempt, conversation, request_id, kind, asker, tool, patterns,
            always, detail, status, default_action, requested_at, deadline_at, decided_at, remember)
        values (:t, :id, :s, 1, 'c', 'r', 'permission', 'build', 'webfetch', '["example.com"]', '[]', '{}', 'allowed',
            'deny', :asked, :decided, :decided, false)
        """,
        id=new_id(), s=session_id, asked=at(20), decided=at(25),
    )  # fmt: skip
    await add_evidence(api, session_id, 0, at(90), 4_000)
    await add_evidence(api, session_id, 1, at(90.002), 6_000, exit_code=1, flaky=True)
    await add_turn(api, session_id, 1, at(100), None)
    return session_id


async def test_everything_is_there_in_the_order_in_which_it_began(api: Api, session: str) -> None:
    timeline = await read(api, session)
    assert [(one["kind"], one["turn"]) for one in timeline["items"]] == [
        ("wait", None), ("turn", 0), ("model_call", 0), ("tool", 0), ("approval", 0), ("command", 0), ("command", 0),
        ("turn", 1),
    ]  # fmt: skip
    assert (datetime.fromisoformat(timeline["began_at"]), timeline["ended_at"]) == (BEGAN, None)
    assert await spans(api, session, "turn") == [
        ("prompt", 11, 60_000, "finished", None),
        ("prompt", 100, None, None, None),
    ]
    assert await spans(api, session, "model_call") == [("m", 12, 2_000, "200", None)]
    assert await spans(api, session, "tool") == [("bash", 15, 3_500, "completed", "ls")]
    assert await spans(api, session, "approval") == [("webfetch", 20, 5_000, "allowed", "example.com")]
    call = timeline["items"][2]
    assert (call["input_tokens"], call["output_tokens"], call["cost_micro_usd"]) == (7, 0, 5)


async def test_commands_end_when_the_last_was_stored_and_say_that_this_is_not_exact(api: Api, session: str) -> None:
    assert await spans(api, session, "command") == [
        ("check 0", 80.002, 4_000, "passed", None),
        ("check 1", 84.002, 6_000, "failed", "flaky"),
    ]
    items = (await read(api, session))["items"]
    assert {one["kind"] for one in items if not one["exact"]} == {"command"}


async def test_waits_go_from_one_status_to_the_next_and_name_their_reason(api: Api) -> None:
    session = await add(api, status=Status.QUEUED, queue_reason="budget", created_at=BEGAN)
    moves = [("running", "admitted"), ("waiting", "build asks"), ("running", "decided"), ("paused", "by a person"),
             ("queued", "resumed")]  # fmt: skip
    await add_event(api, 1, session, "session.created", at(0), status="queued")
    for n, (to, reason) in enumerate(moves):
        await add_event(api, n + 2, session, "session.status", at(10 * (n + 1)), to=to, reason=reason)
    assert await spans(api, session, "wait") == [
        ("queued", 0, 10_000, None, None),
        ("waiting", 20, 10_000, None, "build asks"),
        ("paused", 40, 10_000, None, "by a person"),
        ("queued", 50, None, None, "budget"),
    ]
    sums = {one["label"]: one for one in (await read(api, session, kind="wait"))["sums"]}
    assert (sums["waiting"]["spans"], sums["waiting"]["duration_ms"]) == (1, 10_000)
    assert sums["queued"]["spans"] == 2
    assert sums["queued"]["duration_ms"] > (datetime.now(UTC) - at(60)).total_seconds() * 1000


@pytest.mark.parametrize(
    "time",
    [None, {}, {"start": 1}, {"end": 1}, {"start": -1, "end": 2}, {"start": 1, "end": 1e300}],
)
async def test_a_tool_without_times_has_the_moment_when_it_was_stored(api: Api, time: dict[str, float] | None) -> None:
    session = await add(api, created_at=BEGAN)
    before = datetime.now(UTC)
    await add_tool(api, session, time)
    (span,) = (await read(api, session))["items"]
    assert before <= datetime.fromisoformat(span["began_at"]) <= datetime.now(UTC)
    assert (span["duration_ms"], span["exact"], span["label"]) == (0, False, "bash")


async def test_a_tool_that_ends_before_it_begins_takes_no_time(api: Api) -> None:
    session = await add(api, created_at=BEGAN)
    await add_tool(api, session, {"start": ms(5), "end": ms(4)})
    assert await spans(api, session, "tool") == [("bash", 5, 0, "completed", "ls")]


async def test_pages_have_no_gap_and_no_double(api: Api) -> None:
    """Many begin in the same moment."""
    session = await add(api, created_at=BEGAN)
    await run(
        api,
        """
        insert into transcript_parts (tenant_id, session_id, part_id, message_id, role, type, data, began_at, ended_at,
            created_at)
        select :t, :s, 'prt_' || n, 'm', 'assistant', 'tool', '{"tool": "bash"}', to_timestamp(n / 7), to_timestamp(n), now()
        from generate_series(1, 1500) n
        """,
        s=session,
    )
    await add_turn(api, session, 0, at(0), 5)
    seen: list[dict[str, Any]] = []
    first = page = await read(api, session, limit=400)
    while page["next_cursor"]:
        seen += page["items"]
        page = await read(api, session, limit=400, cursor=page["next_cursor"])
        assert page["sums"] is None
    seen += page["items"]
    assert len({one["id"] for one in seen}) == len(seen) == 1501
    assert [one["began_at"] for one in seen] == sorted(one["began_at"] for one in seen)
    assert [(one["kind"], one["spans"]) for one in first["sums"]] == [("tool", 1500), ("turn", 1)]


def encoded(words: str) -> str:
    return base64.urlsafe_b64encode(words.encode()).decode()


@pytest.mark.parametrize(
    "params",
    [
        {"kind": "nonsense"},
        {"limit": 0},
        {"limit": 1001},
        {"cursor": "é"},
        {"cursor": encoded("yesterday|x")},
        {"cursor": encoded("2025-01-01T00:00:00|x")},
        {"cursor": encoded("2025-01-01T00:00:00+00:00|\0")},
        {"cursor": encoded("2025-01-01T00:00:00+00:00")},
    ],
)
async def test_what_is_refused(api: Api, session: str, params: dict[str, Any]) -> None:
    assert code_of(await api.call("GET", f"/sessions/{session}/timeline", params=params))[0] == 422


async def test_nobody_else_sees_it(api: Api, session: str) -> None:
    path = f"/sessions/{session}/timeline"
    assert code_of(await api.client.get(V1 + path)) == (401, "unauthenticated")
    assert (await api.call("GET", path, api.actors.viewer)).status_code == 200
    theirs = await api.call("GET", path, api.actors.other)
    assert code_of(theirs) == (404, "not_found")
    assert without_request_id(theirs) == without_request_id(await api.call("GET", f"/sessions/{RANDOM_ID}/timeline"))
