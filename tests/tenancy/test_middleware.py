"""Who gets in: every credential that is none gets the same answer, and nobody leaves the key's own tenant."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from tests.actors import make_actor
from tests.api import V1, Api, code_of, in_process, settings_for, without_request_id

from orchestrator.kit.clock import now
from orchestrator.main import create_app
from orchestrator.tenancy.keys import mint_key
from orchestrator.tenancy.models import Role

PRIVATE = ("/api/v1/sessions", "/api/v1/events/log", "/api/v1/openapi.json", "/api/v1/docs", "/api/nothing", "/metrics")
NEARLY_PUBLIC = (
    "/health",
    "/health/",
    "/health/live/",
    "/health/live/x",
    "/health/live%2f..%2fapi/v1/sessions",
    "/gateway",
    "/gateway/v1x",
    "/gateway/v1/../../api/v1/sessions",
)
PAGES = ("/", "/nothing", "//health/live", "/Health/Live", "//api/v1/sessions", "/API/v1/sessions")
"""Addresses of the dashboard, which has no data: tests/web."""


async def get(api: Api, path: str, **headers: str) -> httpx.Response:
    return await api.client.get(path, headers=headers)


async def test_only_health_answers_without_a_key(api: Api) -> None:
    for path in ("/health/live", "/health/ready"):
        assert (await get(api, path)).json() == {"status": "ok"}
    for path in (*PRIVATE, *NEARLY_PUBLIC):
        assert code_of(await get(api, path)) == (401, "unauthenticated"), path
        assert code_of(await api.client.delete(path)) == (401, "unauthenticated"), path
    for path in PAGES:
        address = f"http://orchestrator.test{path}"
        assert (await api.client.get(address)).headers["content-security-policy"].startswith("default-src 'none'; "), path
        assert code_of(await api.client.delete(address)) == (405, "method_not_allowed"), path


async def test_with_a_key_the_documents_are_there_and_the_rest_is_404(api: Api) -> None:
    headers = api.actors.viewer.headers
    assert (await api.client.get("/api/v1/openapi.json", headers=headers)).json()["info"]["title"]
    assert (await api.client.get("/api/v1/docs", headers=headers)).status_code == 200
    for path in ("/api", "/metrics", "/api/v1", "/api/v1/sessions/", "/api/v2/sessions"):
        assert code_of(await api.client.get(path, headers=headers)) == (404, "not_found"), path
    assert code_of(await api.client.delete("/api/v1/sessions", headers=headers)) == (405, "method_not_allowed")


def hostile_keys(real: str) -> list[bytes]:
    prefix, public_id, secret = real.split("_")
    return [
        b"x" * 1_000_000,
        f"{real}{'a' * 1_000_000}".encode(),
        f"{real}\x00".encode(),
        f"{prefix}_{public_id}\x00_{secret}".encode(),
        f"{prefix}_{public_id}_é{secret}".encode(),
        f"{prefix}_{public_id}_{secret}".upper().encode(),
        f"{prefix}_' or ''='_{secret}".encode(),
        f"{prefix}_%_{secret}".encode(),
        f"{prefix}_{public_id}_".encode(),
        f"{prefix}_{public_id}_{secret[:-1]}".encode(),
        f"{prefix}_{public_id}_{secret}_".encode(),
        f"{prefix}__{secret}".encode(),
        f"oiv_{public_id}_{secret}".encode(),
        mint_key().text.encode(),
        b"\xff\xfe",
        "\u202e".encode(),
    ]


async def test_every_hostile_key_gets_the_same_refusal(api: Api) -> None:
    refusals = []
    for key in hostile_keys(api.actors.member.key):
        answer = await api.client.get(f"{V1}/sessions", headers=[(b"Authorization", b"Bearer " + key)])
        assert code_of(answer) == (401, "unauthenticated"), key[:80]
        refusals.append(without_request_id(answer))
    assert all(one == refusals[0] for one in refusals)


async def test_expired_and_revoked_keys_are_refused_like_unknown_ones(api: Api) -> None:
    tenant, slug = api.actors.member.tenant_id, api.actors.member.slug
    moment = now()
    refused = [
        await make_actor(api.database, tenant, slug, Role.ADMIN, expires_at=moment - timedelta(seconds=1)),
        await make_actor(api.database, tenant, slug, Role.ADMIN, revoked_at=moment),
        await make_actor(api.database, tenant, slug, Role.ADMIN, revoked_at=moment, expires_at=moment + timedelta(days=1)),
    ]
    unknown = await get(api, f"{V1}/sessions", Authorization=f"Bearer {mint_key().text}")
    for actor in refused:
        answer = await api.call("GET", "/sessions", actor)
        assert without_request_id(answer) == without_request_id(unknown)
    valid = await make_actor(api.database, tenant, slug, Role.VIEWER, expires_at=moment + timedelta(days=1))
    assert (await api.call("GET", "/sessions", valid)).status_code == 200


async def test_a_key_in_another_place_is_no_key(api: Api) -> None:
    key = api.actors.member.key
    assert (await api.client.get(f"{V1}/sessions", params={"key": key, "access_token": key})).status_code == 401
    for headers in ({"X-API-Key": key}, {"Cookie": f"key={key}"}, {"Authorization": f"Basic {key}"}, {"Authorization": key}):
        assert (await api.client.get(f"{V1}/sessions", headers=headers)).status_code == 401


async def test_the_tenant_may_be_named_by_id_or_slug(api: Api) -> None:
    made = await api.create()
    member = api.actors.member
    for tenant in (str(member.tenant_id), member.slug):
        answer = await api.call("GET", f"/sessions/{made['id']}", headers={"X-Tenant-ID": tenant})
        assert answer.json()["id"] == made["id"]


async def test_a_foreign_tenant_answers_as_one_that_never_was(api: Api) -> None:
    other = api.actors.other
    answers = [
        await api.call("GET", "/sessions", headers={"X-Tenant-ID": tenant})
        for tenant in (str(other.tenant_id), other.slug, str(uuid4()), "nobody", "", "*", "' or 1=1 --", "x" * 10_000)
    ]
    for answer in answers:
        assert code_of(answer) == (404, "tenant_not_found")
        assert without_request_id(answer) == without_request_id(answers[0])
        assert other.slug not in answer.text
    no_key = await get(api, f"{V1}/sessions", **{"X-Tenant-ID": api.actors.member.slug})
    assert code_of(no_key) == (401, "unauthenticated")


async def test_two_tenants_in_one_request_are_refused(api: Api) -> None:
    """Which of two headers counts is a matter of the proxy in between; ours must not be the one that guesses."""
    headers = [
        ("Authorization", f"Bearer {api.actors.member.key}"),
        ("X-Tenant-ID", api.actors.member.slug),
        ("X-Tenant-ID", api.actors.other.slug),
    ]
    answer = await api.client.get(f"{V1}/sessions", headers=headers)
    assert code_of(answer) == (404, "tenant_not_found")


async def test_a_second_authorization_does_not_get_anybody_in(api: Api) -> None:
    headers = [("Authorization", f"Bearer {mint_key().text}"), ("Authorization", f"Bearer {api.actors.member.key}")]
    assert (await api.client.get(f"{V1}/sessions", headers=headers)).status_code == 401


async def test_host_and_forwarding_headers_have_no_effect(api: Api) -> None:
    made = await api.create(api.actors.other)
    member = api.actors.member
    for name, value in {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/health/live",
        "X-Original-URL": "/health/live",
        "X-Rewrite-URL": "/health/live",
        "X-HTTP-Method-Override": "DELETE",
        "Forwarded": f"host=evil.example;for={api.actors.other.slug}",
    }.items():
        assert code_of(await get(api, f"{V1}/sessions", **{name: value})) == (401, "unauthenticated"), name
        assert code_of(await api.call("GET", f"/sessions/{made['id']}", headers={name: value})) == (404, "not_found"), name
        answer = await api.call("POST", "/sessions", json={"prompt": "Do it."}, headers={name: value})
        assert answer.headers["location"].startswith(f"{V1}/sessions/")
        slash = await api.client.get(f"{V1}/sessions/", headers={**member.headers, name: value})
        assert "evil.example" not in slash.text + str(slash.headers)


async def test_a_request_keeps_a_sane_id_and_gets_one_otherwise(api: Api) -> None:
    for given, kept in (
        ("0190aaaa-0000-7000", True),
        ("short", False),
        ("x" * 65, False),
        ("<script>alert(1)</script>", False),
    ):
        answer = await get(api, f"{V1}/sessions", **{"X-Request-ID": given})
        assert (answer.headers["x-request-id"] == given) is kept
        assert answer.json()["error"]["request_id"] == answer.headers["x-request-id"]
    faulty = await api.call("GET", "/sessions", headers={"X-Request-ID": "0190aaaa-0000"})
    assert faulty.headers["x-request-id"] == "0190aaaa-0000"


@pytest.fixture
async def without_database(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The application as it is while its database is away."""
    url = f"postgresql://orchestrator@/orchestrator?host={tmp_path}&port=5432"
    async with in_process(create_app(settings_for(tmp_path), url)) as client:
        yield client


async def test_without_its_database_everything_says_so_at_once(without_database: httpx.AsyncClient, tmp_path: Path) -> None:
    began = time.monotonic()
    headers = {"Authorization": f"Bearer {mint_key().text}"}
    for path in ("/health/ready", f"{V1}/sessions", f"{V1}/events", "/api/nothing"):
        answer = await without_database.get(path, headers=headers)
        assert code_of(answer) == (503, "database_unreachable"), path
        assert str(tmp_path) not in answer.text
        assert answer.headers["x-request-id"]
    assert (await without_database.get("/health/live")).json() == {"status": "ok"}
    assert (await without_database.get(f"{V1}/sessions")).status_code == 401
    assert time.monotonic() - began < 5
