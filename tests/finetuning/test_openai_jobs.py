"""`/v1/fine_tuning/jobs`: OpenAI's own client starts, follows, lists and ends training jobs."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import openai
import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from tests.actors import Actor, make_actor
from tests.api import Api, Server, code_of
from tests.finetuning.jobs import make_file
from tests.finetuning.training_lines import chat, lines

from orchestrator.finetuning.job_models import JobStatus, TrainingCheckpoint
from orchestrator.finetuning.job_moves import note, transition
from orchestrator.finetuning.jobs import get_job
from orchestrator.kit.clock import now
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.models import Role

PATH = "/v1/fine_tuning/jobs"
NOBODYS = "ftjob-0190aaaa000070008000000000000000"


@pytest.fixture
async def client(server: Server) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(
        api_key=(await lead_of(server)).key, base_url=f"{server.url}/v1", max_retries=0, timeout=20
    ) as client:
        yield client


async def lead_of(api: Api | Server) -> Actor:
    return await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)


async def send(client: openai.AsyncOpenAI) -> str:
    return (await client.files.create(file=("data.jsonl", lines(chat())), purpose="fine-tune")).id


async def test_the_official_client_starts_follows_lists_and_cancels(server: Server, client: openai.AsyncOpenAI) -> None:
    file_id = await send(client)
    method: Any = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": "auto"}}}
    job = await client.fine_tuning.jobs.create(
        model="tiny", training_file=file_id, suffix="My Fixer", seed=7, method=method, metadata={"team": "a"}
    )
    assert (job.status, job.model, job.training_file, job.seed) == ("validating_files", "tiny", file_id, 7)
    assert (job.hyperparameters.n_epochs, job.fine_tuned_model, job.error) == (2, None, None)
    other = await client.fine_tuning.jobs.create(model="tiny", training_file=file_id)
    assert [one.id async for one in client.fine_tuning.jobs.list(limit=1)] == [other.id, job.id]
    assert [one.id async for one in client.fine_tuning.jobs.list(metadata={"team": "a"})] == [job.id]
    assert [one.id async for one in client.fine_tuning.jobs.list(metadata={"team": "b"})] == []

    await follow(server, UUID(job.id.removeprefix("ftjob-")))
    events = [one.message async for one in client.fine_tuning.jobs.list_events(job.id, limit=1)]
    assert events[:2] == ["It is slow.", "It begins."]
    assert (await client.fine_tuning.jobs.retrieve(job.id)).status == "running"
    kept = [one async for one in client.fine_tuning.jobs.checkpoints.list(job.id, limit=1)]
    assert [(one.step_number, one.metrics.train_loss) for one in kept] == [(20, 0.5), (10, 1.5)]

    assert (await client.fine_tuning.jobs.cancel(other.id)).status == "cancelled"
    assert (await client.fine_tuning.jobs.cancel(job.id)).status == "running"  # Its node ends it, and says so then.


async def test_the_official_client_pauses_and_resumes(client: openai.AsyncOpenAI) -> None:
    job = await client.fine_tuning.jobs.create(model="tiny", training_file=await send(client))
    assert (await client.fine_tuning.jobs.pause(job.id)).status == "paused"
    assert (await client.fine_tuning.jobs.resume(job.id)).status == "queued"


async def test_what_only_we_have_goes_into_the_extra_body(server: Server, client: openai.AsyncOpenAI) -> None:
    method: Any = {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2, "learning_rate_multiplier": 2, "max_steps": 9}}}
    job = await client.fine_tuning.jobs.create(
        model="tiny", training_file=await send(client), method=method, extra_body={"adaptation": "full", "max_seconds": 60}
    )
    row = await in_tenant(server, UUID(job.id.removeprefix("ftjob-")))
    assert (row["method"], row["adaptation"], row["max_seconds"], row["name"]) == ("dpo", "full", 60, "tiny-tuned")
    assert (row["beta"], row["learning_rate"], row["max_steps"], row["epochs"]) == (0.2, 1e-6, 9, None)


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"model": "unheard-of"}, 422, "base_unknown"),
        ({"training_file": "file-x"}, 404, "not_found"),
        ({"training_file": "file-0190aaaa000070008000000000000000"}, 422, "training_data_unknown"),
        ({"integrations": [{"type": "wandb", "wandb": {"project": "x"}}]}, 422, "invalid"),
        ({"method": {"type": "reinforcement"}}, 422, "invalid"),
        ({"hyperparameters": {"n_epochs": -1}}, 422, "hyperparameters_invalid"),
        ({"hyperparameters": {"learning_rate_multiplier": 1e9}}, 422, "hyperparameters_invalid"),
        ({"hyperparameters": {"rank": 1}}, 422, "hyperparameters_invalid"),
        ({"metadata": {"a": "x" * 513}}, 422, "invalid"),
        ({"trainer": "ray"}, 422, "trainer_not_offered"),
    ],
)
async def test_a_wish_that_cannot_be_met_says_why(
    client: openai.AsyncOpenAI, wrong: dict[str, Any], status: int, code: str
) -> None:
    usual = {"model": "tiny", "training_file": await send(client)}
    with pytest.raises(openai.APIStatusError) as refused:
        await client.post(PATH.removeprefix("/v1"), body=usual | wrong, cast_to=object)
    assert (refused.value.status_code, refused.value.code) == (status, code)


async def test_only_leads_train_and_another_tenants_job_is_not_there(api: Api) -> None:
    file_id = await make_file(api.database, api.actors.admin.tenant_id)
    body = {"model": "tiny", "training_file": f"file-{file_id.hex}"}
    assert (await api.client.post(PATH, json=body)).status_code == 401
    refused = await api.client.post(PATH, headers=api.actors.member.headers, json=body)
    assert code_of(refused) == (403, "permission_required")
    made = await api.client.post(PATH, headers=(await lead_of(api)).headers, json=body)
    assert made.status_code == 201, made.text
    assert (await api.client.get(PATH, headers=api.actors.other.headers)).json()["data"] == []
    for job_id in (made.json()["id"], NOBODYS, "ftjob-x"):
        for deed in ("", "/events", "/checkpoints"):
            answer = await api.client.get(f"{PATH}/{job_id}{deed}", headers=api.actors.other.headers)
            assert code_of(answer) == (404, "not_found")
        for deed in ("cancel", "pause", "resume"):
            answer = await api.client.post(f"{PATH}/{job_id}/{deed}", headers=api.actors.other.headers)
            assert code_of(answer) == (404, "not_found")
    theirs = await api.client.post(PATH, headers=api.actors.other.headers, json=body)
    assert code_of(theirs) == (422, "training_data_unknown")


async def test_a_repeat_with_the_same_key_is_one_job(api: Api) -> None:
    file_id = await make_file(api.database, api.actors.admin.tenant_id)
    body = {"model": "tiny", "training_file": f"file-{file_id.hex}", "metadata": {"a": "b"}}
    headers = api.actors.admin.headers | {"Idempotency-Key": "once"}
    answers = [await api.client.post(PATH, headers=headers, json=body) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


async def follow(server: Server, job_id: UUID) -> None:
    """What a node does with a job as it begins."""
    with tenant_scope(server.actors.admin.tenant_id):
        async with server.database.transaction() as db:
            job = await get_job(db, job_id)
            await transition(db, job, JobStatus.QUEUED, "its data is sound")
            await transition(db, job, JobStatus.RUNNING, "it trains")
            note(db, job, "It begins.")
            await db.flush()
            note(db, job, "It is slow.", level="warn")
            await add_checkpoints(db, job_id)


async def add_checkpoints(db: AsyncSession, job_id: UUID) -> None:
    job = await get_job(db, job_id)
    for step, loss in ((10, 1.5), (20, 0.5)):
        db.add(
            TrainingCheckpoint(
                tenant_id=job.tenant_id,
                job_id=job_id,
                step=step,
                sha256="0" * 64,
                bytes=1,
                metrics={"loss": loss},
                created_at=now(),
            )
        )


async def in_tenant(server: Server, job_id: UUID) -> dict[str, Any]:
    with tenant_scope(server.actors.admin.tenant_id):
        async with server.database.transaction() as db:
            job = await get_job(db, job_id)
            return vars(job) | job.hyperparameters
