"""A dataset of a tenant, made as curation makes it, and the run that it came of."""

from tests.actors import Actor
from tests.api import Api
from tests.finetuning.conversing import talk

from orchestrator.finetuning import curations
from orchestrator.finetuning.curation_folder import Done
from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.dataset_files import DatasetFacts, Row, write_dataset
from orchestrator.finetuning.dataset_models import Curation, CurationStatus, RowKind, Split, TrainingConsent
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope


async def make_dataset(api: Api, owner: Actor, rows: int = 2) -> dict[str, str]:
    policy, store = CurationPolicy.model_validate({}).as_json(), api.app.state.trajectories.store
    chats = [
        Row(RowKind.CHAT, Split.TRAIN, {"messages": talk(number).messages, "tools": []}, f"c{number}", 10)
        for number in range(rows)
    ]
    written = write_dataset(store, DatasetFacts(owner.tenant_id, policy, "test", {}), chats)
    done = Done(dataset_id=written.id, path=written.path, tokens=20, counters={"rows": {"train": rows}})
    moment = now()
    with tenant_scope(owner.tenant_id):
        async with api.database.transaction() as db:
            consent = TrainingConsent(tenant_id=owner.tenant_id, granted=True, changed_by="test", changed_at=moment)
            await db.merge(consent)
            run = Curation(tenant_id=owner.tenant_id, id=new_id(), name="made", policy=policy, stage="finish")
            run.status, run.counters, run.created_by = CurationStatus.RUNNING, {}, "test"
            run.created_at = run.updated_at = moment
            db.add(run)
            await db.flush()
            await curations.succeed(db, run.id, done, written.manifest)
    return {"dataset_id": written.id, "curation_id": str(run.id)}
