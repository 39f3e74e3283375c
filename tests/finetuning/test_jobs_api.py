"""Training jobs over HTTP: who may, what is refused, and what people can do with one that no node has taken."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.actors import make_actor
from tests.api import RANDOM_ID, Api, code_of
from tests.finetuning.jobs import make_file, make_job

from orchestrator.finetuning.job_models import FineTuningJob, JobStatus, TrainingPoint
from orchestrator.finetuning.job_moves import note, transition
from orchestrator.finetuning.jobs import get_job
from orchestrator.kit.clock import now
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.models import Role


async def test_leads_start_jobs_viewers_look_and_another_tenant_sees_nothing(api: Api) -> None:
    assert (await api.client.get("/api/v1/finetuning/jobs")).status_code == 401
    lead = await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)
    file_id = str(await make_file(api.database, lead.tenant_id))
    body = {"name": "fixer", "base_model": "tiny", "training_file_id": file_id}
    assert code_of(await api.call("POST", "/finetuning/jobs", api.actors.member, json=body)) == (403, "permission_required")
    job = await make_job(api, lead, training_file_id=file_id)
    assert (job["status"], job["step"], job["latest"]) == ("pending", 0, {})
    assert job["hyperparameters"]["learning_rate"] == 2e-4
    path = f"/finetuning/jobs/{job['id']}"
    assert (await api.call("GET", path, api.actors.viewer)).json() == job
    for nobodys in (path, f"/finetuning/jobs/{RANDOM_ID}"):
        for deed in ("", "/points", "/checkpoints", "/notes"):
            assert code_of(await api.call("GET", nobodys + deed, api.actors.other)) == (404, "not_found")
        for deed in ("pause", "resume", "cancel"):
            assert code_of(await api.call("POST", f"{nobodys}/{deed}", api.actors.other)) == (404, "not_found")
    assert (await api.call("GET", "/finetuning/jobs", api.actors.other)).json()["items"] == []
    told = [one for one in await api.events(api.actors.admin) if one["type"] == "finetuning.job"]
    assert [(one["data"]["to"], one["data"]["job_id"]) for one in told] == [("pending", job["id"])]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"base_model": "unheard-of"}, "base_unknown"),
        ({"base_model": "fixer@1.0.0"}, "base_unknown"),
        ({"base_model": "/etc"}, "base_unknown"),
        ({"dataset_id": "0" * 64}, "training_data_not_named"),
        ({"training_file_id": RANDOM_ID}, "training_data_unknown"),
        ({"validation_file_id": RANDOM_ID}, "training_data_unknown"),
        ({"trainer": "ray"}, "trainer_not_offered"),
        ({"name": "Not A Name"}, "invalid"),
        ({"hyperparameters": {"learning_rates": 1}}, "invalid"),
        ({"hyperparameters": {"learning_rate": 7}}, "invalid"),
        ({"hyperparameters": {"epochs": 1, "max_steps": 5}}, "invalid"),
        ({"hyperparameters": {"beta": 0.2}}, "hyperparameters_invalid"),
        ({"hyperparameters": {"lora_rank": 8}, "adaptation": "full"}, "hyperparameters_invalid"),
        ({"max_seconds": 0}, "invalid"),
    ],
)
async def test_a_wish_that_cannot_be_met_says_why(api: Api, wrong: dict[str, Any], code: str) -> None:
    file_id = str(await make_file(api.database, api.actors.admin.tenant_id))
    body = {"name": "fixer", "base_model": "tiny", "training_file_id": file_id} | wrong
    assert code_of(await api.call("POST", "/finetuning/jobs", api.actors.admin, json=body)) == (422, code)
    assert (await api.call("GET", "/finetuning/jobs", api.actors.admin)).json()["items"] == []


async def test_data_that_is_empty_deleted_or_another_tenants_is_refused(api: Api) -> None:
    mine, theirs = api.actors.admin.tenant_id, api.actors.other.tenant_id
    for file_id, code in (
        (await make_file(api.database, mine, rows=0), "training_data_empty"),
        (await make_file(api.database, mine, deleted_at=now()), "training_data_unknown"),
        (await make_file(api.database, theirs), "training_data_unknown"),
    ):
        body = {"name": "fixer", "base_model": "tiny", "training_file_id": str(file_id)}
        assert code_of(await api.call("POST", "/finetuning/jobs", api.actors.admin, json=body)) == (422, code)
    body = {"name": "fixer", "base_model": "tiny", "dataset_id": "0" * 64}
    assert code_of(await api.call("POST", "/finetuning/jobs", api.actors.admin, json=body)) == (422, "training_data_unknown")


async def test_a_repeat_makes_one_job(api: Api) -> None:
    file_id = str(await make_file(api.database, api.actors.admin.tenant_id))
    body = {"name": "fixer", "base_model": "tiny", "training_file_id": file_id}
    once: dict[str, Any] = {"headers": {"Idempotency-Key": str(uuid4())}}
    answers = [await api.call("POST", "/finetuning/jobs", api.actors.admin, json=body, **once) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    other = await api.call("POST", "/finetuning/jobs", api.actors.admin, json=body | {"name": "x"}, **once)
    assert code_of(other) == (409, "idempotency_conflict")


async def test_what_waits_is_paused_resumed_and_cancelled_at_once(api: Api) -> None:
    path = f"/finetuning/jobs/{(await make_job(api, api.actors.admin))['id']}"

    async def do(deed: str, **options: Any) -> Any:
        return await api.call("POST", f"{path}/{deed}", api.actors.admin, **options)

    assert code_of(await do("resume")) == (409, "job_not_open")
    assert [(await do("pause")).json()["status"] for _ in range(2)] == ["paused", "paused"]
    assert (await do("resume", json={"max_seconds": 60})).json()["max_seconds"] == 60
    assert [(await do("cancel")).json()["status"] for _ in range(2)] == ["cancelled", "cancelled"]
    for deed in ("pause", "resume"):
        assert code_of(await do(deed)) == (409, "job_not_open")
    said = (await api.call("GET", f"{path}/notes", api.actors.viewer)).json()["items"]
    assert [one["data"]["status"] for one in said] == ["cancelled", "queued", "paused"]


async def test_what_runs_is_asked_and_a_spent_budget_is_raised_first(api: Api) -> None:
    path = f"/finetuning/jobs/{(made := await make_job(api, api.actors.admin, max_seconds=60))['id']}"
    await moved(api, made["id"], JobStatus.QUEUED)
    await moved(api, made["id"], JobStatus.RUNNING, attempt=1)
    asked = [(await api.call("POST", f"{path}/pause", api.actors.admin)).json() for _ in range(2)]
    assert [(one["status"], one["requested"]) for one in asked] == [("running", "pause")] * 2
    assert (await api.call("POST", f"{path}/cancel", api.actors.admin)).json()["requested"] == "cancel"
    await moved(api, made["id"], JobStatus.PAUSED, spent_seconds=60)
    assert code_of(await api.call("POST", f"{path}/resume", api.actors.admin)) == (409, "training_budget_spent")
    more = await api.call("POST", f"{path}/resume", api.actors.admin, json={"max_seconds": 90})
    assert (more.json()["status"], more.json()["requested"]) == ("queued", None)


async def test_lists_come_in_pages_and_by_status(api: Api) -> None:
    made = [(await make_job(api, api.actors.admin))["id"] for _ in range(3)]
    await api.call("POST", f"/finetuning/jobs/{made[0]}/cancel", api.actors.admin)
    first = (await api.call("GET", "/finetuning/jobs", api.actors.viewer, params={"limit": 2})).json()
    rest = await api.call("GET", "/finetuning/jobs", api.actors.viewer, params={"cursor": first["next_cursor"]})
    assert [one["id"] for one in [*first["items"], *rest.json()["items"]]] == made[::-1]
    over = await api.call("GET", "/finetuning/jobs", api.actors.viewer, params={"status": "cancelled"})
    assert [one["id"] for one in over.json()["items"]] == [made[0]]
    assert (await api.call("GET", "/finetuning/bases", api.actors.viewer)).json()["items"] == [{"name": "tiny"}]


async def test_points_are_read_on_from_where_one_was(api: Api) -> None:
    job = await make_job(api, api.actors.admin)
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            row = await get_job(db, UUID(job["id"]))
            db.add_all(point(row, seq) for seq in range(1, 8))
            note(db, row, "something\x00", level="warn", line=3)
    seen: list[int] = []
    after = 0
    while True:
        path = f"/finetuning/jobs/{job['id']}/points"
        answer = (await api.call("GET", path, api.actors.viewer, params={"after": after, "limit": 3})).json()
        if not answer["items"]:
            break
        seen += [one["step"] for one in answer["items"]]
        after = answer["last_seq"]
    assert seen == list(range(1, 8))


def point(job: FineTuningJob, seq: int) -> TrainingPoint:
    metrics = {"loss": 1 / seq}
    place = {"tenant_id": job.tenant_id, "job_id": job.id, "step": seq, "kind": "train", "seq": seq}
    return TrainingPoint(**place, metrics=metrics, measured_at=now())


async def moved(api: Api, job_id: str, to: JobStatus, **changes: Any) -> None:
    """As its node does."""
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            await transition(db, await get_job(db, UUID(job_id), lock=True), to, "a test", **changes)
