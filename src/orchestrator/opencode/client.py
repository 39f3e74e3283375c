"""The calls of OpenCode's HTTP API that we use, typed. One client a server; every call names its directory.

A message id is the key of one table for all sessions of a server: an id used in a second session attaches the new part
to the first session's message. And an id is no idempotency key for its parts: the same prompt sent twice stores its
text twice, unless the part has an id too. So both ids are made from a key of ours that names session, attempt, turn
and try. Sent again with the same ids, a prompt whose turn has ended runs no model call, one whose turn runs starts no
second turn, and one whose turn was interrupted goes on where it was. OpenCode orders messages by their creation time
and looks at ids only to break a tie, so ids need not ascend; ours sort before its own, a prompt before its answer.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import aiohttp
from pydantic import TypeAdapter, ValidationError

from orchestrator.opencode.errors import OpenCodeRequestFailed, OpenCodeUnreachable
from orchestrator.opencode.nesting import shallower
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
    Todo,
)

USER = "opencode"
REQUEST_SECONDS = 30.0

Answer = TypeVar("Answer")

_HEALTH = TypeAdapter(Health)
_SESSION = TypeAdapter(Session)
_SESSIONS = TypeAdapter(list[Session])
_MESSAGES = TypeAdapter(list[Message])
_STATUSES = TypeAdapter(dict[str, SessionStatus])
_PERMISSIONS = TypeAdapter(list[PermissionRequest])
_QUESTIONS = TypeAdapter(list[QuestionRequest])
_TODOS = TypeAdapter(list[Todo])
_DIFFS = TypeAdapter(list[FileDiff])
_PROJECT = TypeAdapter(Project)
_ANYTHING = TypeAdapter(Any)
_UNITS_PER_MS, _ID_TIMES = 0x1000, 1 << 48
"""An id of OpenCode begins with 12 hexadecimal digits: the low 48 bits of milliseconds times 4,096."""


def message_id(*key: object) -> str:
    return f"msg_0{_digest(key)}"


def part_id(*key: object, at: datetime) -> str:
    """It begins with the moment as OpenCode's own ids do, so that parts in the order of their ids tell the conversation."""
    units = int(at.timestamp() * 1000) * _UNITS_PER_MS % _ID_TIMES
    return f"prt_{units:012x}{_digest(key)[:14]}"


def _digest(key: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps([str(item) for item in key]).encode()).hexdigest()[:25]


def connector_to(socket_path: str | None) -> aiohttp.BaseConnector:
    return aiohttp.UnixConnector(socket_path, limit=0) if socket_path else aiohttp.TCPConnector(limit=0)


class OpenCodeClient:
    def __init__(
        self, url: str, password: str, timeout_seconds: float = REQUEST_SECONDS, socket_path: str | None = None
    ) -> None:
        """`socket_path` is a unix socket that leads to the server where its port cannot be reached."""
        self.url = url
        self.socket_path = socket_path
        self._timeout = timeout_seconds
        self._http = aiohttp.ClientSession(
            base_url=url,
            headers={"Authorization": aiohttp.encode_basic_auth(USER, password)},
            connector=connector_to(socket_path),
            timeout=aiohttp.ClientTimeout(total=timeout_seconds),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.close()

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

    async def todos(self, directory: str, session_id: str) -> list[Todo]:
        return await self._get(f"/session/{session_id}/todo", directory, _TODOS)

    async def diff(self, directory: str, session_id: str) -> list[FileDiff]:
        """Empty while snapshots are switched off in the configuration."""
        return await self._get(f"/session/{session_id}/diff", directory, _DIFFS)

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

    async def dispose(self, directory: str) -> None:
        """Let the server forget a directory: its instance's caches, shells and MCP connections."""
        await self._call("POST", "/instance/dispose", directory)

    def open_events(self, silence_seconds: float) -> "aiohttp.client._RequestContextManager":  # pyright: ignore[reportPrivateUsage]
        """The global event stream; a silence longer than that is an error."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5.0, sock_read=silence_seconds)
        return self._http.get("/global/event", timeout=timeout, read_bufsize=2**20)

    async def _get(
        self,
        path: str,
        directory: str | None,
        shape: TypeAdapter[Answer],
        query: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> Answer:
        answer = await self._call("GET", path, directory, query=query, timeout_seconds=timeout_seconds)
        return self._read(shape, answer, "GET", path)

    async def _post(self, path: str, directory: str, body: Any, shape: TypeAdapter[Answer]) -> Answer:
        return self._read(shape, await self._call("POST", path, directory, body), "POST", path)

    async def _call(
        self,
        method: str,
        path: str,
        directory: str | None,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        timeout_seconds: float | None = None,
    ) -> bytes:
        params = dict(query or {}) | ({"directory": directory} if directory else {})
        timeout = aiohttp.ClientTimeout(total=timeout_seconds or self._timeout)
        if self._http.closed:  # By another session's step, which found the server silent first.
            raise OpenCodeUnreachable(method=method, path=path, problem="it was stopped")
        try:
            async with self._http.request(method, path, params=params, timeout=timeout, **_sent(body)) as answer:
                content = await answer.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            raise OpenCodeUnreachable(method=method, path=path, problem=_reason(problem)) from problem
        if answer.status >= 400:
            text = content.decode(errors="replace")[:500]
            raise OpenCodeRequestFailed(method=method, path=path, answer_status=answer.status, body=text)
        return content

    def _read(self, shape: TypeAdapter[Answer], content: bytes, method: str, path: str) -> Answer:
        try:
            return _in_shape(shape, content)
        except ValidationError as problem:
            text = f"an answer that we cannot read: {problem}"[:500]
            raise OpenCodeRequestFailed(method=method, path=path, answer_status=200, body=text) from problem


def _in_shape(shape: TypeAdapter[Answer], content: bytes) -> Answer:
    try:
        return shape.validate_json(content)
    except ValidationError:
        if (cut := shallower(content)) == content:
            raise
    return shape.validate_json(cut)


def _sent(body: Any) -> dict[str, Any]:
    """As a file: bytes of a megabyte and more are written in one piece, which aiohttp warns of."""
    if body is None:
        return {}
    content = io.BytesIO(json.dumps(body, separators=(",", ":")).encode())
    return {"data": content, "headers": {"content-type": "application/json"}}


def _reason(problem: BaseException) -> str:
    return str(problem) or type(problem).__name__


def _rules(permissions: Sequence[Rule]) -> list[dict[str, str]]:
    return [rule.model_dump() for rule in permissions]


def _given(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value is not None}
