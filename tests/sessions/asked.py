"""Sessions that wait for an answer, made without an agent behind them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import update
from tests.api import Api

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.approval_rows import Approval, ApprovalKind, ApprovalStatus
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status

QUESTIONS = {"questions": [{"question": "Which?", "options": [{"label": "a"}]}]}


async def make_waiting(api: Api, **changes: Any) -> Approval:
    """Handed in by the MEMBER of tenant `a`."""
    session_id = UUID((await api.create(start=False))["id"])
    tenant_id = api.actors.member.tenant_id
    with tenant_scope(tenant_id):
        async with api.database.transaction() as db:
            own = update(Session).where(Session.tenant_id == tenant_id, Session.id == session_id)
            await db.execute(own.values(status=Status.WAITING, waiting_since=now()))
    return await asks(api.database, tenant_id, session_id, **changes)


async def asks(database: Database, tenant_id: UUID, session_id: UUID, **changes: Any) -> Approval:
    values: dict[str, Any] = {
        "attempt": 0,
        "conversation": "ses_1",
        "request_id": f"per_{session_id}",
        "kind": ApprovalKind.PERMISSION,
        "asker": "build",
        "tool": "bash",
        "patterns": ["git push"],
        "always": ["git push *"],
        "detail": {"command": "git push"},
        "status": ApprovalStatus.PENDING,
        "default_action": "deny",
        "requested_at": now(),
        "deadline_at": now() + timedelta(hours=1),
        "remember": False,
    }
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            return IndustrialRepository(db).add(Approval(id=new_id(), session_id=session_id, **(values | changes)))
