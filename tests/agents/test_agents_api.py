"""Agents over HTTP: who may, whose they are, versions that never change, and OpenCode's own files."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from tests.actors import make_actor
from tests.api import RANDOM_ID, Api, code_of, without_request_id

from orchestrator.agents import registry
from orchestrator.agents.builtin import built_in
from orchestrator.agents.definitions import Definition
from orchestrator.agents.models import AgentVersion
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.models import Role

DEFINITION: dict[str, Any] = {"prompt": "You migrate.", "capabilities": ["migration"], "description": "Migrates"}
MIGRATOR: dict[str, Any] = {"name": "migrator", "definition": DEFINITION}


async def make(api: Api, **changes: Any) -> dict[str, Any]:
    answer = await api.call("POST", "/agents", api.actors.admin, json={**MIGRATOR, **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(api: Api) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in (await api.call("GET", "/agents")).json()["items"]}


async def test_a_lead_makes_them_and_everybody_reads(api: Api) -> None:
    lead = await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)
    assert code_of(await api.client.get("/api/v1/agents")) == (401, "unauthenticated")
    for actor in (api.actors.viewer, api.actors.member):
        for method, path in (("POST", "/agents"), ("POST", "/agents/import")):
            assert code_of(await api.call(method, path, actor, json={})) == (403, "permission_required")
    made = (await api.call("POST", "/agents", lead, json=MIGRATOR)).json()
    read = await api.call("GET", f"/agents/{made['id']}", api.actors.viewer)
    assert read.json() == made
    assert made["version"]["number"] == 1
    assert made["version"]["performance"]["overall"]["tier"] == "trainee"
    assert made["version"]["performance"]["overall"]["n"] == 0


async def test_the_list_names_skills_and_the_agent_itself_has_their_texts(api: Api) -> None:
    skill = {"name": "forms", "description": "How forms are filled in", "text": "Use blue ink.", "files": {"a.md": "A"}}
    made = await make(api, definition=DEFINITION | {"skills": [skill]})
    [told] = (await listed(api))["migrator"]["version"]["definition"]["skills"]
    digest = told.pop("digest")
    assert told == {"name": "forms", "description": "How forms are filled in", "files": ["a.md"]}
    path = f"/agents/{made['id']}"
    assert (await api.call("GET", path)).json()["version"]["definition"]["skills"] == [skill]
    changed = DEFINITION | {"skills": [skill | {"files": {"a.md": "B"}}]}
    await api.call("POST", f"{path}/versions", api.actors.admin, json={"definition": changed})
    assert (await listed(api))["migrator"]["version"]["definition"]["skills"][0]["digest"] != digest


async def test_another_tenants_agent_is_none(api: Api) -> None:
    theirs = (await api.call("POST", "/agents", api.actors.other, json=MIGRATOR)).json()
    await make(api)  # The same name is free here.
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"enabled": False}),
        ("GET", "/versions", None),
        ("POST", "/versions", {"definition": DEFINITION}),
        ("GET", "/document", None),
    ):
        foreign = await api.call(method, f"/agents/{theirs['id']}{path}", api.actors.admin, json=body)
        nobodys = await api.call(method, f"/agents/{RANDOM_ID}{path}", api.actors.admin, json=body)
        assert code_of(foreign) == (404, "not_found"), path
        assert without_request_id(foreign) == without_request_id(nobodys)


async def test_every_tenant_has_the_built_in_ones(api: Api) -> None:
    found = await listed(api)
    assert set(found) == set(built_in())
    assert all(one["built_in"] and one["enabled"] for one in found.values())
    assert await listed(api) == found


async def test_many_who_look_first_at_once_make_each_built_in_agent_once(api: Api) -> None:
    answers = await asyncio.gather(*(api.call("GET", "/agents") for _ in range(8)))
    assert {one.status_code for one in answers} == {200}
    assert len({one.text for one in answers}) == 1


async def test_an_upgrade_gives_a_built_in_agent_its_new_words_and_leaves_what_a_tenant_made_of_it(api: Api) -> None:
    found = await listed(api)
    older = Definition(prompt="Older words.")  # pyright: ignore[reportCallIssue]
    tenant_id = api.actors.admin.tenant_id
    async with api.database.system_transaction() as db:
        await db.execute(text("set local role orchestrator_owner"))
        await db.execute(text("alter table agent_versions no force row level security"))
        query = "update agent_versions set sha256 = :s, definition = cast(:d as jsonb) where id = any(:ids)"
        ids = [found[name]["version"]["id"] for name in ("tester", "docs")]
        await db.execute(text(query), {"s": older.digest, "d": older.model_dump_json(), "ids": ids})
        await db.execute(text("alter table agent_versions force row level security"))
    own = {"definition": DEFINITION}
    await api.call("POST", f"/agents/{found['docs']['id']}/versions", api.actors.admin, json=own)
    again = await listed(api)
    assert again["tester"]["version"]["number"] == 2
    assert again["tester"]["version"]["created_by"] == ORCHESTRATOR
    assert again["tester"]["version"]["definition"]["prompt"] == built_in()["tester"].prompt
    assert again["docs"]["version"]["definition"]["prompt"] == "You migrate."
    with tenant_scope(tenant_id):
        async with api.database.transaction() as db:
            assert (await registry.called(db, "docs")).version.number == 2


async def test_a_version_never_changes(api: Api) -> None:
    made = await make(api)
    path = f"/agents/{made['id']}/versions"
    second = {"definition": DEFINITION | {"prompt": "You migrate with care."}}
    for _ in range(2):  # The same again is no new version.
        answer = await api.call("POST", path, api.actors.admin, json=second)
        assert answer.json()["version"]["number"] == 2
    versions = (await api.call("GET", path)).json()["items"]
    assert [(one["number"], one["definition"]["prompt"]) for one in versions] == [
        (2, "You migrate with care."),
        (1, "You migrate."),
    ]
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            row = await IndustrialRepository(db).get(AgentVersion, UUID(versions[0]["id"]))
            row.sha256 = "other"
            with pytest.raises(ProgrammingError, match="permission denied"):
                await db.flush()
            await db.rollback()


async def test_of_two_writers_the_second_is_told(api: Api) -> None:
    made = await make(api)
    tag = (await api.call("GET", f"/agents/{made['id']}")).headers["ETag"]
    path = f"/agents/{made['id']}/versions"
    answers = [
        await api.call(
            "POST",
            path,
            api.actors.admin,
            json={"definition": DEFINITION | {"prompt": words}},
            headers={"If-Match": tag},
        )
        for words in ("First.", "Second.")
    ]
    assert [code_of(one)[0] if one.status_code != 201 else 201 for one in answers] == [201, 412]
    refused = await api.call(
        "PATCH", f"/agents/{made['id']}", api.actors.admin, json={"enabled": False}, headers={"If-Match": tag}
    )
    assert code_of(refused) == (412, "changed_meanwhile")


async def test_the_same_key_makes_one(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = [await api.call("POST", "/agents", api.actors.admin, json=MIGRATOR, headers=key) for _ in range(2)]
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    assert code_of(await api.call("POST", "/agents", api.actors.admin, json=MIGRATOR)) == (409, "agent_name_taken")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (MIGRATOR | {"name": "build"}, (422, "agent_name_reserved")),
        (MIGRATOR | {"name": "No Capitals"}, (422, "invalid")),
        (MIGRATOR | {"name": "implementer"}, (409, "agent_name_taken")),
        (MIGRATOR | {"definition": {}}, (422, "invalid")),
        (MIGRATOR | {"definition": DEFINITION | {"capabilities": ["Ä"]}}, (422, "capability_invalid")),
        (
            MIGRATOR | {"definition": DEFINITION | {"capabilities": [f"c{n}" for n in range(21)]}},
            (422, "capability_invalid"),
        ),
        (MIGRATOR | {"definition": DEFINITION | {"mcp": []}}, (422, "invalid")),
        (
            MIGRATOR | {"definition": DEFINITION | {"permissions": [{"permission": "question", "action": "allow"}]}},
            (422, "invalid"),
        ),
    ],
)
async def test_what_cannot_be_an_agent_is_refused(api: Api, body: dict[str, Any], code: tuple[int, str]) -> None:
    assert code_of(await api.call("POST", "/agents", api.actors.admin, json=body)) == code


async def test_a_file_of_opencode_comes_in_and_goes_out(api: Api) -> None:
    document = "---\ndescription: Reads\nmode: all\npermission:\n  bash: deny\n---\nYou read.\n"
    for number, words in ((1, document), (1, document), (2, document + "With care.\n")):
        answer = await api.call("POST", "/agents/import", api.actors.admin, json={"name": "reader", "document": words})
        assert (answer.status_code, answer.json()["version"]["number"]) == (201, number)
    out = await api.call("GET", f"/agents/{answer.json()['id']}/document")
    assert (out.json()["name"], out.json()["version"]) == ("reader", 2)
    assert "bash: deny" in out.json()["document"]
    assert out.json()["document"].endswith("You read.\nWith care.\n")
    first = await api.call("GET", f"/agents/{answer.json()['id']}/document", params={"version": 1})
    assert first.json()["document"].endswith("You read.\n")
    missing = await api.call("GET", f"/agents/{answer.json()['id']}/document", params={"version": 9})
    assert code_of(missing) == (404, "not_found")
    bad = await api.call("POST", "/agents/import", api.actors.admin, json={"name": "reader", "document": "---\n[\n---\n"})
    assert code_of(bad) == (422, "agent_invalid")


async def test_a_session_works_with_the_version_of_its_moment(api: Api) -> None:
    made = await make(api, definition=DEFINITION | {"limits": {"max_steps": 9, "max_cost_micro_usd": 5_000}})
    first = await api.create(agent="migrator")
    assert (first["agent"], first["agent_version"], first["max_steps"]) == ("migrator", 1, 9)
    assert first["max_cost_micro_usd"] == 5_000
    await api.call("POST", f"/agents/{made['id']}/versions", api.actors.admin, json={"definition": DEFINITION})
    second = await api.create(agent="migrator", max_steps=4)
    assert (second["agent_version"], second["max_steps"], second["max_cost_micro_usd"]) == (2, 4, None)
    assert (await api.call("GET", f"/sessions/{first['id']}")).json()["agent_version"] == 1
    assert (await api.create())["agent_version"] is None


async def test_one_that_is_switched_off_takes_no_new_work(api: Api) -> None:
    made = await make(api)
    await api.call("PATCH", f"/agents/{made['id']}", api.actors.admin, json={"enabled": False})
    refused = await api.call("POST", "/sessions", json={"prompt": "x", "agent": "migrator"})
    assert code_of(refused) == (409, "agent_switched_off")
    unknown = await api.call("POST", "/sessions", json={"prompt": "x", "agent": "nobody"})
    assert code_of(unknown) == (422, "unknown_agent")
    assert "migrator" not in unknown.json()["error"]["hint"]
    assert "build, plan, architect" in unknown.json()["error"]["hint"]
    await api.call("PATCH", f"/agents/{made['id']}", api.actors.admin, json={"enabled": True})
    assert (await api.create(agent="migrator"))["agent_version"] == 1


async def test_what_was_done_to_agents_is_in_the_audit_log_and_among_the_events(api: Api) -> None:
    made = await make(api)
    await api.call("PATCH", f"/agents/{made['id']}", api.actors.admin, json={"enabled": False})
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    deeds = [one["action"] for one in entries if one["target"] == f"agent:{made['id']}"]
    assert sorted(deeds) == ["agent.create", "agent.disable"]
    told = [one for one in await api.events() if one["type"].startswith("agent.")]
    assert [(one["type"], one["data"]["name"]) for one in told] == [
        ("agent.create", "migrator"),
        ("agent.disable", "migrator"),
    ]
