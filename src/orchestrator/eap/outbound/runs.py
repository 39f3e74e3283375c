"""What is known of a task there: taken with the lease of its assignment, and followed by one process at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap import assignments, progress
from orchestrator.eap.messages import Event
from orchestrator.eap.models import Assignment, AssignmentStatus, ExternalAgent, RemoteTask
from orchestrator.eap.outbound import states
from orchestrator.eap.outbound.sending import Conversation
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id

CLAIM_SECONDS = 15.0
MOST_TOLD = 2_000
# Members that a piece of work waits for.
DUE = text("""
    select e.tenant_id, e.id from external_agents e
    where e.transport = 'a2a' and e.revoked_at is null and e.desired = 'continue' and e.liveness <> 'lost'
        and exists (
            select from assignments a where a.tenant_id = e.tenant_id and a.agent_id = e.agent_id and a.status = 'queued'
                and (a.not_before is null or a.not_before <= now())
        )
        and e.max_tasks > (
            select count(*) from assignments a
            where a.tenant_id = e.tenant_id and a.external_agent_id = e.id and a.status = 'leased'
        )
    order by e.id limit :most
""")
# Tasks whose process is gone: they are leased still, or nobody needs them any more and they are to be cancelled there. One
# whose assignment waits in the line is taken up with its next lease.
ABANDONED = text("""
    with gone as (
        select r.tenant_id, r.id from a2a_remote_tasks r
        join assignments a on a.tenant_id = r.tenant_id and a.id = r.assignment_id
        where r.ended_at is null and r.driver_until < now() and a.status <> 'queued'
        order by r.driver_until limit :most for update of r skip locked
    )
    update a2a_remote_tasks r set driver = :driver, driver_until = now() + make_interval(secs => :seconds)
    from gone where r.tenant_id = gone.tenant_id and r.id = gone.id returning r.tenant_id, r.id
""")


class Stand(Enum):
    OURS = "ours"
    """The lease is there, and this process follows the task."""
    TAKEN = "taken"
    """Another process follows it."""
    WAITS = "waits"
    """The lease is over, and the assignment is in the line again."""
    OVER = "over"
    """Nobody needs it any more."""


@dataclass(frozen=True)
class Run:
    """A row as it was read, with what does not change of its assignment."""

    remote: RemoteTask
    assignment: Assignment
    conversation: Conversation


async def take(db: AsyncSession, member_id: UUID, lease_seconds: float, driver: UUID) -> RemoteTask | None:
    """Leases the next one in line, and goes on with the task that an earlier lease of it has begun."""
    row = await assignments.lease(db, member_id, lease_seconds)
    if row is None:
        return None
    rows = IndustrialRepository(db)
    own = (
        RemoteTask.assignment_id == row.id,
        RemoteTask.external_agent_id == member_id,
        RemoteTask.ended_at.is_(None),
    )
    remote = await rows.find(RemoteTask, *own)
    if remote is None:
        remote = RemoteTask(
            id=new_id(),
            assignment_id=row.id,
            external_agent_id=member_id,
            message_id=f"{row.id}.{row.lease_epoch}",
            told=[],
            downloads=[],
            created_at=now(),
        )
        rows.add(remote)
    remote.lease_epoch, remote.driver = row.lease_epoch, driver
    remote.driver_until = now() + timedelta(seconds=CLAIM_SECONDS)
    await db.flush()
    return remote


async def read(db: AsyncSession, remote_id: UUID) -> Run:
    rows = IndustrialRepository(db)
    remote = await rows.get(RemoteTask, remote_id)
    assignment = await rows.get(Assignment, remote.assignment_id)
    return Run(remote, assignment, await _conversation(db, assignment, remote))


async def _conversation(db: AsyncSession, assignment: Assignment, remote: RemoteTask) -> Conversation:
    """Of the session's turn before, with the same agent."""
    query = (
        IndustrialRepository(db)
        .query(RemoteTask, RemoteTask.external_agent_id == remote.external_agent_id, RemoteTask.id != remote.id)
        .join(Assignment, (Assignment.tenant_id == RemoteTask.tenant_id) & (Assignment.id == RemoteTask.assignment_id))
        .where(Assignment.session_id == assignment.session_id, Assignment.turn < assignment.turn)
        .order_by(Assignment.turn.desc(), RemoteTask.created_at.desc())
        .limit(1)
    )
    before = (await db.execute(query)).scalar_one_or_none()
    if before is None or before.remote_context_id is None:
        return Conversation()
    asked = before.remote_task_id if before.state == states.INPUT_REQUIRED else None
    return Conversation(before.remote_context_id, asked or "")


class Keeping:
    """The row of one run, as its driver writes it. Whatever is written is written only while the run is still ours."""

    def __init__(self, database: Database, run: Run, driver: UUID) -> None:
        self._database, self._driver = database, driver
        self.run = run
        self.told = set(run.remote.told)

    @property
    def remote(self) -> RemoteTask:
        return self.run.remote

    async def keep(self) -> Stand:
        """Says that this process lives."""
        async with self._database.transaction() as db:
            row = await self._locked(db)
            if row is None:
                return Stand.TAKEN
            row.driver_until = now() + timedelta(seconds=CLAIM_SECONDS)
            return await self.stand(db)

    async def stand(self, db: AsyncSession) -> Stand:
        row = await IndustrialRepository(db).get(Assignment, self.remote.assignment_id)
        if row.has_ended or row.external_agent_id != self.remote.external_agent_id:
            return Stand.OVER if row.has_ended or row.status is AssignmentStatus.LEASED else Stand.WAITS
        is_ours = row.status is AssignmentStatus.LEASED and row.lease_epoch == self.remote.lease_epoch
        return Stand.OURS if is_ours else Stand.WAITS

    async def goes_out(self, download_sha256: str) -> None:
        """Before the message does."""
        async with self._database.transaction() as db:
            row = await self._needed(db)
            row.sent_at = row.sent_at or now()
            row.downloads = [*row.downloads, download_sha256][-10:]
            self.remote.sent_at = row.sent_at

    async def began(self, task_id: str, context_id: str) -> None:
        async with self._database.transaction() as db:
            row = await self._needed(db)
            row.remote_task_id, row.remote_context_id = task_id, context_id or None
        self.remote.remote_task_id, self.remote.remote_context_id = task_id, context_id or None

    async def tell(self, state: str | None, news: Sequence[tuple[str, str, str]]) -> None:
        """`news`: what each is known by, its kind, and its text. It is told once, as it becomes known in one transaction."""
        if state in (None, self.remote.state) and all(key in self.told for key, _, _ in news):
            return
        async with self._database.transaction() as db:
            row = await self._needed(db)
            self.told = set(row.told)
            new = [one for one in dict.fromkeys(news) if one[0] not in self.told][: max(0, MOST_TOLD - len(self.told))]
            await self._take(db, row, new)
            row.told = [*row.told, *(key for key, _, _ in new)]
            row.state = state or row.state
        self.told |= {key for key, _, _ in news}
        self.remote.state = state or self.remote.state

    async def _take(self, db: AsyncSession, row: RemoteTask, news: Sequence[tuple[str, str, str]]) -> None:
        if not news:
            return
        first = (await IndustrialRepository(db).get(Assignment, row.assignment_id)).next_seq
        told = [
            Event(seq=number, kind="text" if kind == "text" else "progress", text=said, data={})
            for number, (_, kind, said) in enumerate(news, first)
        ]
        await progress.take(db, row.external_agent_id, row.assignment_id, row.lease_epoch, told)

    async def end(self, db: AsyncSession) -> None:
        row = await self._needed(db)
        row.ended_at = now()
        await db.flush()

    async def close(self) -> None:
        async with self._database.transaction() as db:
            row = await self._locked(db)
            if row is not None:
                row.ended_at = now()

    async def give_back(self, reason: str, *, wait_seconds: float, counts: bool, is_over: bool) -> None:
        """The lease, while it is ours. `counts`: it was a try. `is_over`: the task there is not to be gone on with."""
        async with self._database.transaction() as db:
            remote = await self._needed(db)
            rows = IndustrialRepository(db)
            row = await rows.get(Assignment, remote.assignment_id, lock=True)
            if is_over:
                remote.ended_at = now()
            if row.status is not AssignmentStatus.LEASED or row.lease_epoch != remote.lease_epoch:
                return
            if not counts:
                row.tries -= 1
            await assignments.give_back(db, row, reason, wait_seconds=wait_seconds)

    async def trouble(self, problem: str) -> None:
        """As the agent's last error."""
        async with self._database.transaction() as db:
            row = await IndustrialRepository(db).get(ExternalAgent, self.remote.external_agent_id, lock=True)
            row.last_error, row.last_error_at = problem[:500], now()

    async def _locked(self, db: AsyncSession) -> RemoteTask | None:
        # A lease that is taken has the assignment's lock first as well.
        await IndustrialRepository(db).get(Assignment, self.remote.assignment_id, lock=True)
        row = await IndustrialRepository(db).get(RemoteTask, self.remote.id, lock=True)
        return row if row.driver == self._driver and row.ended_at is None else None

    async def _needed(self, db: AsyncSession) -> RemoteTask:
        row = await self._locked(db)
        if row is None:
            raise NotOurs
        return row


class NotOurs(Exception):
    """Another process follows the task."""
