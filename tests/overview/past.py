"""Rows of the past, as tests of what is read from them write them."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from tests.api import Api
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.opencode.schemas import Message, MessageInfo, Part
from orchestrator.sessions import transcript

_CALL = """
    insert into usage_events (tenant_id, request_id, session_id, user_subject, repository, agent, model, provider,
        provider_model, period, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
        cost_micro_usd, priced, price_version, source, http_status, duration_ms, created_at)
    values (:t, :id, :session_id, :user_subject, :repository, :agent, :model, 'p', 'm', '2026-01', :tokens, 0, 0, 0, 0,
        :micro_usd, true, 'test', :source, 200, :ms, :at)
"""


async def run(api: Api, query: str, **values: Any) -> None:
    tenant_id = values.pop("tenant_id", api.actors.member.tenant_id)
    with tenant_scope(tenant_id):
        async with api.database.transaction() as db:
            await db.execute(text(query), values | {"t": tenant_id})


async def add(api: Api, **changes: Any) -> str:
    return str((await add_session(api.database, api.actors.member.tenant_id, **changes)).id)


async def add_call(api: Api, at: datetime, tokens: int = 10, micro_usd: int = 0, **changes: Any) -> str:
    facts = {"session_id": None, "user_subject": "user:1", "repository": None, "agent": None, "model": "m", "ms": 1}
    id_ = str(new_id())
    values = facts | {"source": "provider"} | changes
    await run(api, _CALL, id=id_, at=at, tokens=tokens, micro_usd=micro_usd, **values)
    return id_


async def add_turn(api: Api, session_id: str, number: int, began: datetime, seconds: float | None) -> None:
    query = """
        insert into turns (tenant_id, session_id, number, attempt, kind, text, author, began_at, ended_at, outcome)
        values (:t, :s, :number, 1, 'prompt', 'p', 'test', :began, :ended, :outcome)
    """
    ended, outcome = (None, None) if seconds is None else (began + timedelta(seconds=seconds), "finished")
    await run(api, query, s=session_id, number=number, began=began, ended=ended, outcome=outcome)


async def add_evidence(api: Api, session_id: str, position: int, at: datetime, ms: int, **changes: Any) -> None:
    query = """
        insert into evidence (tenant_id, id, session_id, attempt, round, position, command, commit_sha, exit_code,
            duration_ms, output, timed_out, flaky, pre_existing, created_at)
        values (:t, :id, :s, 1, :round, :position, :command, 'c', :exit_code, :ms, '', false, :flaky, false, :at)
    """
    facts = {"command": f"check {position}", "exit_code": 0, "flaky": False, "round": 0} | changes
    await run(api, query, id=new_id(), s=session_id, position=position, at=at, ms=ms, **facts)


async def add_tool(api: Api, session_id: str, time: dict[str, float] | None) -> None:
    """As OpenCode tells of a call that is over."""
    state = {"status": "completed", "title": "ls", "output": "", "time": time}
    place = {"sessionID": "s", "messageID": "m"}
    part = Part.model_validate(
        {"id": f"prt_{new_id()}", "type": "tool", "tool": "bash", "callID": "c", "state": state} | place
    )
    info = MessageInfo.model_validate({"id": "m", "sessionID": "s", "role": "assistant", "time": {"created": 1}})
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            await transcript.record(db, UUID(session_id), [Message(info=info, parts=[part])], "agent")


async def add_event(api: Api, seq: int, session_id: str, type_: str, at: datetime, **data: Any) -> None:
    """Its number lies behind those that are given out meanwhile."""
    query = """
        insert into events (tenant_id, seq, type, session_id, actor, data, created_at)
        values (:t, 1000 + :seq, :type, :s, 'test', cast(:data as jsonb), :at)
    """
    await run(api, query, seq=seq, type=type_, s=session_id, data=json.dumps(data), at=at)
