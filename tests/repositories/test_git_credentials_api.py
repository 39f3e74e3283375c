"""Git credentials over HTTP: who may, whose they are, what is refused, and that a secret goes in and never comes out."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import text
from tests.actors import make_actor
from tests.api import RANDOM_ID, Api, code_of, without_request_id
from tests.workspaces.remotes import make_key

from orchestrator.kit.sealing import make_master_key
from orchestrator.tenancy.models import Role

CANARY = "ghp_canary-5e1b"
TOKEN: dict[str, Any] = {"name": "acme", "kind": "token", "pattern": "github.com/acme", "secret": CANARY}
APP: dict[str, Any] = {
    "name": "app",
    "kind": "github_app",
    "pattern": "github.com",
    "app_id": "17",
    "installation_id": 4,
    "api_url": "https://1.1.1.1/api/v3",
}


@pytest.fixture(autouse=True)
def _master_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


def pem(key: Any) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="module")
def app_key() -> str:
    return pem(rsa.generate_private_key(65537, 2048))


async def add(api: Api, **body: Any) -> Any:
    return await api.call("POST", "/git-credentials", api.actors.admin, json=TOKEN | body)


async def test_only_an_admin_keeps_them_and_a_lead_looks(api: Api) -> None:
    lead = await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)
    made = (await add(api)).json()
    one = f"/git-credentials/{made['id']}"
    assert code_of(await api.client.get(f"/api/v1{one}")) == (401, "unauthenticated")
    for actor in (api.actors.viewer, api.actors.member, lead):
        assert code_of(await api.call("POST", "/git-credentials", actor, json=TOKEN)) == (403, "permission_required")
        assert code_of(await api.call("DELETE", one, actor)) == (403, "permission_required")
    assert code_of(await api.call("GET", one, api.actors.member)) == (403, "permission_required")
    assert (await api.call("GET", one, lead)).json() == made


async def test_another_tenants_credential_is_none(api: Api) -> None:
    theirs = (await api.call("POST", "/git-credentials", api.actors.other, json=TOKEN)).json()
    for method in ("GET", "DELETE"):
        foreign = await api.call(method, f"/git-credentials/{theirs['id']}", api.actors.admin)
        nobodys = await api.call(method, f"/git-credentials/{RANDOM_ID}", api.actors.admin)
        assert code_of(foreign) == (404, "not_found")
        assert without_request_id(foreign) == without_request_id(nobodys)
    assert (await api.call("GET", "/git-credentials", api.actors.admin)).json()["items"] == []


async def test_a_secret_never_comes_out(api: Api) -> None:
    answers = [
        await add(api),
        await add(api),
        await add(api, name="q", kind="nonsense"),
        await add(api, name="q", kind="ssh_key"),
        await add(api, name="q", username="a" * 3_000),
        await api.call("GET", "/git-credentials", api.actors.admin),
    ]
    assert [one.status_code for one in answers] == [201, 409, 422, 422, 422, 200]
    assert all(CANARY not in one.text for one in answers)
    async with api.database.system_transaction() as db:
        rows = (await db.execute(text("select t::text, encode(secret_sealed, 'escape') from git_credentials t"))).all()
        rows += (await db.execute(text("select e::text from events e union all select a::text from audit_log a"))).all()
    assert "git_credential.add" in str(rows)
    assert CANARY not in str(rows)


async def test_what_is_kept_and_removed_is_in_the_audit_log(api: Api) -> None:
    made = (await add(api)).json()
    assert (await api.call("DELETE", f"/git-credentials/{made['id']}", api.actors.admin)).status_code == 204
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    assert [one["action"] for one in entries[:2]] == ["git_credential.remove", "git_credential.add"]
    assert entries[1]["after"]["pattern"] == "https://github.com/acme"


async def test_the_same_idempotency_key_makes_one(api: Api) -> None:
    first = await api.call("POST", "/git-credentials", api.actors.admin, json=TOKEN, headers={"Idempotency-Key": "k"})
    again = await api.call("POST", "/git-credentials", api.actors.admin, json=TOKEN, headers={"Idempotency-Key": "k"})
    assert first.json() == again.json()


async def test_of_an_ssh_key_the_public_half_is_shown(api: Api, tmp_path: Path) -> None:
    private, public = make_key(tmp_path / "key")
    made = (await add(api, kind="ssh_key", pattern="git.example.com:2222", secret=private)).json()
    assert (made["pattern"], made["public_key"]) == ("ssh://git.example.com:2222/", public)
    assert made["key_fingerprint"].startswith("SHA256:")
    assert made["known_hosts"] is None


async def test_an_app_is_kept_with_its_public_facts(api: Api, app_key: str) -> None:
    made = (await add(api, **APP, secret=app_key)).json()
    assert (made["app_id"], made["installation_id"], made["api_url"]) == ("17", 4, "https://1.1.1.1/api/v3")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"pattern": "ssh://github.com"}, "git_credential_options"),
        ({"pattern": "ftp://github.com"}, "git_pattern_invalid"),
        ({"pattern": "github.com/*/shop"}, "git_pattern_invalid"),
        ({"pattern": "https://"}, "git_pattern_invalid"),
        ({"pattern": "github.com/acme/../other"}, "git_pattern_invalid"),
        ({"secret": "two\nlines"}, "git_secret_invalid"),
        ({"known_hosts": "github.com ssh-ed25519 AAAA"}, "git_credential_options"),
        ({"kind": "ssh_key", "secret": "no key"}, "git_secret_invalid"),
        ({"kind": "github_app", "secret": "no key", "app_id": "1", "installation_id": 1}, "git_secret_invalid"),
        (APP | {"secret": pem(ec.generate_private_key(ec.SECP256R1()))}, "git_secret_invalid"),
    ],
)
async def test_what_cannot_work_is_refused(api: Api, body: dict[str, Any], code: str) -> None:
    assert code_of(await add(api, **body)) == (422, code)


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"app_id": None}, (422, "git_credential_options")),
        ({"api_url": "file:///etc"}, (422, "git_credential_options")),
        ({"api_url": "http://127.0.0.1:8700"}, (403, "github_api_refused")),
        ({"api_url": "http://localhost:8700"}, (403, "github_api_refused")),
        ({"api_url": "http://169.254.169.254"}, (403, "github_api_refused")),
    ],
)
async def test_an_app_leads_to_githubs_api_and_nowhere_inside(
    api: Api, app_key: str, change: dict[str, Any], answer: tuple[int, str]
) -> None:
    assert code_of(await add(api, **APP | {"secret": app_key} | change)) == answer
