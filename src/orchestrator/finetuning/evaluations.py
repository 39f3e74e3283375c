"""Evaluations: asked for by people, conducted by a node, judged by the gate."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.finetuning.evaluation_errors import EvaluationOfRetired, SuiteInvalid
from orchestrator.finetuning.gate import Answered, Verdict
from orchestrator.finetuning.suites import SuiteTask
from orchestrator.finetuning.version_models import (
    Evaluation,
    EvaluationAnswer,
    EvaluationStatus,
    ModelVersion,
    VersionStage,
)
from orchestrator.finetuning.versions import label
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json
from orchestrator.kit.ids import new_id
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

BASE, TUNED = "base", "tuned"
ARMS = (BASE, TUNED)
UNDER_WAY = (EvaluationStatus.QUEUED, EvaluationStatus.RUNNING)


@dataclass(frozen=True)
class Asked:
    """`models`: the name of each arm, as sessions and calls write it."""

    kind: str
    models: Mapping[str, str]
    limits: Json
    source: Json


def alias_of(version: ModelVersion, arm: str) -> str:
    """The name that a served model gets unless another one is given."""
    if arm == TUNED:
        return label(version)
    return version.base_model if "@" in version.base_model else f"base/{version.base_model}"


def folder_of(tenant_id: UUID, evaluation_id: UUID) -> str:
    return f"{tenant_id}/evaluations/{evaluation_id}"


def tasks_path(row: Evaluation) -> str:
    return f"{folder_of(row.tenant_id, row.id)}/tasks.jsonl"


def lines_of(tasks: Iterable[SuiteTask]) -> bytes:
    """With tools as they were given: their order is a part of the prompt. Raises SuiteInvalid when two tasks have one id,
    or there is none."""
    seen: set[str] = set()
    lines: list[bytes] = []
    for task in tasks:
        if task.id in seen:
            raise SuiteInvalid(problem=f"two tasks have the id {task.id}")
        seen.add(task.id)
        lines.append(json.dumps(task.model_dump(mode="json")).encode() + b"\n")
    if not lines:
        raise SuiteInvalid(problem="it has no tasks")
    return b"".join(lines)


async def begin(db: AsyncSession, principal: Principal, version: ModelVersion, asked: Asked) -> Evaluation:
    """Raises EvaluationOfRetired."""
    if version.stage is VersionStage.RETIRED:
        raise EvaluationOfRetired(version=label(version))
    moment = now()
    suite: Json = {"kind": asked.kind, "models": dict(asked.models), "limits": asked.limits, **asked.source}
    row = Evaluation(
        id=new_id(),
        version_id=version.id,
        suite=suite,
        status=EvaluationStatus.QUEUED,
        created_by=principal.subject,
        created_at=moment,
        updated_at=moment,
    )
    IndustrialRepository(db).add(row)
    await db.flush()
    after: Json = {"version": label(version), "kind": asked.kind, **{f"{arm}_model": asked.models[arm] for arm in ARMS}}
    audit.record(db, row.tenant_id, principal.actor, "evaluation.begin", f"evaluation:{row.id}", None, after)
    _tell(db, row, principal.actor)
    return row


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


async def take_up(db: AsyncSession, row: Evaluation) -> None:
    if row.status is EvaluationStatus.QUEUED:
        row.status, row.updated_at = EvaluationStatus.RUNNING, now()
        _tell(db, row, events.ORCHESTRATOR)


def settle(db: AsyncSession, row: Evaluation, verdict: Verdict) -> None:
    row.status = EvaluationStatus.PASSED if verdict.passed else EvaluationStatus.REFUSED
    row.verdict = verdict.as_json()
    _end(db, row)


def fail(db: AsyncSession, row: Evaluation, problem: Json) -> None:
    """It could not be carried out, which says nothing about the version."""
    row.status, row.problem = EvaluationStatus.FAILED, problem
    _end(db, row)


def _end(db: AsyncSession, row: Evaluation) -> None:
    row.finished_at = row.updated_at = now()
    _tell(db, row, events.ORCHESTRATOR)


def _tell(db: AsyncSession, row: Evaluation, actor: str) -> None:
    refusals: list[str] = list((row.verdict or {}).get("refusals", []))
    told: Json = {"evaluation_id": str(row.id), "version_id": str(row.version_id), "status": row.status.value}
    events.append(db, row.tenant_id, "evaluation.status", actor=actor, refusals=refusals, **told)


async def keep_answer(db: AsyncSession, row: Evaluation, task: str, arm: str, answered: Answered, details: Json) -> None:
    """The first answer counts: whoever asks the same again, after a crash say, changes nothing."""
    numbers = {"calls": answered.calls, "valid_calls": answered.valid_calls, "seconds": answered.seconds}
    values = {
        "tenant_id": row.tenant_id,
        "evaluation_id": row.id,
        "task": task,
        "arm": arm,
        "passed": answered.passed,
        "details": details | numbers | {"output_tokens": answered.output_tokens},
        "answered_at": now(),
    }
    await db.execute(insert(EvaluationAnswer).values(values).on_conflict_do_nothing())


async def answers(db: AsyncSession, row: Evaluation) -> Sequence[EvaluationAnswer]:
    own = EvaluationAnswer.tenant_id == row.tenant_id, EvaluationAnswer.evaluation_id == row.id
    query = select(EvaluationAnswer).where(*own).order_by(EvaluationAnswer.task, EvaluationAnswer.arm)
    return (await db.execute(query)).scalars().all()


def answered_of(row: EvaluationAnswer, cost_micro_usd: float) -> Answered:
    kept = row.details
    return Answered(row.passed, kept["calls"], kept["valid_calls"], cost_micro_usd, kept["seconds"], kept["output_tokens"])


_COSTS = text(
    "select model, coalesce(sum(cost_micro_usd), 0)::bigint as cost from usage_events "
    "where tenant_id = :tenant_id and agent = :payer group by model"
)


async def costs(db: AsyncSession, row: Evaluation) -> dict[str, int]:
    """By model, in micro-USD: all that the evaluation asked, also what it had to ask twice."""
    rows = await db.execute(_COSTS, {"tenant_id": row.tenant_id, "payer": payer_of(row.id)})
    return {one["model"]: one["cost"] for one in rows.mappings()}


def payer_of(evaluation_id: UUID) -> str:
    """What stands for the agent where usage is counted."""
    return f"evaluation:{evaluation_id}"


def problem_of(code: str, message: str, hint: str) -> Json:
    return {"code": code, "message": message, "hint": hint}


def models_of(row: Evaluation) -> dict[str, str]:
    models: dict[str, Any] = row.suite["models"]
    return models
