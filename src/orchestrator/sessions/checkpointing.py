"""What a checkpoint leaves besides its commit: the conversation as a file, the totals, the row and the event."""

import asyncio
import gzip
import hashlib
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.opencode.snapshots import export_session
from orchestrator.runtimes.pool import Seat
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.models import Checkpoint
from orchestrator.sessions.usage import totals_of
from orchestrator.workspaces.checkpoints import Checkpoint as Commit


class CheckpointRecords:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def number(self, key: SessionKey, turn: int) -> int:
        """The turn's own number, the same when the step runs again; numbers go on over attempts."""
        mine = (Checkpoint.tenant_id == key.tenant_id, Checkpoint.session_id == key.session_id)
        this_turn = (*mine, Checkpoint.attempt == key.attempt, Checkpoint.turn == turn)
        async with self._services.database.transaction() as db:
            known = (await db.execute(select(Checkpoint.number).where(*this_turn))).scalar_one_or_none()
            if known is not None:
                return known
            return (await db.execute(select(func.coalesce(func.max(Checkpoint.number), 0)).where(*mine))).scalar_one() + 1

    async def store(
        self, key: SessionKey, turn: int, made: Commit, number: int, seat: Seat, conversation: str, *, turn_is_over: bool
    ) -> None:
        totals = await totals_of(seat, conversation)
        path, digest = await self._export(seat, key, conversation, number)
        row = Checkpoint(
            id=new_id(),
            session_id=key.session_id,
            number=number,
            attempt=key.attempt,
            turn=turn,
            commit=made.commit,
            ref=made.ref,
            changed=made.changed,
            opencode_session_id=conversation,
            export_path=path,
            export_sha256=digest,
            input_tokens=totals.input_tokens,
            output_tokens=totals.output_tokens,
            cost_micro_usd=totals.cost_micro_usd,
            created_at=now(),
        )
        async with self._services.database.transaction() as db:
            session = await load(db, key, lock=True)
            session.commit = made.commit
            if turn_is_over:
                session.pause = None
            totals.write(session)
            await _add_once(db, key, row)

    async def _export(self, seat: Seat, key: SessionKey, conversation: str, number: int) -> tuple[str, str]:
        """Where the conversation is kept, relative to the artifacts, and the SHA-256 of the file."""
        export = gzip.compress(await export_session(seat.client, seat.directory, conversation), 5, mtime=0)
        relative = Path(str(key.tenant_id), "sessions", str(key.session_id), f"checkpoint-{number}.json.gz")
        await asyncio.to_thread(_write_whole, self._services.artifacts / relative, export)
        return str(relative), hashlib.sha256(export).hexdigest()


async def _add_once(db: AsyncSession, key: SessionKey, row: Checkpoint) -> None:
    repository = IndustrialRepository(db)
    mine = (Checkpoint.session_id == key.session_id, Checkpoint.number == row.number)
    if await repository.find(Checkpoint, *mine) is not None:
        return
    repository.add(row)
    events.append(
        db,
        key.tenant_id,
        "checkpoint.created",
        actor="orchestrator",
        session_id=key.session_id,
        number=row.number,
        commit=row.commit,
        changed=row.changed,
    )


def _write_whole(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".draft")
    draft.write_bytes(content)
    draft.replace(file)
