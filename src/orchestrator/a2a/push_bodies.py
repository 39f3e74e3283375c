"""What is sent of a change: the same as a stream would tell."""

import json
from dataclasses import dataclass

from a2a.types import StreamResponse, TaskStatus, TaskStatusUpdateEvent
from google.protobuf.json_format import MessageToDict
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator import __version__
from orchestrator.a2a.models import A2aPushConfig
from orchestrator.a2a.push_configs import opened
from orchestrator.a2a.reading import context_of, read_status
from orchestrator.a2a.states import TERMINAL, state_of
from orchestrator.events.models import Event
from orchestrator.kit.sealing import Sealer
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status


@dataclass(frozen=True)
class News:
    body: str
    is_over: bool


async def news_of(db: AsyncSession, session: Session, event: Event) -> News:
    """Of the session as it was then; the words are those of now, if it still is so."""
    context = await context_of(db, session.id)
    now, state = await read_status(db, session, context), state_of(Status(event.data["to"]), session.attempt)
    status = TaskStatus(state=state)
    status.timestamp.FromDatetime(event.created_at)
    if event.data["to"] == session.status.value and now.HasField("message"):
        status.message.CopyFrom(now.message)
    update = TaskStatusUpdateEvent(task_id=str(session.id), context_id=context, status=status)
    return News(json.dumps(MessageToDict(StreamResponse(status_update=update))), state in TERMINAL)


def headers_of(sealer: Sealer, row: A2aPushConfig) -> dict[str, str]:
    secret = opened(sealer, row)
    told = {"content-type": "application/a2a+json", "user-agent": f"OpenCode-Orchestrator/{__version__}"}
    if secret["token"]:
        told["X-A2A-Notification-Token"] = secret["token"]
    if secret["scheme"]:
        told["Authorization"] = f"{secret['scheme']} {secret['credentials']}".strip()
    return told
