"""What an agent that speaks EAP says of itself, said for one that speaks A2A when it was heard of."""

import contextlib
from uuid import UUID

from orchestrator.eap import liveness
from orchestrator.eap.messages import Heartbeat, InProgress
from orchestrator.kit.db import Database
from orchestrator.kit.errors import NotFound
from orchestrator.kit.settings import Settings


async def beat(
    database: Database, settings: Settings, member_id: UUID, assignment_id: UUID | None = None, epoch: int = 1
) -> None:
    """The lease of what it works on is renewed."""
    tasks = [] if assignment_id is None else [InProgress(task_id=assignment_id, lease_epoch=epoch)]
    told = Heartbeat.model_validate({"tasks_in_progress": tasks})
    with contextlib.suppress(NotFound):  # It was shut out in the meantime.
        await liveness.beat(database, settings, member_id, told)
