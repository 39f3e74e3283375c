"""Work for A2A agents: sent once, followed to its rest, and taken in as any result."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from tests.api import Api
from tests.eap.a2a_agents import BUNDLE, A2aServer, added, ended, give, serving, told_until, until
from tests.eap.a2a_server import TOKEN
from tests.eap.joined import COMMIT

from orchestrator.eap import assignments
from orchestrator.eap.assignments import NewAssignment
from orchestrator.eap.models import AssignmentStatus
from orchestrator.kit.sealing import make_master_key
from orchestrator.kit.tenant_scope import tenant_scope


@pytest.fixture(autouse=True)
def _master_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[A2aServer]:
    async with serving() as one:
        yield one


async def test_a_message_becomes_a_task_and_its_patch_the_result(api: Api, server: A2aServer) -> None:
    one = await added(api, server.url)
    made = await give(api, one, "Do it.", model="scripted")
    row = await ended(api, made.id)
    assert (row.status, row.reason) == (AssignmentStatus.COMPLETED, None)
    assert row.result is not None
    assert row.result["patch_artifact"] == "a2a-work.patch"
    assert row.result["artifacts"] == ["artifact-1"], "a name that leads out is none"
    assert row.result["summary"] == "This is how it went: Do it."
    (seen,) = await server.seen(made)
    assert seen["message"] == f"{made.id}.1"
    assert seen["files"] == [["repository.bundle", len(BUNDLE)]]
    told = seen["data"]
    assert (told["task_id"], told["lease_epoch"]) == (str(made.id), 1)
    assert told["gateway"]["api_key"].startswith("oie_")
    assert "url" not in told["repository"]


@pytest.mark.parametrize(
    ("prompt", "reason", "is_cancelled"),
    [
        ("fail now", "the agent failed: This is how it went: fail now", False),
        ("reject it", "the agent rejected the task: This is how it went: reject it", False),
        ("cancel it", "the agent cancelled its task: This is how it went: cancel it", False),
        ("ask me", "the agent asks, and a message to the session answers it: This is how it went: ask me", False),
        ("auth me", "the agent asks for an authorization that cannot be given here: This is how it went: auth me", True),
    ],
)
async def test_every_other_end_is_a_failure_that_says_which(
    api: Api, server: A2aServer, prompt: str, reason: str, *, is_cancelled: bool
) -> None:
    one = await added(api, server.url)
    made = await give(api, one, prompt)
    row = await ended(api, made.id)
    assert (row.status, row.reason, row.tries) == (AssignmentStatus.FAILED, reason, 1)
    assert row.result is not None
    (seen,) = await server.seen(made)
    await told_until(server, lambda told: (seen["task"] in told["cancelled"]) == is_cancelled)


async def test_an_agent_that_breaks_fails_its_work_and_does_the_next(api: Api, server: A2aServer) -> None:
    one = await added(api, server.url)
    broken, good = await give(api, one, "raise it"), await give(api, one, "Do it.")
    assert (await ended(api, broken.id)).status is AssignmentStatus.FAILED
    assert (await ended(api, good.id)).status is AssignmentStatus.COMPLETED


@pytest.mark.parametrize("env", [{"BINDING": "HTTP+JSON"}, {"STREAMING": "no"}, {"BINDING": "HTTP+JSON", "STREAMING": "no"}])
async def test_other_transports_and_no_stream_come_to_the_same(api: Api, env: dict[str, str]) -> None:
    async with serving(**env) as server:
        one = await added(api, server.url)
        made = await give(api, one, "wait for 1")
        await until(api, made.id, lambda row: row.next_seq > 1)
        await server.go("wait for 1")
        row = await ended(api, made.id)
        assert row.status is AssignmentStatus.COMPLETED
        assert len((await server.told())["seen"]) == 1


async def test_what_it_says_is_told_once(api: Api, server: A2aServer) -> None:
    one = await added(api, server.url)
    made = await give(api, one, "wait for 2")
    await until(api, made.id, lambda row: row.next_seq > 1)
    await server.go("wait for 2")
    await ended(api, made.id)
    log = await api.events(session_id=str(made.session_id))
    told = [event["data"]["text"] for event in log if event["type"] == "assignment.progress"]
    assert told == ["I begin.", f"This is how it went: {made.body['input_data']['prompt']}"]


async def test_a_session_that_is_cancelled_cancels_the_task_there(api: Api, server: A2aServer) -> None:
    one = await added(api, server.url)
    made = await give(api, one, "wait for 3")
    await until(api, made.id, lambda row: row.next_seq > 1)
    with tenant_scope(made.tenant_id):
        async with api.database.transaction() as db:
            await assignments.cancel(db, made.session_id, "somebody said so")
    (seen,) = await server.seen(made)
    await told_until(server, lambda told: told["cancelled"].count(seen["task"]) == 1)
    assert (await ended(api, made.id)).status is AssignmentStatus.CANCELLED


async def test_the_next_turn_answers_what_it_asked(api: Api, server: A2aServer) -> None:
    one = await added(api, server.url)
    asked = await give(api, one, "ask me")
    await ended(api, asked.id)
    with tenant_scope(asked.tenant_id):
        async with api.database.transaction() as db:
            content = asked.body | {"input_data": {"prompt": "It is blue."}}
            new = NewAssignment(
                asked.session_id, 1, asked.agent_id, 0, "coding", content, COMMIT, asked.bundle_path or "", 60
            )
            answered = await assignments.create(db, new, assignments.new_assignment_id())
    assert (await ended(api, answered.id)).status is AssignmentStatus.COMPLETED
    (first,), (second,) = await server.seen(asked), await server.seen(answered)
    assert (second["task"], second["context"], second["answers"]) == (first["task"], first["context"], True)


async def test_a_large_repository_is_fetched_with_a_token_of_its_lease(api: Api, server: A2aServer) -> None:
    one = await added(api, server.url)
    made = await give(api, one, "wait for 4", size=2_000_000)
    await until(api, made.id, lambda row: row.next_seq > 1)
    (seen,) = await server.seen(made)
    assert seen["files"] == []
    repository = seen["data"]["repository"]
    path = urlsplit(repository["url"]).path
    headers = {"Authorization": repository["authorization"]}
    answer = await api.client.get(path, headers=headers)
    assert (answer.status_code, answer.content) == (200, BUNDLE)
    wrong = {"Authorization": repository["authorization"][:-1] + "0"}
    for refused in ({}, wrong, {"Authorization": "Bearer oad_x"}):
        assert (await api.client.get(path, headers=refused)).status_code == 404
    everywhere = await api.client.get("/api/v1/sessions", headers=headers)
    assert everywhere.status_code == 401
    await server.go("wait for 4")
    await ended(api, made.id)
    assert (await api.client.get(path, headers=headers)).status_code == 404, "its lease is over"


async def test_work_waits_for_an_agent_that_is_not_there(api: Api) -> None:
    async with serving() as server:
        one = await added(api, server.url)
    made = await give(api, one, "Do it.")
    row = await until(api, made.id, lambda row: row.not_before is not None)
    assert (row.status, row.tries) == (AssignmentStatus.QUEUED, 0)
    told = (await api.call("GET", f"/agents/external/{one.id}")).json()
    assert "nothing takes connections" in told["last_error"]
    assert TOKEN not in str(told)
