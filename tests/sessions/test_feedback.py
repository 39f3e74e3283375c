"""What is said of finished work later: a rating, and that it was taken back. The record of its agent follows."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.agents.test_routing_api import make, prove, route
from tests.api import Api, code_of, id_of
from tests.sessions.test_control import deeds
from tests.sessions.test_control import made as session_made
from tests.sessions.test_follow_ups import OPEN, post, read
from tests.workspaces.desk import Repository

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.feedback import look_for_reverts, note_reverts
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import Status, Verification
from orchestrator.workspaces import Revert

KEY = "shop"


async def done(api: Api, commit: str, **changes: Any) -> Session:
    """A session of the agent `worker` that ended verified."""
    session = await api.create(agent="worker", start=False)
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            row = await IndustrialRepository(db).get(Session, id_of(session))
            for to in (Status.QUEUED, Status.RUNNING):
                await transition(db, row, to, "in a test")
            facts = {"verification": Verification.VERIFIED, "commit": commit, "repository_key": KEY} | changes
            await transition(db, row, Status.COMPLETED, "in a test", **facts)
            return row


async def record_of(api: Api) -> tuple[int, int, int]:
    """Successes, failures, and how many of these were taken back."""
    agents = (await api.call("GET", "/agents")).json()["items"]
    read = next(one for one in agents if one["name"] == "worker")["version"]["performance"]
    return read["overall"]["successes"], read["overall"]["failures"], read["reverted"]


async def note(api: Api, *reverts: Revert) -> None:
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            await note_reverts(db, KEY, reverts)


async def test_a_rating_decides_nothing_and_counts_for_the_agent(api: Api) -> None:
    await make(api, "worker", "cobol")
    session = await done(api, "a" * 40)
    assert await record_of(api) == (1, 0, 0)
    for _ in range(2):
        rated = await post(api, session, "rating", {"rating": "bad", "comment": "It is hard to read."})
        assert rated.json()["rating"]["value"] == "bad"
        assert await record_of(api) == (0, 1, 0), "a session counts once"
    row = await read(api, session)
    assert (row["decision"], row["status"], row["rating"]["by"]) == (None, "completed", f"key:{api.actors.member.key_id}")
    await post(api, session, "accept")
    assert await record_of(api) == (0, 1, 0), "accepted in spite of how it was done"
    await post(api, session, "rating", {"rating": "good"})
    assert await record_of(api) == (1, 0, 0)
    await post(api, session, "reject")
    assert await record_of(api) == (0, 1, 0), "good work can be of no use"
    assert (await post(api, session, "rating", {"rating": None})).json()["rating"] is None
    told = [after.get("rating") for action, after in await deeds(api, session) if action == "session.rate"]
    assert told == ["bad", "bad", "good", None]
    await post(api, session, "rating", {"rating": "bad"})
    await post(api, session, "messages", {"text": "Go on."})
    assert (await read(api, session))["rating"] is None, "of work that goes on nothing is said yet"


async def test_whoever_says_that_work_was_taken_back_is_believed(api: Api) -> None:
    await make(api, "worker", "cobol")
    session = await done(api, "a" * 40)
    for _ in range(2):
        told = (await post(api, session, "reverted", {"reason": "It broke the import."})).json()["reverted"]
        assert (told["counts"], told["reason"]) == (True, "It broke the import.")
        assert await record_of(api) == (0, 1, 1)
    await post(api, session, "accept")
    assert await record_of(api) == (0, 1, 1), "what became of the work is more than a word"
    assert (await post(api, session, "reverted", {"reverted": False})).json()["reverted"]["counts"] is False
    assert await record_of(api) == (1, 0, 0)
    assert code_of(await post(api, session, "reverted", {"commit": "no commit"})) == (422, "invalid")


@pytest.mark.parametrize("status", OPEN)
@pytest.mark.parametrize(("deed", "body"), [("rating", {"rating": "good"}), ("reverted", {})])
async def test_of_work_that_goes_on_nothing_is_said(api: Api, status: Status, deed: str, body: Any) -> None:
    session = await session_made(api, status)
    assert code_of(await post(api, session, deed, body)) == (409, "illegal_transition")


async def test_a_commit_that_takes_work_back_counts_once_and_until_it_is_taken_back_itself(api: Api) -> None:
    await make(api, "worker", "cobol")
    session, other = await done(api, "a" * 40), await done(api, "b" * 40)
    revert = Revert("c" * 40, ("9" * 40, "a" * 40))
    for _ in range(2):
        await note(api, revert)
        assert await record_of(api) == (1, 1, 1)
    told = (await read(api, session))["reverted"]
    assert (told["commit"], told["by"], told["counts"]) == ("c" * 40, "orchestrator", True)
    assert [e["type"] for e in await api.events(session_id=str(session.id))].count("session.reverted") == 1
    assert (await read(api, other))["reverted"] is None
    await note(api, revert, Revert("d" * 40, ("c" * 40,)))
    assert await record_of(api) == (2, 0, 0)
    await note(api, revert, Revert("d" * 40, ("c" * 40,)))
    assert await record_of(api) == (2, 0, 0)


async def test_a_persons_word_stands_against_what_a_commit_says(api: Api) -> None:
    await make(api, "worker", "cobol")
    session = await done(api, "a" * 40)
    revert = Revert("c" * 40, ("a" * 40,))
    await note(api, revert)
    await post(api, session, "reverted", {"reverted": False, "reason": "It was another change of that commit."})
    await note(api, revert)
    assert await record_of(api) == (1, 0, 0)


async def test_with_a_merge_the_work_in_it_is_taken_back_and_with_a_plans_head_all_of_the_plan(api: Api) -> None:
    await make(api, "worker", "cobol")
    one, two, out = [await done(api, digit * 40) for digit in "123"]
    plan = {"goal": "All", "tasks": [{"key": "a", "prompt": "A"}], "require_approval": True}
    plan_id = id_of((await api.call("POST", "/plans", json=plan)).json())

    def part(session: Session, state: str = "merged") -> dict[str, Any]:
        return {"session_id": str(session.id), "state": state, "commit": session.commit, "title": "", "files": []}

    first = await done(api, "4" * 40, plan_id=plan_id, merges=[part(one), part(out, "conflict")])
    head = await done(api, "5" * 40, plan_id=plan_id, merges=[part(two)])
    await note(api, Revert("c" * 40, (str(first.commit),)))
    reverted = [(await read(api, each))["reverted"] is not None for each in (one, two, out, first, head)]
    assert reverted == [True, False, False, True, False]
    await note(api, Revert("d" * 40, ("9" * 40, str(head.commit))))
    reverted = [(await read(api, each))["reverted"] is not None for each in (one, two, out, first, head)]
    assert reverted == [True, True, False, True, True]


async def test_the_reason_of_a_choice_tells_of_work_that_was_taken_back(api: Api) -> None:
    agent = await make(api, "worker", "cobol")
    await prove(api, agent, *[True] * 3)
    await post(api, await done(api, "a" * 40), "reverted", {})
    chosen = await route(api, "cobol", seed=1)
    assert ", of the last 4 1 failed (1 reverted)" in chosen["reason"]


async def test_where_a_mirror_is_fetched_reverts_are_looked_for(api: Api) -> None:
    """A second look finds nothing new."""
    await make(api, "worker", "cobol")
    tenant_id, workspaces = api.actors.admin.tenant_id, api.app.state.workspaces
    repository = Repository(api.roots / "shop")
    repository.path.mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit({"app.py": "1\n"})
    work = repository.commit({"a.py": "1\n"}, "The work of a session")
    base = await workspaces.prepare_mirror(str(tenant_id), str(repository.path))
    session = await done(api, work, repository_key=base.repository_key)
    services = cast(Services, SimpleNamespace(database=api.database, workspaces=workspaces))

    async def look() -> None:
        base = await workspaces.prepare_mirror(str(tenant_id), str(repository.path))
        with tenant_scope(tenant_id):
            await look_for_reverts(services, SessionKey(tenant_id, session.id, 1), base)

    await look()
    assert await record_of(api) == (1, 0, 0)
    await asyncio.to_thread(repository.git, "revert", "--no-edit", work)
    for _ in range(2):
        await look()
        assert await record_of(api) == (0, 1, 1)
