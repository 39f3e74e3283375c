"""The API is killed while a task there goes on: the next process follows the same task, whenever it comes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from tests.api import make_actors, settings_for
from tests.eap.a2a_agents import A2aServer, serving
from tests.eap.a2a_server import TOKEN
from tests.eap.api_process import LEASE_SECONDS
from tests.eap.joined import COMMIT
from tests.eap.test_killed_server import Killed

from orchestrator.eap import assignments
from orchestrator.eap.assignments import NewAssignment
from orchestrator.eap.models import Assignment, AssignmentStatus, RemoteTask
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.sealing import make_master_key
from orchestrator.kit.tenant_scope import tenant_scope

BUNDLE = "tests/killed.bundle"


@pytest.fixture
async def killed(tmp_path: Path, database: Database) -> AsyncIterator[Killed]:
    settings = settings_for(tmp_path)
    settings.data_dir.mkdir(exist_ok=True)
    make_master_key(settings)
    ArtifactStore(settings.artifact_store_url).write(BUNDLE, b"x")
    one = Killed(tmp_path, database, await make_actors(database))
    await one.start()
    yield one
    one.kill()


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[A2aServer]:
    async with serving() as one:
        yield one


async def begin(killed: Killed, server: A2aServer, prompt: str) -> UUID:
    """An assignment whose task has begun there."""
    headers = {"Authorization": f"Bearer {killed.actors.admin.key}"}
    async with httpx.AsyncClient(base_url=f"{killed.url}/api/v1", timeout=60, headers=headers) as client:
        added = await client.post("/agents/external/a2a", json={"card_url": server.url, "credential": TOKEN})
        assert added.status_code == 201, added.text
        session = (await client.post("/sessions", json={"prompt": "Do it."})).json()
    repository = {"branch": "b", "commit": COMMIT, "bytes": 1, "sha256": "0" * 64}
    body = {"context": {}, "input_data": {"prompt": prompt}, "requirements": {}, "repository": repository}
    agent_id, session_id, made = UUID(added.json()["agent_id"]), UUID(session["id"]), assignments.new_assignment_id()
    with tenant_scope(killed.actors.admin.tenant_id):
        async with killed.database.transaction() as db:
            wanted = NewAssignment(session_id, 0, agent_id, 0, "coding", body, COMMIT, BUNDLE, 600)
            await assignments.create(db, wanted, made)
        for _ in range(600):
            async with killed.database.transaction() as db:
                remote = await IndustrialRepository(db).find(RemoteTask, RemoteTask.assignment_id == made)
            if remote is not None and remote.remote_task_id is not None and remote.state == "TASK_STATE_WORKING":
                return made
            await asyncio.sleep(0.1)
    raise AssertionError("it did not begin")


async def ended(killed: Killed, made: UUID) -> Assignment:
    with tenant_scope(killed.actors.admin.tenant_id):
        for _ in range(900):
            async with killed.database.transaction() as db:
                row = await IndustrialRepository(db).get(Assignment, made)
            if row.has_ended:
                return row
            await asyncio.sleep(0.1)
    raise AssertionError(f"{row.status}: {row.reason}")


@pytest.mark.parametrize("away_seconds", [0.0, pytest.param(LEASE_SECONDS + 1, marks=pytest.mark.walks)])
async def test_the_same_task_is_followed(killed: Killed, server: A2aServer, away_seconds: float) -> None:
    prompt = f"wait for {away_seconds}"
    made = await begin(killed, server, prompt)
    killed.kill()
    await asyncio.sleep(away_seconds)  # Its lease is over then, and another one takes the task up.
    await server.go(prompt)
    await killed.start()
    row = await ended(killed, made)
    assert row.status is AssignmentStatus.COMPLETED, row.reason
    assert [one["prompt"] for one in (await server.told())["seen"]].count(prompt) == 1


async def test_a_message_whose_answer_was_lost_is_looked_for_before_it_is_sent_again(
    killed: Killed, server: A2aServer
) -> None:
    """The message had arrived, and the process died before it knew of what task."""
    prompt = "wait for nobody"
    made = await begin(killed, server, prompt)
    killed.kill()
    async with killed.database.system_transaction() as db:
        forget = text(
            "update a2a_remote_tasks set remote_task_id = null, remote_context_id = null where assignment_id = :id"
        )
        await db.execute(forget, {"id": made})
    await server.go(prompt)
    await killed.start()
    row = await ended(killed, made)
    assert row.status is AssignmentStatus.COMPLETED, row.reason
    assert [one["prompt"] for one in (await server.told())["seen"]].count(prompt) == 1


@pytest.mark.walks
async def test_what_is_cancelled_while_nobody_is_there_is_cancelled_there_later(killed: Killed, server: A2aServer) -> None:
    made = await begin(killed, server, "wait for ever")
    killed.kill()
    with tenant_scope(killed.actors.admin.tenant_id):
        async with killed.database.transaction() as db:
            row = await IndustrialRepository(db).get(Assignment, made)
            await assignments.cancel(db, row.session_id, "somebody said so")
    await killed.start()
    (seen,) = [one for one in (await server.told())["seen"] if one["prompt"] == "wait for ever"]
    for _ in range(600):
        if seen["task"] in (await server.told())["cancelled"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it goes on there")
