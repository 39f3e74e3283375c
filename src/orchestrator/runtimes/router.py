"""Hands the events of one OpenCode server to the sessions they belong to."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.events import (
    Connected,
    EventStream,
    Heartbeat,
    OpenCodeEvent,
    PartUpdated,
    PermissionAsked,
    QuestionAsked,
    SessionCreated,
)
from orchestrator.runtimes.activity import Activity
from orchestrator.runtimes.own_tools import asks

Inbox = asyncio.Queue[OpenCodeEvent]


class EventRouter:
    """A child session (of the `task` tool) belongs to the session at the top of its line."""

    def __init__(self, client: OpenCodeClient) -> None:
        self._stream = EventStream(client)
        self._inboxes: dict[str, Inbox] = {}
        self._activities: dict[str, Activity] = {}
        self._parents: dict[str, str] = {}

    async def run(self) -> None:
        async for event in self._stream.events():
            if isinstance(event, SessionCreated) and event.parent_id:
                self._parents[event.session_id] = event.parent_id
            if isinstance(event, Connected):
                for inbox in self._inboxes.values():
                    inbox.put_nowait(event)
            elif not isinstance(event, Heartbeat) and event.session_id is not None:
                self._deliver(event.session_id, event)

    def _deliver(self, session_id: str, event: OpenCodeEvent) -> None:
        top = self.top_of(session_id)
        inbox = self._inboxes.get(top)
        if inbox is None:
            return
        self._activities[top].saw(event)
        if session_id in self._inboxes or _could_hang(event):
            inbox.put_nowait(event)

    def top_of(self, session_id: str) -> str:
        for _ in range(20):
            parent = self._parents.get(session_id)
            if parent is None:
                return session_id
            session_id = parent
        return session_id

    def activity(self, session_id: str) -> Activity:
        """Of a session with an inbox."""
        return self._activities[session_id]

    @contextmanager
    def inbox(self, session_id: str) -> Generator[Inbox]:
        inbox: Inbox = asyncio.Queue()
        self._inboxes[session_id], self._activities[session_id] = inbox, Activity()
        try:
            yield inbox
        finally:
            self._inboxes.pop(session_id, None)
            self._activities.pop(session_id, None)
            self._parents = {child: top for child, top in self._parents.items() if top != session_id}


def _could_hang(event: OpenCodeEvent) -> bool:
    """Of a child only what could hang the whole turn matters: the rest is in its parent's tool call."""
    return isinstance(event, PermissionAsked | QuestionAsked) or (isinstance(event, PartUpdated) and asks(event.part))
