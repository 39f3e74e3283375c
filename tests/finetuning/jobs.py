"""Training jobs that tests make, and the files that they are trained on."""

from typing import Any
from uuid import UUID

from tests.actors import Actor
from tests.api import Api

from orchestrator.finetuning.job_models import TrainingFile
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope


async def make_file(database: Database, tenant_id: UUID, rows: int = 8, **changes: Any) -> UUID:
    """Its row alone, as if it had been sent."""
    file = TrainingFile(
        tenant_id=tenant_id,
        id=new_id(),
        filename="chats.jsonl",
        purpose="fine-tune",
        bytes=1,
        sha256="0" * 64,
        path=f"{tenant_id}/training-files/chats.jsonl",
        rows=rows,
        created_by="test",
        created_at=now(),
    )
    for name, value in changes.items():
        setattr(file, name, value)
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            db.add(file)
    return file.id


async def make_job(api: Api, owner: Actor, **wanted: Any) -> dict[str, Any]:
    """Of a file of its own, by the API."""
    if "training_file_id" not in wanted:
        wanted["training_file_id"] = str(await make_file(api.database, owner.tenant_id))
    body = {"name": "fixer", "base_model": "tiny", **wanted}
    answer = await api.call("POST", "/finetuning/jobs", owner, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()
