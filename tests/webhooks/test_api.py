"""Webhooks over HTTP: who may keep them, and what is refused."""

from typing import Any

import pytest
from tests.api import RANDOM_ID, Api, code_of

from orchestrator.kit.sealing import make_master_key
from orchestrator.webhooks.service import MOST_ENDPOINTS

WANTED: dict[str, Any] = {"url": "https://1.1.1.1/hook", "events": ["session.status"]}


@pytest.fixture(autouse=True)
def _master_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


async def add(api: Api, **wanted: Any) -> dict[str, Any]:
    answer = await api.call("POST", "/webhooks", api.actors.admin, json=WANTED | wanted)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_admins_keep_them_leads_read_them_others_neither(api: Api) -> None:
    assert (await api.client.get("/api/v1/webhooks")).status_code == 401
    for actor in (api.actors.member, api.actors.viewer):
        assert code_of(await api.call("GET", "/webhooks", actor))[0] == 403
        assert code_of(await api.call("POST", "/webhooks", actor, json=WANTED))[0] == 403
    made = await add(api, description="To our CI")
    listed = (await api.call("GET", "/webhooks", api.actors.admin)).json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert "secret" not in listed[0]
    assert made["secret"].startswith("whsec_")


async def test_another_tenants_looks_like_none(api: Api) -> None:
    made = await add(api)
    other = api.actors.other
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/rotate"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
        ("POST", "/deliveries/send-dead-again"),
        ("GET", f"/deliveries/{RANDOM_ID}"),
        ("POST", f"/deliveries/{RANDOM_ID}/send-again"),
    ):
        body = {"json": {"enabled": False}} if method == "PATCH" else {}
        theirs = await api.call(method, f"/webhooks/{made['id']}{path}", other, **body)
        nobodys = await api.call(method, f"/webhooks/{RANDOM_ID}{path}", other, **body)
        assert code_of(theirs) == code_of(nobodys) == (404, "not_found"), path
    assert (await api.call("GET", "/webhooks", other)).json()["items"] == []


async def test_what_is_refused(api: Api) -> None:
    for wanted, code in (
        ({"url": "https://127.0.0.2/"}, (403, "webhook_address_refused")),
        ({"url": "http://1.1.1.1/"}, (403, "webhook_address_refused")),
        ({"url": "ftp://1.1.1.1/"}, (422, "webhook_address_invalid")),
        ({"url": "https://user:secret-word@1.1.1.1/"}, (422, "webhook_address_invalid")),
        ({"events": ["Session"]}, (422, "event_pattern_invalid")),
        ({"events": []}, (422, "invalid")),
        ({"events": ["a"] * 51}, (422, "invalid")),
        ({"url": "https://1.1.1.1/" + "a" * 2_000}, (422, "invalid")),
        ({"secret": "whsec_x"}, (422, "invalid")),
        ({"description": "\0"}, (422, "invalid")),
    ):
        answer = await api.call("POST", "/webhooks", api.actors.admin, json=WANTED | wanted)
        assert code_of(answer) == code, wanted
        assert "secret-word" not in answer.text
    assert (await api.call("GET", "/webhooks", api.actors.admin)).json()["items"] == []


async def test_so_many_and_no_more(api: Api) -> None:
    for _ in range(MOST_ENDPOINTS):
        await add(api)
    answer = await api.call("POST", "/webhooks", api.actors.admin, json=WANTED)
    assert code_of(answer) == (409, "too_many_webhooks")


async def test_a_repeat_makes_none_and_tells_no_secret(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first = await api.call("POST", "/webhooks", api.actors.admin, json=WANTED, headers=key)
    again = await api.call("POST", "/webhooks", api.actors.admin, json=WANTED, headers=key)
    assert again.json() == first.json() | {"secret": None}
    other = await api.call("POST", "/webhooks", api.actors.admin, json=WANTED | {"events": ["*"]}, headers=key)
    assert code_of(other) == (409, "idempotency_conflict")


async def test_it_is_changed_by_who_has_read_it_and_every_act_is_in_the_audit_log(api: Api) -> None:
    made = await add(api)
    path = f"/webhooks/{made['id']}"
    tag = (await api.call("GET", path, api.actors.admin)).headers["etag"]
    changed = await api.call(
        "PATCH", path, api.actors.admin, json={"events": ["plan.*"], "enabled": False}, headers={"If-Match": tag}
    )
    assert changed.json()["events"] == ["plan.*"]
    assert changed.json()["status"] == "disabled"
    assert changed.headers["etag"] != tag
    late = await api.call("PATCH", path, api.actors.admin, json={"enabled": True}, headers={"If-Match": tag})
    assert code_of(late) == (412, "changed_meanwhile")
    assert code_of(await api.call("PATCH", path, api.actors.admin, json={"url": None}))[0] == 422
    refused = await api.call("PATCH", path, api.actors.admin, json={"url": "https://10.0.0.1/"})
    assert code_of(refused) == (403, "webhook_address_refused")
    rotated = (await api.call("POST", f"{path}/rotate", api.actors.admin)).json()
    assert rotated["secret"] not in (None, made["secret"])
    assert (await api.call("DELETE", path, api.actors.admin)).status_code == 204
    assert code_of(await api.call("GET", path, api.actors.admin))[0] == 404

    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    acts = [one for one in entries if one["target"] == f"webhook:{made['id']}"]
    assert [one["action"] for one in acts] == ["webhook.remove", "webhook.rotate", "webhook.change", "webhook.add"]
    assert made["secret"] not in str(entries)


async def test_a_test_is_on_its_way_and_says_what_it_says(api: Api) -> None:
    made = await add(api, url="http://127.0.0.1:1024/")
    sent = await api.call("POST", f"/webhooks/{made['id']}/test", api.actors.admin)
    assert (sent.status_code, sent.json()["type"]) == (202, "webhook.test")
    path = f"/webhooks/{made['id']}/deliveries"
    (listed,) = (await api.call("GET", path, api.actors.admin)).json()["items"]
    read = (await api.call("GET", f"{path}/{listed['id']}", api.actors.admin)).json()
    assert read["body"]["type"] == "webhook.test"
    assert read["body"]["data"]["webhook_id"] == made["id"]
    under_way = await api.call("POST", f"{path}/{listed['id']}/send-again", api.actors.admin)
    assert code_of(under_way) == (409, "delivery_under_way")
    assert (await api.call("GET", path, api.actors.admin, params={"status": "dead"})).json()["items"] == []
    assert code_of(await api.call("GET", path, api.actors.admin, params={"cursor": "x"}))[0] == 422
