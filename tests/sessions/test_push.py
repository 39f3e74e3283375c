"""A result goes to its origin with the tenant's credential, and over nobody else's commits."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from tests.actors import make_actor
from tests.api import RANDOM_ID, Api, code_of, without_request_id
from tests.workspaces.conftest import make_repository, roots  # noqa: F401 - fixtures.
from tests.workspaces.desk import Repository
from tests.workspaces.remotes import GIT_USER, HttpRemote, http_remote

from orchestrator.kit.sealing import make_master_key
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status
from orchestrator.tenancy.models import Role
from orchestrator.workspaces import Base, RepositoryConfig, Workspaces, branch_name


@pytest.fixture
def bare(make_repository: Callable[..., Repository], tmp_path: Path) -> Repository:  # noqa: F811
    repository = make_repository()
    (tmp_path / "served").mkdir()
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(tmp_path / "served/shop.git"))
    return Repository(tmp_path / "served/shop.git")


@pytest.fixture
def remote(bare: Repository) -> Iterator[HttpRemote]:
    with http_remote(bare.path.parent) as remote:
        yield remote


@dataclass
class Finished:
    """A session of tenant `a` that has ended with a commit."""

    api: Api
    workspaces: Workspaces
    base: Base
    session: dict[str, Any]
    place: Any
    number: int = 0

    async def result(self, command: str) -> str:
        """The agent works on, and the session ends with what it made."""
        done = await self.workspaces.run(command, self.place, env={}, timeout_seconds=60)
        assert done.exit_code == 0, done.output
        self.number += 1
        commit = (await self.workspaces.checkpoint(self.place, self.number, "Result")).commit
        await self.set(commit=commit)
        return commit

    async def set(self, **values: Any) -> None:
        with tenant_scope(self.api.actors.admin.tenant_id):
            async with self.api.database.transaction() as db:
                columns = {getattr(Session, name): value for name, value in values.items()}
                await db.execute(update(Session).where(Session.id == self.session["id"]).values(columns))

    async def push(self) -> httpx.Response:
        return await self.api.call("POST", f"/sessions/{self.session['id']}/push")


@pytest.fixture
async def finished(api: Api, remote: HttpRemote) -> Finished:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)
    credential = {"name": "t", "kind": "token", "pattern": remote.url, "username": GIT_USER, "secret": remote.token}
    made = await api.call("POST", "/git-credentials", api.actors.admin, json=credential)
    assert made.status_code == 201, made.text
    workspaces: Workspaces = api.app.state.workspaces
    tenant, url = str(api.actors.admin.tenant_id), f"{remote.url}/shop.git"
    session = await api.create(repository=url, start=False)
    base = await workspaces.prepare_mirror(tenant, url)
    branch = branch_name(session["title"], session["id"])
    place = await workspaces.create(tenant, session["id"], base, branch, None, RepositoryConfig())
    finished = Finished(api, workspaces, base, session, place)
    await finished.set(base_commit=base.commit, base_ref=base.base_ref, repository_key=base.repository_key)
    await finished.set(status=Status.COMPLETED)
    return finished


async def test_who_may_not_and_whose_it_is_not(finished: Finished) -> None:
    api, path = finished.api, f"/sessions/{finished.session['id']}/push"
    assert code_of(await api.client.post(f"/api/v1{path}")) == (401, "unauthenticated")
    viewer = await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.VIEWER)
    assert code_of(await api.call("POST", path, viewer)) == (403, "permission_required")
    foreign = await api.call("POST", path, api.actors.other)
    nobodys = await api.call("POST", f"/sessions/{RANDOM_ID}/push", api.actors.other)
    assert code_of(foreign) == (404, "not_found")
    assert without_request_id(foreign) == without_request_id(nobodys)


async def test_the_branch_arrives_once_with_an_event_and_an_audit_entry(finished: Finished, bare: Repository) -> None:
    assert code_of(await finished.push()) == (409, "no_result_yet")
    commit = await finished.result("echo 1 > app.py")
    answers = [(await finished.push()).json() for _ in range(2)]
    assert [(one["commit"], one["moved"]) for one in answers] == [(commit, True), (commit, False)]
    assert bare.git("rev-parse", answers[0]["branch"]) == commit
    told = [one for one in await finished.api.events() if one["type"] == "session.pushed"]
    assert [one["data"]["commit"] for one in told] == [commit]
    audit = (await finished.api.call("GET", "/audit", finished.api.actors.admin)).json()["items"]
    assert [one["action"] for one in audit].count("session.push") == 1


async def test_a_later_result_takes_the_place_of_ours_even_when_it_does_not_contain_it(
    finished: Finished, bare: Repository
) -> None:
    first = await finished.result("echo 1 > app.py")
    branch = (await finished.push()).json()["branch"]
    mirror = Repository(finished.workspaces.mirror(str(finished.api.actors.admin.tenant_id), finished.base))
    rebased = mirror.git("commit-tree", f"{first}^{{tree}}", "-p", finished.base.commit, "-m", "Told anew")
    await finished.set(commit=rebased)
    assert (await finished.push()).json()["moved"] is True
    assert bare.git("rev-parse", branch) == rebased


async def test_somebodys_commit_on_the_branch_is_not_overwritten(finished: Finished, bare: Repository) -> None:
    first = await finished.result("echo 1 > app.py")
    branch = (await finished.push()).json()["branch"]
    theirs = bare.git("commit-tree", f"{first}^{{tree}}", "-p", first, "-m", "Mine")
    bare.git("update-ref", f"refs/heads/{branch}", theirs)
    await finished.result("echo 2 > app.py")
    answer = await finished.push()
    assert code_of(answer) == (409, "publish_failed")
    assert "commits there" in answer.text
    assert bare.git("rev-parse", branch) == theirs


async def test_a_commit_that_comes_between_our_look_and_our_push_is_not_overwritten(
    finished: Finished, bare: Repository, remote: HttpRemote
) -> None:
    """The remote's branch moves when git has asked for it and is about to push."""
    first = await finished.result("echo 1 > app.py")
    branch = (await finished.push()).json()["branch"]
    theirs = bare.git("commit-tree", f"{first}^{{tree}}", "-p", first, "-m", "Mine")
    await finished.result("echo 2 > app.py")

    def step_in() -> None:
        if "service=git-receive-pack" in remote.seen[-1][0]:
            bare.git("update-ref", f"refs/heads/{branch}", theirs)

    remote.before_answer = step_in
    assert code_of(await finished.push()) == (409, "publish_failed")
    assert bare.git("rev-parse", branch) == theirs


async def test_a_remote_that_refuses_the_branch_says_why(finished: Finished, bare: Repository) -> None:
    hook = bare.path / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho protected by policy >&2\nexit 1\n")
    hook.chmod(0o755)
    await finished.result("echo 1 > app.py")
    answer = await finished.push()
    assert code_of(answer) == (409, "publish_failed")
    assert "hook declined" in answer.text


async def test_a_token_that_may_not_push_is_told_by_name(finished: Finished, remote: HttpRemote) -> None:
    await finished.result("echo 1 > app.py")
    remote.token = "another"
    assert code_of(await finished.push()) == (422, "repository_credential_refused")


async def test_a_local_repository_has_nowhere_to_be_pushed_to(
    finished: Finished,
    make_repository: Callable[..., Repository],  # noqa: F811
) -> None:
    path = finished.api.roots / "local"
    make_repository(name="one").git("clone", "--quiet", ".", str(path))
    tenant = str(finished.api.actors.admin.tenant_id)
    base = await finished.workspaces.prepare_mirror(tenant, str(path))
    await finished.set(base_commit=base.commit, commit=base.commit, repository_key=base.repository_key)
    assert code_of(await finished.push()) == (409, "origin_missing")


def packet(content: bytes) -> bytes:
    return b"%04x" % (len(content) + 4) + content


async def test_a_remote_that_says_the_token_back_in_its_refusal_is_not_repeated(
    finished: Finished, remote: HttpRemote
) -> None:
    """In the report of a push, which git prints as its answer and not as a complaint."""

    def refuse(request: Any, _body: bytes) -> tuple[int, dict[str, str], bytes]:
        said = f"you sent {request.headers['Authorization']} which is {remote.token}"
        branch = f"refs/heads/{finished.session['branch']}"
        report = packet(b"unpack ok\n") + packet(f"ng {branch} {said}\n".encode()) + b"0000"
        return 200, {"Content-Type": "application/x-git-receive-pack-result"}, packet(b"\x01" + report) + b"0000"

    remote.handlers["/git-receive-pack"] = refuse
    await finished.result("echo 1 > app.py")
    answer = await finished.push()
    assert code_of(answer) == (409, "publish_failed")
    assert "you sent Basic [secret] which is [secret]" in answer.text


async def test_pushed_many_times_at_once_it_arrives_once(finished: Finished, bare: Repository) -> None:
    commit = await finished.result("echo 1 > app.py")
    answers = await asyncio.gather(*(finished.push() for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    assert bare.git("rev-parse", finished.session["branch"]) == commit
    audit = (await finished.api.call("GET", "/audit", finished.api.actors.admin)).json()["items"]
    assert [one["action"] for one in audit].count("session.push") == 1
