"""What is sent: the event as the streams tell it, in the shape that Standard Webhooks recommends."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from orchestrator.events.models import Event

TEST, GIVEN_UP, DISABLED = "webhook.test", "webhook.given_up", "webhook.disabled"
OWN = "webhook."
"""What webhooks themselves tell goes over the streams alone, or each of them would make the next."""


def body_of(
    kind: str,
    moment: datetime,
    tenant_id: UUID,
    actor: str,
    data: dict[str, Any],
    *,
    session_id: UUID | None = None,
    seq: int | None = None,
) -> str:
    """`seq` is the event's number in the tenant: with it a receiver goes on in `/events?after=` from where it knows."""
    content = {
        "type": kind,
        "timestamp": moment.astimezone(UTC).isoformat(),
        "tenant_id": str(tenant_id),
        "seq": seq,
        "session_id": None if session_id is None else str(session_id),
        "actor": actor,
        "data": data,
    }
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def body_of_event(event: Event) -> str:
    return body_of(
        event.type, event.created_at, event.tenant_id, event.actor, event.data, session_id=event.session_id, seq=event.seq
    )


def subject_of(event: Event) -> str:
    """News of one subject arrives in order: of a session, of a plan, and of what else happens in the tenant, each."""
    if event.session_id is not None:
        return str(event.session_id)
    plan_id = event.data.get("plan_id")
    return plan_id if isinstance(plan_id, str) else event.type.partition(".")[0]
