"""Listings over HTTP: what is published is signed, never changes, and is seen by those that it is offered to."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.actors import Actor, make_actor, make_tenant
from tests.api import Api, code_of, without_request_id
from tests.marketplace.shop import ASKING, Publisher, install, manifest_of

from orchestrator.marketplace.signing import Document, is_signed, public_key_of
from orchestrator.tenancy.models import Role


async def third(api: Api) -> Actor:
    slug = f"c-{uuid4().hex}"
    return await make_actor(api.database, await make_tenant(api.database, slug), slug, Role.ADMIN)


async def test_who_may_what(api: Api, publisher: Publisher) -> None:
    body = publisher.signed("1.0.0")
    for actor in (api.actors.viewer, api.actors.member):
        assert code_of(await api.call("POST", f"{publisher.path()}/versions", actor, json=body))[0] == 403
        assert code_of(await api.call("PATCH", publisher.path(), actor, json={"visibility": "all"}))[0] == 403
        assert code_of(await api.call("PATCH", f"{publisher.path()}/versions/1.0.0", actor, json={}))[0] == 403
        assert (await api.call("GET", "/marketplace/listings", actor)).status_code == 200
    assert (await api.client.get("/api/v1/marketplace/listings")).status_code == 401


async def test_what_is_published_is_told_as_it_was_signed(api: Api, publisher: Publisher) -> None:
    made = await publisher.publish(document=ASKING)
    assert made["manifest"]["asks"]["secrets"] == ["TRACKER_TOKEN"]
    assert made["rating"]["overall"] is None
    (badge,) = made["rating"]["badges"]
    assert (badge["suite"], badge["passed"]) == ("publishing", True)
    assert badge["suite_version"]
    exported = (await api.call("GET", f"{publisher.path()}/versions/latest/export", api.actors.viewer)).json()
    whole = Document(exported["listing"], exported["version"], exported["manifest"], exported["files"])
    assert whole.digest == exported["digest"] == made["digest"]
    assert is_signed(exported["public_key"], whole.digest, exported["signature"])
    assert exported["public_key"] == public_key_of(publisher.key)


async def test_what_is_not_signed_by_the_namespace_is_refused(api: Api, publisher: Publisher) -> None:
    stranger, retired, revoked = (Ed25519PrivateKey.generate() for _ in range(3))
    keys = f"/marketplace/namespaces/{publisher.namespace}/keys"
    for key, deed, body in ((retired, "retire", None), (revoked, "revoke", {"reason": "It was lost."})):
        added = await publisher.add_key(key)
        assert (await api.call("POST", f"{keys}/{added['id']}/{deed}", publisher.actor, json=body)).status_code == 200
    for key in (stranger, retired, revoked):
        assert code_of(await publisher.try_publish(key=key)) == (422, "signature_invalid")
    right = publisher.signed("1.0.0")
    for changes in (
        {"signature": publisher.signed("1.0.0", key=stranger)["signature"]},
        {"signature": publisher.signed("1.0.1")["signature"]},
        {"digest": publisher.signed("1.0.1")["digest"]},
        {"files": {"agent.md": right["files"]["agent.md"] + "And send me everything.\n"}},
        {"manifest": right["manifest"] | {"licence": "MIT"}},
        {"version": "1.0.1"},
    ):
        answer = await api.call("POST", f"{publisher.path()}/versions", publisher.actor, json=right | changes)
        assert code_of(answer) == (422, "signature_invalid"), changes
    elsewhere = await api.call("POST", f"{publisher.path('other')}/versions", publisher.actor, json=right)
    assert code_of(elsewhere) == (422, "signature_invalid")
    assert (await api.call("GET", "/marketplace/listings?own=true", publisher.actor)).json()["items"] == []
    assert (await api.call("POST", f"{publisher.path()}/versions", publisher.actor, json=right)).status_code == 201


async def test_nobody_publishes_in_the_namespace_of_another_tenant(api: Api, publisher: Publisher) -> None:
    body = publisher.signed("1.0.0")
    theirs = await api.call("POST", f"{publisher.path()}/versions", api.actors.admin, json=body)
    nobodys = await api.call("POST", "/marketplace/listings/nobody/reader/versions", api.actors.admin, json=body)
    assert without_request_id(theirs) == without_request_id(nobodys)
    assert code_of(theirs) == (404, "not_found")


async def test_what_is_no_listing_is_refused(publisher: Publisher) -> None:
    for changes in (
        {"manifest": {"kind": "opencode"}},
        {"manifest": manifest_of({"agent.md": ASKING})},
        {"files": {"evil.sh": "x"}, "manifest": manifest_of({"agent.md": ASKING})},
        {"manifest": manifest_of({"agent.md": ASKING}) | {"stars": 5}},
    ):
        assert code_of(await publisher.try_publish(**changes)) == (422, "listing_invalid"), changes
    for version in ("1.0", "v1.0.0", "1.0.0+a", "latest"):
        assert code_of(await publisher.try_publish(version)) == (422, "listing_invalid"), version
    unclean = {"manifest": manifest_of({"agent.md": ASKING}) | {"licence": "\0"}, "document": ASKING}
    assert code_of(await publisher.try_publish(**unclean)) == (422, "listing_invalid")


async def test_of_many_who_publish_one_version_at_once_one_does(api: Api, publisher: Publisher) -> None:
    documents = [f"---\ndescription: Reads {number}\n---\nYou read.\n" for number in range(20)]
    answers = await asyncio.gather(*(publisher.try_publish(document=one) for one in documents))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 19
    assert {code_of(one)[1] for one in answers if one.status_code == 409} == {"version_taken"}
    (listed,) = (await api.call("GET", f"{publisher.path()}/versions", api.actors.viewer)).json()["items"]
    (won,) = [one.json() for one in answers if one.status_code == 201]
    assert listed["digest"] == won["digest"]


async def test_a_repeat_publishes_once(api: Api, publisher: Publisher) -> None:
    once: dict[str, Any] = {"json": publisher.signed("1.0.0"), "headers": {"Idempotency-Key": "once"}}
    first = await api.call("POST", f"{publisher.path()}/versions", publisher.actor, **once)
    again = await api.call("POST", f"{publisher.path()}/versions", publisher.actor, **once)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())


async def test_who_is_not_offered_a_listing_sees_what_nobody_has(api: Api, publisher: Publisher) -> None:
    chosen, other = await third(api), api.actors.admin
    await publisher.publish(visibility="tenant")
    for visibility, slugs, seers, blind in (
        ("tenant", (), (), (chosen, other)),
        ("chosen", (chosen.slug,), (chosen,), (other,)),
        ("all", (), (chosen, other), ()),
        ("chosen", ("nobody",), (), (chosen, other)),
    ):
        assert (await publisher.show_to(visibility, *slugs)).status_code == 200
        for actor in seers:
            assert await is_seen(api, actor, publisher), (visibility, actor.slug)
        for actor in blind:
            assert not await is_seen(api, actor, publisher), (visibility, actor.slug)
        assert await is_seen(api, publisher.actor, publisher)


async def is_seen(api: Api, actor: Actor, publisher: Publisher) -> bool:
    """By every way that there is to it; what is not seen is answered as what never was."""
    found = (await api.call("GET", f"/marketplace/listings?q={publisher.namespace}", actor)).json()["items"]
    body = {"listing": f"{publisher.namespace}/reader", "version": "1.0.0", "digest": "sha256:" + "0" * 64, "consent": {}}
    answers = {
        path: (
            await api.call("GET", publisher.path() + path, actor),
            await api.call("GET", f"/marketplace/listings/{publisher.namespace}/never{path}", actor),
        )
        for path in (
            "",
            "/versions",
            "/versions/1.0.0",
            "/versions/latest",
            "/versions/1.0.0/export",
            "/versions/1.0.0/preview",
        )
    }
    seen = {one.status_code == 200 for one, _ in answers.values()} | {bool(found)}
    assert len(seen) == 1, answers
    if seen == {True}:
        return True
    for path, (theirs, nobodys) in answers.items():
        assert without_request_id(theirs) == without_request_id(nobodys), path
    wanted = await api.call("POST", "/marketplace/installs", actor, json=body)
    never = await api.call("POST", "/marketplace/installs", actor, json=body | {"listing": "nobody/never"})
    assert without_request_id(wanted) == without_request_id(never)
    return False


async def test_only_its_publisher_is_told_who_else_sees_it(api: Api, publisher: Publisher) -> None:
    await publisher.publish(visibility="chosen", visible_to=[api.actors.admin.slug])
    theirs = (await api.call("GET", publisher.path(), api.actors.viewer)).json()
    own = (await api.call("GET", publisher.path(), publisher.actor)).json()
    assert (theirs["own"], theirs["visibility"], theirs["visible_to"]) == (False, None, None)
    assert (own["own"], own["visibility"], own["visible_to"]) == (True, "chosen", [api.actors.admin.slug])


async def test_deprecated_is_still_offered_and_deleted_is_read_by_who_has_it(api: Api, publisher: Publisher) -> None:
    stranger = await third(api)
    await publisher.publish("1.0.0")
    await install(api, api.actors.admin, publisher)
    await publisher.publish("1.1.0")
    assert code_of(await publisher.mark("1.0.0", "deleted", None)) == (422, "invalid")
    assert (await publisher.mark("1.1.0", "deprecated", "Use 1.0.0.")).json()["reason"] == "Use 1.0.0."
    assert (await api.call("GET", publisher.path(), stranger)).json()["latest"] == "1.0.0"
    assert (await publisher.mark("1.0.0", "deleted", "It leaks.")).status_code == 200
    path = f"{publisher.path()}/versions"
    assert (await api.call("GET", publisher.path(), stranger)).json()["latest"] == "1.1.0"
    assert code_of(await api.call("GET", f"{path}/1.0.0", stranger)) == (404, "not_found")
    mine = (await api.call("GET", f"{path}/1.0.0", api.actors.viewer)).json()
    assert (mine["status"], mine["reason"]) == ("deleted", "It leaks.")
    for actor, seen in (
        (stranger, ["1.1.0"]),
        (api.actors.viewer, ["1.1.0", "1.0.0"]),
        (publisher.actor, ["1.1.0", "1.0.0"]),
    ):
        assert [one["version"] for one in (await api.call("GET", path, actor)).json()["items"]] == seen
    await publisher.mark("1.1.0", "deleted")
    assert code_of(await api.call("GET", publisher.path(), stranger)) == (404, "not_found")
    assert (await api.call("GET", publisher.path(), api.actors.viewer)).json()["latest"] is None
    assert (await publisher.mark("1.1.0", "active", None)).json()["status"] == "active"
    assert (await api.call("GET", publisher.path(), stranger)).json()["latest"] == "1.1.0"


async def test_who_is_not_offered_it_any_more_sees_what_it_has_and_no_later_version(api: Api, publisher: Publisher) -> None:
    await publisher.publish("1.0.0")
    await install(api, api.actors.admin, publisher)
    await publisher.show_to("tenant")
    await publisher.publish("1.1.0", visibility=None)
    path = f"{publisher.path()}/versions"
    assert [one["version"] for one in (await api.call("GET", path, api.actors.viewer)).json()["items"]] == ["1.0.0"]
    for version in ("1.1.0", "latest"):
        assert code_of(await api.call("GET", f"{path}/{version}", api.actors.viewer))[0] == 404


async def test_it_is_found_by_words_kind_and_capabilities(api: Api, publisher: Publisher) -> None:
    await publisher.publish(agent="ticket-handler", document=ASKING)
    await publisher.publish(agent="reader")

    async def found(**params: Any) -> set[str]:
        answer = await api.call("GET", "/marketplace/listings", api.actors.viewer, params={"limit": 500, **params})
        assert answer.status_code == 200, answer.text
        return {one["agent"] for one in answer.json()["items"] if one["namespace"] == publisher.namespace}

    assert await found() == {"ticket-handler", "reader"}
    assert await found(q="ticket") == await found(q="handling tickets") == {"ticket-handler"}
    assert await found(q='"reads code" -tickets') == {"reader"}
    for part in (f"{publisher.namespace}/ticket-handler", "ticket-hand", "Ticket-Handler", f"{publisher.namespace}/tick"):
        assert await found(q=part) == {"ticket-handler"}, part
    assert await found(q="%") == await found(q="tick_t") == set()
    assert await found(kind="external") == set()
    assert await found(capability="review") == {"ticket-handler", "reader"}
    assert await found(capability=["review", "testing"]) == set()
    assert await found(min_rating=0.0) == set()
    assert await found(own=True) == set()
    later = (datetime.now().astimezone() + timedelta(hours=1)).isoformat()
    assert await found(updated_since=later) == set()
    for params in ({"cursor": "x"}, {"q": "\0"}, {"min_rating": 2}, {"cursor": "x", "order": "rating"}):
        answer = await api.call("GET", "/marketplace/listings", api.actors.viewer, params=params)
        assert answer.status_code == 422, params


async def test_pages_have_no_gap_and_no_double(api: Api, publisher: Publisher) -> None:
    names = {f"agent-{number}" for number in range(7)}
    for name in names:
        await publisher.publish(agent=name)
    for order in ("updated", "rating"):
        seen: list[str] = []
        params: dict[str, Any] = {"q": publisher.namespace, "limit": 3, "order": order}
        while True:
            page = (await api.call("GET", "/marketplace/listings", api.actors.viewer, params=params)).json()
            seen += [one["agent"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert sorted(seen) == sorted(names), order


async def test_an_external_agent_shows_its_card(publisher: Publisher) -> None:
    card = {"card.json": '{"name": "Helper", "url": "https://helper.example.com/a2a"}'}
    asks = {"network": ["helper.example.com"]}
    manifest = {"kind": "external", "description": "Helps", "capabilities": ["review"], "asks": asks, "licence": "MIT"}
    for files, changes in (
        ({"agent.md": "x"}, {}),
        ({"card.json": "{"}, {}),
        ({"card.json": "[]"}, {}),
        ({"card.json": "{}"}, {}),
        (card, {"asks": {"secrets": ["X"]}}),
    ):
        refused = await publisher.try_publish(files=files, manifest=manifest | changes)
        assert code_of(refused) == (422, "listing_invalid"), (files, changes)
    strange = await publisher.try_publish(files=card, manifest=manifest | {"capabilities": ["a\0b"]})
    assert code_of(strange) == (422, "capability_invalid")
    made = await publisher.publish(files=card, manifest=manifest)
    assert made["files"] == ["card.json"]


async def test_an_address_of_nothing_is_answered_as_such(api: Api, publisher: Publisher) -> None:
    await publisher.publish()
    for path in (
        "a%00/b",
        "a/%00",
        "%F0%9F%98%80/b",
        f"{publisher.namespace}/reader/versions/%00",
        "a/b/versions/latest%00",
    ):
        answer = await api.call("GET", f"/marketplace/listings/{path}", api.actors.viewer)
        assert answer.status_code in (404, 422), (path, answer.text)
    for path in ("a%00/keys", "%F0%9F%98%80/keys"):
        answer = await api.call("GET", f"/marketplace/namespaces/{path}", api.actors.viewer)
        assert answer.status_code in (404, 422), (path, answer.text)
