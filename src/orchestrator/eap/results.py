"""The end of a piece of work, as its agent tells it: taken once, and answered the same for ever."""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap import artifacts
from orchestrator.eap.assignments import end, had, record
from orchestrator.eap.errors import LeaseStale, ResultConflict
from orchestrator.eap.members import actor_of
from orchestrator.eap.messages import Result
from orchestrator.eap.models import Assignment, AssignmentStatus


async def finish(db: AsyncSession, member_id: UUID, assignment_id: UUID, told: Result) -> tuple[Assignment, datetime]:
    """The assignment as it ended, and when. Raises NotFound, LeaseStale, ResultConflict and ArtifactIncomplete."""
    row = await had(db, member_id, assignment_id, lock=True)
    digest = digest_of(told)
    if row.result_epoch == told.lease_epoch and row.holders.get(str(told.lease_epoch)) == str(member_id):
        if row.result_sha256 != digest:
            raise ResultConflict
        return row, _ended(row)
    if (
        row.status is not AssignmentStatus.LEASED
        or row.lease_epoch != told.lease_epoch
        or row.external_agent_id != member_id
    ):
        raise LeaseStale(epoch=told.lease_epoch)
    await artifacts.check_whole(db, row, named(told))
    row.result, row.result_sha256, row.result_epoch = told.model_dump(mode="json"), digest, told.lease_epoch
    record(db, row, actor_of(member_id), "assignment.result", status=told.status)
    await end(db, row, AssignmentStatus(told.status), told.error if told.status == "failed" else None)
    return row, _ended(row)


def named(told: Result) -> list[str]:
    """The artifacts that it speaks of."""
    works = [one for one in (told.patch_artifact, told.bundle_artifact) if one is not None]
    return list(dict.fromkeys([*works, *told.artifacts]))


def digest_of(told: Result) -> bytes:
    content = json.dumps(told.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()


def _ended(row: Assignment) -> datetime:
    if row.ended_at is None:
        raise AssertionError("what has a result has ended")
    return row.ended_at
