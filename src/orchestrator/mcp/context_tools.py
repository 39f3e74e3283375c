"""Tools over shared contexts, for whoever has an API key."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from orchestrator.contexts.models import Scope
from orchestrator.mcp.person import Person
from orchestrator.mcp.tools import Arguments, Tool, ToolRefused, tool


class InScope(Arguments):
    scope: Scope = Field(Scope.GLOBAL, description="GLOBAL is the whole tenant's.")
    scope_id: UUID | None = Field(None, description="Of SESSION, AGENT, TEMPORARY: the session, the agent, the plan.")

    @property
    def place(self) -> dict[str, Any]:
        return self.model_dump(mode="json", include={"scope", "scope_id"}, exclude_none=True)


class Named(InScope):
    key: str = Field(description="Such as decisions/database.")


async def context_get(caller: Person, given: Named) -> object:
    """Read a shared entry: its value and its version, which context_put wants to have."""
    found = await caller.rest.ask("GET", "/contexts", query={**given.place, "key": given.key, "limit": 1})
    if not found["items"]:
        hint = "context_list and context_search show what there is."
        raise ToolRefused("not_found", f"There is no entry {given.key} in that scope.", hint)
    return await caller.rest.ask("GET", f"/contexts/{found['items'][0]['id']}")


class PutContext(Named):
    value: Any = Field(description="Any JSON.")
    version: int | None = Field(None, ge=1, description="The version that you read, when the entry is there already.")


async def context_put(caller: Person, given: PutContext) -> object:
    """Write a shared entry. What others wrote since the version that you read is merged; what collides with it overwrites
    nothing and is kept as a conflict."""
    read = {} if given.version is None else {"If-Match": f'"{given.version}"'}
    body = {**given.place, "key": given.key, "value": given.value}
    return await caller.rest.ask("PUT", "/contexts", body=body, headers=read)


class ListContexts(Arguments):
    scope: Scope | None = Field(None, description="Unset: all.")
    scope_id: UUID | None = Field(None, description="Of SESSION, AGENT, TEMPORARY: the session, the agent, the plan.")
    prefix: str | None = Field(None, description="The beginning of keys.")
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, description="The next_cursor of the page before.")


async def context_list(caller: Person, given: ListContexts) -> object:
    """List shared entries, those written last first, with the beginning of each value."""
    return await caller.rest.ask("GET", "/contexts", query=given.model_dump(mode="json"))


class SearchContexts(Arguments):
    query: str = Field(description='Words as in a search box: "quoted", or, -not.')
    limit: int = Field(10, ge=1, le=50)


async def context_search(caller: Person, given: SearchContexts) -> object:
    """Search the keys and values of shared entries, the best first."""
    return await caller.rest.ask("GET", "/contexts/search", query={"q": given.query, "limit": given.limit})


class ListConflicts(Arguments):
    limit: int = Field(20, ge=1, le=100)


async def context_conflicts(caller: Person, given: ListConflicts) -> object:
    """List writes that were refused because they collided with others, and that nobody has resolved yet."""
    return await caller.rest.ask("GET", "/contexts/conflicts", query={"resolved": False, "limit": given.limit})


class ResolveConflict(Arguments):
    conflict_id: UUID
    take: Literal["mine", "theirs"] = Field(description="Whose changes count where both collide: mine were refused.")


async def context_resolve(caller: Person, given: ResolveConflict) -> object:
    """Decide a conflict. Where both sides do not collide, both stay."""
    return await caller.rest.ask("POST", f"/contexts/conflicts/{given.conflict_id}/resolve", body={"take": given.take})


CONTEXT_TOOLS: tuple[Tool[Person], ...] = (
    tool(Named, context_get),
    tool(PutContext, context_put),
    tool(ListContexts, context_list),
    tool(SearchContexts, context_search),
    tool(ListConflicts, context_conflicts),
    tool(ResolveConflict, context_resolve),
)
