"""Shapes of the nodes' API."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class NodeRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    hostname: str
    state: Literal["live", "draining", "dead"] = Field(description="A draining node lives, and is given no more sessions.")
    slots: int
    sessions: int = Field(description="Sessions that hold a slot of it.")
    sandbox: str
    incarnation: int = Field(description="One more each time that it joined after it had been declared dead.")
    started_at: datetime
    heartbeat_at: datetime
    draining_since: datetime | None
    died_at: datetime | None


class NodeList(BaseModel):
    items: list[NodeRead]
