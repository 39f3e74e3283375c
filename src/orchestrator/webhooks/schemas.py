"""What the API takes and gives."""

import json
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from orchestrator.webhooks.guard import MOST_URL_CHARACTERS
from orchestrator.webhooks.models import DeliveryStatus, EndpointStatus, WebhookDelivery
from orchestrator.webhooks.patterns import MOST_PATTERN_CHARACTERS, MOST_PATTERNS
from orchestrator.webhooks.reading import Counted

MOST_GRACE_SECONDS = 7 * 24 * 3600
_DAY_SECONDS = 24 * 3600
_NO_NUL = r"^[^\x00]*$"
Url = Annotated[str, StringConstraints(min_length=1, max_length=MOST_URL_CHARACTERS)]
Patterns = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=MOST_PATTERN_CHARACTERS)]],
    Field(
        min_length=1,
        max_length=MOST_PATTERNS,
        description="Kinds of events as `/events` tells them: `session.status`, `plan.*` for all of plans, `*` for all.",
    ),
]
Description = Annotated[str, StringConstraints(max_length=500, pattern=_NO_NUL)]
_SHOWN_ONCE = "Shown here and never again. Null in the answer to a repeat under the same Idempotency-Key."


class WebhookCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": "https://ci.example.com/hooks/orchestrator", "events": ["session.status"]}]},
    )

    url: Url = Field(description="Of a public address, over https; an operator may allow networks of his own.")
    events: Patterns
    description: Description = ""


class WebhookChange(BaseModel):
    """What is absent stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"enabled": True}]})

    url: Url | None = None
    events: Patterns | None = None
    description: Description | None = None
    enabled: bool | None = Field(None, description="Switched on again, it is told of what happened meanwhile.")

    @field_validator("url", "events", "description", "enabled")
    @classmethod
    def _no_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("leave it out to keep what stands there")
        return value


class WebhookRotate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    grace_seconds: int = Field(
        default=_DAY_SECONDS, ge=0, le=MOST_GRACE_SECONDS, description="For how long the former secret signs as well."
    )


class WebhookRead(BaseModel):
    id: UUID
    url: str
    events: list[str]
    description: str
    status: EndpointStatus
    disabled_reason: str | None
    pending: int = Field(description="Deliveries on their way.")
    delivered: int = Field(description="Of the last seven days.")
    dead: int = Field(description="Given up in the last thirty days; they can be sent again.")
    former_secret_until: datetime | None
    created_by: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, counted: Counted) -> Self:
        return cls(**_fields(counted))


class WebhookCreated(WebhookRead):
    secret: str | None = Field(description=_SHOWN_ONCE)

    @classmethod
    def with_secret(cls, counted: Counted, secret: str | None) -> Self:
        return cls(**_fields(counted), secret=secret)


def _fields(counted: Counted) -> dict[str, Any]:
    one = counted.endpoint
    return {
        "id": one.id,
        "url": one.url,
        "events": one.events,
        "description": one.description,
        "status": one.status,
        "disabled_reason": one.disabled_reason,
        "former_secret_until": one.former_secret_until,
        "created_by": one.created_by,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        **{status.value: counted.counts.get(status, 0) for status in DeliveryStatus},
    }


class DeliveryItem(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID = Field(description="The `webhook-id` of every try.")
    type: str
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None = Field(description="Null when it is delivered or given up.")
    last_status_code: int | None
    last_problem: str | None
    delivered_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: WebhookDelivery) -> Self:
        return cls.model_validate(row).as_it_stands()

    def as_it_stands(self) -> Self:
        return self if self.status is DeliveryStatus.PENDING else self.model_copy(update={"next_attempt_at": None})


class DeliveryRead(DeliveryItem):
    body: dict[str, Any] = Field(description="What is sent, as JSON.")

    @field_validator("body", mode="before")
    @classmethod
    def _parsed(cls, body: Any) -> Any:
        return json.loads(body) if isinstance(body, str) else body


class DeadAgain(BaseModel):
    sent_again: int
