"""Recorded calls over HTTP: LEADs read their own tenant's, and a provider's key is nowhere."""

import base64
import json
from typing import Any

from tests.actors import Actor, make_actor
from tests.api import RANDOM_ID, V1, Api, code_of, without_request_id
from tests.gateway.calls import call, turns

from orchestrator.gateway.trajectories import Trajectories
from orchestrator.gateway.trajectory_codec import RecordedCall
from orchestrator.kit.ids import new_id
from orchestrator.tenancy.models import Role

ONE = ("/trajectories", "/trajectories/{id}")


async def record(api: Api, *calls: RecordedCall) -> None:
    recorder = Trajectories(api.database, api.app.state.settings)
    async with recorder.running():
        for one in calls:
            await recorder.record(one)
        await recorder.drained()


async def lead_of(api: Api) -> Actor:
    return await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)


async def test_without_a_key_it_is_401_and_below_lead_403(api: Api) -> None:
    for path in ONE:
        answer = await api.client.get(V1 + path.format(id=RANDOM_ID))
        assert code_of(answer) == (401, "unauthenticated")
        for actor in (api.actors.viewer, api.actors.member):
            answer = await api.call("GET", path.format(id=RANDOM_ID), actor)
            assert code_of(answer) == (403, "permission_required")


async def test_another_tenants_call_answers_as_one_that_never_was(api: Api) -> None:
    theirs = call(api.actors.other.tenant_id)
    await record(api, theirs)
    foreign = await api.call("GET", f"/trajectories/{theirs.request_id}", api.actors.admin)
    random = await api.call("GET", f"/trajectories/{RANDOM_ID}", api.actors.admin)
    assert code_of(foreign) == (404, "not_found")
    assert without_request_id(foreign) == without_request_id(random)
    assert (await api.call("GET", "/trajectories", api.actors.admin)).json()["items"] == []
    assert (await api.call("GET", f"/trajectories/{theirs.request_id}", api.actors.other)).status_code == 200


async def test_a_lead_reads_what_was_asked_and_answered(api: Api) -> None:
    tenant_id, session_id = api.actors.admin.tenant_id, new_id()
    first, second = turns(tenant_id, 2, session_id=session_id)
    odd = call(tenant_id, {"messages": [{"content": "\ud800"}]}, response=b"\xff\x00", conversation="other")
    await record(api, first, second, odd)
    lead = await lead_of(api)
    found: dict[str, Any] = (await api.call("GET", f"/trajectories/{second.request_id}", lead)).json()
    assert found["request"] == json.loads(second.request)
    assert base64.b64decode(found["response_base64"]) == second.response
    assert (found["messages"][0]["text"], found["request_base64"]) == ("Hello.", None)
    assert (found["call"]["provider"], found["call"]["usage"]["input_tokens"]) == ("p", 10)
    answer = await api.call("GET", f"/trajectories/{odd.request_id}", lead)
    assert (answer.status_code, base64.b64decode(answer.json()["response_base64"])) == (200, b"\xff\x00")
    params = {"session_id": str(session_id), "limit": "1"}
    page = (await api.call("GET", "/trajectories", lead, params=params)).json()
    assert [one["request_id"] for one in page["items"]] == [str(second.request_id)]
    assert page["items"][0]["base_request_id"] == str(first.request_id)
    page = (await api.call("GET", "/trajectories", lead, params=params | {"cursor": page["next_cursor"]})).json()
    assert ([one["request_id"] for one in page["items"]], page["next_cursor"]) == ([str(first.request_id)], None)
