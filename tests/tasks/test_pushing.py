"""A completed plan goes to its origin by itself where that was asked for: verified, once, and over nobody else's commits."""

import asyncio
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.api import code_of
from tests.sessions.test_push import bare, remote  # noqa: F401 - fixtures.
from tests.tasks.conftest import Kept
from tests.workspaces.conftest import make_repository, roots  # noqa: F401 - fixtures.
from tests.workspaces.desk import Repository
from tests.workspaces.remotes import GIT_USER, HttpRemote

from orchestrator.events.listener import Listener
from orchestrator.kit.sealing import make_master_key
from orchestrator.runtimes.leader import Leadership
from orchestrator.sessions.states import Verification
from orchestrator.tasks.pushing import PlanPusher

TASK = {"key": "a", "prompt": "Do a."}


@dataclass
class Pushing:
    kept: Kept
    pusher: PlanPusher
    url: str
    bare: Repository

    async def completed(self, verification: Verification = Verification.VERIFIED, **settings: Any) -> dict[str, Any]:
        """A plan whose one task is merged, as a real commit in the mirror."""
        plan = await self.kept.plan(TASK, repository=self.url, settings=settings)
        await self.kept.work(plan, "a")
        state, tenant = self.kept.api.app.state, str(self.kept.tenant_id)
        base = await state.workspaces.prepare_mirror(tenant, self.url)
        mirror = Repository(state.workspaces.mirror(tenant, base))
        commit = mirror.git("commit-tree", f"{base.commit}^{{tree}}", "-p", base.commit, "-m", "All of it")
        plan = await self.kept.merge(plan, commit=commit, base_commit=base.commit, verification=verification)
        assert (plan["status"], plan["head_commit"]) == ("completed", commit)
        return plan

    async def pushed(self, plan: dict[str, Any]) -> dict[str, Any]:
        await self.pusher.push_waiting()
        return await self.kept.read(plan)

    def there(self, plan: dict[str, Any]) -> str:
        return self.bare.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{plan['branch']}")

    async def inbox(self) -> list[dict[str, Any]]:
        return (await self.kept.api.call("GET", "/inbox")).json()["items"]


@pytest.fixture
async def pushing(kept: Kept, remote: HttpRemote, bare: Repository) -> Pushing:  # noqa: F811
    api, state = kept.api, kept.api.app.state
    state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(state.settings)
    credential = {"name": "t", "kind": "token", "pattern": remote.url, "username": GIT_USER, "secret": remote.token}
    made = await api.call("POST", "/git-credentials", api.actors.admin, json=credential)
    assert made.status_code == 201, made.text
    url = api.database.url
    pusher = PlanPusher(api.database, state.workspaces, state.checkpoints, Leadership(url, 5.0), Listener(url))
    return Pushing(kept, pusher, f"{remote.url}/shop.git", bare)


async def test_a_verified_plan_is_pushed_by_itself_once(pushing: Pushing) -> None:
    plan = await pushing.completed(push="verified")
    assert (plan["push"]["state"], pushing.there(plan)) == ("pending", "")
    plan = await pushing.pushed(plan)
    assert (plan["push"]["state"], plan["push"]["commit"]) == ("pushed", plan["head_commit"])
    assert pushing.there(plan) == plan["head_commit"]
    assert await pushing.pusher.push_waiting() == 0, "and nothing of it waits any more"
    told = [one for one in await pushing.kept.api.events() if one["type"] in ("session.pushed", "plan.pushed")]
    assert [(one["type"], one["actor"]) for one in told] == [
        ("session.pushed", "orchestrator"),
        ("plan.pushed", "orchestrator"),
    ]
    assert [one["kind"] for one in await pushing.inbox()] == ["plan_completed"]


async def test_nothing_is_pushed_that_nobody_asked_for(pushing: Pushing) -> None:
    plan = await pushing.completed()
    assert (plan["push"], await pushing.pusher.push_waiting(), pushing.there(plan)) == (None, 0, "")


@pytest.mark.parametrize("verification", [Verification.NEEDS_REVIEW, Verification.UNVERIFIED])
async def test_what_is_not_verified_is_pushed_only_where_that_was_said(pushing: Pushing, verification: Verification) -> None:
    plan = await pushing.pushed(await pushing.completed(verification, push="verified"))
    assert (plan["push"]["state"], pushing.there(plan)) == ("failed", "")
    assert verification.value in plan["push"]["reason"]
    plan = await pushing.pushed(await pushing.completed(verification, push="always"))
    assert (plan["push"]["state"], pushing.there(plan)) == ("pushed", plan["head_commit"])


async def test_a_push_that_fails_is_told_in_the_inbox_and_repeated_by_a_person(pushing: Pushing) -> None:
    api, bare = pushing.kept.api, pushing.bare  # noqa: F811
    plan = await pushing.completed(push="verified")
    assert (await api.call("POST", f"/plans/{plan['id']}/see")).status_code == 200
    theirs = bare.git("commit-tree", "HEAD^{tree}", "-m", "Somebody's own")
    bare.git("update-ref", f"refs/heads/{plan['branch']}", theirs)
    plan = await pushing.pushed(plan)
    assert (plan["push"]["state"], pushing.there(plan)) == ("failed", theirs)
    (item,) = await pushing.inbox()
    assert (item["kind"], [one["name"] for one in item["actions"]]) == ("plan_push_failed", ["push", "see"])
    assert item["summary"].startswith("It completed and was not pushed: ")
    assert "commits there" in item["summary"]
    assert "push it again" in item["plan"]["hint"]
    assert await pushing.pusher.push_waiting() == 0, "it is not tried in a circle"
    assert code_of(await api.call("POST", f"/plans/{plan['id']}/push")) == (409, "publish_failed")
    bare.git("update-ref", "-d", f"refs/heads/{plan['branch']}")
    assert (await api.call("POST", f"/plans/{plan['id']}/push")).status_code == 200
    plan = await pushing.kept.read(plan)
    assert (plan["push"]["state"], pushing.there(plan)) == ("pushed", plan["head_commit"])
    assert [one["kind"] for one in await pushing.inbox()] == ["plan_completed"]


KILLS = """#!/bin/sh
echo pushed >> {folder}/pushes
[ -e {folder}/pusher.pid ] && kill -9 $(cat {folder}/pusher.pid)
exit 0
"""


@pytest.mark.parametrize("dies", ["when the remote has it", "before it is written down"])
async def test_a_pusher_that_is_killed_after_its_push_has_lost_nothing(pushing: Pushing, tmp_path: Path, dies: str) -> None:
    """The remote has the branch, and nothing says so here: the next one finds it there, and writes it down once."""
    plan = await pushing.completed(push="verified")
    hook = pushing.bare.path / "hooks/post-receive"
    is_at_remote = dies == "when the remote has it"
    hook.write_text(KILLS.format(folder=tmp_path) if is_at_remote else f"#!/bin/sh\necho pushed >> {tmp_path}/pushes\n")
    hook.chmod(0o755)
    api = pushing.kept.api
    settings = str(api.app.state.settings.data_dir.parent)
    command = [sys.executable, "-m", "tests.tasks.pusher_process", settings, api.database.url]
    killed = await asyncio.create_subprocess_exec(*command, *([] if is_at_remote else ["dies"]))
    (tmp_path / "pusher.pid").write_text(str(killed.pid))
    async with asyncio.timeout(150):
        assert await killed.wait() == -signal.SIGKILL
    assert pushing.there(plan) == plan["head_commit"]
    assert (await pushing.kept.read(plan))["push"]["state"] == "pending"
    (tmp_path / "pusher.pid").unlink()
    plan = await pushing.pushed(plan)
    assert (plan["push"]["state"], plan["push"]["commit"]) == ("pushed", plan["head_commit"])
    assert await pushing.pusher.push_waiting() == 0
    assert (tmp_path / "pushes").read_text() == "pushed\n"
    told = [one for one in await pushing.kept.api.events() if one["type"] in ("session.pushed", "plan.pushed")]
    assert [one["type"] for one in told] == ["session.pushed", "plan.pushed"]


async def test_what_has_nowhere_to_go_is_refused_before_anything_begins(kept: Kept) -> None:
    for repository, why in ((None, "there is no repository"), (kept.repository, "without a push")):
        body = {"goal": "All", "repository": repository, "tasks": [TASK], "settings": {"push": "verified"}}
        answer = await kept.api.call("POST", "/plans", json=body)
        assert code_of(answer) == (422, "plan_invalid")
        assert why in answer.text
    body = {"goal": "All", "tasks": [TASK], "settings": {"push": "perhaps"}}
    assert code_of(await kept.api.call("POST", "/plans", json=body)) == (422, "invalid")
