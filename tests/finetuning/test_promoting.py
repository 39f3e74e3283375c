"""Stages: what may be promoted by whom, and that one version of a name is in production."""

import asyncio
from typing import Any

import httpx
from tests.api import Api, code_of
from tests.finetuning.registered import Trained, judged, trained

from orchestrator.finetuning.version_models import EvaluationStatus


async def promote(api: Api, version: Trained, **body: Any) -> httpx.Response:
    return await api.call("POST", f"{version.path}/promote", api.actors.admin, json=body)


async def stage_of(api: Api, version: Trained) -> str:
    return (await api.call("GET", version.path)).json()["stage"]


async def test_a_version_that_passed_goes_into_production_and_the_former_retires(api: Api) -> None:
    first = await trained(api, api.actors.admin)
    second = await trained(api, api.actors.admin, first.name)
    evidence = [await judged(api, one, EvaluationStatus.PASSED) for one in (first, second)]
    assert (await promote(api, first)).json()["stage"] == "production"
    assert (await promote(api, second)).json()["stage"] == "production"
    assert await stage_of(api, first) == "retired"
    assert (await api.call("GET", f"/models/versions/{first.name}/production")).json()["version"] == "1.0.1"
    steps = (await api.call("GET", first.path)).json()["steps"]
    assert [(one["to_stage"], one["reason"]) for one in steps] == [
        ("retired", f"{second.label} took its place"),
        ("production", "passed its evaluation"),
    ]
    assert steps[1]["evaluation_id"] == str(evidence[0])
    assert steps[1]["taken_by"] == f"key:{api.actors.admin.key_id}"
    events = [one["data"] for one in await api.events() if one["type"] == "model_version.stage"]
    assert [(one["version"], one["stage"]) for one in events] == [
        (first.label, "production"),
        (first.label, "retired"),
        (second.label, "production"),
    ]


async def test_what_did_not_pass_is_not_promoted(api: Api) -> None:
    made = await trained(api, api.actors.admin)
    refused = await promote(api, made)
    assert code_of(refused) == (409, "promotion_unproven")
    assert "never judged" in refused.json()["error"]["message"]
    await judged(api, made, EvaluationStatus.PASSED)
    await judged(api, made, EvaluationStatus.FAILED)
    await judged(api, made, EvaluationStatus.REFUSED, refusals=["the training made no difference"])
    refused = await promote(api, made)
    assert code_of(refused) == (409, "promotion_unproven")
    assert "the training made no difference" in refused.json()["error"]["message"]
    assert f"orchestrator models evaluate {made.label}" in refused.json()["error"]["hint"]
    assert await stage_of(api, made) == "candidate"


async def test_what_could_not_be_carried_out_takes_no_verdict_back(api: Api) -> None:
    made = await trained(api, api.actors.admin)
    await judged(api, made, EvaluationStatus.PASSED)
    await judged(api, made, EvaluationStatus.FAILED)
    assert (await promote(api, made)).status_code == 200


async def test_an_override_needs_a_reason_and_is_audited(api: Api) -> None:
    made = await trained(api, api.actors.admin)
    for reason in (None, "  "):
        assert code_of(await promote(api, made, override=True, reason=reason)) == (422, "override_needs_reason")
    assert (await promote(api, made, override=True, reason="The old one leaks.")).status_code == 200
    (step,) = (await api.call("GET", made.path)).json()["steps"]
    assert (step["overridden"], step["reason"], step["evaluation_id"]) == (True, "The old one leaks.", None)
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    (entry,) = [one for one in entries if one["action"] == "model_version.stage"]
    assert entry["after"]["overridden"] is True
    assert entry["after"]["reason"] == "The old one leaks."


async def test_of_two_promotions_at_once_one_version_stays_in_production(api: Api) -> None:
    made = [await trained(api, api.actors.admin, "race") for _ in range(4)]
    for one in made:
        await judged(api, one, EvaluationStatus.PASSED)
    answers = await asyncio.gather(*(promote(api, one) for one in [*made, *made]))
    assert sorted(one.status_code for one in answers) == [200] * 4 + [409] * 4
    assert sorted([await stage_of(api, one) for one in made]) == ["production", "retired", "retired", "retired"]


async def test_retired_is_the_end(api: Api) -> None:
    made = await trained(api, api.actors.admin)
    await judged(api, made, EvaluationStatus.PASSED)
    retire = {"json": {"reason": "No longer needed."}}
    assert (await api.call("POST", f"{made.path}/retire", api.actors.admin, **retire)).json()["stage"] == "retired"
    assert code_of(await api.call("POST", f"{made.path}/retire", api.actors.admin, **retire)) == (409, "stage_wrong")
    assert code_of(await promote(api, made)) == (409, "stage_wrong")


async def test_who_is_no_admin_promotes_and_retires_nothing(api: Api) -> None:
    made = await trained(api, api.actors.admin)
    for deed, body in (("promote", {}), ("retire", {"reason": "x"})):
        answer = await api.call("POST", f"{made.path}/{deed}", api.actors.member, json=body)
        assert code_of(answer) == (403, "permission_required")
        assert (await api.call("POST", f"{made.path}/{deed}", api.actors.other, json=body)).status_code == 404
