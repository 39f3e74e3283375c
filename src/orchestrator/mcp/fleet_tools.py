"""Tools that hand in work and watch it, for whoever has an API key."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from orchestrator.mcp.person import Person
from orchestrator.mcp.tools import Arguments, Tool, tool

INSTRUCTIONS = (
    "Runs autonomous coding sessions. start_session hands in work on a repository and answers at once; wait_for_session "
    "watches it until it is at rest; get_diff shows what it changed. start_plan splits a larger goal into "
    "tasks. A result is proved when `verification` is `verified`: "
    "the orchestrator ran the commands itself. context_* read and write what sessions, agents and people share."
)
_AT_REST = (
    "waiting",
    "paused",
    "completed",
    "partially_completed",
    "failed",
    "timed_out",
    "stopped",
    "cancelled",
)
_LONGEST_WAIT_SECONDS = 50
"""Clients give a call a minute, most of them."""
_DIFF_CHARS = 100_000
_DIGEST = (
    "id",
    "title",
    "status",
    "queue_reason",
    "pause_reason",
    "verification",
    "verification_reason",
    "agent",
    "model",
    "branch",
    "changes",
    "failure",
    "created_at",
    "finished_at",
)


class StartSession(Arguments):
    prompt: str = Field(description="What the agent is to do.")
    repository: str | None = Field(None, description="A URL, or an absolute path on the server. Unset: a fresh empty one.")
    base_ref: str | None = Field(None, description="Branch, tag or commit to start from. Unset: the default branch.")
    title: str | None = Field(None, description="Unset: the first line of the prompt.")
    agent: str | None = Field(None, description="Its name. Unset: whom routing finds for the capabilities, or `build`.")
    capabilities: list[str] | None = Field(None, description="What the work asks for, such as `bug-fix`.")
    model: str | None = Field(None, description="Unset: the agent's own, or the default.")
    verify: list[str] | None = Field(None, description="Commands that judge the result. Unset: those of the repository.")
    idempotency_key: str | None = Field(None, description="Of your making: the same once more starts nothing more.")


async def start_session(caller: Person, given: StartSession) -> object:
    """Hand in work for an autonomous coding session. It is queued and starts when there is room; watch it with
    wait_for_session. Its work ends as a branch, with evidence of the commands that judged it."""
    body = given.model_dump(exclude_none=True, exclude={"idempotency_key"})
    once = {} if given.idempotency_key is None else {"Idempotency-Key": given.idempotency_key}
    return digest(await caller.rest.ask("POST", "/sessions", body=body, headers=once))


class ListSessions(Arguments):
    status: list[str] | None = Field(None, description="Any of these, such as `running` or `waiting`.")
    text: str | None = Field(None, description="In the title or the prompt.")
    mine: bool = Field(False, description="Handed in by you.")
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, description="The next_cursor of the page before.")


async def list_sessions(caller: Person, given: ListSessions) -> object:
    """List coding sessions, the newest first."""
    query = {"status": given.status, "q": given.text, "mine": given.mine, "limit": given.limit, "cursor": given.cursor}
    page = await caller.rest.ask("GET", "/sessions", query=query)
    return {"items": [digest(one) for one in page["items"]], "next_cursor": page["next_cursor"]}


class OneSession(Arguments):
    session_id: UUID


async def get_session(caller: Person, given: OneSession) -> object:
    """Read one coding session whole, with the evidence of the commands that judged it."""
    session = await caller.session(given.session_id)
    evidence = await caller.rest.ask("GET", f"/sessions/{given.session_id}/evidence")
    return {**session, "evidence": evidence["items"]}


class WaitForSession(OneSession):
    seconds: int = Field(25, ge=1, le=_LONGEST_WAIT_SECONDS, description="The longest to wait; call again to go on.")


async def wait_for_session(caller: Person, given: WaitForSession) -> object:
    """Watch a coding session until it ends, waits for a person, or is paused. `at_rest` false: it still works when the
    time is over, so call again."""
    session = await caller.session_at_rest(given.session_id, _AT_REST, given.seconds)
    return {**digest(session), "at_rest": session["status"] in _AT_REST}


class ReadTranscript(OneSession):
    order: Literal["oldest", "newest"] = Field("newest", description="Which parts come first.")
    limit: int = Field(20, ge=1, le=200)
    cursor: str | None = Field(None, description="The next_cursor of the page before.")


async def read_transcript(caller: Person, given: ReadTranscript) -> object:
    """Read what the agent of a session said and which tools it called."""
    query = given.model_dump(exclude={"session_id"})
    return await caller.rest.ask("GET", f"/sessions/{given.session_id}/transcript", query=query)


async def get_diff(caller: Person, given: OneSession) -> object:
    """Read what a session changed, as a unified patch; of a very long one its beginning."""
    patch: str = await caller.rest.ask("GET", f"/sessions/{given.session_id}/diff")
    if len(patch) <= _DIFF_CHARS:
        return patch
    return f"{patch[:_DIFF_CHARS]}\n[{len(patch) - _DIFF_CHARS:,} characters more are on the branch of the session]"


class SendMessage(OneSession):
    text: str = Field(description="What is said.")


async def send_message(caller: Person, given: SendMessage) -> object:
    """Say something to a session: its agent hears it after the turn that runs; one that has ended begins again with it, on
    the same branch."""
    return await caller.rest.ask("POST", f"/sessions/{given.session_id}/messages", body={"text": given.text})


def digest(session: dict[str, Any]) -> dict[str, Any]:
    """What decides what to do next; get_session has the rest."""
    return {name: session[name] for name in _DIGEST if session.get(name) is not None}


FLEET_TOOLS: tuple[Tool[Person], ...] = (
    tool(StartSession, start_session),
    tool(ListSessions, list_sessions),
    tool(OneSession, get_session),
    tool(WaitForSession, wait_for_session),
    tool(ReadTranscript, read_transcript),
    tool(OneSession, get_diff),
    tool(SendMessage, send_message),
)
