"""Recorded calls for tests, and a conversation that grows turn by turn."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from orchestrator.gateway.routing import ApiFormat
from orchestrator.gateway.trajectory_codec import RecordedCall
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id


def call(tenant_id: UUID, request: Any = None, answer: str = "Hello.", **changes: Any) -> RecordedCall:
    """`request`: the body as bytes, or what is written as JSON."""
    body = request if isinstance(request, bytes) else json.dumps(request or {"model": "m", "messages": []}).encode()
    response = {"choices": [{"index": 0, "message": {"content": answer}, "finish_reason": "stop"}]}
    made = RecordedCall(
        request_id=new_id(),
        tenant_id=tenant_id,
        session_id=None,
        conversation="ses_1",
        format=ApiFormat.CHAT,
        alias="coder",
        provider="p",
        model="m-1",
        http_status=200,
        complete=True,
        finished_at=now(),
        duration_ms=120,
        first_byte_ms=20,
        price_version="2026-11-01",
        usage={"input_tokens": 10, "output_tokens": 2},
        request=body,
        response=json.dumps(response).encode(),
    )
    return replace(made, **changes)


def message(number: int) -> dict[str, Any]:
    return {"role": "user" if number % 2 == 0 else "assistant", "content": f"message {number} " + "x" * 200}


def turns(tenant_id: UUID, count: int, **changes: Any) -> list[RecordedCall]:
    """Each sends everything before it again, and two messages more."""
    return [
        call(tenant_id, {"model": "coder", "messages": [message(n) for n in range(2 * turn + 1)], "stream": True}, **changes)
        for turn in range(count)
    ]
