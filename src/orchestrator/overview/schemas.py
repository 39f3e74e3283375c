"""What the event stream gives."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from orchestrator.events.models import Event


class EventRead(BaseModel):
    seq: int
    type: str
    session_id: UUID | None
    actor: str
    data: dict[str, Any]
    created_at: datetime

    @classmethod
    def of(cls, event: Event) -> "EventRead":
        return cls.model_validate(event, from_attributes=True)
