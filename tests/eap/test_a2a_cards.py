"""Adding A2A agents: the card through the guard, what is refused, what is pinned, and a credential that nobody sees."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from google.protobuf.json_format import MessageToDict
from sqlalchemy import text
from tests.api import RANDOM_ID, Api, code_of
from tests.eap.a2a_agents import add
from tests.eap.a2a_server import TOKEN, card
from tests.eap.joined import join

from orchestrator.kit.sealing import make_master_key
from orchestrator.kit.tenant_scope import tenant_scope


@pytest.fixture(autouse=True)
def _master_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


@dataclass
class Cards:
    """What is served as the card, changed by the test."""

    port: int = 0
    content: dict[str, Any] = field(default_factory=dict[str, Any])
    answer: web.Response | None = None
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def handle(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        if self.answer is not None:
            return web.Response(status=self.answer.status, body=self.answer.body, headers=self.answer.headers)
        return web.json_response(self.content)


@asynccontextmanager
async def serving_cards() -> AsyncIterator[Cards]:
    cards = Cards()
    app = web.Application()
    app.router.add_get("/.well-known/agent-card.json", cards.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    cards.port = runner.addresses[0][1]
    cards.content = MessageToDict(card(cards.url))
    yield cards
    await runner.cleanup()


@pytest.fixture
async def cards() -> AsyncIterator[Cards]:
    async with serving_cards() as one:
        yield one


async def test_what_a_card_says_is_pinned_and_its_credential_is_never_shown(api: Api, cards: Cards) -> None:
    answer = await add(api, cards.url)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["name"], told["transport"], told["proven"], told["version"]) == ("scripted-agent", "a2a", True, "1.0.0")
    expected = {"binding": "JSONRPC", "protocol_version": "1.0", "streaming": True, "auth": "bearer", "changed": False}
    assert told["a2a"].items() >= (expected | {"interface_url": f"{cards.url}/rpc"}).items()
    agent = (await api.call("GET", f"/agents/{told['agent_id']}")).text
    assert '"capabilities":["bug-fix","testing"]' in agent, "of the documented vocabulary"
    assert all("authorization" not in {name.lower() for name in one} for one in cards.headers), "a card needs no credential"
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            rows = (await db.execute(text("select to_jsonb(e)::text from external_agents e"))).scalars().all()
    seen = "".join([*rows, answer.text, json.dumps(await api.events(api.actors.admin)), agent])
    audit = await api.call("GET", "/audit", api.actors.admin)
    assert TOKEN not in seen + audit.text


def changed(content: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (content | changes).items() if value is not None}


SCHEMES = {
    "oauth": {"oauth2SecurityScheme": {"flows": {}}},
    "mtls": {"mtlsSecurityScheme": {}},
    "in-query": {"apiKeySecurityScheme": {"location": "query", "name": "key"}},
    "as-host": {"apiKeySecurityScheme": {"location": "header", "name": "Host"}},
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": None}, "a2a_card_invalid"),
        ({"skills": "none"}, "a2a_card_invalid"),
        ({"name": "a\x00b"}, "a2a_card_invalid"),
        (
            {"supportedInterfaces": [{"url": "http://127.0.0.1/x", "protocolBinding": "GRPC", "protocolVersion": "1.0"}]},
            "a2a_transport_unsupported",
        ),
        (
            {"supportedInterfaces": [{"url": "http://127.0.0.1/x", "protocolBinding": "JSONRPC", "protocolVersion": "9.0"}]},
            "a2a_version_unsupported",
        ),
        (
            {
                "supportedInterfaces": [
                    {"url": "http://169.254.169.254/x", "protocolBinding": "JSONRPC", "protocolVersion": "1.0"}
                ]
            },
            "a2a_card_unreachable",
        ),
        *(
            (
                {"securitySchemes": {name: scheme}, "securityRequirements": [{"schemes": {name: {"list": []}}}]},
                "a2a_scheme_unsupported",
            )
            for name, scheme in SCHEMES.items()
        ),
    ],
)
async def test_what_cannot_be_spoken_is_refused_by_name(api: Api, cards: Cards, change: dict[str, Any], code: str) -> None:
    cards.content = changed(cards.content, **change)
    answer = await add(api, cards.url)
    assert code_of(answer) == (422, code), answer.text
    assert answer.json()["error"]["hint"]
    assert (await api.call("GET", "/agents/external")).json()["items"] == []


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=404),
        web.Response(status=302, headers={"location": "http://127.0.0.1:1/"}),
        web.Response(body=b"x" * 300_000),
    ],
)
async def test_no_card_is_told_as_that(api: Api, cards: Cards, answer: web.Response) -> None:
    cards.answer = answer
    assert code_of(await add(api, cards.url)) == (422, "a2a_card_unreachable")
    cards.answer = web.Response(body=b"<html>")
    assert code_of(await add(api, cards.url)) == (422, "a2a_card_invalid")


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "http://10.0.0.1",
        "https://[::1]/card.json",
        "https://[::ffff:169.254.169.254]/card.json",
        "http://user:secret@127.0.0.1/card.json",
        "file:///etc/passwd",
        "http://127.0.0.1:1/card.json",
        "http://0x7f.1:22/card.json",
    ],
)
async def test_addresses_inside_are_not_asked(api: Api, url: str) -> None:
    answer = await add(api, url)
    assert code_of(answer) == (422, "a2a_card_unreachable")
    assert "secret" not in answer.text


async def test_a_credential_that_is_needed_or_cannot_be_sent_is_asked_for(api: Api, cards: Cards) -> None:
    assert code_of(await add(api, cards.url, credential=None)) == (422, "a2a_credential_needed")
    assert code_of(await add(api, cards.url, credential="a\r\nX-Other: b")) == (422, "a2a_credential_invalid")


async def test_a_name_is_shared_only_when_that_is_said(api: Api, cards: Cards) -> None:
    assert (await add(api, cards.url)).status_code == 201
    assert code_of(await add(api, cards.url)) == (409, "agent_name_of_others")
    assert (await add(api, cards.url, beside=True)).status_code == 201
    key = {"Idempotency-Key": "once"}
    body = {"card_url": cards.url, "credential": TOKEN, "name": "twice"}
    both = [await api.call("POST", "/agents/external/a2a", api.actors.admin, json=body, headers=key) for _ in range(2)]
    assert both[0].json()["id"] == both[1].json()["id"]


async def test_another_card_is_used_when_it_is_read_again(api: Api, cards: Cards) -> None:
    one = (await add(api, cards.url)).json()
    cards.content["version"] = "2.0.0"
    answer = await api.call("POST", f"/agents/external/{one['id']}/card", api.actors.admin, json={})
    told = answer.json()
    assert (told["version"], told["a2a"]["changed"]) == ("2.0.0", False)
    assert told["a2a"]["card_sha256"] != one["a2a"]["card_sha256"]
    assert told["version_id"] != one["version_id"], "another version begins a record of its own"
    assert code_of(await api.call("POST", f"/agents/external/{RANDOM_ID}/card", api.actors.admin, json={}))[0] == 404
    eap = await join(api)
    refused = await api.call("POST", f"/agents/external/{eap.id}/card", api.actors.admin, json={})
    assert code_of(refused) == (409, "not_an_a2a_agent")


async def test_its_credential_goes_to_no_other_host_by_itself(api: Api, cards: Cards) -> None:
    one = (await add(api, cards.url)).json()
    cards.content["supportedInterfaces"][0]["url"] = "http://127.0.0.1:1234/rpc"
    path = f"/agents/external/{one['id']}/card"
    assert code_of(await api.call("POST", path, api.actors.admin, json={})) == (409, "a2a_origin_changed")
    answer = await api.call("POST", path, api.actors.admin, json={"credential": "for-the-new-host"})
    assert answer.json()["a2a"]["interface_url"] == "http://127.0.0.1:1234/rpc"


async def test_a_lead_adds_and_others_see_nothing_of_another_tenants(api: Api, cards: Cards) -> None:
    body = {"card_url": cards.url, "credential": TOKEN}
    for actor in (api.actors.member, api.actors.viewer):
        assert (await api.call("POST", "/agents/external/a2a", actor, json=body)).status_code == 403
    one = (await add(api, cards.url)).json()
    for method, path, sent in (("GET", "", None), ("POST", "/card", {}), ("POST", "/revoke", None)):
        answer = await api.call(method, f"/agents/external/{one['id']}{path}", api.actors.other, json=sent)
        assert answer.status_code == 404
    assert (await api.call("GET", "/agents/external", api.actors.other)).json()["items"] == []
