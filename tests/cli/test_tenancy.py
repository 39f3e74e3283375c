"""The nouns of tenancy on the command line, against a real server."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from tests.actors import make_operator
from tests.api import Server
from tests.cli.test_cli import refused, run

from orchestrator.client.api import Client
from orchestrator.client.errors import ApiError

Env = dict[str, str | None]


@pytest.fixture
def env(server: Server, tmp_path: Path) -> Env:
    data = {"ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path), "NO_COLOR": "1"}
    return {**data, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.admin.key}


@pytest.fixture
async def operator(server: Server, env: Env) -> Env:
    made = await make_operator(server.database, server.actors.admin.tenant_id, server.actors.admin.slug)
    return {**env, "ORCHESTRATOR_API_KEY": made.key}


def printed(env: Env, *arguments: str) -> str:
    result = run(env, *arguments)
    assert result.exit_code == 0, (result.output, result.stderr)
    return result.stdout


def test_an_operator_makes_a_tenant_and_sets_its_quotas(env: Env, operator: Env) -> None:
    slug = f"t-{uuid4().hex}"
    refused(run(env, "tenants", "create", slug), "operator_required")
    made = printed(operator, "tenants", "create", slug, "--name", "Team [bold]X[/]")
    key = next(word for word in made.split() if word.startswith("oio_"))
    assert "Team [bold]X[/]" in printed(operator, "tenants", "list")
    refused(run(operator, "tenants", "create", slug), "slug_taken")
    assert "no limit" in printed(operator, "quotas", "set", "--tenant", slug, "storage_bytes=none", "max_queued_sessions=7")
    theirs = {**env, "ORCHESTRATOR_API_KEY": key}
    shown = printed(theirs, "quotas", "show")
    assert [line.split()[1:] for line in shown.splitlines() if "max_queued_sessions" in line] == [["7", "0"]]
    refused(run(env, "quotas", "show", "--tenant", slug), "tenant_not_found")
    refused(run(theirs, "quotas", "set", "max_sessions=1"), "unknown_quota")
    for wrong in ("max_queued_sessions", "max_queued_sessions=", "max_queued_sessions=-1", "=1", "max_queued_sessions=x"):
        refused(run(theirs, "quotas", "set", "--", wrong), "invalid")
    changed = printed(theirs, "tenants", "set", "--name", "Y", "--no-capture", "--retention-days", "3")
    assert "False" in changed
    assert slug in printed(theirs, "tenants", "show")
    assert "weight                    5" in printed(operator, "tenants", "set", slug, "--weight", "5")
    refused(run(theirs, "tenants", "set", "--weight", "5"), "operator_required")


def test_users_and_their_keys(server: Server, env: Env) -> None:
    user_id = printed(env, "users", "add", "Ada", "--role", "LEAD", "--email", "ada@example.com").split()[0]
    assert "ada@example.com" in printed(env, "users", "list")
    made = printed(env, "keys", "create", "laptop", "--role", "LEAD", "--user", user_id)
    key_id, key = made.split()[1], made.split()[3]
    ada = {**env, "ORCHESTRATOR_API_KEY": key}
    assert key_id in printed(ada, "keys", "list")
    rotated = printed(env, "keys", "rotate", key_id, "--grace-seconds", "0").split()[3]
    refused(run(ada, "keys", "list"), "unauthenticated")
    ada["ORCHESTRATOR_API_KEY"] = rotated
    assert "VIEWER" in printed(env, "users", "set-role", user_id, "VIEWER")
    refused(run(ada, "keys", "list"), "permission_required")
    assert "removed" in printed(env, "users", "remove", user_id)
    refused(run(ada, "sessions", "list"), "unauthenticated")
    refused(run(env, "users", "remove", user_id), "not_found")
    other = printed(env, "keys", "create", "ci", "--role", "VIEWER", "--expires", "2100-01-01T00:00:00Z").split()[1]
    assert "until 2100-01-01" in printed(env, "keys", "list")
    assert "revoked" in printed(env, "keys", "revoke", other)
    assert "revoked" in printed(env, "keys", "list")
    refused(run(env, "keys", "create", "x", "--role", "OWNER"), "invalid")
    refused(run(env, "keys", "create", "x", "--operator"), "operator_required")


def test_the_audit_log_is_listed_exported_and_verified(server: Server, env: Env) -> None:
    assert "intact 0 entries" in printed(env, "audit", "verify")
    for number in range(3):
        printed(env, "quotas", "set", f"max_queued_sessions={number}")
    assert printed(env, "audit", "list", "--limit", "2").count("quotas.change") == 2
    lines = [json.loads(line) for line in printed(env, "audit", "export").splitlines()]
    assert [(one["number"], one["after"]) for one in lines] == [(n + 1, {"max_queued_sessions": n}) for n in range(3)]
    assert lines[2]["hash"] in printed(env, "audit", "verify")
    with psycopg.connect(server.database.url) as connection:
        whose = {"t": server.actors.admin.tenant_id}
        connection.execute("update audit_log set actor = 'nobody' where number = 2 and tenant_id = %(t)s", whose)
    result = run(env, "audit", "verify")
    assert result.exit_code == 1
    assert "broken at entry 2" in result.stdout


def test_the_client_pages_through_many_tenants(server: Server, operator: Env) -> None:
    with Client(server.url, operator["ORCHESTRATOR_API_KEY"] or "") as client:
        page = client.tenants()
        assert page["items"][0]["id"] == str(server.actors.admin.tenant_id)
        assert page["next_cursor"] is None
        with pytest.raises(ApiError, match="slug"):
            client.create_tenant("Not a slug", "x")


def test_the_network_of_sandboxes(env: Env) -> None:
    assert "host (the operator's)" in printed(env, "network", "show")
    shown = printed(env, "network", "set", "--mode", "allowlist", "--host", "pypi.org", "--host", "*.npmjs.org")
    assert "hosts    pypi.org, *.npmjs.org\n" in shown
    assert "git.example.com:8443" in printed(env, "network", "allow", "git.example.com:8443", "pypi.org")
    assert "hosts    *.npmjs.org, git.example.com:8443\n" in printed(env, "network", "deny", "pypi.org")
    refused(run(env, "network", "allow", "*"), "bad_host")
    refused(run(env, "network", "set", "--mode", "wide"), "invalid")
    back = printed(env, "network", "set", "--mode", "default", "--host", "default")
    assert "none (the operator's)" in back


def test_of_many_who_allow_hosts_at_once_none_is_lost(server: Server) -> None:
    tenant_id = str(server.actors.admin.tenant_id)
    hosts = [f"h{number}.example.com" for number in range(6)]

    def allow(host: str) -> None:
        with Client(server.url, server.actors.admin.key) as client:
            client.edit_allowed_hosts(tenant_id, lambda known: [*known, host])

    with ThreadPoolExecutor(len(hosts)) as people:
        list(people.map(allow, hosts))
    with Client(server.url, server.actors.admin.key) as client:
        assert set(hosts) <= set(client.network(tenant_id)["allowed_hosts"])
        with pytest.raises(ApiError, match=r"http://x"):
            client.edit_allowed_hosts(tenant_id, lambda known: [*known, "http://x"])
        client.edit_allowed_hosts(tenant_id, lambda _: [])


def test_a_sign_in_link_signs_one_browser_in(server: Server, env: Env) -> None:
    link = printed(env, "sign-in-link").strip()
    address, _, token = link.partition("#token=")
    assert address == f"{server.url}/sign-in"
    with httpx.Client(base_url=server.url, trust_env=False, timeout=20) as browser:
        assert browser.post("/auth/sign-in", json={"token": token}).status_code == 204
        assert browser.get("/api/v1/me").json()["principal"]["id"] == str(server.actors.admin.key_id)
        assert browser.post("/auth/sign-in", json={"token": token}).status_code == 401
    refused(run({**env, "ORCHESTRATOR_API_KEY": "oio_x_y"}, "sign-in-link"), "unauthenticated")
