"""Runs of curation: asked for, followed, cancelled, and ended by the keeper with a dataset or with a reason."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.finetuning.consent import check_consent, excluded_among
from orchestrator.finetuning.curation_folder import Done
from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.dataset_files import FILES, Fields
from orchestrator.finetuning.dataset_models import Curation, CurationStatus, Dataset, DatasetRow
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.errors import Conflict
from orchestrator.kit.ids import new_id
from orchestrator.kit.pagination import newest_page
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

MOST_RUNNING = 3
"""Of a tenant."""
_ROWS_AT_ONCE = 1000


class TooManyCurations(Conflict):
    """{count} runs of curation are under way already."""

    code = "too_many_curations"
    hint = "Wait until one is over, or cancel one: `orchestrator datasets list --runs`."


class CurationOver(Conflict):
    """The run of curation is {status} already."""

    code = "curation_over"
    hint = "Start another one: `orchestrator datasets create`."


class SessionExcluded(Conflict):
    """A session was excluded from training while its conversations were curated."""

    code = "session_excluded_meanwhile"
    hint = "Start the run again: it takes nothing of that session."


class DatasetEmpty(Conflict):
    """No conversation is left to make a dataset of."""

    code = "dataset_empty"
    hint = "Look at the run's counters: each stage says why it dropped what it dropped."


async def create(db: AsyncSession, principal: Principal, name: str, policy: CurationPolicy) -> Curation:
    """Raises ConsentMissing, TooManyCurations."""
    await check_consent(db)
    rows, moment = IndustrialRepository(db), now()
    running = await rows.list(Curation, Curation.status == CurationStatus.RUNNING, limit=MOST_RUNNING)
    if len(running) >= MOST_RUNNING:
        raise TooManyCurations(count=len(running))
    made = Curation(
        id=new_id(),
        name=name,
        policy=policy.as_json(),
        status=CurationStatus.RUNNING,
        stage="sources",
        counters={},
        problem=None,
        dataset_id=None,
        created_by=principal.actor,
        created_at=moment,
        updated_at=moment,
        finished_at=None,
    )
    rows.add(made)
    await db.flush()
    audit.record(db, principal.tenant_id, principal.actor, "curation.start", f"curation:{made.id}", None, {"name": name})
    _tell(db, made, principal.actor)
    return made


async def reading(db: AsyncSession, curation_id: UUID, *, lock: bool = False) -> Curation:
    """Raises NotFound."""
    return await IndustrialRepository(db).get(Curation, curation_id, lock=lock)


async def listing(db: AsyncSession, limit: int, cursor: str | None) -> tuple[Sequence[Curation], bool]:
    """The newest first; the flag says whether there are more."""
    return await newest_page(db, IndustrialRepository(db).query(Curation), Curation.created_at, Curation.id, limit, cursor)


async def cancel(db: AsyncSession, principal: Principal, curation_id: UUID) -> Curation:
    """Raises CurationOver; not when it is cancelled already."""
    curation = await reading(db, curation_id, lock=True)
    if curation.status is CurationStatus.CANCELLED:
        return curation
    if curation.status is not CurationStatus.RUNNING:
        raise CurationOver(status=curation.status.value)
    _end(db, curation, CurationStatus.CANCELLED, principal.actor)
    target = f"curation:{curation.id}"
    audit.record(db, principal.tenant_id, principal.actor, "curation.cancel", target, None, {"name": curation.name})
    await db.flush()
    return curation


async def show_progress(db: AsyncSession, curation_id: UUID, stage: str, counters: Fields) -> bool:
    """Whether it is still wanted."""
    curation = await reading(db, curation_id, lock=True)
    if curation.status is not CurationStatus.RUNNING:
        return False
    if (curation.stage, curation.counters) != (stage, counters):
        curation.stage, curation.counters, curation.updated_at = stage, counters, now()
    return True


async def fail(db: AsyncSession, curation_id: UUID, problem: Fields) -> None:
    curation = await reading(db, curation_id, lock=True)
    if curation.status is CurationStatus.RUNNING:
        curation.problem = problem
        _end(db, curation, CurationStatus.FAILED, events.ORCHESTRATOR)


async def succeed(db: AsyncSession, curation_id: UUID, done: Done, manifest: Fields) -> None:
    """The dataset and the end of the run in one transaction. Raises ConsentMissing, SessionExcluded, DatasetEmpty."""
    curation = await reading(db, curation_id, lock=True)
    if curation.status is not CurationStatus.RUNNING:
        return
    curation.counters = done.counters
    await check_consent(db)
    entries = [(name, entry) for name in FILES for entry in manifest["files"][name]["rows"]]
    if not entries:
        raise DatasetEmpty
    sessions = sorted({UUID(entry["session_id"]) for _, entry in entries if entry["session_id"]})
    if await excluded_among(db, sessions):
        raise SessionExcluded
    if await _insert(db, curation, done, manifest):
        await _insert_rows(db, curation, done.dataset_id, entries)
        told = {"dataset_id": done.dataset_id, "name": curation.name, "curation_id": str(curation.id)}
        events.append(db, curation.tenant_id, "dataset.created", actor=curation.created_by, session_id=None, **told)
    curation.dataset_id = done.dataset_id
    _end(db, curation, CurationStatus.SUCCEEDED, events.ORCHESTRATOR)


async def _insert(db: AsyncSession, curation: Curation, done: Done, manifest: Fields) -> bool:
    """Whether it is new: the same sources, policy and code make the same dataset."""
    counts: dict[str, Any] = done.counters["rows"]
    values = {
        "tenant_id": curation.tenant_id,
        "id": done.dataset_id,
        "name": curation.name,
        "curation_id": curation.id,
        "path": done.path,
        "train_rows": counts.get("train", 0),
        "heldout_rows": counts.get("heldout", 0),
        "preference_rows": counts.get("preferences", 0),
        "tokens": done.tokens,
        "policy": manifest["policy"],
        "counters": done.counters,
        "code_version": manifest["code_version"],
        "created_by": curation.created_by,
        "created_at": now(),
    }
    query = insert(Dataset).values(values).on_conflict_do_nothing().returning(Dataset.id)
    return (await db.execute(query)).scalar_one_or_none() is not None


async def _insert_rows(db: AsyncSession, curation: Curation, dataset_id: str, entries: Sequence[tuple[str, Fields]]) -> None:
    offsets: dict[str, int] = dict.fromkeys(FILES, 0)
    values: list[Fields] = []
    for position, (name, entry) in enumerate(entries):
        place = {"tenant_id": curation.tenant_id, "dataset_id": dataset_id, "position": position}
        values.append({**entry, **place, "file_offset": offsets[name]})
        offsets[name] += entry["bytes"]
    for at in range(0, len(values), _ROWS_AT_ONCE):
        await db.execute(insert(DatasetRow), values[at : at + _ROWS_AT_ONCE])


def _end(db: AsyncSession, curation: Curation, status: CurationStatus, actor: str) -> None:
    curation.status, curation.finished_at, curation.updated_at = status, now(), now()
    _tell(db, curation, actor)


def _tell(db: AsyncSession, curation: Curation, actor: str) -> None:
    problem = curation.problem and curation.problem["code"]
    told: Fields = {
        "curation_id": str(curation.id),
        "name": curation.name,
        "status": curation.status.value,
        "problem": problem,
    }
    told["dataset_id"] = curation.dataset_id
    events.append(db, curation.tenant_id, "curation.status", actor=actor, session_id=None, **told)
