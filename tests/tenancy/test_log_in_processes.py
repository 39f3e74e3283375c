"""The whole way as a browser takes it: a provider from PyPI, and two processes of the API behind one address."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from tests.actors import make_tenant
from tests.api import V1, code_of
from tests.databases import copied
from tests.e2e.tree import free_port
from tests.overview.reading import Stream
from tests.tenancy.browsers import add_member
from tests.tenancy.openid import mock_provider, until_answering

from orchestrator.kit.db import Database
from orchestrator.tenancy.models import Role

ADA = {"sub": "auth0|ada", "name": "Ada Lovelace", "email": "ada@example.com"}


@dataclass
class Cluster:
    """`public` is the address of the first process; cookies know no ports, so a browser has the same ones at `second`."""

    public: str
    second: str
    issuer: str
    database: Database

    async def log_in(self, browser: httpx.AsyncClient, come_back_to: str, subject: str = ADA["sub"]) -> httpx.Response:
        form = await browser.get(f"{self.public}/auth/log-in", params={"next": come_back_to}, follow_redirects=True)
        assert form.status_code == 200, form.text
        assert str(form.url).startswith(self.issuer)
        return await browser.post(form.url, data={"sub": subject}, follow_redirects=True)


@pytest.fixture(scope="module")
async def cluster(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    ports = free_port(), free_port()
    public, second = (f"http://127.0.0.1:{port}" for port in ports)
    with copied(postgres) as url:
        async with mock_provider(ADA) as issuer:
            env = {
                "DATABASE_URL": url,
                "ORCHESTRATOR_PUBLIC_URL": public,
                "ORCHESTRATOR_OIDC_ISSUER": issuer,
                "ORCHESTRATOR_OIDC_CLIENT_ID": "orchestrator",
                "ORCHESTRATOR_OIDC_CLIENT_SECRET": "s3cret",
                "ORCHESTRATOR_OIDC_OPERATORS": "auth0|grace",
                "ORCHESTRATOR_SANDBOX": "process",
                "ORCHESTRATOR_DATA_DIR": str(tmp_path_factory.mktemp("data")),
            }
            database = Database(url)
            async with api_process(env, ports[0]), api_process(env, ports[1]):
                yield Cluster(public, second, issuer, database)
            await database.close()


@asynccontextmanager
async def api_process(env: dict[str, str], port: int) -> AsyncIterator[None]:
    program = str(Path(sys.executable).with_name("orchestrator"))
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = kept | env | {"ORCHESTRATOR_PORT": str(port)}
    process = await asyncio.to_thread(subprocess.Popen, [program, "api"], env=environment, stderr=subprocess.DEVNULL)
    try:
        await until_answering(f"http://127.0.0.1:{port}/health/ready")
        yield
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)


async def test_from_the_log_in_to_the_log_out(cluster: Cluster) -> None:
    async with httpx.AsyncClient() as browser:
        arrived = await cluster.log_in(browser, f"{V1}/me")
        assert str(arrived.url) == f"{cluster.public}{V1}/me"
        me = arrived.json()
        assert me["principal"] == {
            "kind": "user",
            "id": me["principal"]["user_id"],
            "user_id": me["principal"]["user_id"],
            "name": "Ada Lovelace",
            "email": "ada@example.com",
        }
        assert (me["is_operator"], me["memberships"]) == (False, [])
        assert code_of(await browser.get(f"{cluster.second}{V1}/sessions")) == (403, "no_membership")

        slug = f"t-{uuid4().hex}"
        await add_member(cluster.database, await make_tenant(cluster.database, slug), me["principal"]["id"], Role.MEMBER)
        assert (await browser.get(f"{cluster.second}{V1}/me")).json()["role"] == "MEMBER"
        made = await browser.post(
            f"{cluster.second}{V1}/sessions", json={"prompt": "Do it."}, headers={"Origin": cluster.public}
        )
        assert made.status_code == 201

        cookie = {"Cookie": f"oio_session={browser.cookies['oio_session']}"}
        assert (await browser.post(f"{cluster.public}/auth/log-out", headers={"Origin": cluster.public})).status_code == 204
        left = time.monotonic()
        for process in (cluster.second, cluster.public):
            assert code_of(await browser.get(f"{process}{V1}/sessions", headers=cookie)) == (401, "unauthenticated")
        assert time.monotonic() - left < 1


async def test_a_person_of_several_tenants_follows_the_events_of_one(cluster: Cluster) -> None:
    """As a browser's EventSource does it, which sends a cookie and no header of ours."""
    async with httpx.AsyncClient() as browser:
        me = (await cluster.log_in(browser, f"{V1}/me", f"auth0|{uuid4().hex}")).json()["principal"]["id"]
        slugs = [f"t-{uuid4().hex}" for _ in range(2)]
        tenants = [await make_tenant(cluster.database, slug) for slug in slugs]
        for tenant in tenants:
            await add_member(cluster.database, tenant, me, Role.MEMBER)
        headers = {"Origin": cluster.public, "X-Tenant-ID": slugs[1]}
        made = (await browser.post(f"{cluster.public}{V1}/sessions", json={"prompt": "Do it."}, headers=headers)).json()
        stream = f"{cluster.public}{V1}/events?after=0"
        assert code_of(await browser.get(stream)) == (400, "tenant_required")
        assert code_of(await browser.get(f"{stream}&tenant=default")) == (404, "tenant_not_found")
        for name in (slugs[1], str(tenants[1])):
            async with browser.stream("GET", f"{stream}&tenant={name}") as answer:
                assert (await Stream(answer).next()).data["session_id"] == made["id"]
        async with browser.stream("GET", f"{stream}&tenant={slugs[1]}") as answer:
            reading = Stream(answer)
            await reading.next()
            async with cluster.database.system_transaction() as db:
                await db.execute(text("delete from memberships where tenant_id = :t"), {"t": tenants[1]})
            left = time.monotonic()
            with pytest.raises(StopAsyncIteration):
                await reading.take(1000)
            assert time.monotonic() - left < 1.5


async def test_who_leaves_from_one_process_comes_back_to_another(cluster: Cluster) -> None:
    async with httpx.AsyncClient() as browser:
        form = await browser.get(f"{cluster.public}/auth/log-in", follow_redirects=True)
        back = await browser.post(form.url, data={"sub": ADA["sub"]})
        there = back.headers["location"].replace(cluster.public, cluster.second)
        arrived = await browser.get(there)
        assert (arrived.status_code, arrived.headers["location"]) == (303, "/")
        assert code_of(await browser.get(back.headers["location"])) == (400, "log_in_failed")
        assert (await browser.get(f"{cluster.public}{V1}/me")).status_code == 200


async def test_the_same_person_twice_is_one_user_and_an_operator_by_subject_alone(cluster: Cluster) -> None:
    found = set[tuple[str, bool]]()
    for subject in (ADA["sub"], ADA["sub"], "auth0|grace"):
        async with httpx.AsyncClient() as browser:
            me = (await cluster.log_in(browser, f"{V1}/me", subject)).json()
            found.add((me["principal"]["id"], me["is_operator"]))
    assert sorted(is_operator for _, is_operator in found) == [False, True]


async def test_who_declines_is_not_logged_in(cluster: Cluster) -> None:
    async with httpx.AsyncClient() as browser:
        form = await browser.get(f"{cluster.public}/auth/log-in", follow_redirects=True)
        answer = await browser.post(form.url, data={"action": "deny"}, follow_redirects=True)
        assert code_of(answer) == (400, "log_in_failed")
        assert "oio_session" not in browser.cookies
