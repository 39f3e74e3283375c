"""Webhooks and their deliveries."""

from typing import TypedDict


class Webhook(TypedDict):
    id: str
    url: str
    events: list[str]
    description: str
    status: str
    disabled_reason: str | None
    pending: int
    delivered: int
    dead: int
    former_secret_until: str | None
    created_by: str
    created_at: str
    updated_at: str


class NewWebhook(Webhook):
    secret: str | None


class WebhookDelivery(TypedDict):
    id: str
    type: str
    status: str
    attempts: int
    next_attempt_at: str | None
    last_status_code: int | None
    last_problem: str | None
    delivered_at: str | None
    created_at: str
