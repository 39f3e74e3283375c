"""A turn that is done elsewhere: work is assigned to an external agent, and what it hands in is the turn's checkpoint.

Everything after that is as with any other turn: the verification by ourselves, the feedback, the branch. There is no
worktree. Assignment and result are rows, so a turn that a crash cut short goes on with the assignment that there is.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents.registry import version
from orchestrator.eap import artifacts, assignments
from orchestrator.eap.assignments import NewAssignment
from orchestrator.eap.models import Assignment, AssignmentStatus
from orchestrator.eap.news import woken
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import IndustrialRepository, Json
from orchestrator.sessions import external_transcript, turn_rows
from orchestrator.sessions.checkpointing import CheckpointTaker
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.errors import AgentGaveUp, ExternalAgentFailed
from orchestrator.sessions.grounds import Ground
from orchestrator.sessions.models import Session, SessionTurn
from orchestrator.workspaces import remove_tree

TASK_TYPE = "coding"
_LOOK_SECONDS = 2.0


class ExternalTurns:
    def __init__(self, services: Services, checkpoints: CheckpointTaker) -> None:
        self._services = services
        self._checkpoints = checkpoints
        self._store = ArtifactStore(services.settings.artifact_store_url)

    async def run(self, key: SessionKey, turn: int, ground: Ground) -> None:
        """Nothing happens when the turn has ended before. Raises ExternalAgentFailed, AgentGaveUp and CommitsRefused."""
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            row = await turn_rows.begin(db, session, turn)
            await external_transcript.said(db, session, row)
        if row.ended_at is not None:
            return
        done = await self._done(await self._assigned(key, row, ground))
        await self._take_over(key, turn, ground, done)
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            # The record is that of whoever did it: of several behind one name, the version that had the lease.
            if done.version_id is not None:
                session.agent_version_id = done.version_id
            await external_transcript.summed_up(db, session, done)
            await turn_rows.end(db, session)

    async def _assigned(self, key: SessionKey, row: SessionTurn, ground: Ground) -> Assignment:
        """The one that there is, unless it stands on another commit or came to nothing."""
        async with self._services.database.transaction() as db:
            known = await assignments.newest(db, key.session_id, row.number)
            if known is not None and known.commit == ground.commit and _is_of_use(known):
                return known
            if known is not None and not known.has_ended:
                await assignments.cancel(db, key.session_id, "its session stands on another commit now")
        made = assignments.new_assignment_id()
        path = artifacts.bundle_path(key.tenant_id, key.session_id, made)
        repository = await self._bundle(ground, path)
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            body = await self._body(db, session, row, ground, repository)
            agent_id = await _agent_of(db, session)
            wanted = NewAssignment(
                session_id=key.session_id,
                turn=row.number,
                agent_id=agent_id,
                priority=session.priority,
                task_type=TASK_TYPE,
                body=body,
                commit=ground.commit,
                bundle_path=path,
                timeout_seconds=session.timeout_seconds,
            )
            return await assignments.create(db, wanted, made)

    async def _bundle(self, ground: Ground, path: str) -> Json:
        """The whole history of the commit as a file that every API process can hand out."""
        session = ground.session
        mirror = self._services.workspaces.mirror(str(session.tenant_id), ground.base)
        async with self._scratch(session.tenant_id) as folder:
            file = folder / "repository.bundle"
            await self._services.workspaces.transfers.bundle(mirror, session.branch, ground.commit, (), file)
            await asyncio.to_thread(self._store.put, path, file)
            sha256 = await asyncio.to_thread(_digest, file)
            size = file.stat().st_size
        return {"branch": session.branch, "commit": ground.commit, "bytes": size, "sha256": sha256}

    async def _body(self, db: AsyncSession, session: Session, row: SessionTurn, ground: Ground, repository: Json) -> Json:
        earlier = [one for one in await turn_rows.all_of(db, session) if one.number < row.number]
        return {
            "context": {
                "title": session.title,
                "prompt": session.prompt,
                "instructions": ground.config.instructions or "",
                "turns": [{"number": one.number, "kind": one.kind.value, "text": one.text} for one in earlier],
                "base_commit": session.base_commit,
                "plan_id": session.plan_id and str(session.plan_id),
                "task_key": session.task_key,
            },
            "input_data": {"prompt": row.text, "kind": row.kind.value, "turn": row.number},
            "requirements": {
                "capabilities": session.capabilities,
                "verify": list(ground.commands),
                "protected_paths": [str(one) for one in ground.config.protected_paths or ()],
            },
            "repository": repository,
            "model": session.model,
        }

    async def _done(self, given: Assignment) -> Assignment:
        """Waits for its end, and tells meanwhile what its agent tells. Whoever ends the session ends the wait."""
        told = external_transcript.Told()
        with self._services.assignments.of(given.id) as news:
            while True:
                async with self._services.database.transaction() as db:
                    row = await IndustrialRepository(db).get(Assignment, given.id)
                    await external_transcript.follow(db, row, told)
                if row.has_ended:
                    return _completed(row)
                await woken(news, _LOOK_SECONDS)

    async def _take_over(self, key: SessionKey, turn: int, ground: Ground, done: Assignment) -> None:
        """What was handed in is the turn's checkpoint. Again after a crash, it comes to the same."""
        session, result = ground.session, done.result or {}
        mirror = self._services.workspaces.mirror(str(session.tenant_id), ground.base)
        async with self._scratch(session.tenant_id) as folder:
            commit = await self._commit(ground, done, result, mirror, folder)
        await self._checkpoints.keep(key, turn, ground.base, commit)

    async def _commit(self, ground: Ground, done: Assignment, result: Json, mirror: Path, folder: Path) -> str:
        workspaces, work = self._services.workspaces, folder / "work"
        if result.get("bundle_artifact"):
            await self._fetch(done, result["bundle_artifact"], work)
            return await workspaces.transfers.receive(mirror, work, done.commit)
        if result.get("patch_artifact"):
            await self._fetch(done, result["patch_artifact"], work)
        elif result.get("patch"):
            await asyncio.to_thread(work.write_text, result["patch"], encoding="utf-8", newline="")
        else:
            return done.commit
        message = f"{ground.session.title}\n\nSession: {done.session_id}\nAssignment: {done.id}"
        return await workspaces.patches.onto(mirror, done.commit, work, message, done.ended_at or done.created_at, folder)

    async def _fetch(self, done: Assignment, name: str, file: Path) -> None:
        async with self._services.database.transaction() as db:
            artifact = await artifacts.of_result(db, done, name)
        if artifact.path is None:
            raise AssertionError("a result names whole artifacts alone")
        await asyncio.to_thread(self._store.get, artifact.path, file)

    @asynccontextmanager
    async def _scratch(self, tenant_id: UUID) -> AsyncGenerator[Path]:
        folder = self._services.workspaces.folders(str(tenant_id)).new_scratch()
        folder.chmod(0o700)
        try:
            yield folder
        finally:
            await asyncio.shield(remove_tree(folder))

    async def cancel(self, key: SessionKey, reason: str) -> None:
        async with self._services.database.transaction() as db:
            await assignments.cancel(db, key.session_id, reason)


async def _agent_of(db: AsyncSession, session: Session) -> UUID:
    if session.agent_version_id is None:
        raise AssertionError("an external agent has a version")
    return (await version(db, session.agent_version_id)).agent.id


def _is_of_use(known: Assignment) -> bool:
    """One that nobody ends but its agent, or that its agent has ended."""
    return known.result is not None or not known.has_ended


def _completed(row: Assignment) -> Assignment:
    match row.status:
        case AssignmentStatus.COMPLETED:
            return row
        case AssignmentStatus.FAILED if row.result is None:
            raise AgentGaveUp(reason=row.reason or "nobody says why")
        case _:
            raise ExternalAgentFailed(reason=row.reason or "it did not say why")


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
