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
    runtimes: int = Field(description="`opencode serve` processes that it has running.")
    disk_full: bool = Field(description="It is given no session until there is room on its disk again.")
    sandbox: str
    version: str | None = Field(description="Of the orchestrator that it runs; null: it has not started since it is told.")
    opencode_version: str | None
    incarnation: int = Field(description="One more each time that it joined after it had been declared dead.")
    started_at: datetime
    heartbeat_at: datetime
    draining_since: datetime | None
    died_at: datetime | None


class QueueRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    reason: str = Field(description="`queue_reason` of the sessions; `not_decided` where admission has not looked yet.")
    sessions: int
    oldest_at: datetime | None = Field(description="Since when the one waits that has waited longest.")


class NodeList(BaseModel):
    items: list[NodeRead]
    queue: list[QueueRead] = Field(description="What waits, over all tenants.")
