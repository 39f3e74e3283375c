"""HTTP over the evaluation gate."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning import evaluations, versions
from orchestrator.finetuning.dataset_models import Dataset
from orchestrator.finetuning.evaluation_errors import SuiteInvalid
from orchestrator.finetuning.evaluation_schemas import EvaluationAnswerRead, EvaluationCreate
from orchestrator.finetuning.evaluations import ARMS, Asked
from orchestrator.finetuning.version_models import Evaluation, EvaluationAnswer, ModelVersion
from orchestrator.finetuning.version_schemas import EvaluationRead
from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.pagination import Page, decode_parts, encode_parts, page_of
from orchestrator.tenancy.dependencies import Db, IdempotencyKeyHeader, Limit, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/models", tags=["model versions"])

EvaluationReader = Annotated[Principal, Depends(require_permission(Permission.VERSIONS_READ))]
EvaluationWriter = Annotated[Principal, Depends(require_permission(Permission.VERSIONS_WRITE))]


@router.post(
    "/versions/{model_name}/{model_version}/evaluations",
    status_code=201,
    summary="Have a version and its base do the same held-out tasks, and the gate judge them",
)
async def create(
    model_name: str,
    model_version: str,
    body: EvaluationCreate,
    principal: EvaluationWriter,
    db: Db,
    request: Request,
    response: Response,
    key: IdempotencyKeyHeader = None,
) -> EvaluationRead:
    version = await versions.get(db, model_name, model_version)
    models = await _models(request.app.state.catalog, version, body)
    store = ArtifactStore(request.app.state.settings.artifact_store_url)

    async def make() -> UUID:
        source = await _source(db, version, body)
        row = await evaluations.begin(db, principal, version, Asked(body.kind, models, body.limits.model_dump(), source))
        if body.tasks is not None:
            await _keep_tasks(store, row, body)
        return row.id

    deed = Deed("POST evaluations", {"version": str(version.id), **body.model_dump(mode="json")})
    evaluation_id, _ = await once(db, principal, key, deed, make)
    response.headers["Location"] = f"/api/v1/models/evaluations/{evaluation_id}"
    return await _read(db, evaluation_id)


async def _models(catalog: Catalog, version: ModelVersion, body: EvaluationCreate) -> dict[str, str]:
    """Raises UnknownModel, ModelUnusable."""
    named = {"base": body.base_model, "tuned": body.tuned_model}
    models = {arm: named[arm] or evaluations.alias_of(version, arm) for arm in ARMS}
    for name in models.values():
        await catalog.offer(version.tenant_id, name)
    if len(set(models.values())) == 1:
        raise SuiteInvalid(problem="base and tuned are one and the same model")
    return models


async def _source(db: AsyncSession, version: ModelVersion, body: EvaluationCreate) -> dict[str, Any]:
    common: dict[str, Any] = {"max_tokens": body.max_tokens}
    if body.tasks is not None:
        return common
    dataset_id = body.dataset_id or version.dataset_id
    if dataset_id is None:
        raise SuiteInvalid(problem="the version has no dataset with held-out chats, so give tasks or a dataset_id")
    if await db.get(Dataset, (version.tenant_id, dataset_id)) is None:
        raise SuiteInvalid(problem=f"there is no dataset {dataset_id} here")
    return common | {"dataset_id": dataset_id, "turns": body.turns, "most_tasks": body.most_tasks}


async def _keep_tasks(store: ArtifactStore, row: Evaluation, body: EvaluationCreate) -> None:
    tasks = body.tasks or []
    data = evaluations.lines_of(tasks)
    await asyncio.to_thread(store.write, evaluations.tasks_path(row), data)
    row.suite = {**row.suite, "sha256": evaluations.digest(data), "tasks": len(tasks)}


@router.get("/evaluations/{evaluation_id}", summary="Read an evaluation and its verdict")
async def read(evaluation_id: UUID, _: EvaluationReader, db: Db) -> EvaluationRead:
    return await _read(db, evaluation_id)


async def _read(db: AsyncSession, evaluation_id: UUID) -> EvaluationRead:
    return EvaluationRead.model_validate(await IndustrialRepository(db).get(Evaluation, evaluation_id))


@router.get("/evaluations/{evaluation_id}/answers", summary="List what each arm made of each task")
async def answers(
    evaluation_id: UUID,
    _: EvaluationReader,
    db: Db,
    limit: Limit = 100,
    cursor: Annotated[str | None, Query(max_length=1_000)] = None,
    passed: bool | None = None,
) -> Page[EvaluationAnswerRead]:
    row = await IndustrialRepository(db).get(Evaluation, evaluation_id)
    own = EvaluationAnswer.tenant_id == row.tenant_id, EvaluationAnswer.evaluation_id == row.id
    query = select(EvaluationAnswer).where(*own).order_by(EvaluationAnswer.task, EvaluationAnswer.arm)
    if passed is not None:
        query = query.where(EvaluationAnswer.passed.is_(passed))
    if cursor:
        arm, task = decode_parts(cursor, 2)
        behind = (EvaluationAnswer.task == task) & (EvaluationAnswer.arm > arm)
        query = query.where((EvaluationAnswer.task > task) | behind)
    rows, more = await page_of(db, query, limit)
    following = encode_parts(rows[-1].arm, rows[-1].task) if more else None
    return Page(items=[EvaluationAnswerRead.model_validate(one) for one in rows], next_cursor=following)
