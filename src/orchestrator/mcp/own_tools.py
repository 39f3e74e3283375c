"""Tools that the agent of a session has: what the orchestrator knows of it, it may share; about others it learns no more."""

from typing import Any, Literal

from pydantic import Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.contexts import reading, service
from orchestrator.contexts.errors import ContextScopeInvalid
from orchestrator.contexts.models import ContextEntry, Policy, Scope
from orchestrator.contexts.service import Place, Refused, Write
from orchestrator.contexts.values import preview
from orchestrator.events import log as events
from orchestrator.kit.db import lock_until_commit
from orchestrator.kit.errors import NotFound, OrchestratorError
from orchestrator.kit.printable import printable
from orchestrator.mcp.own_session import OwnSession, transaction
from orchestrator.mcp.tools import Arguments, Tool, tool

OWN_INSTRUCTIONS = (
    "What sessions, agents and people of this team share. Look with context_search for what others found out before "
    "you work it out again, and write down with context_put what others will need."
)
PROGRESS = "session.progress"
MOST_PROGRESS = 10
"""Of one session in a minute."""
_TOLD_LATELY = text(
    """
    select count(*) filter (where type = :type and created_at > now() - interval '1 minute') from (
        select type, created_at from events where tenant_id = :tenant_id and session_id = :session_id
        order by seq desc limit 200
    ) lately
    """
)
ScopeName = Literal["SESSION", "TEMPORARY", "AGENT", "GLOBAL"]
_SCOPES = "SESSION is this session's, TEMPORARY its plan's, AGENT its agent's, GLOBAL the whole team's."


def _place(caller: OwnSession, scope: ScopeName) -> Place:
    if (place := caller.places.get(Scope(scope))) is None:
        owner = "plan" if scope == "TEMPORARY" else "agent of the team's own"
        raise ContextScopeInvalid(problem=f"This session has no {owner}, and so nothing in the scope {scope}.")
    return place


class GetContext(Arguments):
    key: str = Field(description="Such as decisions/database.")
    scope: ScopeName | None = Field(None, description=f"Unset: the narrowest that has the key. {_SCOPES}")


async def context_get(caller: OwnSession, given: GetContext) -> object:
    """Read an entry that is shared: its value and its version, which context_put wants to have."""
    places = caller.places.values() if given.scope is None else (_place(caller, given.scope),)
    async with transaction(caller) as db:
        for place in places:
            if (entry := await reading.called(db, place, given.key)) is not None:
                return _told(entry) | {"value": entry.value}
    raise NotFound


class PutContext(Arguments):
    key: str = Field(description="Letters, digits and . _ - /, such as decisions/database.")
    value: Any = Field(description="Any JSON, of up to 64,000 bytes.")
    scope: ScopeName = Field("SESSION", description=_SCOPES)
    version: int | None = Field(None, ge=1, description="The version that you read, when the entry is there already.")


async def context_put(caller: OwnSession, given: PutContext) -> object:
    """Write an entry that is shared. What others wrote since the version that you read is merged; what collides with it
    overwrites nothing, and is told to you."""
    async with transaction(caller) as db:
        place = _place(caller, given.scope)
        done = await service.put(db, caller.writer, place, Write(given.key, given.value, given.version))
    if isinstance(done, Refused):
        raise done.error
    return _told(done.entry) | {"merged": done.merged} | ({"value": done.entry.value} if done.merged else {})


class SearchContexts(Arguments):
    query: str = Field(max_length=500, description='Words as in a search box: "quoted", or, -not.')
    limit: int = Field(10, ge=1, le=50)


async def context_search(caller: OwnSession, given: SearchContexts) -> object:
    """Search the keys and values of what is shared with this session, the best first. context_get has the whole values."""
    async with transaction(caller) as db:
        wanted = reading.Filter(places=[*caller.places.values()])
        found = await reading.found(db, printable(given.query), wanted, given.limit)
    return {"items": [_told(entry) | {"preview": preview(entry.value)} for entry in found]}


class TooMuchProgress(OrchestratorError):
    """This session has told of its progress {most} times within a minute, which is the most."""

    status = 429
    code = "too_much_progress"
    hint = "Go on with the work, and tell of the next large step."


class ReportProgress(Arguments):
    message: str = Field(min_length=1, max_length=500, description="One line for the people who wait.")
    percent: int | None = Field(None, ge=0, le=100)


async def report_progress(caller: OwnSession, given: ReportProgress) -> object:
    """Tell the people who watch this session how far the work is, at each large step."""
    async with transaction(caller) as db:
        await _check_progress(db, caller)
        told = {"message": printable(given.message), "percent": given.percent}
        events.append(db, caller.tenant_id, PROGRESS, actor=caller.writer.actor, session_id=caller.session_id, **told)
    return "Told."


async def _check_progress(db: AsyncSession, caller: OwnSession) -> None:
    """Calls of one answer come at once, so they are let through one at a time."""
    await lock_until_commit(db, f"progress:{caller.session_id}")
    asked = {"tenant_id": caller.tenant_id, "session_id": caller.session_id, "type": PROGRESS}
    if (await db.execute(_TOLD_LATELY, asked)).scalar_one() >= MOST_PROGRESS:
        raise TooMuchProgress(most=MOST_PROGRESS)


class FinishTask(Arguments):
    summary: str = Field(
        min_length=1, max_length=20_000, description="What was done, what is left, what others should know."
    )


async def finish_task(caller: OwnSession, given: FinishTask) -> object:
    """Leave a summary of the work for those who read it later. It ends nothing and proves nothing: the work is verified
    afterwards in any case."""
    async with transaction(caller) as db:
        place = _place(caller, "SESSION")
        write = Write(reading.SUMMARY, printable(given.summary), policy=Policy.LAST_WRITE_WINS)
        await service.put(db, caller.writer, place, write)
    return "Kept."


def _told(entry: ContextEntry) -> dict[str, Any]:
    return {"key": entry.key, "scope": entry.scope.value, "version": entry.version, "author": entry.author}


OWN_TOOLS: tuple[Tool[OwnSession], ...] = (
    tool(GetContext, context_get),
    tool(PutContext, context_put),
    tool(SearchContexts, context_search),
    tool(ReportProgress, report_progress),
    tool(FinishTask, finish_task),
)
