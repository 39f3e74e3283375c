"""Shared traffic: the shares, that sessions stay on their side, and the way back when the tuned arm is surely worse."""

from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from tests.api import Api, code_of
from tests.finetuning.registered import Trained, judged, trained

from orchestrator.agents import outcomes
from orchestrator.agents.outcomes import Outcome
from orchestrator.finetuning import serving
from orchestrator.finetuning.serving import Address
from orchestrator.finetuning.split_keeper import look
from orchestrator.finetuning.split_rule import FEWEST, Outcomes, judge, looks
from orchestrator.finetuning.version_models import EvaluationStatus, ServedModel, ServingStatus
from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import make_master_key
from orchestrator.kit.tenant_scope import tenant_scope

ALIAS = "coder"


async def served(api: Api, version: Trained) -> ServedModel:
    """As the keeper of a node leaves it."""
    key_made(api)
    answer = await api.call("POST", f"{version.path}/serve", api.actors.admin, json={})
    assert answer.status_code == 200, answer.text
    with tenant_scope(version.tenant_id):
        async with api.database.transaction() as db:
            row = await IndustrialRepository(db).get(ServedModel, UUID(answer.json()["id"]))
            address = Address("http://127.0.0.1:1/v1", "key", 4_096)
            await serving.publish(db, row, api.app.state.catalog.sealer, address)
            return row


def key_made(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


async def proven(api: Api) -> tuple[Trained, ServedModel]:
    key_made(api)
    version = await trained(api, api.actors.admin)
    await judged(api, version, EvaluationStatus.PASSED)
    provider = {"name": "base", "kind": "openai", "api_key": "sk-x"}
    assert (await api.call("POST", "/providers", api.actors.admin, json=provider)).status_code == 201
    targets = [{"provider": "base", "model": "gpt-5", "weight": 3}, {"provider": "base", "model": "gpt-5-mini"}]
    made = await api.call("POST", "/models", api.actors.admin, json={"name": ALIAS, "targets": targets})
    assert made.status_code == 201, made.text
    return version, await served(api, version)


async def split(api: Api, version: Trained, percent: int) -> Any:
    body = {"alias": ALIAS, "version": version.label, "percent": percent}
    return await api.call("PUT", "/models/splits", api.actors.admin, json=body)


async def weights(api: Api) -> dict[str, int]:
    (model,) = [m for m in (await api.call("GET", "/models", api.actors.admin)).json()["items"] if m["name"] == ALIAS]
    return {one["model"]: one["weight"] for one in model["targets"]}


async def test_an_alias_shares_its_sessions_and_each_stays_on_its_side(api: Api) -> None:
    version, _ = await proven(api)
    begun = await split(api, version, 20)
    assert begun.status_code == 200, begun.text
    assert await weights(api) == {version.label: 80, "gpt-5": 240, "gpt-5-mini": 80}
    catalog: Catalog = api.app.state.catalog
    catalog.forget(version.tenant_id)
    sessions = [str(uuid4()) for _ in range(1_000)]
    routes = {s: (await catalog.route(version.tenant_id, ALIAS, s)).model for s in sessions}
    assert 150 < Counter(routes.values())[version.label] < 250
    on_tuned = {s for s, model in routes.items() if model == version.label}
    await split(api, version, 60)
    catalog.forget(version.tenant_id)
    again = {s: (await catalog.route(version.tenant_id, ALIAS, s)).model for s in sessions}
    assert all(again[s] == version.label for s in on_tuned)  # More traffic takes no session away from it.
    ended = await api.call("DELETE", f"/models/splits?alias={ALIAS}", api.actors.admin)
    assert ended.json()["status"] == "ended"
    assert await weights(api) == {"gpt-5": 3, "gpt-5-mini": 1}
    assert code_of(await api.call("DELETE", f"/models/splits?alias={ALIAS}", api.actors.admin)) == (404, "no_split")


async def planted(api: Api, provider: str, model: str, verified: int, failed: int) -> None:
    """Sessions that one arm served, as the ledger and the verification write them down."""
    tenant_id = api.actors.admin.tenant_id
    agents = (await api.call("GET", "/agents", api.actors.admin)).json()["items"]
    usage = text(
        "insert into usage_events (tenant_id, request_id, session_id, user_subject, model, provider, provider_model, period,"
        " input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_micro_usd, priced,"
        " price_version, source, duration_ms, created_at) values (:tenant, :request, :session, 'user:x', :alias, :provider,"
        " :model, '2026-11', 1, 0, 0, 1, 0, 0, true, 'own', 'provider', 1, now())"
    )
    for success in [True] * verified + [False] * failed:
        session_id = UUID((await api.create(api.actors.admin, start=False))["id"])
        with tenant_scope(tenant_id):
            async with api.database.transaction() as db:
                named = {"tenant": tenant_id, "request": new_id(), "session": session_id}
                await db.execute(usage, {**named, "alias": ALIAS, "provider": provider, "model": model})
                version_id = UUID(agents[0]["version"]["id"])
                judged = (session_id, version_id, ["coding"], success, success, "test", 0, 1, 0, now())
                await outcomes.record(db, Outcome(tenant_id, *judged))


async def read(api: Api) -> dict[str, Any]:
    (row,) = (await api.call("GET", "/models/splits")).json()["items"]
    return row


async def test_what_is_surely_worse_is_taken_back_by_itself(api: Api) -> None:
    version, endpoint = await proven(api)
    made = (await split(api, version, 50)).json()
    provider = f"served-{endpoint.id}"
    await planted(api, "base", "gpt-5", verified=11, failed=1)
    await planted(api, provider, version.label, verified=2, failed=FEWEST - 3)
    await look(api.database, version.tenant_id, UUID(made["id"]))
    early = await read(api)
    assert (early["status"], early["evidence"]["tuned"]["n"]) == ("active", FEWEST - 1)
    assert early["reason"].startswith("Too early to say: 9 verified sessions of tuned and 12 of base")
    await planted(api, provider, version.label, verified=0, failed=1)
    await look(api.database, version.tenant_id, UUID(made["id"]))
    found = await read(api)
    assert found["status"] == "rolled_back"
    assert "Tuned passed 2 of 10 verified sessions (20.0%), base 11 of 12 (91.7%)" in found["reason"]
    assert await weights(api) == {"gpt-5": 3, "gpt-5-mini": 1}
    told = [one["data"]["status"] for one in await api.events() if one["type"] == "model_split.status"]
    assert told == ["active", "rolled_back"]
    await look(api.database, version.tenant_id, UUID(made["id"]))  # What is over is not looked at again.
    assert [one["data"]["status"] for one in await api.events() if one["type"] == "model_split.status"] == told


async def test_a_session_that_both_arms_served_says_nothing(api: Api) -> None:
    version, endpoint = await proven(api)
    made = (await split(api, version, 50)).json()
    await planted(api, f"served-{endpoint.id}", version.label, verified=1, failed=1)
    with tenant_scope(version.tenant_id):
        async with api.database.transaction() as db:
            both = text(
                "insert into usage_events select tenant_id, gen_random_uuid(), session_id, user_subject, repository, agent,"
                " model, 'base', 'gpt-5', period, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens,"
                " reasoning_tokens, cost_micro_usd, priced, price_version, source, http_status, duration_ms, first_byte_ms,"
                " created_at from usage_events limit 1"
            )
            await db.execute(both)
    await look(api.database, version.tenant_id, UUID(made["id"]))
    evidence = (await read(api))["evidence"]
    assert (evidence["tuned"]["n"], evidence["base"]["n"]) == (1, 0)


@pytest.mark.parametrize(
    ("base", "tuned", "worse"),
    [
        (Outcomes(100, 90), Outcomes(9, 0), False),
        (Outcomes(12, 11), Outcomes(10, 2), True),
        (Outcomes(100, 50), Outcomes(100, 45), False),
        (Outcomes(100, 50), Outcomes(100, 10), True),
        (Outcomes(100, 50), Outcomes(100, 90), False),
        (Outcomes(10, 0), Outcomes(10, 0), False),
    ],
)
def test_the_rule(base: Outcomes, tuned: Outcomes, worse: bool) -> None:
    assert judge(base, tuned).worse is worse


def test_each_doubling_of_the_outcomes_is_a_look() -> None:
    assert [looks(n) for n in (10, 19, 20, 39, 40, 80, 10_000)] == [1, 1, 2, 2, 3, 4, 10]


async def test_what_cannot_be_shared_is_refused(api: Api) -> None:
    version, _ = await proven(api)
    other = await trained(api, api.actors.admin)
    assert code_of(await split(api, other, 10)) == (409, "split_unproven")
    await judged(api, other, EvaluationStatus.PASSED)
    assert code_of(await split(api, other, 10)) == (409, "split_needs_serving")
    body = {"alias": "nobody", "version": version.label, "percent": 1}
    assert code_of(await api.call("PUT", "/models/splits", api.actors.admin, json=body)) == (422, "split_needs_own_name")
    unknown = body | {"alias": ALIAS, "version": "x@1.0.0"}
    refused = await api.call("PUT", "/models/splits", api.actors.admin, json=unknown)
    assert code_of(refused) == (422, "model_version_unknown")
    assert (await split(api, version, 10)).status_code == 200
    await served(api, other)
    assert code_of(await split(api, other, 10)) == (409, "split_of_another")
    unserve = await api.call("DELETE", f"{version.path}/serve", api.actors.admin)
    assert code_of(unserve) == (409, "serving_in_use")
    retire = await api.call("POST", f"{version.path}/retire", api.actors.admin, json={"reason": "x"})
    assert code_of(retire) == (409, "model_version_in_use")
    assert code_of(await api.call("PUT", "/models/splits", json=body)) == (403, "permission_required")


async def test_other_targets_of_the_alias_end_the_split(api: Api) -> None:
    version, _ = await proven(api)
    made = (await split(api, version, 10)).json()
    (model,) = [m for m in (await api.call("GET", "/models", api.actors.admin)).json()["items"] if m["name"] == ALIAS]
    body = {"name": ALIAS, "targets": [{"provider": "base", "model": "gpt-5"}]}
    await api.call("PUT", f"/models/{model['id']}", api.actors.admin, json=body)
    await look(api.database, version.tenant_id, UUID(made["id"]))
    assert (await read(api))["status"] == "ended"


async def test_what_is_served_has_a_name_until_it_is_unserved(api: Api) -> None:
    version = await trained(api, api.actors.admin)
    row = await served(api, version)
    names = [m["name"] for m in (await api.call("GET", "/models", api.actors.admin)).json()["items"]]
    assert version.label in names
    again = await api.call("POST", f"{version.path}/serve", api.actors.admin, json={})
    assert again.json()["id"] == str(row.id)
    other = await trained(api, api.actors.admin, version.name)
    taken = await api.call("POST", f"{other.path}/serve", api.actors.admin, json={"alias": version.label})
    assert code_of(taken) == (409, "served_by_another")
    await api.call("DELETE", f"{version.path}/serve", api.actors.admin)
    names = [m["name"] for m in (await api.call("GET", "/models", api.actors.admin)).json()["items"]]
    assert version.label not in names
    with tenant_scope(version.tenant_id):
        async with api.database.transaction() as db:
            kept = (await db.execute(select(ServedModel).where(ServedModel.id == row.id))).scalar_one()
            assert (kept.wanted, kept.provider_id, kept.status) == (False, None, ServingStatus.STOPPED)
    assert (await api.call("POST", f"{version.path}/serve", api.actors.other, json={})).status_code == 404
    assert code_of(await api.call("POST", f"{version.path}/serve", json={})) == (403, "permission_required")
