"""Routing on the real database: by capability, by what was proved, with the reason kept."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.api import RANDOM_ID, Api, code_of, id_of, without_request_id

from orchestrator.agents import outcomes
from orchestrator.agents.outcomes import Outcome
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions import grading
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Decision, Status, Verification


async def make(api: Api, name: str, *capabilities: str, **limits: int) -> dict[str, Any]:
    definition = {"prompt": "You work.", "capabilities": list(capabilities), "limits": limits}
    answer = await api.call("POST", "/agents", api.actors.admin, json={"name": name, "definition": definition})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def route(api: Api, *capabilities: str, **more: Any) -> dict[str, Any]:
    answer = await api.call("POST", "/agents/route", api.actors.viewer, json={"capabilities": list(capabilities), **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def prove(api: Api, agent: dict[str, Any], *results: bool | None) -> None:
    """Each by a session of its own that ended so."""
    for success in results:
        session = await api.create(agent=agent["name"], start=False)
        with tenant_scope(api.actors.admin.tenant_id):
            async with api.database.transaction() as db:
                outcome = Outcome(
                    tenant_id=api.actors.admin.tenant_id,
                    session_id=id_of(session),
                    version_id=UUID(agent["version"]["id"]),
                    capabilities=(),
                    success=success,
                    verified=success,
                    reason="in a test",
                    cost_micro_usd=100,
                    seconds=60,
                    feedback_rounds=1,
                    ended_at=now(),
                )
                await outcomes.record(db, outcome)


async def test_who_proved_more_is_chosen_and_why_is_told(api: Api) -> None:
    good, bad = await make(api, "good", "cobol"), await make(api, "bad", "cobol")
    await prove(api, good, *[True] * 12)
    await prove(api, bad, *[False] * 12, None)
    decision = await route(api, "cobol", seed=7)
    assert decision["chosen"]["agent"] == "good"
    assert (decision["chosen"]["successes"], decision["chosen"]["failures"]) == (12, 0)
    assert decision["reason"].startswith("good v1 was chosen for cobol")
    assert {one["agent"] for one in decision["candidates"]} >= {"good", "bad", "implementer"}
    left_out = {one["agent"]: one["excluded"] for one in decision["candidates"] if one["excluded"]}
    assert left_out["implementer"] == "it lacks cobol"
    assert await route(api, "cobol", seed=7) == decision
    read = (await api.call("GET", f"/agents/{bad['id']}")).json()["version"]["performance"]
    assert (read["overall"]["n"], read["overall"]["tier"], read["sessions"]) == (12, "degraded", 13)
    assert (read["mean_cost_micro_usd"], read["mean_seconds"], read["mean_feedback_rounds"]) == (100, 60, 1.0)
    assert read["by_capability"]["cobol"]["failures"] == 12


async def test_a_session_that_names_no_agent_is_routed_and_the_reason_is_kept(api: Api) -> None:
    await make(api, "good", "cobol")
    session = await api.create(capabilities=["cobol"])
    assert (session["agent"], session["agent_version"], session["capabilities"]) == ("good", 1, ["cobol"])
    kept = await api.call("GET", f"/agents/decisions/{session['routing_id']}")
    assert kept.json()["chosen"]["agent"] == "good"
    assert kept.json()["reason"].startswith("good v1 was chosen for cobol")
    named = await api.create(agent="tester", capabilities=["testing"])
    assert (named["agent"], named["routing_id"], named["capabilities"]) == ("tester", None, ["testing"])


async def test_a_decision_of_another_tenant_is_none(api: Api) -> None:
    theirs = await api.create(api.actors.other, capabilities=["testing"])
    foreign = await api.call("GET", f"/agents/decisions/{theirs['routing_id']}", api.actors.admin)
    nobodys = await api.call("GET", f"/agents/decisions/{RANDOM_ID}", api.actors.admin)
    assert code_of(foreign) == (404, "not_found")
    assert without_request_id(foreign) == without_request_id(nobodys)
    assert code_of(await api.client.post("/api/v1/agents/route", json={})) == (401, "unauthenticated")


async def test_the_same_request_again_is_routed_once(api: Api) -> None:
    body = {"prompt": "x", "capabilities": ["testing"]}
    key = {"Idempotency-Key": "routed"}
    first, again = [(await api.call("POST", "/sessions", json=body, headers=key)).json() for _ in range(2)]
    assert (first["id"], first["routing_id"]) == (again["id"], again["routing_id"])


async def test_nobody_can_do_it(api: Api) -> None:
    assert (await route(api, "fortran"))["chosen"] is None
    refused = await api.call("POST", "/sessions", json={"prompt": "x", "capabilities": ["fortran"]})
    assert code_of(refused) == (409, "no_agent_fits")
    assert "implementer: it lacks fortran" in refused.json()["error"]["message"]
    bad = await api.call("POST", "/sessions", json={"prompt": "x", "capabilities": ["Ö"]})
    assert code_of(bad) == (422, "capability_invalid")


async def test_an_agent_that_is_full_is_passed_over(api: Api) -> None:
    await make(api, "single", "cobol", max_concurrent_sessions=1)
    assert (await api.create(capabilities=["cobol"]))["agent"] == "single"
    refused = await api.call("POST", "/sessions", json={"prompt": "x", "capabilities": ["cobol"]})
    assert code_of(refused) == (409, "no_agent_fits")
    assert "single: it is full: 1 of 1 sessions" in refused.json()["error"]["message"]


def ended(status: Status, verification: Verification | None = None, **more: Any) -> Session:
    return Session(status=status, verification=verification, decision=more.get("decision"), failure=more.get("failure"))


@pytest.mark.parametrize(
    ("session", "success"),
    [
        (ended(Status.COMPLETED, Verification.VERIFIED), True),
        (ended(Status.COMPLETED, Verification.UNVERIFIED), None),
        (ended(Status.COMPLETED, Verification.NEEDS_REVIEW), None),
        (ended(Status.COMPLETED, Verification.NEEDS_REVIEW, decision=Decision.ACCEPTED), True),
        (ended(Status.COMPLETED, Verification.VERIFIED, decision=Decision.REJECTED), False),
        (ended(Status.PARTIALLY_COMPLETED, Verification.FAILED), False),
        (ended(Status.FAILED, Verification.FAILED, failure={"class": "verification"}), False),
        (ended(Status.FAILED, failure={"class": "provider_final"}), None),
        (ended(Status.FAILED, failure={"class": "runtime_lost"}), None),
        (ended(Status.FAILED, failure={"class": "budget"}), None),
        (ended(Status.TIMED_OUT, failure={"class": "time_out"}), False),
        (ended(Status.STOPPED), None),
        (ended(Status.CANCELLED), None),
    ],
)
def test_what_an_end_says_about_the_agent(session: Session, success: bool | None) -> None:
    assert grading.judged(session)[0] is success


async def test_an_end_and_a_decision_are_counted_once(api: Api) -> None:
    """Also where the orchestrator itself ends a session of any tenant, outside of a tenant's scope."""
    agent = await make(api, "good", "cobol")
    session = await api.create(capabilities=["cobol"])
    async with api.database.system_transaction() as db:
        row = await db.get(Session, (api.actors.admin.tenant_id, id_of(session)), with_for_update=True)
        assert row is not None
        await transition(db, row, Status.RUNNING, "in a test")
        row.started_at = now() - timedelta(seconds=90)
        await db.flush()
        failure = {"class": "time_out", "message": "", "hint": ""}
        await transition(db, row, Status.FAILED, "in a test", failure=failure)

    async def overall() -> tuple[int, int]:
        read = (await api.call("GET", f"/agents/{agent['id']}")).json()["version"]["performance"]
        assert 85 <= read["mean_seconds"] <= 120
        return read["overall"]["successes"], read["overall"]["failures"]

    assert await overall() == (0, 1)
    accepted = await api.call("POST", f"/sessions/{session['id']}/accept", json={})
    assert accepted.status_code == 200, accepted.text
    assert await overall() == (1, 0)
    await api.call("POST", f"/sessions/{session['id']}/reject", json={"reason": "no"})
    assert await overall() == (0, 1)
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            assert (await IndustrialRepository(db).get(Session, id_of(session))).capabilities == ["cobol"]
