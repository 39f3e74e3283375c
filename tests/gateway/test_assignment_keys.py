"""An external agent's key: of one lease, paid by its session, and over with it."""

from uuid import UUID

import pytest
from tests.gateway.conftest import Desk

from orchestrator.agents.models import Agent, AgentKind
from orchestrator.eap import assignments
from orchestrator.eap.assignments import NewAssignment
from orchestrator.eap.models import Assignment, AssignmentStatus
from orchestrator.gateway import callers
from orchestrator.gateway.virtual_keys import mint_assignment_key
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope


@pytest.fixture(autouse=True)
def nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "_CACHE_SECONDS", 0.0)


async def leased(desk: Desk) -> tuple[UUID, str]:
    """The assignment of the runtime's session, as an agent has it, and its key."""
    runtime, made = desk.runtime, assignments.new_assignment_id()
    with tenant_scope(runtime.tenant_id):
        async with runtime.database.transaction() as db:
            agent = Agent(id=new_id(), name=f"outside-{made.hex[-8:]}", kind=AgentKind.EXTERNAL, version=1, built_in=False)
            agent.enabled, agent.created_by, agent.created_at, agent.updated_at = True, "test", now(), now()
            IndustrialRepository(db).add(agent)
            await db.flush()
            wanted = NewAssignment(runtime.session_id, 0, agent.id, 0, "coding", {}, "1" * 40, "none", 60)
            row = await assignments.create(db, wanted, made)
            row.status, row.lease_epoch, row.lease_until = AssignmentStatus.LEASED, 1, now().replace(year=2999)
            return made, mint_assignment_key(db, made)


async def change(desk: Desk, assignment_id: UUID, **values: object) -> None:
    with tenant_scope(desk.runtime.tenant_id):
        async with desk.runtime.database.transaction() as db:
            row = await IndustrialRepository(db).get(Assignment, assignment_id, lock=True)
            for name, value in values.items():
                setattr(row, name, value)


async def test_its_session_pays_whatever_conversation_it_names(desk: Desk) -> None:
    _, key = await leased(desk)
    answer = await desk.post(**{"Authorization": f"Bearer {key}", "X-Session-Id": "ses_of_somebody_else"})
    assert answer.status_code == 200, answer.text
    (event,) = await desk.usage()
    assert event["session_id"] == desk.runtime.session_id


async def test_it_opens_nothing_when_the_lease_is_over(desk: Desk) -> None:
    made, key = await leased(desk)
    await change(desk, made, lease_until=now())
    answer = await desk.post(Authorization=f"Bearer {key}")
    assert answer.status_code == 401
    await change(desk, made, lease_until=now().replace(year=2999))
    with tenant_scope(desk.runtime.tenant_id):
        async with desk.runtime.database.transaction() as db:
            row = await IndustrialRepository(db).get(Assignment, made, lock=True)
            await assignments.end(db, row, AssignmentStatus.COMPLETED, None)
    answer = await desk.post(Authorization=f"Bearer {key}")
    assert answer.status_code == 401
    assert desk.upstream.asked == []


async def test_a_changed_key_is_none(desk: Desk) -> None:
    _, key = await leased(desk)
    answer = await desk.post(Authorization=f"Bearer {key[:-1]}{'a' if key[-1] != 'a' else 'b'}")
    assert answer.status_code == 401
