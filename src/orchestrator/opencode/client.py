"""The calls of OpenCode's HTTP API that we use, typed. One client a server; every call names its directory."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import aiohttp
from pydantic import TypeAdapter

from orchestrator.opencode.connection import Connection
from orchestrator.opencode.errors import OpenCodeRequestFailed
from orchestrator.opencode.schemas import (
    FileDiff,
    Health,
    Message,
    ModelRef,
    PermissionRequest,
    Project,
    QuestionRequest,
    Rule,
    Session,
    SessionStatus,
)

_HEALTH = TypeAdapter(Health)
_SESSION = TypeAdapter(Session)
_SESSIONS = TypeAdapter(list[Session])
_MESSAGES = TypeAdapter(list[Message])
_STATUSES = TypeAdapter(dict[str, SessionStatus])
_PERMISSIONS = TypeAdapter(list[PermissionRequest])
_QUESTIONS = TypeAdapter(list[QuestionRequest])
_DIFFS = TypeAdapter(list[FileDiff])
_PROJECT = TypeAdapter(Project)
_ANYTHING = TypeAdapter(Any)
_MCP_STATES = TypeAdapter(dict[str, dict[str, Any]])
TOOLS_SECONDS = 10.0
"""For each try to connect, of which there are two, and for each call: so its answer comes before this client gives up."""
_SLACK_SECONDS = 10.0
_NAMED = TypeAdapter(list[dict[str, Any]])


def remote_server(url: str, token: str, timeout_seconds: float) -> dict[str, Any]:
    """Of the gateway, which knows the session by its token."""
    headers = {"Authorization": f"Bearer {token}"}
    remote = {"type": "remote", "url": url, "headers": headers, "oauth": False, "enabled": True}
    return remote | {"timeout": round(timeout_seconds * 1000)}


def local_server(command: Sequence[str], environment: Mapping[str, str], timeout_seconds: float) -> dict[str, Any]:
    local = {"type": "local", "command": list(command), "environment": dict(environment), "enabled": True}
    return local | {"timeout": round(timeout_seconds * 1000)}


class OpenCodeClient(Connection):
    async def health(self, timeout_seconds: float = 1.0) -> Health:
        return await self._get("/global/health", None, _HEALTH, timeout_seconds=timeout_seconds)

    async def create_session(
        self,
        directory: str,
        *,
        title: str,
        agent: str | None = None,
        model: ModelRef | None = None,
        permissions: Sequence[Rule] = (),
        metadata: Mapping[str, str] | None = None,
    ) -> Session:
        """With a title of ours OpenCode does not ask the model for one."""
        body = {
            "title": title,
            "agent": agent,
            "model": {"id": model.model_id, "providerID": model.provider_id} if model else None,
            "permission": _rules(permissions),
            "metadata": metadata,
        }
        return await self._post("/session", directory, _given(body), _SESSION)

    async def get_session(self, directory: str, session_id: str) -> Session:
        return await self._get(f"/session/{session_id}", directory, _SESSION)

    async def find_session(self, directory: str, session_id: str) -> Session | None:
        try:
            return await self.get_session(directory, session_id)
        except OpenCodeRequestFailed as problem:
            if problem.answer_status == 404:
                return None
            raise

    async def update_session(
        self,
        directory: str,
        session_id: str,
        *,
        title: str | None = None,
        permissions: Sequence[Rule] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> Session:
        rules = None if permissions is None else _rules(permissions)
        body = _given({"title": title, "permission": rules, "metadata": metadata})
        answer = await self._call("PATCH", f"/session/{session_id}", directory, body)
        return self._read(_SESSION, answer, "PATCH", f"/session/{session_id}")

    async def delete_session(self, directory: str, session_id: str) -> None:
        await self._call("DELETE", f"/session/{session_id}", directory)

    async def children(self, directory: str, session_id: str) -> list[Session]:
        """The sessions that its `task` tool started."""
        return await self._get(f"/session/{session_id}/children", directory, _SESSIONS)

    async def list_messages(self, directory: str, session_id: str, limit: int | None = None) -> list[Message]:
        """Oldest first; with a limit, the newest ones."""
        query = {} if limit is None else {"limit": str(limit)}
        return await self._get(f"/session/{session_id}/message", directory, _MESSAGES, query)

    async def raw_session(self, directory: str, session_id: str) -> Any:
        return await self._get(f"/session/{session_id}", directory, _ANYTHING)

    async def raw_messages(self, directory: str, session_id: str) -> Any:
        return await self._get(f"/session/{session_id}/message", directory, _ANYTHING)

    async def prompt_async(
        self,
        directory: str,
        session_id: str,
        *,
        message_id: str,
        part_id: str,
        text: str,
        agent: str | None = None,
        model: ModelRef | None = None,
        system: str | None = None,
    ) -> None:
        """Begin a turn. An unknown agent or model is no error here: it comes as a session.error event."""
        body = {
            "messageID": message_id,
            "parts": [{"type": "text", "id": part_id, "text": text}],
            "agent": agent,
            "model": model.model_dump(by_alias=True) if model else None,
            "system": system,
        }
        await self._call("POST", f"/session/{session_id}/prompt_async", directory, _given(body))

    async def abort(self, directory: str, session_id: str) -> None:
        """End the running turn, if there is one; what it asked for stays listed."""
        await self._call("POST", f"/session/{session_id}/abort", directory)

    async def statuses(self, directory: str) -> dict[str, SessionStatus]:
        """Only the directory's sessions that are busy or retrying; any other is idle."""
        return await self._get("/session/status", directory, _STATUSES)

    async def diff(self, directory: str, session_id: str) -> list[FileDiff]:
        """Empty while snapshots are switched off in the configuration."""
        return await self._get(f"/session/{session_id}/diff", directory, _DIFFS)

    async def agent_names(self, directory: str) -> list[str]:
        return [one["name"] for one in await self._get("/agent", directory, _NAMED)]

    async def list_permissions(self, directory: str) -> list[PermissionRequest]:
        return await self._get("/permission", directory, _PERMISSIONS)

    async def reply_permission(
        self, directory: str, request_id: str, reply: Literal["once", "always", "reject"], message: str | None = None
    ) -> None:
        body = _given({"reply": reply, "message": message})
        await self._call("POST", f"/permission/{request_id}/reply", directory, body)

    async def list_questions(self, directory: str) -> list[QuestionRequest]:
        return await self._get("/question", directory, _QUESTIONS)

    async def reply_question(self, directory: str, request_id: str, answers: Sequence[Sequence[str]]) -> None:
        """One list of chosen labels a question."""
        body = {"answers": [list(labels) for labels in answers]}
        await self._call("POST", f"/question/{request_id}/reply", directory, body)

    async def reject_question(self, directory: str, request_id: str) -> None:
        await self._call("POST", f"/question/{request_id}/reject", directory)

    async def project(self, directory: str) -> Project:
        return await self._get("/project/current", directory, _PROJECT)

    async def replay(self, directory: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Apply the events of one session from its first on; those it has already are passed over."""
        body = {"directory": directory, "events": list(events)}
        await self._call("POST", "/sync/replay", directory, body)

    async def add_tools(self, directory: str, name: str, url: str, token: str) -> bool:
        """An MCP server for one directory alone; one of the same name is replaced. False when it could not be reached, or
        does not take the token. With the first use of a directory that is set up as well, which takes seconds."""
        return not await self.add_server(directory, name, remote_server(url, token, TOOLS_SECONDS))

    async def add_server(self, directory: str, name: str, config: Mapping[str, Any]) -> str:
        """An MCP server in the shape of OpenCode's configuration, as `add_tools`. What hinders it, else nothing."""
        # Two ways to connect are tried, and then its tools are listed.
        seconds = 3 * config["timeout"] / 1000 + _SLACK_SECONDS
        body = {"name": name, "config": dict(config)}
        states = await self._post("/mcp", directory, body, _MCP_STATES, timeout_seconds=seconds)
        state = states.get(name, {"status": "missing"})
        return "" if state["status"] == "connected" else str(state.get("error") or state["status"])[:500]

    async def skill_names(self, directory: str) -> list[str]:
        return [one["name"] for one in await self._get("/skill", directory, _NAMED)]

    async def dispose(self, directory: str) -> None:
        """Let the server forget a directory: its instance's caches, shells and MCP connections."""
        await self._call("POST", "/instance/dispose", directory)

    def open_events(self, silence_seconds: float) -> "aiohttp.client._RequestContextManager":  # pyright: ignore[reportPrivateUsage]
        """The global event stream; a silence longer than that is an error."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5.0, sock_read=silence_seconds)
        return self._http.get("/global/event", timeout=timeout, read_bufsize=2**20)


def _rules(permissions: Sequence[Rule]) -> list[dict[str, str]]:
    return [rule.model_dump() for rule in permissions]


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value is not None}
