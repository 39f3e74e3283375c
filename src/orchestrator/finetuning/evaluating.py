"""Conducts evaluations: both arms get the same tasks through the gateway, and the gate judges what came of it.

An answer is a row, so a crash costs the answer under way and no other; whoever leads next goes on with what is missing.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.finetuning import evaluations
from orchestrator.finetuning.dataset_files import HELDOUT, open_dataset
from orchestrator.finetuning.dataset_models import Dataset
from orchestrator.finetuning.evaluation_asking import ask, client_of
from orchestrator.finetuning.evaluation_errors import SuiteChanged
from orchestrator.finetuning.evaluations import ARMS, BASE, TUNED, UNDER_WAY
from orchestrator.finetuning.gate import Answered, Limits, TaskPair, judge
from orchestrator.finetuning.suites import SuiteTask, tasks_of_chats
from orchestrator.finetuning.version_models import Evaluation, EvaluationAnswer, EvaluationStatus
from orchestrator.gateway.virtual_keys import mint_evaluation_key, revoke_evaluation_keys
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import NotFound, OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes.leader import Leadership

log = get_logger(__name__)

_LOOK_SECONDS = 2.0
_AT_ONCE = 2
"""Evaluations; the tasks of one are asked one after the other, so that the arms' times can be compared."""


@dataclass(frozen=True)
class _Named:
    tenant_id: UUID
    id: str
    path: str


class EvaluationRunner:
    def __init__(self, database: Database, gateway_url: str, store: ArtifactStore) -> None:
        self._database = database
        self._gateway_url = gateway_url
        self._store = store

    async def conduct(self, tenant_id: UUID, evaluation_id: UUID) -> None:
        """To its verdict, or to what hinders it."""
        with tenant_scope(tenant_id):
            try:
                row, key = await self._take_up(evaluation_id)
                if row.status is not EvaluationStatus.RUNNING:
                    return
                tasks = await self._tasks(row)
                async with client_of(self._gateway_url, key) as client:
                    await self._ask_all(client, row, tasks)
                await self._judge(evaluation_id, tasks)
            except OrchestratorError as error:
                await self._fail(evaluation_id, error)

    async def _take_up(self, evaluation_id: UUID) -> tuple[Evaluation, str]:
        """With a key of its own; that of whoever conducted it before is good no more."""
        async with self._database.transaction() as db:
            row = await IndustrialRepository(db).get(Evaluation, evaluation_id, lock=True)
            if row.status in UNDER_WAY:
                await evaluations.take_up(db, row)
            await revoke_evaluation_keys(db, row.id)
            return row, mint_evaluation_key(db, row.id)

    async def _tasks(self, row: Evaluation) -> list[SuiteTask]:
        """Those that it began with. Raises SuiteChanged, SuiteInvalid, DatasetDamaged, RowOfAnotherTenant."""
        if "sha256" not in row.suite:
            await self._write_tasks(row)
        try:
            data = await asyncio.to_thread(self._store.read, evaluations.tasks_path(row))
        except FileNotFoundError:
            raise SuiteChanged from None
        if evaluations.digest(data) != row.suite["sha256"]:
            raise SuiteChanged
        return [SuiteTask.model_validate(json.loads(line)) for line in data.splitlines()]

    async def _write_tasks(self, row: Evaluation) -> None:
        async with self._database.transaction() as db:
            dataset = await _dataset(db, row)
        with TemporaryDirectory(prefix="orchestrator-suite-") as folder:
            files = await asyncio.to_thread(open_dataset, self._store, dataset, Path(folder))
            found = list(tasks_of_chats(files.rows(HELDOUT), row.suite["turns"]))[: row.suite["most_tasks"]]
        data = evaluations.lines_of(found)
        await asyncio.to_thread(self._store.write, evaluations.tasks_path(row), data)
        row.suite = {**row.suite, "sha256": evaluations.digest(data), "tasks": len(found)}
        async with self._database.transaction() as db:
            kept = await IndustrialRepository(db).get(Evaluation, row.id, lock=True)
            kept.suite = row.suite

    async def _ask_all(self, client: httpx.AsyncClient, row: Evaluation, tasks: Sequence[SuiteTask]) -> None:
        """The arms take turns in who is asked first, so that neither is always the one with a warm cache."""
        async with self._database.transaction() as db:
            done = {(one.task, one.arm) for one in await evaluations.answers(db, row)}
        models = evaluations.models_of(row)
        for number, task in enumerate(tasks):
            for arm in ARMS if number % 2 == 0 else ARMS[::-1]:
                if (task.id, arm) in done:
                    continue
                scored = await ask(client, task, models[arm], row.suite["max_tokens"])
                async with self._database.transaction() as db:
                    await evaluations.keep_answer(db, row, task.id, arm, scored.answered, scored.details)

    async def _judge(self, evaluation_id: UUID, tasks: Sequence[SuiteTask]) -> None:
        async with self._database.transaction() as db:
            row = await IndustrialRepository(db).get(Evaluation, evaluation_id, lock=True)
            if row.status is not EvaluationStatus.RUNNING:
                return
            spent, models = await evaluations.costs(db, row), evaluations.models_of(row)
            found = {(one.task, one.arm): one for one in await evaluations.answers(db, row)}
            mean = {arm: spent.get(models[arm], 0) / len(tasks) for arm in ARMS}
            pairs = [_pair(task, found, mean) for task in tasks]
            evaluations.settle(db, row, judge(pairs, Limits(**row.suite["limits"])))
            await revoke_evaluation_keys(db, row.id)

    async def _fail(self, evaluation_id: UUID, error: OrchestratorError) -> None:
        async with self._database.transaction() as db:
            row = await IndustrialRepository(db).get(Evaluation, evaluation_id, lock=True)
            if row.status in UNDER_WAY:
                evaluations.fail(db, row, evaluations.problem_of(error.code, error.message, error.hint_text))
            await revoke_evaluation_keys(db, row.id)


async def _dataset(db: AsyncSession, row: Evaluation) -> _Named:
    found = await db.get(Dataset, (row.tenant_id, row.suite["dataset_id"]))
    if found is None:
        raise NotFound
    return _Named(found.tenant_id, found.id, found.path)


def _pair(task: SuiteTask, found: dict[tuple[str, str], EvaluationAnswer], mean: dict[str, float]) -> TaskPair:
    def of(arm: str) -> Answered:
        return evaluations.answered_of(found[task.id, arm], mean[arm])

    return TaskPair(task.id, of(BASE), of(TUNED), task.regression)


class EvaluationKeeper:
    """One process of the cluster conducts them, the leader."""

    def __init__(self, database: Database, runner: EvaluationRunner, leadership: Leadership) -> None:
        self._database = database
        self._runner = runner
        self._leadership = leadership
        self._lanes = asyncio.Semaphore(_AT_ONCE)
        self._conducted: set[UUID] = set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                if self._leadership.leads:
                    for tenant_id, evaluation_id in await self._under_way():
                        if evaluation_id not in self._conducted:
                            self._conducted.add(evaluation_id)
                            group.create_task(self._conduct(tenant_id, evaluation_id))
                await asyncio.sleep(_LOOK_SECONDS)

    async def _under_way(self) -> list[tuple[UUID, UUID]]:
        try:
            async with self._database.system_transaction() as db:
                query = select(Evaluation.tenant_id, Evaluation.id).where(Evaluation.status.in_(UNDER_WAY))
                return [(one[0], one[1]) for one in (await db.execute(query.order_by(Evaluation.created_at))).all()]
        except (DBAPIError, OSError) as error:
            log.warning("evaluations_not_found", problem=str(error).split("\n")[0])
            return []

    async def _conduct(self, tenant_id: UUID, evaluation_id: UUID) -> None:
        where = {"tenant_id": str(tenant_id), "evaluation_id": str(evaluation_id)}
        try:
            async with self._lanes:
                await self._runner.conduct(tenant_id, evaluation_id)
        except (DBAPIError, OSError) as error:
            log.warning("evaluation_not_conducted", **where, problem=str(error).split("\n")[0])
        except Exception as error:
            # What is wrong with one evaluation must not end the keeper of all.
            log.error("evaluation_failed", **where, exc_info=error)
            await asyncio.sleep(_LOOK_SECONDS)
        finally:
            self._conducted.discard(evaluation_id)
