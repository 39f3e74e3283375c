"""The gateway swaps a runtime's virtual key for the provider's real one, and changes nothing else."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.api import Api, in_process
from tests.gateway.conftest import CHAT, CLAUDE, Desk, desk_for, make_runtime
from tests.gateway.upstream import KEY, Upstream

from orchestrator.gateway.api import PREFIX, gateway_app
from orchestrator.gateway.proxy import MAX_BODY_BYTES, Gateway
from orchestrator.kit.db import Database
from orchestrator.kit.settings import Settings

ODD_BYTES = (
    b'\r\n {"o" : 1.0e0 ,"model":"m",\t"max_tokens" :9, "b"'
    b':[1E5,0.10, "\\u00e9 \xe2\x80\xa8 \xc3\xa9 \\u0000"] , "a":{}}\r\n \t'
)


async def test_the_virtual_key_is_swapped_for_the_real_one(desk: Desk) -> None:
    assert (await desk.post()).json() == {"ok": True}
    (asked,) = desk.upstream.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert desk.runtime.key not in str(asked)


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
async def test_for_anthropic_the_real_key_is_x_api_key(anthropic_desk: Desk, header: str) -> None:
    key = anthropic_desk.runtime.key
    credential = f"Bearer {key}" if header == "Authorization" else key
    answer = await anthropic_desk.post(
        f"{PREFIX}/messages",
        body=CLAUDE,
        anthropic_version="2023-06-01",
        anthropic_beta="a,b",
        anthropic_organization_id="org",
        x_session_id=anthropic_desk.runtime.conversation,
        **{header: credential},
    )
    assert answer.status_code == 200
    (asked,) = anthropic_desk.upstream.asked
    assert asked.path == "/v1/messages"
    assert (asked.headers["x-api-key"], asked.headers.get("authorization")) == (KEY, None)
    assert (asked.headers["anthropic-version"], asked.headers["anthropic-beta"]) == ("2023-06-01", "a,b")
    assert "anthropic-organization-id" not in asked.headers


async def test_bytes_pass_unchanged_both_ways(desk: Desk) -> None:
    back = bytes(range(256)) * 500
    desk.upstream.answers(body=back, Content_Type="application/octet-stream")
    answer = await desk.post(f"{CHAT}?beta=true&x=%2F", body=ODD_BYTES)
    assert answer.content == back
    assert answer.headers["content-type"] == "application/octet-stream"
    assert desk.upstream.asked[0].body == ODD_BYTES
    assert desk.upstream.asked[0].query == "beta=true&x=%2F"


async def test_only_chosen_headers_pass(desk: Desk) -> None:
    desk.upstream.answers(
        Set_Cookie="a=b",
        X_Request_Id="up-1",
        X_Ratelimit_Remaining_Tokens="7",
        OpenAI_Organization="theirs",
        X_Echo=f"Bearer {KEY}",
    )
    own = {"Cookie": "c=d", "X_Forwarded_For": "10.0.0.1", "X_Tenant_ID": "x", "OpenAI_Organization": "o"}
    answer = await desk.post(**own)
    sent = desk.upstream.asked[0].headers
    assert sent["x-session-id"] == desk.runtime.conversation
    assert not {"cookie", "x-forwarded-for", "x-tenant-id", "openai-organization"} & set(sent)
    assert answer.headers["x-request-id"] == "up-1"
    assert answer.headers["x-ratelimit-remaining-tokens"] == "7"
    assert not {"set-cookie", "openai-organization", "x-echo"} & set(answer.headers)
    assert KEY not in str(answer.headers)


@pytest.mark.parametrize("status", [400, 404, 413, 422, 500, 503, 529])
async def test_errors_of_the_provider_pass_with_their_advice(desk: Desk, status: int) -> None:
    desk.upstream.answers(status, b'{"error": {"code": "x"}}', Retry_After="7", Retry_After_Ms="6500")
    answer = await desk.post()
    assert (answer.status_code, answer.content) == (status, b'{"error": {"code": "x"}}')
    assert (answer.headers["retry-after"], answer.headers["retry-after-ms"]) == ("7", "6500")


async def test_a_redirect_is_not_followed_and_leads_nowhere(desk: Desk) -> None:
    desk.upstream.answers(307, b"", Location="http://127.0.0.1:9/elsewhere")
    answer = await desk.post()
    assert (answer.status_code, answer.headers.get("location")) == (307, None)
    assert len(desk.upstream.asked) == 1


def hostile_keys(desk: Desk) -> dict[str, str]:
    return {
        "none": "",
        "nonsense": "Bearer nonsense",
        "cut": f"Bearer {desk.runtime.key[:-1]}",
        "changed": f"Bearer {desk.runtime.key[:-1]}" + ("a" if desk.runtime.key[-1] != "a" else "b"),
        "a person's, renamed": f"Bearer {desk.person.key.replace('oio_', 'oiv_')}",
        "the provider's": f"Bearer {KEY}",
        "long": "Bearer " + "x" * 100_000,
        "sql": "Bearer oiv_' or ''='_a",
    }


async def test_any_other_key_is_refused_in_the_same_words(desk: Desk) -> None:
    bodies = set[bytes]()
    for name, credential in hostile_keys(desk).items():
        for method, path in (("POST", CHAT), ("GET", f"{PREFIX}/models"), ("GET", f"{PREFIX}/nothing")):
            answer = await desk.client.request(method, path, headers={"Authorization": credential})
            assert answer.status_code == 401, (name, path)
            bodies.add(answer.content)
    assert [json.loads(body)["error"]["code"] for body in bodies] == ["virtual_key_invalid"]
    assert desk.upstream.asked == []


async def test_a_virtual_key_is_no_key_of_the_api(api: Api, desk: Desk) -> None:
    assert (await api.client.get("/api/v1/sessions", headers=desk.runtime.headers)).status_code == 401


async def test_a_revoked_key_stops_within_a_second_and_others_go_on(desk: Desk) -> None:
    neighbour = await make_runtime(desk.runtime.database, desk.runtime.tenant_id)
    assert (await desk.post()).status_code == 200
    await desk.runtime.revoke()
    async with asyncio.timeout(1.5):
        while (await desk.post()).status_code != 401:  # Until what is remembered of the key has run out.
            continue
    assert (await desk.post(**neighbour.headers)).status_code == 200


NO_PATHS = (
    "/",
    "/files",
    "/chat",
    "/chat/completions/",
    "//chat/completions",
    "/chat//completions",
    "/chat%2fcompletions",
    "/chat/completions%20",
    "/CHAT/completions",
    "/%2e%2e/v1/chat/completions",
    "/..%2fchat/completions",
    "/messages/batches",
    "/messages/count_tokens/x",
    "/models/m",
    "/embeddings",
    "/responses/resp_1",
)


async def test_only_the_paths_of_the_formats_exist(desk: Desk) -> None:
    for path in NO_PATHS:
        answer = await desk.post(f"{PREFIX}{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "path_unknown"), path
    assert (await desk.post(PREFIX)).status_code == 404
    for method in ("GET", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"):
        answer = await desk.client.request(method, CHAT, headers=desk.runtime.headers)
        assert answer.status_code in (404, 405), method
    assert desk.upstream.asked == []


async def test_a_model_is_reached_in_the_formats_of_its_provider_alone(desk: Desk, anthropic_desk: Desk) -> None:
    for one, path in ((desk, "messages"), (desk, "responses"), (anthropic_desk, "chat/completions")):
        body = b'{"model": "m"}' if one is desk else CLAUDE
        answer = await one.post(f"{PREFIX}/{path}", body=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "format_not_offered"), path
    assert desk.upstream.asked == []


async def test_models_are_those_of_the_provider(desk: Desk) -> None:
    answer = await desk.client.get(f"{PREFIX}/models", headers=desk.runtime.headers)
    assert [one["id"] for one in answer.json()["data"]] == ["m"]


async def test_a_body_over_the_limit_is_413_and_goes_nowhere(desk: Desk) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1_000_000 + 2):
            yield bytes(1_000_000)

    answer = await desk.client.post(CHAT, content=endless(), headers=desk.runtime.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "request_too_large")
    assert desk.upstream.asked == []


async def test_a_large_body_below_the_limit_passes(desk: Desk) -> None:
    body = b'{"model": "m", "max_tokens": 9, "messages": "' + b"x" * 10_000_000 + b'"}'
    assert (await desk.post(body=body)).status_code == 200
    assert desk.upstream.asked[0].body == body


@pytest.fixture
async def unreachable(api: Api, settings: Settings) -> AsyncIterator[Desk]:
    away = settings.model_copy(update={"provider_base_url": "http://127.0.0.1:9/secret-path"})
    async with desk_for(api, Upstream(), away) as desk:
        yield desk


async def test_a_provider_that_is_away_is_502_and_nothing_of_it_is_told(unreachable: Desk) -> None:
    answer = await unreachable.post()
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "provider_unreachable")
    assert "nothing takes connections there" in answer.text
    for secret in (KEY, "127.0.0.1", "secret-path"):
        assert secret not in answer.text + str(answer.headers)


PAGE = b"<!doctype html><title>500 things to know</title>"


@pytest.mark.parametrize(("status", "told"), [(200, 404), (404, 404), (403, 403), (502, 502)])
async def test_a_page_is_told_as_what_it_mostly_means(desk: Desk, status: int, told: int) -> None:
    """A wrong address, or a proxy that wants a log-in. With status 200 OpenCode took it for an empty answer and asked on."""
    desk.upstream.answers(status, PAGE, Content_Type="text/html; charset=utf-8")
    answer = await desk.post(body=b'{"model": "m", "stream": true}')
    assert (answer.status_code, answer.json()["error"]["code"]) == (told, "provider_answered_page")
    assert "ORCHESTRATOR_PROVIDER_BASE_URL" in answer.text
    assert "things to know" not in answer.text
    assert await desk.usage(0) == []


async def test_an_answer_under_the_type_of_pages_is_passed_on(desk: Desk) -> None:
    desk.upstream.answers(200, b"data: [DONE]\n\n", Content_Type="text/html")
    assert (await desk.post(body=b'{"model": "m", "stream": true}')).content == b"data: [DONE]\n\n"


async def test_without_the_database_nobody_passes(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    database = Database(f"postgresql://orchestrator@/orchestrator?host={tmp_path}&port=5432", wait_seconds=1)
    gateway = Gateway(database, desk.gateway.catalog, settings)
    async with in_process(gateway_app(gateway)) as client:
        answer = await client.post(CHAT, content=b'{"model": "m"}', headers=desk.runtime.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_unreachable")
    assert desk.upstream.asked == []
    await gateway.close()
    await database.close()


async def test_a_provider_on_this_machine_is_reached_past_the_proxies_of_the_environment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those are for the outside world; the scripted model and a person's own server listen on loopback."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert (await desk.post()).status_code == 200


async def test_the_api_process_serves_it_too_without_the_apis_own_key_check(api: Api) -> None:
    runtime = await make_runtime(api.database, api.actors.member.tenant_id)
    answer = await api.client.get(f"{PREFIX}/models", headers=runtime.headers)
    assert [one["id"] for one in answer.json()["data"]] == ["scripted-model"]
    answer = await api.client.get(f"{PREFIX}/models", headers={"Authorization": "Bearer nonsense"})
    assert answer.json()["error"]["code"] == "virtual_key_invalid"
