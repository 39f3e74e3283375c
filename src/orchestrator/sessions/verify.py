"""Verification: the orchestrator runs the commands itself, in a fresh checkout of the checkpoint's commit."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.printable import printable
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sandboxes import Identity
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.disk_holds import refuse_without_room
from orchestrator.sessions.models import BaseVerification, Evidence
from orchestrator.sessions.runner_reports import Report, report_of
from orchestrator.sessions.verdict import CommandOutcome
from orchestrator.workspaces import Base, CommandResult, Place, RepositoryConfig


@dataclass(frozen=True)
class Job:
    """What is verified: commands at a commit that came from `base`, with what the repository said there."""

    tenant_id: UUID
    base: Base
    config: RepositoryConfig
    identity: Identity | None
    commands: tuple[str, ...]
    timeout_seconds: float


@dataclass(frozen=True)
class AtBase:
    """What a command came to at the base commit; `tests` is what its output told of them."""

    exit_code: int
    tests: Report | None


@dataclass
class _BaseRun:
    """`waiting` counts the sessions that want its outcome."""

    task: asyncio.Task[tuple[AtBase, ...]]
    waiting: int = 0


@dataclass(frozen=True)
class Ran:
    outcome: CommandOutcome
    duration_ms: int


class Verifier:
    """Commands run in order in one fresh checkout: a later one may build on what an earlier one made there."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._base_runs: dict[tuple[UUID, str, str], _BaseRun] = {}

    async def run(self, job: Job, commit: str, *, becomes_base: bool = False) -> list[Ran]:
        """A command that fails runs once more: passing then, it is flaky. Of a commit that is to be the base of others
        what came of it is remembered for them."""
        at_base = await self.at_base(job)
        ran = await self._run_at(job, commit)
        if becomes_base and all(result.exit_code == 0 for _, result, _ in ran):
            await self._remember(job.tenant_id, commit, ran)
        return [
            Ran(
                CommandOutcome(
                    command,
                    shown.exit_code,
                    shown.output,
                    shown.timed_out,
                    flaky=flaky,
                    pre_existing=before.exit_code != 0,
                    tests_at_base=before.tests,
                ),
                shown.duration_ms,
            )
            for (command, shown, flaky), before in zip(ran, at_base, strict=True)
        ]

    async def fails_without(self, job: Job, commit: str, new_tests: Sequence[str]) -> list[str]:
        """The commands that pass only with the new test files: what stands in them runs beside the tests that were there,
        and could make those pass. A command that names one of them is about it, and left out.
        """
        ran = await self._run_at(job, commit, without=new_tests)
        return [command for command, result, _ in ran if result.exit_code != 0 and not _names(command, new_tests)]

    async def at_base(self, job: Job) -> tuple[AtBase, ...]:
        """What came of them at the base commit: run once for all sessions that start there, and remembered.

        The run ends with the last session that waits for it, or a cancelled session's commands would go on.
        """
        key = (job.tenant_id, job.base.commit, _digest(job.commands))
        run = self._base_runs.get(key)
        if run is None or run.task.done():
            run = self._base_runs[key] = _BaseRun(asyncio.create_task(self._at_base(job)))
        run.waiting += 1
        try:
            return await asyncio.shield(run.task)
        finally:
            run.waiting -= 1
            if run.waiting == 0:
                run.task.cancel()
                if self._base_runs.get(key) is run:
                    del self._base_runs[key]

    async def _at_base(self, job: Job) -> tuple[AtBase, ...]:
        with tenant_scope(job.tenant_id):
            known = await self._known_at_base(job)
            if known is not None:
                return known
            ran = await self._run_at(job, job.base.commit)
            await self._remember(job.tenant_id, job.base.commit, ran)
            return tuple(AtBase(result.exit_code, report_of(result.output)) for _, result, _ in ran)

    async def _remember(self, tenant_id: UUID, commit: str, ran: Sequence[tuple[str, CommandResult, bool]]) -> None:
        commands = [command for command, _, _ in ran]
        rows = [
            {
                "tenant_id": tenant_id,
                "commit": commit,
                "command_sha256": _digest(commands[: position + 1]),
                "command": command,
                "exit_code": result.exit_code,
                "duration_ms": result.duration_ms,
                "output": printable(result.output),
                "created_at": now(),
            }
            for position, (command, result, _) in enumerate(ran)
        ]
        async with self._services.database.transaction() as db:
            await db.execute(insert(BaseVerification).values(rows).on_conflict_do_nothing())

    async def _known_at_base(self, job: Job) -> tuple[AtBase, ...] | None:
        digests = [_digest(job.commands[: position + 1]) for position in range(len(job.commands))]
        row = BaseVerification
        query = select(row.command_sha256, row.exit_code, row.output).where(
            BaseVerification.tenant_id == job.tenant_id,
            BaseVerification.commit == job.base.commit,
            BaseVerification.command_sha256.in_(digests),
        )
        async with self._services.database.transaction() as db:
            rows = (await db.execute(query)).all()
        known = {digest: AtBase(exit_code, report_of(output)) for digest, exit_code, output in rows}
        return tuple(known[digest] for digest in digests) if len(known) == len(digests) else None

    async def _run_at(self, job: Job, commit: str, without: Sequence[str] = ()) -> list[tuple[str, CommandResult, bool]]:
        """Each command with its result, and whether it passed only at the second try."""
        ran: list[tuple[str, CommandResult, bool]] = []
        checkout = self._services.workspaces.checkout
        async with checkout(str(job.tenant_id), job.base, commit, job.identity, job.config, without) as place:
            for command in job.commands:
                result, flaky = await self._run(job, place, command), False
                if result.exit_code != 0 and not result.timed_out:
                    again = await self._run(job, place, command)
                    flaky = again.exit_code == 0
                    result = again if flaky else result
                ran.append((command, result, flaky))
        await refuse_without_room(self._services, [command for command, result, _ in ran if result.exit_code != 0])
        return ran

    async def _run(self, job: Job, place: Place, command: str) -> CommandResult:
        return await self._services.workspaces.run(command, place, env=job.config.env, timeout_seconds=job.timeout_seconds)


def _names(command: str, paths: Sequence[str]) -> bool:
    """By its path, or as Python's module."""
    names = (name for path in paths for name in (path, path.removesuffix(".py").replace("/", ".")))
    return any(name in command for name in names)


def _digest(commands: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(commands)).encode()).hexdigest()


async def store_evidence(
    services: Services, key: SessionKey, turn: int, commit: str, ran: Sequence[Ran], actor: str
) -> None:
    """Replaces what an interrupted run after the same turn may have stored."""
    async with services.database.transaction() as db:
        repository = IndustrialRepository(db)
        await db.execute(
            delete(Evidence).where(
                Evidence.tenant_id == key.tenant_id,
                Evidence.session_id == key.session_id,
                Evidence.attempt == key.attempt,
                Evidence.turn == turn,
            )
        )
        for position, one in enumerate(ran):
            repository.add(_row(key, turn, commit, position, one))
            outcome = one.outcome
            events.append(
                db,
                key.tenant_id,
                "evidence.recorded",
                actor=actor,
                session_id=key.session_id,
                command=outcome.command,
                exit_code=outcome.exit_code,
                duration_ms=one.duration_ms,
                commit=commit,
                round=turn,
                flaky=outcome.flaky,
                pre_existing=outcome.pre_existing,
            )


def _row(key: SessionKey, turn: int, commit: str, position: int, one: Ran) -> Evidence:
    outcome = one.outcome
    return Evidence(
        id=new_id(),
        session_id=key.session_id,
        attempt=key.attempt,
        turn=turn,
        position=position,
        command=outcome.command,
        commit=commit,
        exit_code=outcome.exit_code,
        duration_ms=one.duration_ms,
        output=printable(outcome.output),
        timed_out=outcome.timed_out,
        flaky=outcome.flaky,
        pre_existing=outcome.pre_existing,
        created_at=now(),
    )
