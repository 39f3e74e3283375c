"""Why a session waits, in words, by what the cluster is like."""

from uuid import UUID

import pytest
from sqlalchemy import text
from tests.api import Api
from tests.eap.joined import join
from tests.sessions.test_admission import admit_all, make_node, move, queue
from tests.tenancy.test_isolation import add_session

from orchestrator.eap import liveness
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes import nodes
from orchestrator.sessions.models import Session
from orchestrator.sessions.queue_details import QueueFacts, queue_detail
from orchestrator.sessions.states import QueueReason, Status

DRAINED = "It starts when one takes sessions again (`orchestrator nodes undrain`), or another one joins."


@pytest.mark.parametrize(
    ("there", "draining", "slots", "told"),
    [
        (0, 0, 0, "No node is connected. It starts when one is: `orchestrator worker`, or `orchestrator up`."),
        (1, 1, 0, f"The only node is being drained. {DRAINED}"),
        (3, 3, 0, f"All 3 nodes are being drained. {DRAINED}"),
        (3, 1, 0, "Of 3 nodes 1 is being drained, and the others' disks are full. It starts when one has room."),
        (1, 0, 1, "It waits for the cluster's one slot, and for its tenant's turn."),
        (2, 1, 8, "It waits for one of the 8 slots of the cluster, and for its tenant's turn."),
    ],
)
def test_what_the_nodes_are_like(there: int, draining: int, slots: int, told: str) -> None:
    assert queue_detail(_queued(QueueReason.CLUSTER_CAPACITY), _facts(there, draining, slots)) == told


def test_one_session_is_not_many() -> None:
    told = queue_detail(_queued(QueueReason.TENANT_CONCURRENCY), _facts(1, 0, 4))
    assert told is not None
    assert told.startswith("The tenant runs 1 of at most 1 session. ")


async def test_a_node_that_drains_is_there_and_takes_no_session(own_api: Api) -> None:
    session = await add_session(
        own_api.database,
        own_api.actors.member.tenant_id,
        status=Status.QUEUED,
        queue_reason=QueueReason.CLUSTER_CAPACITY,
        queued_at=now(),
    )

    async def told() -> str:
        return (await own_api.call("GET", f"/sessions/{session.id}")).json()["queue_detail"]

    assert (await told()).startswith("No node is connected.")
    member = await nodes.register(own_api.database, new_id(), 4, "process")
    assert "one of the 4 slots" in await told()
    async with own_api.database.system_transaction() as db:
        await db.execute(text("update nodes set draining_since = now() where id = :id"), {"id": member.node_id})
    assert await told() == f"The only node is being drained. {DRAINED}"


async def test_whom_a_session_of_an_external_agent_waits_for(own_api: Api) -> None:
    one = await join(own_api, name="porter", proven=False)
    tenant_id = own_api.actors.member.tenant_id
    async with own_api.database.system_transaction() as db:
        version = (
            await db.execute(text("select version_id from external_agents where id = :id"), {"id": one.id})
        ).scalar_one()
    ids = await queue(own_api.database, tenant_id, 1, agent="porter", agent_version_id=version, agent_version=1)

    async def told(change: str) -> str:
        async with own_api.database.system_transaction() as db:
            await db.execute(text(f"update external_agents set {change}"))  # noqa: S608 - of this test alone.
        with tenant_scope(tenant_id):
            async with own_api.database.transaction() as db:
                await liveness.count_room(
                    db, UUID((await own_api.call("GET", f"/agents/external/{one.id}")).json()["agent_id"])
                )
        assert await admit_all(own_api.database, await make_node(own_api.database, 20)) == []
        return (await own_api.call("GET", f"/sessions/{ids[0]}")).json()["queue_detail"]

    nobody = "No process of the external agent porter is connected; "
    assert await told("heartbeat_at = null") == (
        f"{nobody}none was seen yet. It starts when one is: `orchestrator external list`."
    )
    seen = await told("proven_at = now(), liveness = 'lost', heartbeat_at = '2026-11-26 10:00:00+00'")
    assert seen.startswith(f"{nobody}the last was seen at 2026-11-26 10:00:00 UTC.")
    assert (await told("liveness = 'live', revoked_at = now()")).startswith(nobody)
    assert (await told("revoked_at = null, liveness = 'live', heartbeat_at = now(), desired = 'pause'")).startswith(
        "The external agent porter takes no work: what is connected of it (1 process) is paused, drained or offline"
    )
    other = await queue(own_api.database, tenant_id, 1, agent="porter", agent_version_id=version, agent_version=1)
    await move(own_api.database, tenant_id, other[0], Status.RUNNING)
    full = await told("desired = 'continue'")
    assert full.startswith("The external agent porter has as many sessions at once as it takes: 1 by 1 process.")


def _queued(reason: QueueReason) -> Session:
    return Session(status=Status.QUEUED, queue_reason=reason)


def _facts(there: int, draining: int, slots: int) -> QueueFacts:
    return QueueFacts(
        max_concurrent_sessions=1,
        tokens_per_month=None,
        cost_micro_usd_per_month=None,
        live=1,
        spent_tokens=0,
        spent_micro_usd=0,
        nodes=there,
        draining=draining,
        slots=slots,
    )
