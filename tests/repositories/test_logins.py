"""From what an ADMIN entered to git that is let in: opened or minted at each operation."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import RSAKey
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url
from tests.api import Api
from tests.repositories.test_git_credentials_api import pem
from tests.workspaces.desk import Repository
from tests.workspaces.remotes import GIT_USER, HttpRemote, SshRemote, http_remote, ssh_remote

from orchestrator.kit.clock import now
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.sealing import make_master_key
from orchestrator.repositories.errors import GitHubTokenRefused
from orchestrator.repositories.github_app import App, InstallationTokens
from orchestrator.repositories.logins import GitLogins
from orchestrator.sandboxes import choose_sandbox
from orchestrator.workspaces import Workspaces
from orchestrator.workspaces.errors import RepositoryHostKeyWrong


@dataclass
class GitHub:
    """The one endpoint of GitHub's API that gives installation tokens; each token is another."""

    public_key: bytes
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    valid_for: timedelta = timedelta(hours=1)
    status: int = 201

    def answer(self, path: str, bearer: str) -> tuple[int, bytes]:
        token = jwt.decode(bearer, RSAKey.import_key(self.public_key), algorithms=["RS256"])
        self.asked.append({"path": path, **token.claims})
        expires_at = (now() + self.valid_for).isoformat().replace("+00:00", "Z")
        body = {"token": self.token, "expires_at": expires_at, "you_sent": bearer}
        return self.status, json.dumps(body).encode()

    @property
    def token(self) -> str:
        return f"ghs_canary_{len(self.asked)}"


@pytest.fixture
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def github(key: rsa.RSAPrivateKey) -> Iterator[GitHub]:
    known = GitHub(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            status, body = known.answer(self.path, self.headers["Authorization"].removeprefix("Bearer "))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def bare(make_repository: Callable[..., Repository], tmp_path: Path) -> Path:
    repository = make_repository()
    (tmp_path / "served").mkdir()
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(tmp_path / "served/shop.git"))
    return tmp_path / "served/shop.git"


@pytest.fixture
def remote(bare: Path) -> Iterator[HttpRemote]:
    with http_remote(bare.parent) as remote:
        yield remote


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[SshRemote]:
    (tmp_path / "sshd").mkdir()
    with ssh_remote(tmp_path / "sshd") as remote:
        yield remote


@pytest.fixture
def private_api(own_api: Api) -> Api:
    """Its settings let a tenant's GitHub stand on loopback."""
    state = own_api.app.state
    state.settings = state.settings.model_copy(update={"private_providers": True})
    state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(state.settings)
    return own_api


@dataclass
class Plane:
    api: Api
    logins: GitLogins
    workspaces: Workspaces

    async def add(self, **body: Any) -> None:
        answer = await self.api.call("POST", "/git-credentials", self.api.actors.admin, json=body)
        assert answer.status_code == 201, answer.text

    async def fetch(self, url: str) -> str:
        tenant = str(self.api.actors.admin.tenant_id)
        return (await self.workspaces.prepare_mirror(tenant, url)).commit


@pytest.fixture
def plane(private_api: Api) -> Plane:
    state = private_api.app.state
    logins = GitLogins(private_api.database, state.settings)
    ledger = ProcessLedger(state.settings.data_dir / "processes")
    made = Workspaces(state.settings.data_dir, (), choose_sandbox("process"), ledger, logins.find)
    return Plane(private_api, logins, made)


async def test_a_token_of_the_tenant_fetches_and_nobody_elses_does(plane: Plane, remote: HttpRemote, bare: Path) -> None:
    await plane.add(name="t", kind="token", pattern=remote.url, username=GIT_USER, secret=remote.token)
    assert await plane.fetch(f"{remote.url}/shop.git") == Repository(bare).git("rev-parse", "main")
    assert await plane.logins.find(str(plane.api.actors.other.tenant_id), f"{remote.url}/shop.git") is None
    assert remote.token not in dump_of(plane)


async def test_the_more_exact_pattern_wins_and_of_two_alike_the_newer(plane: Plane) -> None:
    for name, pattern in (("all", "h.example"), ("old", "h.example/acme"), ("new", "h.example/acme")):
        await plane.add(name=name, kind="token", pattern=pattern, secret=name)
    tenant = str(plane.api.actors.admin.tenant_id)
    found = [await plane.logins.find(tenant, f"https://h.example/{path}") for path in ("acme/shop", "other/shop")]
    assert [one and one.password for one in found] == ["new", "all"]


async def test_an_app_gets_a_token_for_the_operation_and_keeps_it_until_shortly_before_its_end(
    plane: Plane, remote: HttpRemote, github: GitHub, key: rsa.RSAPrivateKey
) -> None:
    """The second operation uses the first one's token; one that has four minutes left is not used any more."""
    app = {"app_id": "Iv1.a", "installation_id": 7, "api_url": github.url + "/"}
    await plane.add(name="app", kind="github_app", pattern=remote.url, secret=pem(key), **app)
    remote.token, github_user = "ghs_canary_1", "x-access-token"
    tenant, url = str(plane.api.actors.admin.tenant_id), f"{remote.url}/shop.git"
    found = [await plane.logins.find(tenant, url) for _ in range(2)]
    assert [(one.username, one.password) for one in found if one] == [(github_user, "ghs_canary_1")] * 2
    (asked,) = github.asked
    assert (asked["path"], asked["iss"]) == ("/app/installations/7/access_tokens", "Iv1.a")
    assert asked["exp"] - asked["iat"] <= 600
    github.valid_for = timedelta(minutes=4)
    fresh = GitLogins(plane.api.database, plane.api.app.state.settings)
    short = [await fresh.find(tenant, url) for _ in range(2)]
    assert [one.password for one in short if one] == ["ghs_canary_2", "ghs_canary_3"]


async def test_operations_at_once_ask_for_one_token(
    plane: Plane, remote: HttpRemote, github: GitHub, key: rsa.RSAPrivateKey
) -> None:
    app = {"app_id": "1", "installation_id": 7, "api_url": github.url}
    await plane.add(name="app", kind="github_app", pattern=remote.url, secret=pem(key), **app)
    tenant = str(plane.api.actors.admin.tenant_id)
    await asyncio.gather(*(plane.logins.find(tenant, f"{remote.url}/shop.git") for _ in range(5)))
    assert len(github.asked) == 1


async def test_a_refusal_of_github_is_told_without_what_was_sent(
    plane: Plane, remote: HttpRemote, github: GitHub, key: rsa.RSAPrivateKey
) -> None:
    app = {"app_id": "1", "installation_id": 7, "api_url": github.url}
    await plane.add(name="app", kind="github_app", pattern=remote.url, secret=pem(key), **app)
    github.status = 401
    with pytest.raises(GitHubTokenRefused, match="status 401") as caught:
        await plane.fetch(f"{remote.url}/shop.git")
    assert caught.value.code.startswith("repository")
    assert "eyJ" not in caught.value.message


async def test_the_first_host_key_is_pinned_and_another_is_refused_from_then_on(
    plane: Plane, sshd: SshRemote, bare: Path
) -> None:
    pattern = f"ssh://127.0.0.1:{sshd.port}"
    await plane.add(name="deploy", kind="ssh_key", pattern=pattern, secret=sshd.private_key)
    await plane.fetch(sshd.url(bare))
    listed = (await plane.api.call("GET", "/git-credentials", plane.api.actors.admin)).json()["items"]
    assert sshd.host_key in listed[0]["known_hosts"]
    entries = (await plane.api.call("GET", "/audit", plane.api.actors.admin)).json()["items"]
    assert entries[0]["action"] == "git_credential.host_pinned"
    login = await plane.logins.find(str(plane.api.actors.admin.tenant_id), sshd.url(bare))
    assert login
    assert login.known_hosts == listed[0]["known_hosts"]
    assert "OPENSSH PRIVATE KEY" not in dump_of(plane)


async def test_an_impostor_of_a_pinned_host_is_refused(plane: Plane, sshd: SshRemote, bare: Path) -> None:
    pattern = f"ssh://127.0.0.1:{sshd.port}"
    stranger = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKmT1IHkFQk4Q3q9xw1wz1cG0m7H0s4n5lqZb0R2l3aE"
    known_hosts = f"[127.0.0.1]:{sshd.port} {stranger}"
    await plane.add(name="d", kind="ssh_key", pattern=pattern, secret=sshd.private_key, known_hosts=known_hosts)
    with pytest.raises(RepositoryHostKeyWrong):
        await plane.fetch(sshd.url(bare))


def dump_of(plane: Plane) -> str:
    """Every row of every table, past row-level security."""
    parsed = make_url(plane.api.database.url)
    info = make_conninfo("", dbname=parsed.database, user=parsed.username, **dict(parsed.query))  # type: ignore[arg-type]
    found = ""
    with psycopg.connect(info) as connection:
        tables = connection.execute("select format('%I.%I', schemaname, tablename) from pg_tables").fetchall()
        for (table,) in tables:
            if "pg_catalog" not in table and "information_schema" not in table:
                found += str(connection.execute(f"select t::text from {table} t").fetchall())  # type: ignore[arg-type]  # noqa: S608
    assert "git_credential.add" in found
    return found


async def test_a_name_that_leads_inside_a_moment_later_is_not_asked(
    plane: Plane, github: GitHub, key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is public when it is looked at, and this machine when it is connected to."""
    answers = iter(["8.8.8.8"])

    def look_up(_host: str, port: Any, *_: Any, **__: Any) -> Any:
        address = (next(answers, "127.0.0.1"), port or 0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)]

    app = App(uuid4(), "app", "1", 7, github.url.replace("127.0.0.1", "rebound.example"), False, pem(key))
    settings = plane.api.app.state.settings.model_copy(update={"private_providers": False})
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(GitHubTokenRefused):
        await InstallationTokens(settings).token(app)
    assert github.asked == []
