"""Lists of sessions: filters, orders, pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    TextClause,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.pagination import decode_cursor, encode_cursor
from orchestrator.sessions.models import Session, SessionActivity
from orchestrator.sessions.outcomes import Outcome, outcome_of, undecided
from orchestrator.sessions.states import Status, Verification
from orchestrator.tenancy.principal import Principal

PROMPT_CHARS = 500
"""So much of its prompt a session has in a list: prompts may be long, and a page holds hundreds of them."""

# Somebody must answer, decide on the result, or raise a budget. The words are no parameters: else the index
# sessions_needing, which has the same, is not taken.
_NEEDS_A_PERSON = text(
    f"""(sessions.status = 'waiting' or sessions.status = 'paused' and sessions.pause ->> 'by' = 'budget'
        or {undecided("sessions")})"""
)
_BECAME = f"({outcome_of('sessions')}) = any(:outcomes)"
_CALLED = """exists (select from usage_events u where u.tenant_id = sessions.tenant_id and u.session_id = sessions.id
    and (cast(:called_from as timestamptz) is null or u.created_at >= cast(:called_from as timestamptz))
    and (cast(:called_to as timestamptz) is null or u.created_at < cast(:called_to as timestamptz)))"""


class Order(StrEnum):
    CREATED = "created"
    ACTIVITY = "activity"


@dataclass(frozen=True)
class SessionFilter:
    """`text` is looked for in titles and in the first 1,000 characters of prompts, whatever its case.

    `called_from` and `called_to`: a model call of it was booked from the one on, before the other, as the costs count it.
    """

    status: Sequence[Status] = ()
    verification: Sequence[Verification] = ()
    outcome: Sequence[Outcome] = ()
    repository: Sequence[str] = ()
    agent: Sequence[str] = ()
    model: Sequence[str] = ()
    text: str | None = None
    owner: str | None = None
    mine: bool = False
    needs_me: bool = False
    plan_id: UUID | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    active_after: datetime | None = None
    active_before: datetime | None = None
    called_from: datetime | None = None
    called_to: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """`prompt` is the beginning of that of a session that was read without it."""

    session: Session
    active_at: datetime
    prompt: str | None = None


async def list_sessions(
    db: AsyncSession, principal: Principal, wanted: SessionFilter, order: Order, limit: int, cursor: str | None
) -> tuple[list[Listed], str | None]:
    """The newest, or the last active, first, and the cursor of the next page. Raises CursorInvalid."""
    at, id_ = (
        (Session.created_at, Session.id) if order is Order.CREATED else (SessionActivity.at, SessionActivity.session_id)
    )
    joined = and_(SessionActivity.tenant_id == Session.tenant_id, SessionActivity.session_id == Session.id)
    tenant_id = IndustrialRepository(db).tenant_id
    excerpt = func.left(Session.prompt, PROMPT_CHARS + 1)
    query = select(Session, SessionActivity.at, excerpt).join(SessionActivity, joined)
    query = query.options(defer(Session.prompt, raiseload=True))
    query = query.where(Session.tenant_id == tenant_id, SessionActivity.tenant_id == tenant_id)
    query = query.where(*conditions(principal, wanted))
    if cursor:
        query = query.where(tuple_(at, id_) < decode_cursor(cursor))
    rows = (await db.execute(query.order_by(at.desc(), id_.desc()).limit(limit + 1))).all()
    listed = [Listed(*row) for row in rows[:limit]]
    if len(rows) <= limit:
        return listed, None
    last = listed[-1]
    moment = last.session.created_at if order is Order.CREATED else last.active_at
    return listed, encode_cursor(moment, last.session.id)


def conditions(principal: Principal, wanted: SessionFilter) -> Iterator[ColumnElement[bool] | TextClause]:
    """Over sessions joined with their activity."""
    for column, values in (
        (Session.status, wanted.status),
        (Session.verification, wanted.verification),
        (Session.repository, wanted.repository),
        (Session.agent, wanted.agent),
        (Session.model, wanted.model),
        (Session.plan_id, [wanted.plan_id] if wanted.plan_id else ()),
    ):
        if values:
            yield column.in_(values)
    if wanted.outcome:
        outcomes = bindparam("outcomes", [one.value for one in wanted.outcome], type_=ARRAY(Text))
        yield text(_BECAME).bindparams(outcomes)
    for column, after, before in (
        (Session.created_at, wanted.created_after, wanted.created_before),
        (SessionActivity.at, wanted.active_after, wanted.active_before),
    ):
        yield true() if after is None else column > after
        yield true() if before is None else column < before
    if wanted.text:
        yield func.strpos(literal_column("sessions.search"), func.lower(literal(wanted.text))) > 0
    if wanted.owner is not None:
        yield or_(Session.user_subject == wanted.owner, Session.created_by == wanted.owner)
    if wanted.mine:
        yield or_(Session.user_subject == principal.subject, Session.created_by == principal.actor)
    if wanted.needs_me:
        yield _NEEDS_A_PERSON
    if wanted.called_from or wanted.called_to:
        yield text(_CALLED).bindparams(called_from=wanted.called_from, called_to=wanted.called_to)
