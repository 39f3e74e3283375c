"""Everybody at once on one session: whatever order the database puts it in, it is one that could have been."""

import asyncio
import random
from collections import Counter
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from tests.api import Api, code_of
from tests.sessions.test_control import deeds, made

from orchestrator.events.models import Event
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions import pauses
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status, may_move

VERBS = ("start", "pause", "resume", "stop", "cancel", "retry", "accept", "reject", "messages")


async def post(api: Api, session: UUID, verb: str, **options: Any) -> httpx.Response:
    if verb == "messages":
        options["json"] = {"text": "And more."}
    return await api.call("POST", f"/sessions/{session}/{verb}", **options)


async def facts(api: Api, session_id: UUID, kind: str) -> list[dict[str, Any]]:
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            query = select(Event.data).where(Event.session_id == session_id, Event.type == kind).order_by(Event.seq)
            return list((await db.execute(query)).scalars())


async def row(api: Api, session_id: UUID) -> Session:
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            return await IndustrialRepository(db).get(Session, session_id)


@pytest.mark.parametrize(
    "status",
    [Status.PENDING, Status.QUEUED, Status.RUNNING, Status.WAITING, Status.PAUSED, Status.COMPLETED, Status.STOPPED],
)
async def test_every_deed_at_once(api: Api, status: Status) -> None:
    pause = {"pause": pauses.Pause(by="person", resumes=0)} if status is Status.PAUSED else {}
    session = await made(api, status, **pause)
    wanted = [verb for verb in VERBS for _ in range(5)]
    random.Random(status.value).shuffle(wanted)
    answers = await asyncio.gather(*(post(api, session.id, verb) for verb in wanted))
    told = Counter((verb, answer.status_code) for verb, answer in zip(wanted, answers, strict=True))
    assert {code for _, code in told} <= {200, 201, 409}, told
    moves = [(Status(one["from"]), Status(one["to"])) for one in await facts(api, session.id, "session.status")]
    assert all(may_move(*move) for move in moves)
    assert [was for was, _ in moves] == [status, *(to for _, to in moves)][: len(moves)]
    assert (await row(api, session.id)).status is (moves[-1][1] if moves else status)
    done = Counter(action.removeprefix("session.") for action, _ in await deeds(api, session))
    for verb in VERBS:
        good = told[verb, 200] + told[verb, 201]
        name = "message" if verb == "messages" else verb
        # Asking for the same again is answered and leaves no further trace.
        assert done[name] <= good, (verb, done, told)
        assert bool(done[name]) == bool(good), (verb, done, told)
        if verb in ("retry", "messages", "accept", "reject", "start", "resume", "cancel"):
            assert done[name] == good, (verb, done, told)


@pytest.mark.parametrize(
    ("verb", "status"), [("messages", Status.COMPLETED), ("messages", Status.RUNNING), ("retry", Status.COMPLETED)]
)
async def test_the_same_key_twenty_times_and_other_words_under_it(api: Api, verb: str, status: Status) -> None:
    session = await made(api, status)
    keyed: dict[str, Any] = {"headers": {"Idempotency-Key": "one"}}
    answers = await asyncio.gather(*(post(api, session.id, verb, **keyed) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    if verb == "messages":
        other = await api.call("POST", f"/sessions/{session.id}/messages", json={"text": "Other."}, **keyed)
        assert code_of(other) == (409, "idempotency_conflict")
    assert len(await deeds(api, session)) == 1
