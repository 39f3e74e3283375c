"""Which moves of a training job are legal, for all pairs, and that of two who move it at once one does."""

import asyncio
import itertools

import pytest
from tests.api import Api
from tests.finetuning.jobs import make_job

from orchestrator.finetuning.job_errors import JobNotOpen
from orchestrator.finetuning.job_models import FineTuningJob, JobStatus
from orchestrator.finetuning.job_moves import transition
from orchestrator.finetuning.job_states import OVER, may_move, next_states
from orchestrator.finetuning.jobs import get_job
from orchestrator.kit.tenant_scope import tenant_scope


def test_every_pair_of_states_is_decided_and_only_failure_is_not_the_end() -> None:
    legal = {(a, b) for a, b in itertools.product(JobStatus, JobStatus) if may_move(a, b)}
    assert len(legal) == 16
    assert all(a is not b for a, b in legal)
    assert {a for a in OVER if next_states(a)} == {JobStatus.FAILED}
    assert {a for a, b in legal if b is JobStatus.SUCCEEDED} == {JobStatus.RUNNING}


async def test_of_two_who_take_it_at_once_one_has_it(api: Api) -> None:
    """Both have read it while it was queued, as two nodes do."""
    made = await make_job(api, api.actors.admin)
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            job = (await get_job(db, made["id"])) and await get_job(db, made["id"], lock=True)
            await transition(db, job, JobStatus.QUEUED, "its data is sound")

        async def take(seen: FineTuningJob) -> bool:
            try:
                async with api.database.transaction() as db:
                    await transition(db, seen, JobStatus.RUNNING, "taken", attempt=seen.attempt + 1)
            except JobNotOpen:
                return False
            return True

        async with api.database.transaction() as db:
            seen = await get_job(db, made["id"])
        assert sorted(await asyncio.gather(*(take(seen) for _ in range(4)))) == [False, False, False, True]


async def test_an_illegal_move_changes_nothing_and_says_what_would_be_legal(api: Api) -> None:
    made = await make_job(api, api.actors.admin)
    with tenant_scope(api.actors.admin.tenant_id):
        with pytest.raises(JobNotOpen, match="pending: going to succeeded") as told:
            async with api.database.transaction() as db:
                await transition(db, await get_job(db, made["id"]), JobStatus.SUCCEEDED, "no")
        assert "queued" in told.value.hint_text
    assert (await api.call("GET", f"/finetuning/jobs/{made['id']}")).json()["status"] == "pending"
