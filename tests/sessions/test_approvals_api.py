"""Approvals over HTTP: who may answer, and that of two answers one counts."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

from tests.actors import make_actor
from tests.api import RANDOM_ID, Api, code_of, without_request_id
from tests.sessions.asked import QUESTIONS, make_waiting

from orchestrator.kit.clock import now
from orchestrator.sessions.approval_rows import ApprovalKind
from orchestrator.tenancy.models import Role

VERBS = ("allow", "deny", "answer")
BODY = {"answer": {"answers": [["a"]]}}


async def test_without_a_key_without_the_role_and_of_another_tenant(api: Api) -> None:
    approval = await make_waiting(api)
    paths = [("GET", ""), ("GET", f"/{approval.id}"), *(("POST", f"/{approval.id}/{verb}") for verb in VERBS)]
    for method, path in paths:
        body = BODY.get(path.rpartition("/")[2])
        answer = await api.client.request(method, f"/api/v1/approvals{path}", json=body)
        assert code_of(answer) == (401, "unauthenticated")
        if method == "POST":
            answer = await api.call(method, f"/approvals{path}", api.actors.viewer, json=body)
            assert code_of(answer) == (403, "permission_required")
        if path:
            theirs = await api.call(method, f"/approvals{path}", api.actors.other, json=body)
            nobodys = await api.call(method, f"/approvals{path}".replace(str(approval.id), RANDOM_ID), json=body)
            assert code_of(theirs) == (404, "not_found")
            assert without_request_id(theirs) == without_request_id(nobodys)
    assert (await api.call("GET", "/approvals", api.actors.other)).json()["items"] == []


async def test_who_handed_it_in_and_a_lead_answer_and_nobody_else(api: Api) -> None:
    mine = api.actors.member
    somebody = await make_actor(api.database, mine.tenant_id, mine.slug, Role.MEMBER)
    lead = await make_actor(api.database, mine.tenant_id, mine.slug, Role.LEAD)
    approval = await make_waiting(api)
    assert code_of(await api.call("POST", f"/approvals/{approval.id}/allow", somebody)) == (403, "approval_not_yours")
    allowed = (await api.call("POST", f"/approvals/{approval.id}/allow")).json()
    assert (allowed["status"], allowed["decided_by"], allowed["remember"]) == ("allowed", f"key:{mine.key_id}", False)
    other = await make_waiting(api)
    denied = await api.call("POST", f"/approvals/{other.id}/deny", lead, json={"reason": "Not on a Friday."})
    assert (denied.json()["status"], denied.json()["reason"]) == ("denied", "Not on a Friday.")


async def test_an_answer_is_one_event_and_one_row_of_the_audit_log(api: Api) -> None:
    approval = await make_waiting(api)
    body = {"remember": "always"}
    assert (await api.call("POST", f"/approvals/{approval.id}/allow", json=body)).json()["remember"]
    again = await api.call("POST", f"/approvals/{approval.id}/deny")
    assert code_of(again) == (409, "approval_decided")
    told = [e for e in await api.events(session_id=str(approval.session_id)) if e["type"].startswith("approval.")]
    assert [(e["type"], e["data"]["status"]) for e in told] == [("approval.decided", "allowed")]
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    [entry] = [e for e in entries if e["target"] == f"approval:{approval.id}"]
    assert (entry["action"], entry["after"]["remember"]) == ("approval.decide", True)


async def test_of_fifty_who_answer_at_once_one_wins(api: Api) -> None:
    approval = await make_waiting(api)
    paths = [f"/approvals/{approval.id}/{verb}" for verb in ("allow", "deny") * 25]
    answers = await asyncio.gather(*(api.call("POST", path) for path in paths))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 49}
    [winner] = [answer.json()["status"] for answer in answers if answer.status_code == 200]
    assert (await api.call("GET", f"/approvals/{approval.id}")).json()["status"] == winner
    told = [e for e in await api.events(session_id=str(approval.session_id)) if e["type"].startswith("approval.")]
    assert [(e["type"], e["data"]["status"]) for e in told] == [("approval.decided", winner)]
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    assert [e["action"] for e in entries if e["target"] == f"approval:{approval.id}"] == ["approval.decide"]


async def test_a_session_that_has_ended_takes_no_answer(api: Api) -> None:
    approval = await make_waiting(api)
    assert (await api.call("POST", f"/sessions/{approval.session_id}/cancel")).status_code == 200
    assert code_of(await api.call("POST", f"/approvals/{approval.id}/allow")) == (409, "approval_decided")
    read = (await api.call("GET", f"/approvals/{approval.id}")).json()
    assert (read["status"], read["reason"]) == ("superseded", "the session is cancelled")


async def test_past_its_deadline_it_takes_no_answer(api: Api) -> None:
    approval = await make_waiting(api, deadline_at=now() - timedelta(seconds=1))
    assert code_of(await api.call("POST", f"/approvals/{approval.id}/allow")) == (409, "approval_overdue")


async def test_a_question_wants_an_answer_for_each_and_a_permission_none(api: Api) -> None:
    question = await make_waiting(api, kind=ApprovalKind.QUESTION, tool="question", patterns=[], detail=QUESTIONS)
    permission = await make_waiting(api)
    for path, body in (
        (f"{question.id}/allow", {}),
        (f"{question.id}/answer", {"answers": [["a"], ["b"]]}),
        (f"{question.id}/answer", {"answers": [[""]]}),
        (f"{question.id}/deny", {"remember": "always"}),
        (f"{permission.id}/answer", {"answers": []}),
        (f"{permission.id}/allow", {"remember": "for ever"}),
    ):
        assert (await api.call("POST", f"/approvals/{path}", json=body)).status_code == 422, path
    answered = await api.call("POST", f"/approvals/{question.id}/answer", json={"answers": [["a", "and b"]]})
    assert (answered.json()["status"], answered.json()["answers"]) == ("answered", [["a", "and b"]])


async def test_they_are_listed_by_status_and_session_page_by_page(api: Api) -> None:
    made = [await make_waiting(api) for _ in range(3)]
    await api.call("POST", f"/approvals/{made[0].id}/allow")
    first = (await api.call("GET", "/approvals", params={"status": "pending", "limit": 1})).json()
    rest = (await api.call("GET", "/approvals", params={"status": "pending", "cursor": first["next_cursor"]})).json()
    listed = [UUID(item["id"]) for item in first["items"] + rest["items"]]
    assert listed == [made[2].id, made[1].id]
    of_one = (await api.call("GET", "/approvals", params={"session_id": str(made[0].session_id)})).json()
    assert [item["status"] for item in of_one["items"]] == ["allowed"]
