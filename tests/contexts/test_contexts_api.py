"""Contexts over HTTP: who may, whose they are, writers who meet, history, conflicts, search, limits."""

import asyncio
import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from tests.actors import Actor
from tests.api import RANDOM_ID, Api, code_of, without_request_id

from orchestrator.contexts import service
from orchestrator.contexts.models import ContextConflict, ContextEntry, ContextVersion
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope

DATABASE: dict[str, Any] = {"scope": "GLOBAL", "key": "decisions/database", "value": {"use": "PostgreSQL"}}
PLAN = {
    "goal": "Ship it.",
    "status": "running",
    "status_reason": "",
    "revision": 1,
    "repository_key": "",
    "branch": "plan",
    "settings": "{}",
    "user_subject": "user:x",
    "created_by": "user:x",
}


async def write(
    api: Api, value: Any, version: int | None = None, actor: Actor | None = None, **changes: Any
) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return await api.call("PUT", "/contexts", actor, json={**DATABASE, "value": value, **changes}, headers=headers)


async def written(api: Api, value: Any, version: int | None = None, **changes: Any) -> dict[str, Any]:
    answer = await write(api, value, version, **changes)
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    return answer.json()


async def value_of(api: Api, entry: dict[str, Any]) -> Any:
    return (await api.call("GET", f"/contexts/{entry['id']}")).json()["value"]


async def refused(api: Api, value: Any, version: int) -> dict[str, Any]:
    """The conflict that a write became."""
    answer = await write(api, value, version)
    assert code_of(answer) == (409, "context_conflict")
    path = answer.headers["Location"].removeprefix("/api/v1")
    conflict = (await api.call("GET", path)).json()
    assert conflict["id"] in answer.json()["error"]["message"]
    assert answer.headers["ETag"] == f'"{conflict["current_version"]}"'
    return conflict


async def test_a_member_writes_and_everybody_reads(api: Api) -> None:
    assert code_of(await api.client.get("/api/v1/contexts")) == (401, "unauthenticated")
    assert code_of(await api.client.put("/api/v1/contexts", json=DATABASE)) == (401, "unauthenticated")
    assert code_of(await write(api, 1, actor=api.actors.viewer)) == (403, "permission_required")
    made = await written(api, {"use": "PostgreSQL"})
    assert (made["version"], made["merged"], made["author"]) == (1, False, f"key:{api.actors.member.key_id}")
    for path in (f"/contexts/{made['id']}/versions/1", f"/contexts/{made['id']}"):
        read = await api.call("GET", path, api.actors.viewer)
        assert read.json()["value"] == {"use": "PostgreSQL"}
        assert read.headers["ETag"] == '"1"'
    refused = await api.call("DELETE", f"/contexts/{made['id']}", api.actors.viewer)
    assert code_of(refused) == (403, "permission_required")


async def test_another_tenants_entry_is_none(api: Api) -> None:
    other = api.actors.other
    theirs = (await write(api, {"a": 1}, actor=other)).json()
    for value, version in (({"a": 2}, 1), ({"a": 3}, 1)):
        await write(api, value, version, actor=other)
    (conflict,) = (await api.call("GET", "/contexts/conflicts", other)).json()["items"]
    await written(api, "The same name is free here.")
    for method, path, body in (
        ("GET", "/contexts/{}", None),
        ("DELETE", "/contexts/{}", None),
        ("GET", "/contexts/{}/versions", None),
        ("GET", "/contexts/{}/versions/1", None),
        ("GET", "/contexts/conflicts/{}", None),
        ("POST", "/contexts/conflicts/{}/resolve", {"take": "mine"}),
    ):
        theirs_id = conflict["id"] if "conflicts" in path else theirs["id"]
        foreign = await api.call(method, path.format(theirs_id), json=body)
        nobodys = await api.call(method, path.format(RANDOM_ID), json=body)
        assert code_of(foreign) == (404, "not_found"), path
        assert without_request_id(foreign) == without_request_id(nobodys)
    session = await api.create(other)
    for scope_id in (session["id"], RANDOM_ID):
        assert code_of(await write(api, 1, scope="SESSION", scope_id=scope_id)) == (404, "not_found")
    for params in ({}, {"scope_id": session["id"]}, {"key": DATABASE["key"]}):
        found = (await api.call("GET", "/contexts", params=params)).json()["items"]
        assert theirs["id"] not in [one["id"] for one in found]
    assert (await api.call("GET", "/contexts/conflicts")).json()["items"] == []
    assert (await api.call("GET", "/contexts/search", params={"q": "database"})).json()["items"][0]["id"] != theirs["id"]


async def test_whoever_read_the_newest_version_writes_the_next(api: Api) -> None:
    made = await written(api, {"a": 1})
    assert code_of(await write(api, {"a": 2})) == (428, "context_version_required")
    second = await written(api, {"a": 2}, 1)
    assert (second["id"], second["version"], second["merged"]) == (made["id"], 2, False)
    assert (await written(api, {"a": 2}))["version"] == 2, "what it says already is no write"
    anyhow = await api.call("PUT", "/contexts", json={**DATABASE, "value": 3}, headers={"If-Match": "*"})
    assert anyhow.json()["version"] == 3
    for tag in ('"9"', '"0"', 'W/"3"', "3", '"x"'):
        answer = await api.call("PUT", "/contexts", json={**DATABASE, "value": 4}, headers={"If-Match": tag})
        assert code_of(answer) == (412, "changed_meanwhile"), tag
    assert code_of(await write(api, 1, 1, key="nothing/there")) == (412, "changed_meanwhile")


async def test_of_two_writers_of_different_parts_both_stay(api: Api) -> None:
    made = await written(api, {"a": {"x": 1, "y": 1}, "b": 1})
    await written(api, {"a": {"x": 2, "y": 1}, "b": 1}, 1)
    merged = await written(api, {"a": {"x": 1, "y": 2}, "c": 3}, 1)
    assert (merged["version"], merged["merged"], merged["value"]) == (3, True, {"a": {"x": 2, "y": 2}, "c": 3})
    again = await written(api, {"a": {"x": 1, "y": 2}, "c": 3}, 1)
    assert (again["version"], again["merged"]) == (3, True), "all of it is there already"
    history = (await api.call("GET", f"/contexts/{made['id']}/versions")).json()["items"]
    assert [(one["number"], one["merged_from"]) for one in history] == [(3, 1), (2, None), (1, None)]


async def test_of_two_writers_of_the_same_part_the_second_becomes_a_conflict(api: Api) -> None:
    made = await written(api, {"a": 1, "b": 1})
    await written(api, {"a": 2, "b": 1}, 1)
    conflict = await refused(api, {"a": 3, "b": 2}, 1)
    assert await value_of(api, made) == {"a": 2, "b": 1}, "nothing is overwritten"
    assert (conflict["base_version"], conflict["current_version"], conflict["paths"]) == (1, 2, ["/a"])
    assert (conflict["value"], conflict["author"]) == ({"a": 3, "b": 2}, f"key:{api.actors.member.key_id}")
    assert (await refused(api, {"a": 3, "b": 2}, 1))["id"] == conflict["id"], "the same write again is the same conflict"
    told = [one for one in await api.events() if one["type"].startswith("context.")]
    assert [one["type"] for one in told] == ["context.updated", "context.updated", "context.conflict"]
    assert told[-1]["data"]["conflict_id"] == conflict["id"]
    assert told[-1]["data"]["paths"] == ["/a"]


@pytest.mark.parametrize(
    ("body", "value", "resolution"),
    [
        ({"take": "mine"}, {"a": 3, "b": 2, "c": 9}, "mine"),
        ({"take": "theirs"}, {"a": 2, "b": 2, "c": 9}, "theirs"),
        ({"value": {"a": 7}}, {"a": 7}, "value"),
    ],
)
async def test_a_conflict_is_resolved_against_what_stands_there_now(
    api: Api, body: dict[str, Any], value: Any, resolution: str
) -> None:
    made = await written(api, {"a": 1, "b": 1})
    await written(api, {"a": 2, "b": 1}, 1)
    conflict = await refused(api, {"a": 3, "b": 2}, 1)
    await written(api, {"a": 2, "b": 1, "c": 9}, 2)
    path = f"/contexts/conflicts/{conflict['id']}/resolve"
    assert code_of(await api.call("POST", path, api.actors.viewer, json=body)) == (403, "permission_required")
    seen = {"If-Match": '"3"'}
    if "value" in body:
        assert code_of(await api.call("POST", path, json=body)) == (412, "changed_meanwhile")
    assert code_of(await api.call("POST", path, json=body, headers={"If-Match": '"2"'})) == (412, "changed_meanwhile")
    done = (await api.call("POST", path, json=body, headers=seen)).json()
    assert (done["resolution"], done["resolved_version"], done["newest_version"]) == (resolution, 4, 4)
    assert done["resolved_by"] == f"key:{api.actors.member.key_id}"
    assert await value_of(api, made) == value
    assert code_of(await api.call("POST", path, json=body)) == (409, "context_conflict_resolved")
    open_ones = (await api.call("GET", "/contexts/conflicts", params={"resolved": False})).json()["items"]
    assert open_ones == []
    resolved = (await api.call("GET", "/contexts/conflicts", params={"context_id": made["id"]})).json()["items"]
    assert [one["id"] for one in resolved] == [conflict["id"]]


@pytest.mark.parametrize("body", [{}, {"take": "value"}, {"take": "mine", "value": 1}, {"take": "nobody"}])
async def test_a_decision_is_one_thing(api: Api, body: dict[str, Any]) -> None:
    answer = await api.call("POST", f"/contexts/conflicts/{RANDOM_ID}/resolve", json=body)
    assert code_of(answer) == (422, "invalid")


async def test_the_last_write_wins_only_where_the_entry_declares_it(api: Api) -> None:
    made = await written(api, {"a": 1}, policy="last_write_wins")
    assert (await written(api, {"a": 2}))["version"] == 2
    assert (await written(api, {"a": 3}, 1))["version"] == 3, "whatever its writer had read"
    assert (await written(api, {"a": 4}, policy="conflict"))["policy"] == "conflict"
    assert code_of(await write(api, {"a": 5})) == (428, "context_version_required")
    assert await value_of(api, made) == {"a": 4}


async def test_two_who_write_at_once(api: Api) -> None:
    """Both have read the same version. Whoever comes second finds the row locked and then newer than what they read: of
    another part their write is merged, of the same part it is a conflict, and in no order is one lost."""
    await written(api, {"a": 0, "b": 0})
    apart = await asyncio.gather(write(api, {"a": 1, "b": 0}, 1), write(api, {"a": 0, "b": 1}, 1))
    assert sorted((one.json()["version"], one.json()["merged"]) for one in apart) == [(2, False), (3, True)]
    together = await asyncio.gather(*(write(api, {"a": n, "b": 1}, 3) for n in range(10, 18)))
    assert sorted(one.status_code for one in together) == [200] + [409] * 7
    (winner,) = [one.json() for one in together if one.status_code == 200]
    conflicts = (await api.call("GET", "/contexts/conflicts")).json()["items"]
    assert {one["value"]["a"] for one in conflicts} | {winner["value"]["a"]} == set(range(10, 18))


async def test_two_who_make_the_same_entry_at_once(api: Api) -> None:
    """Nobody had read a version, so whoever comes second is told that there is one now."""
    answers = await asyncio.gather(*(write(api, n) for n in range(6)))
    assert sorted(one.status_code for one in answers) == [200] + [428] * 5
    assert len((await api.call("GET", "/contexts")).json()["items"]) == 1


async def test_what_is_deleted_keeps_its_history_and_can_be_written_again(api: Api) -> None:
    made = await written(api, {"a": 1})
    await written(api, {"a": 2}, 1)
    path = f"/contexts/{made['id']}"
    assert code_of(await api.call("DELETE", path, headers={"If-Match": '"1"'})) == (412, "changed_meanwhile")
    assert (await api.call("DELETE", path, headers={"If-Match": '"2"'})).status_code == 204
    for method in ("GET", "DELETE"):
        assert code_of(await api.call(method, path)) == (404, "not_found")
    assert (await api.call("GET", "/contexts")).json()["items"] == []
    (gone,) = (await api.call("GET", "/contexts", params={"deleted": True})).json()["items"]
    assert (gone["deleted"], gone["version"], gone["preview"]) == (True, 3, "")
    conflict = await refused(api, {"a": 3}, 1)
    assert conflict["paths"] == [""], "one changed what the other deleted"
    assert (await refused(api, {"a": 1}, 1))["paths"] == [""]
    again = await written(api, "new")
    assert (again["id"], again["version"]) == (made["id"], 4)
    history = (await api.call("GET", f"{path}/versions")).json()["items"]
    assert [(one["number"], one["deleted"]) for one in history] == [(4, False), (3, True), (2, False), (1, False)]
    assert (await api.call("GET", f"{path}/versions/2")).json()["value"] == {"a": 2}
    assert code_of(await api.call("GET", f"{path}/versions/9")) == (404, "not_found")


@pytest.mark.parametrize(("side", "value"), [("mine", {"a": 3}), ("theirs", None)])
async def test_a_change_of_what_others_deleted(api: Api, side: str, value: Any) -> None:
    made = await written(api, {"a": 1})
    await api.call("DELETE", f"/contexts/{made['id']}")
    conflict = await refused(api, {"a": 3}, 1)
    await api.call("POST", f"/contexts/conflicts/{conflict['id']}/resolve", json={"take": side})
    read = await api.call("GET", f"/contexts/{made['id']}")
    assert (read.json().get("value"), read.status_code) == (value, 404 if value is None else 200)


async def test_a_version_never_changes(api: Api) -> None:
    made = await written(api, {"a": 1})
    with tenant_scope(api.actors.member.tenant_id):
        for statement in ("update context_versions set size_bytes = 0", "delete from context_versions"):
            async with api.database.transaction() as db:
                with pytest.raises(ProgrammingError, match="permission denied"):
                    await db.execute(text(statement))
                await db.rollback()
        async with api.database.transaction() as db:
            row = await db.get(ContextVersion, (api.actors.member.tenant_id, UUID(made["id"]), 1))
            assert row is not None
            assert (row.value, row.size_bytes) == ({"a": 1}, len(json.dumps({"a": 1}, separators=(",", ":"))))


async def test_entries_of_a_session_of_an_agent_and_of_the_tenant_are_apart(api: Api) -> None:
    session = await api.create(start=False)
    agent = (await api.call("GET", "/agents")).json()["items"][0]
    places = [("GLOBAL", None), ("SESSION", session["id"]), ("AGENT", agent["id"])]
    made = [await written(api, scope, scope=scope, scope_id=scope_id) for scope, scope_id in places]
    assert len({one["id"] for one in made}) == 3
    for (scope, scope_id), entry in zip(places, made, strict=True):
        params = {"scope": scope} | ({"scope_id": scope_id} if scope_id else {})
        found = (await api.call("GET", "/contexts", params=params)).json()["items"]
        assert [one["id"] for one in found] == [entry["id"]]
    told = [one for one in await api.events(session_id=session["id"]) if one["type"] == "context.updated"]
    assert [one["data"]["scope"] for one in told] == ["SESSION"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope_id": RANDOM_ID}, "context_scope_invalid"),
        ({"scope": "SESSION"}, "context_scope_invalid"),
        ({"scope": "TEMPORARY"}, "context_scope_invalid"),
        ({"scope": "EVERYWHERE"}, "invalid"),
        ({"key": ""}, "context_key_invalid"),
        ({"key": "/etc"}, "context_key_invalid"),
        ({"key": "a b"}, "context_key_invalid"),
        ({"key": "a\n"}, "context_key_invalid"),
        ({"key": "k" * 129}, "context_key_invalid"),
        ({"key": "ä"}, "context_key_invalid"),
        ({"value": "x" * 64_000}, "context_value_invalid"),
        ({"value": "a\x00b"}, "context_value_invalid"),
        ({"value": {"a\x00b": 1}}, "context_value_invalid"),
        ({"value": "a\ud800b"}, "context_value_invalid"),
        ({"value": float("nan")}, "context_value_invalid"),
        ({"policy": "none"}, "invalid"),
        ({"more": 1}, "invalid"),
    ],
)
async def test_what_cannot_be_an_entry_is_refused(api: Api, changes: dict[str, Any], code: str) -> None:
    body = json.dumps({**DATABASE, **changes})
    answer = await api.call("PUT", "/contexts", content=body, headers={"Content-Type": "application/json"})
    assert code_of(answer) == (422, code)
    assert (await api.call("GET", "/contexts")).json()["items"] == []


async def test_what_is_nested_without_end_is_refused(api: Api) -> None:
    for levels, code in ((33, "context_value_invalid"), (100_000, "invalid")):
        body = '{"scope": "GLOBAL", "key": "deep", "value": ' + "[" * levels + "]" * levels + "}"
        answer = await api.call("PUT", "/contexts", content=body, headers={"Content-Type": "application/json"})
        assert code_of(answer) == (422, code)


async def test_whatever_json_has_comes_back_as_it_was(api: Api) -> None:
    value = {"": [None, True, 0, -1.5, 2.5e-7, 10**30, "ä\u2028\U0001f600", {}, []], "b": False}
    assert await value_of(api, await written(api, value)) == value
    none = await written(api, None, key="nothing")
    assert await value_of(api, none) is None
    assert (await written(api, None, key="nothing"))["version"] == 1


async def test_a_scope_holds_so_many_and_no_more(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_IN_SCOPE", 2)
    for key in ("a", "b"):
        made = await written(api, 1, key=key)
    assert code_of(await write(api, 1, key="c")) == (409, "contexts_full")
    assert (await written(api, 2, 1, key="a"))["version"] == 2
    await api.call("DELETE", f"/contexts/{made['id']}")
    assert (await written(api, 1, key="c"))["version"] == 1
    assert code_of(await write(api, 1, key="b")) == (409, "contexts_full")
    monkeypatch.setattr(service, "MOST_OPEN_CONFLICTS", 1)
    await write(api, 3, 1, key="a")
    assert code_of(await write(api, 4, 1, key="a")) == (409, "context_conflicts_full")


async def test_lists_and_histories_come_in_pages(api: Api) -> None:
    for n in range(5):
        made = await written(api, n, key=f"k/{n}")
    await written(api, "1st", 1, key="k/0")
    for path, name, expected in (
        ("/contexts", "key", ["k/0", "k/4", "k/3", "k/2", "k/1"]),
        (f"/contexts/{made['id']}/versions", "number", [1]),
    ):
        seen, cursor = [], {}
        while cursor is not None:
            page = (await api.call("GET", path, params={"limit": 2, **cursor})).json()
            seen += [one[name] for one in page["items"]]
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
        assert seen == expected
        assert code_of(await api.call("GET", path, params={"cursor": "nonsense"})) == (422, "cursor_invalid")
    found = (await api.call("GET", "/contexts", params={"prefix": "k/"})).json()["items"]
    assert len(found) == 5
    assert (await api.call("GET", "/contexts", params={"prefix": "_"})).json()["items"] == []


async def test_search_finds_words_of_keys_and_values(api: Api) -> None:
    await written(api, {"use": "PostgreSQL", "because": "one dialect for all deployments"})
    await written(api, ["A deployment takes nine minutes"], key="facts/time")
    session = await api.create(start=False)
    await written(api, {"port": 5432}, key="notes/port", scope="SESSION", scope_id=session["id"])
    for words, keys in (
        ("deploying", {"decisions/database", "facts/time"}),
        ("deployment -minutes", {"decisions/database"}),
        ('"nine minutes"', {"facts/time"}),
        ("database", {"decisions/database"}),
        ("5432", {"notes/port"}),
        ("port or minutes", {"notes/port", "facts/time"}),
        ("nowhere", set()),
        ("'&|!:*", set()),
    ):
        found = (await api.call("GET", "/contexts/search", params={"q": words})).json()["items"]
        assert {one["key"] for one in found} == keys, words
    narrowed = await api.call("GET", "/contexts/search", params={"q": "port or minutes", "scope": "SESSION"})
    assert [one["key"] for one in narrowed.json()["items"]] == ["notes/port"]


async def test_temporary_entries_go_with_their_plan(api: Api) -> None:
    tenant_id, plan_id = api.actors.member.tenant_id, new_id()
    assert code_of(await write(api, 1, scope="TEMPORARY", scope_id=str(plan_id))) == (404, "not_found")
    moment = now()
    plan = {"tenant_id": tenant_id, "id": plan_id, "created_at": moment, "updated_at": moment, **PLAN}
    columns, values = ", ".join(plan), ", ".join(f":{name}" for name in plan)
    with tenant_scope(tenant_id):
        async with api.database.transaction() as db:
            await db.execute(text(f"insert into plans ({columns}) values ({values})"), plan)  # noqa: S608 - names of ours.
    made = [await written(api, {"a": 1}, scope="TEMPORARY", scope_id=str(plan_id), key=key) for key in ("a", "b")]
    await written(api, {"a": 2}, 1, scope="TEMPORARY", scope_id=str(plan_id), key="a")
    refused = await write(api, {"a": 3}, 1, scope="TEMPORARY", scope_id=str(plan_id), key="a")
    assert code_of(refused) == (409, "context_conflict")
    stays = await written(api, "stays")
    with tenant_scope(tenant_id):
        async with api.database.transaction() as db:
            await service.forget(db, plan_id)
        async with api.database.transaction() as db:
            left = [
                (await db.execute(select(one))).scalars().all() for one in (ContextEntry, ContextVersion, ContextConflict)
            ]
    assert [len(rows) for rows in left] == [1, 1, 0]
    assert await value_of(api, stays) == "stays"
    for one in made:
        assert code_of(await api.call("GET", f"/contexts/{one['id']}/versions")) == (404, "not_found")
