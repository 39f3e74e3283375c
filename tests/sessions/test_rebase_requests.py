"""A rebase is asked for over HTTP: who may, of which sessions, and what it leaves."""

from pathlib import Path

import pytest
from tests.api import RANDOM_ID, Api, code_of, without_request_id
from tests.sessions.handed import Handed, handed
from tests.sessions.test_control import deeds

from orchestrator.sessions.states import FINISHED, Status


@pytest.fixture
async def session(api: Api) -> Handed:
    return await handed(api)


async def test_who_may_not_and_whose_it_is_not(session: Handed) -> None:
    api, path = session.api, f"{session.path}/rebase"
    assert code_of(await api.client.post(f"/api/v1{path}")) == (401, "unauthenticated")
    assert code_of(await api.call("POST", path, api.actors.viewer)) == (403, "permission_required")
    foreign = await api.call("POST", path, api.actors.other)
    assert code_of(foreign) == (404, "not_found")
    nobodys = await api.call("POST", f"/sessions/{RANDOM_ID}/rebase", api.actors.other)
    assert without_request_id(foreign) == without_request_id(nobodys)


@pytest.mark.parametrize("status", [Status.PAUSED, *sorted(FINISHED - {Status.CANCELLED})])
async def test_a_session_at_rest_goes_on_for_it(session: Handed, status: Status) -> None:
    await session.set(status=status)
    answer = await session.api.call("POST", f"{session.path}/rebase", json={"onto": "main"})
    assert answer.status_code == 200, answer.text
    wanted = {"onto": "main", "by": "person", "conflicts": []}
    assert (answer.json()["status"], answer.json()["rebase"]) == ("queued", wanted)
    assert ("session.rebase", {"status": "queued", "onto": "main"}) in await deeds(session.api, await session.row())


async def test_of_one_that_runs_it_is_done_when_its_turn_has_ended(session: Handed) -> None:
    await session.set(status=Status.RUNNING)
    answer = (await session.api.call("POST", f"{session.path}/rebase")).json()
    assert (answer["status"], answer["rebase"]["onto"]) == ("running", None)


async def test_asked_again_in_the_middle_of_a_conflict_the_agent_gets_its_turns_again(session: Handed) -> None:
    conflict = {"files": ["a"], "base": "b" * 40, "base_ref": "main", "commit": "c" * 40, "turns": 2}
    await session.set(rebase={"onto": None, "by": "person", "conflict": conflict}, status=Status.STOPPED)
    answer = (await session.api.call("POST", f"{session.path}/rebase")).json()
    assert answer["rebase"]["conflicts"] == ["a"]
    assert (await session.row()).rebase == {"onto": None, "by": "person", "conflict": {**conflict, "turns": 0}}


async def test_what_cannot_be_put_anywhere(session: Handed) -> None:
    api, path = session.api, f"{session.path}/rebase"
    assert code_of(await api.call("POST", path, json={"onto": "nowhere"})) == (422, "ref_not_found")
    assert code_of(await api.call("POST", path, json={"onto": "x", "by": "me"}))[0] == 422
    await session.set(status=Status.CANCELLED)
    assert code_of(await api.call("POST", path)) == (409, "illegal_transition")
    fresh = await api.create(start=False)
    assert code_of(await api.call("POST", f"/sessions/{fresh['id']}/rebase")) == (409, "nothing_to_rebase")


async def test_an_older_checkpoint_keeps_the_base_that_it_stands_on(session: Handed, tmp_path: Path) -> None:
    """After the session was put upon another base; also on a machine that has to fetch it."""
    old = session.base.commit
    new = session.repository.commit({"other.py": "x\n"})
    await session.workspaces.prepare_mirror(str(session.api.actors.admin.tenant_id), str(session.repository.path))
    await session.set(base_commit=new)
    opened = (await session.open()).json()
    assert opened["base_commit"] == old
    answer = await session.api.call("GET", f"{session.path}/checkpoints/1/bundle", params={"have": old})
    assert answer.status_code == 200, answer.text
