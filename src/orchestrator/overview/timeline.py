"""What a session did when, as spans: turns, model calls, tools, waits, approvals and verification commands.

Everything is read from rows. A model call that still runs has none yet. The end of a span that goes on is None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.pagination import decode_moment, decode_parts, encode_parts
from orchestrator.kit.tenant_scope import current_tenant
from orchestrator.sessions import service


class SpanKind(StrEnum):
    TURN = "turn"
    MODEL_CALL = "model_call"
    TOOL = "tool"
    WAIT = "wait"
    APPROVAL = "approval"
    COMMAND = "command"


_NO_USAGE = "null::bigint as input_tokens, null::bigint as output_tokens, null::bigint as cost_micro_usd"
_TURNS = f"""
    select 'turn' as kind, 'turn:' || t.number as id, t.began_at, t.ended_at, true as exact, t.kind as label,
        t.outcome, null::text as reason, t.number as turn, {_NO_USAGE}
    from turns t where t.tenant_id = :tenant_id and t.session_id = :session_id
"""  # noqa: S608 - made of constants alone.
# The ledger books a call when it is over.
_MODEL_CALLS = """
    select 'model_call', 'model_call:' || u.request_id, u.created_at - u.duration_ms * interval '1 millisecond',
        u.created_at, true, u.model, u.http_status::text, case when u.source <> 'provider' then u.source end, null::bigint,
        u.input_tokens, u.output_tokens, u.cost_micro_usd
    from usage_events u where u.tenant_id = :tenant_id and u.session_id = :session_id
"""
# What is not known of a tool's times is the moment when it was stored. Its name and title are looked up of the spans of one
# page: the output lies beside them, and reading it of a whole conversation takes seconds.
_TOOLS = f"""
    select 'tool', 'tool:' || p.part_id, coalesce(p.began_at, p.created_at), coalesce(p.ended_at, p.created_at),
        p.began_at is not null, null, null, null, null, {_NO_USAGE}
    from transcript_parts p where p.tenant_id = :tenant_id and p.session_id = :session_id and p.type = 'tool'
"""  # noqa: S608 - made of constants alone.
# From one change of the status to the next. Why a session is in the queue is known of the present wait alone.
_WAITS = f"""
    select 'wait', 'wait:' || w.seq, w.created_at, w.until, true, w.status, null,
        case when w.until is null and w.status = 'queued' then coalesce(s.queue_reason, w.reason) else w.reason end,
        null, {_NO_USAGE}
    from (
        select e.seq, e.created_at, e.data ->> 'reason' as reason, coalesce(e.data ->> 'to', e.data ->> 'status') as status,
            lead(e.created_at) over (order by e.seq) as until
        from events e where e.tenant_id = :tenant_id and e.session_id = :session_id
            and e.type in ('session.created', 'session.status')
    ) w join sessions s on s.tenant_id = :tenant_id and s.id = :session_id
    where w.status in ('queued', 'waiting', 'paused', 'orphaned', 'degraded')
"""  # noqa: S608 - made of constants alone.
_APPROVALS = f"""
    select 'approval', 'approval:' || a.id, a.requested_at, a.decided_at, true, a.tool, a.status,
        coalesce(a.reason, a.patterns ->> 0), null, {_NO_USAGE}
    from approvals a where a.tenant_id = :tenant_id and a.session_id = :session_id
"""  # noqa: S608 - made of constants alone.
# They run one after the other and are stored together when the last is over: what was done between them, such as a second
# try of one that failed, is not known.
_COMMANDS = f"""
    select 'command', 'command:' || c.id, c.ended_at - c.duration_ms * interval '1 millisecond', c.ended_at, false,
        c.command,
        case when c.timed_out then 'timed_out' when c.exit_code = 0 then 'passed' else 'failed' end,
        case when c.pre_existing then 'pre_existing' when c.flaky then 'flaky' end, c.round, {_NO_USAGE}
    from (
        select v.*, max(v.created_at) over one_round - interval '1 millisecond'
            * coalesce(sum(v.duration_ms) over (one_round order by v.position desc
                rows between unbounded preceding and 1 preceding), 0) as ended_at
        from evidence v where v.tenant_id = :tenant_id and v.session_id = :session_id
        window one_round as (partition by v.attempt, v.round)
    ) c
"""  # noqa: S608 - made of constants alone.
_RUNNING = f"""
    select 'tool', 'tool:' || r.part_id, r.created_at, null, true, r.data ->> 'tool', 'running', null, null, {_NO_USAGE}
    from running_tools r where r.tenant_id = :tenant_id and r.session_id = :session_id
"""  # noqa: S608 - made of constants alone.
_ARMS = " union all ".join((_TURNS, _MODEL_CALLS, _TOOLS, _RUNNING, _WAITS, _APPROVALS, _COMMANDS))
_SPANS = f"""
    with spans as ({_ARMS}), wanted as (select * from spans where cardinality(:kinds) = 0 or kind = any(:kinds))
"""  # noqa: S608 - made of constants alone.
_KINDS = bindparam("kinds", type_=ARRAY(Text))
_PAGE = text(
    f"""
    {_SPANS}, page as (
        select * from wanted where cast(:after_id as text) is null
            or (began_at, id) > (cast(:after_at as timestamptz), :after_id)
        order by began_at, id limit :most
    )
    select page.kind, page.id, page.began_at, page.ended_at, page.exact, coalesce(page.label, said.tool) as label,
        coalesce(page.outcome, said.state ->> 'status') as outcome,
        coalesce(page.reason, left(said.state ->> 'title', 200)) as reason,
        page.input_tokens, page.output_tokens, page.cost_micro_usd,
        round(extract(epoch from page.ended_at - page.began_at) * 1000)::bigint as duration_ms,
        coalesce(page.turn, (
            select t.number from turns t where t.tenant_id = :tenant_id and t.session_id = :session_id
                and t.began_at <= page.began_at order by t.number desc limit 1
        )) as turn
    from page left join lateral (
        select d.tool, d.state from transcript_parts p, jsonb_to_record(p.data) as d (tool text, state jsonb)
        where page.kind = 'tool' and p.tenant_id = :tenant_id and p.session_id = :session_id
            and p.part_id = substr(page.id, length('tool:') + 1) offset 0
    ) said on true
    order by page.began_at, page.id
    """  # noqa: S608 - made of constants alone.
).bindparams(_KINDS)
_SUMS = text(
    f"""
    {_SPANS} select kind, case when kind = 'wait' then label end as label, count(*) as spans,
        round(sum(extract(epoch from coalesce(ended_at, clock_timestamp()) - began_at)) * 1000)::bigint as duration_ms
    from wanted group by 1, 2 order by 1, 2 nulls first
    """  # noqa: S608 - made of constants alone.
).bindparams(_KINDS)

Row = dict[str, Any]


@dataclass(frozen=True)
class Timeline:
    """`sums` are over all spans of the kinds that are wanted; None but with the first page."""

    began_at: datetime
    ended_at: datetime | None
    spans: list[Row]
    sums: list[Row] | None
    next_cursor: str | None


async def timeline_of(
    db: AsyncSession, session_id: UUID, kinds: Sequence[SpanKind], limit: int, cursor: str | None
) -> Timeline:
    """In the order in which they began. Raises NotFound and CursorInvalid."""
    session = await service.get_session(db, session_id)
    values: Row = {"tenant_id": current_tenant(), "session_id": session_id, "kinds": [one.value for one in kinds]}
    after_at, after_id = _decoded(cursor) if cursor else (None, None)
    at = {"after_at": after_at, "after_id": after_id, "most": limit + 1}
    rows = [dict(row) for row in (await db.execute(_PAGE, values | at)).mappings()]
    sums = None if cursor else [dict(row) for row in (await db.execute(_SUMS, values)).mappings()]
    next_cursor = _encoded(rows[limit - 1]) if len(rows) > limit else None
    return Timeline(session.created_at, session.finished_at, rows[:limit], sums, next_cursor)


def _encoded(row: Row) -> str:
    return encode_parts(row["began_at"].isoformat(), row["id"])


def _decoded(cursor: str) -> tuple[datetime, str]:
    began_at, id_ = decode_parts(cursor, 2)
    return decode_moment(began_at), id_
