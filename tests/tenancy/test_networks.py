"""The network of a tenant's sandboxes over HTTP: an ADMIN tightens it, and nobody loosens it beyond the operator's."""

import asyncio
from typing import Any

import pytest
from tests.actors import make_operator
from tests.api import RANDOM_ID, V1, Api, code_of, without_request_id

from orchestrator.events import log as events
from orchestrator.kit.settings import Settings
from orchestrator.kit.tenant_scope import tenant_scope


def path_of(tenant_id: Any) -> str:
    return f"/tenants/{tenant_id}/network"


async def put(api: Api, **wanted: Any) -> Any:
    return await api.call("PUT", path_of(api.actors.admin.tenant_id), api.actors.admin, json=wanted)


async def test_refusals_come_first(api: Api) -> None:
    mine, foreign = path_of(api.actors.admin.tenant_id), path_of(api.actors.other.tenant_id)
    for method in ("GET", "PUT"):
        body = {"mode": "none"}
        assert (await api.client.request(method, f"{V1}{mine}", json=body)).status_code == 401
        theirs = await api.call(method, foreign, api.actors.admin, json=body)
        nobodys = await api.call(method, path_of(RANDOM_ID), api.actors.admin, json=body)
        assert code_of(theirs) == (404, "not_found")
        assert without_request_id(theirs) == without_request_id(nobodys)
    for actor in (api.actors.member, api.actors.viewer):
        assert code_of(await api.call("PUT", mine, actor, json={})) == (403, "permission_required")
        assert (await api.call("GET", mine, actor)).status_code == 200
    operator = await make_operator(api.database, api.actors.other.tenant_id, api.actors.other.slug)
    assert code_of(await api.call("GET", path_of(RANDOM_ID), operator)) == (404, "not_found")
    assert code_of(await api.call("PUT", path_of(RANDOM_ID), operator, json={})) == (404, "not_found")


async def test_what_is_not_chosen_is_the_operators(api: Api) -> None:
    read = (await api.call("GET", path_of(api.actors.admin.tenant_id), api.actors.viewer)).json()
    assert (read["mode"], read["chosen_mode"], read["least_mode"]) == ("host", None, "host")
    assert (read["allowed_hosts"], read["chosen_hosts"], read["updated_at"], read["refused"]) == ([], None, None, [])


async def test_an_admin_tightens_it_and_goes_back(api: Api) -> None:
    changed = (await put(api, mode="allowlist", allowed_hosts=["PyPI.org", "pypi.org", "*.npmjs.org:443"])).json()
    assert changed["mode"] == "allowlist"
    assert changed["allowed_hosts"] == ["pypi.org", "*.npmjs.org:443"]
    assert (await put(api, mode="none")).json()["chosen_hosts"] == ["pypi.org", "*.npmjs.org:443"]
    back = (await put(api, mode=None, allowed_hosts=None)).json()
    assert (back["mode"], back["chosen_mode"], back["chosen_hosts"]) == ("host", None, None)
    audited = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    first = next(one for one in reversed(audited) if one["action"] == "network.change")
    assert first["before"] == {"mode": None, "allowed_hosts": None}
    assert first["after"] == {"mode": "allowlist", "allowed_hosts": "pypi.org, *.npmjs.org:443"}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"mode": "open"}, "invalid"),
        ({"hosts": []}, "invalid"),
        ({"allowed_hosts": [""]}, "invalid"),
        ({"allowed_hosts": ["a.org"] * 501}, "invalid"),
        ({"allowed_hosts": ["*"]}, "bad_host"),
        ({"allowed_hosts": ["https://a.org"]}, "bad_host"),
    ],
)
async def test_what_cannot_be_is_refused(api: Api, wanted: dict[str, Any], code: str) -> None:
    assert code_of(await put(api, **wanted)) == (422, code)


async def test_nobody_loosens_it_beyond_the_operators(own_api: Api) -> None:
    api = own_api
    assert (await put(api, mode="host", allowed_hosts=["evil.org"])).status_code == 200
    api.app.state.settings = Settings(
        **api.app.state.settings.model_dump(exclude={"network", "network_hosts", "network_private_hosts"}),
        network="allowlist",
        network_hosts="pypi.org,*.npmjs.org",
        network_private_hosts="nexus.example:8081",
    )
    # What was chosen before the operator tightened it holds no longer.
    read = (await api.call("GET", path_of(api.actors.admin.tenant_id), api.actors.admin)).json()
    assert (read["mode"], read["allowed_hosts"]) == ("allowlist", [])
    assert (read["chosen_mode"], read["chosen_hosts"]) == ("host", ["evil.org"])
    assert code_of(await put(api, mode="host")) == (403, "network_too_loose")
    assert code_of(await put(api, allowed_hosts=["pypi.org", "evil.org"])) == (403, "network_too_loose")
    assert (await put(api, allowed_hosts=["registry.npmjs.org"])).json()["allowed_hosts"] == ["registry.npmjs.org"]
    assert (await put(api, mode="none")).json()["mode"] == "none"
    assert (await put(api, mode=None, allowed_hosts=None)).json()["allowed_hosts"] == ["pypi.org", "*.npmjs.org"]


async def test_of_two_who_add_a_host_at_once_neither_is_lost(api: Api) -> None:
    path = path_of(api.actors.admin.tenant_id)
    seen = (await api.call("GET", path, api.actors.admin)).headers["ETag"]

    async def add(host: str) -> Any:
        wanted = {"mode": "allowlist", "allowed_hosts": [host]}
        return await api.call("PUT", path, api.actors.admin, json=wanted, headers={"If-Match": seen})

    answers = await asyncio.gather(add("a.org"), add("b.org"))
    first, late = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, code_of(late)) == (200, (412, "changed_meanwhile"))
    read = await api.call("GET", path, api.actors.viewer)
    assert read.json()["allowed_hosts"] == first.json()["allowed_hosts"]
    assert read.headers["ETag"] == first.headers["ETag"] != seen
    # What sandboxes asked for in vain is no part of what was chosen.
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            facts = {"host": "c.org", "port": 443, "reason": "not allowed"}
            events.append(db, api.actors.admin.tenant_id, "network.refused", actor="orchestrator", **facts)
    assert (await api.call("GET", path, api.actors.viewer)).headers["ETag"] == first.headers["ETag"]


async def test_hosts_that_were_refused_are_shown_once(api: Api) -> None:
    tenant_id = api.actors.admin.tenant_id
    with tenant_scope(tenant_id):
        for host in ("a.org", "b.org", "a.org"):
            async with api.database.transaction() as db:
                events.append(
                    db, tenant_id, "network.refused", actor="orchestrator", host=host, port=443, reason="not allowed"
                )
    read = (await api.call("GET", path_of(tenant_id), api.actors.viewer)).json()
    assert [one["host"] for one in read["refused"]] == ["a.org", "b.org"]
    other = (await api.call("GET", path_of(api.actors.other.tenant_id), api.actors.other)).json()
    assert other["refused"] == []


@pytest.mark.parametrize("hosts", ["*", "a.org,http://b.org"])
def test_a_setting_that_names_no_host_keeps_it_from_starting(hosts: str) -> None:
    for name in ("network_hosts", "network_private_hosts"):
        with pytest.raises(ValueError, match="is no host that can be allowed"):
            Settings(**{name: hosts})
