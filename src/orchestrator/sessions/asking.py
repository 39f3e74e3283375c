"""What the agent asks for during one turn: the tenant's policy answers, or the session waits for a person.

OpenCode keeps its requests in memory alone. A row is therefore made for each, and both are compared again and again: what
a person decided is told to OpenCode, and what OpenCode does not ask any more is closed.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, Json
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.kit.printable import printable
from orchestrator.opencode.errors import OpenCodeRequestFailed
from orchestrator.opencode.permissions import QUESTION, REPEATED
from orchestrator.opencode.schemas import Part, PermissionRequest, QuestionRequest
from orchestrator.runtimes.running import Seat
from orchestrator.sessions import asked
from orchestrator.sessions.approval_rows import Approval, ApprovalKind, ApprovalStatus, decided
from orchestrator.sessions.asked import LONGEST_TEXT, NOBODY_ANSWERED, POLICY
from orchestrator.sessions.context import Services, SessionKey, load
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.policies import policy_of
from orchestrator.sessions.questions import is_by_tool
from orchestrator.sessions.states import Status
from orchestrator.tenancy.approval_policy import Policy

log = get_logger(__name__)

Request: TypeAlias = PermissionRequest | QuestionRequest

LOOK_SECONDS = 1.0
"""How soon an answer reaches the agent at the latest."""
_MOST_GENERATIONS = 20
"""Of subagents that call subagents."""


class Approvals:
    def __init__(self, services: Services, seat: Seat, key: SessionKey, conversation: str) -> None:
        self._services = services
        self._seat = seat
        self._key = key
        self._conversation = conversation
        self.waiting = False
        self._asking: set[str] = set()
        """Calls of our own tools that may ask: for these others make the rows."""
        self._lost: set[str] = set()
        """Those that ran when the stream broke: they may have ended since."""
        self._given_up = False
        """The last of these calls has ended: what it asked for and is not decided nobody waits for any more."""
        self.repeated = ""
        """The tool whose repetition was refused: OpenCode then ends the turn with an error, which is no fault of its own."""

    async def asked(self, request: Request) -> None:
        asker = await self._asker(request)
        async with self._services.database.transaction() as db:
            session = await load(db, self._key, lock=True)
            if await self._row(db, request.id) is not None:
                return
            policy = await policy_of(db, session, asker)
            approval = IndustrialRepository(db).add(self._new_row(session, request, policy, asker))
            await asked.decide(db, approval, policy)
            if approval.status is ApprovalStatus.PENDING:
                self.waiting = True
                await asked.ask(db, session, approval)
        if approval.status is not ApprovalStatus.PENDING:
            await self._apply(approval)

    def saw(self, part: Part) -> None:
        """A call of one of our own tools that may ask: as long as it runs, its row is looked for every second. One that ends
        without an answer, because of a time-out or because somebody stopped it, has given up its question."""
        if part.state is not None and part.state.status == "running":
            self._asking.add(part.id)
            self.waiting = True
        elif part.id in self._asking | self._lost:
            self._asking.discard(part.id)
            self._lost.discard(part.id)
            self._given_up = not self._asking
            self.waiting = True

    def forget(self) -> None:
        """The stream broke: what has ended meanwhile is not told, but found among the messages."""
        self._lost |= self._asking
        self._asking.clear()

    async def look(self) -> None:
        """Compares rows with requests: after the stream broke, after a restart, and every second while it waits."""
        client, directory = self._seat.client, self._seat.directory
        told: list[Request] = [*await client.list_permissions(directory), *await client.list_questions(directory)]
        requests = [request for request in told if await self._is_ours(request)]
        open_ids = {request.id for request in requests}
        async with self._services.database.transaction() as db:
            rows = await self._compare(db, open_ids)
        for row in rows:
            if row.request_id in open_ids and row.status is not ApprovalStatus.PENDING:
                await self._apply(row)
        for request in requests:
            await self.asked(request)

    async def end(self) -> None:
        """The turn is over: nothing is asked any more, and no answer is kept for what might be asked later."""
        async with self._services.database.transaction() as db:
            for row in await self._compare(db, None):
                row.applied_at = now()

    async def _is_ours(self, request: Request) -> bool:
        """OpenCode lists what its other sessions ask for as well: those of other worktrees, and one that was here before."""
        asker = self._seat.runtime.router.top_of(request.session_id)
        for _ in range(_MOST_GENERATIONS):
            if asker == self._conversation:
                return True
            # The router has not seen subagents begin that are older than this process.
            child = await self._seat.client.find_session(self._seat.directory, asker)
            if child is None or child.parent_id is None:
                return False
            asker = child.parent_id
        return False

    async def _asker(self, request: Request) -> str | None:
        """The agent's name, where a subagent asks."""
        if request.session_id == self._conversation:
            return None
        child = await self._seat.client.find_session(self._seat.directory, request.session_id)
        return (child and child.agent) or "subagent"

    async def _row(self, db: AsyncSession, request_id: str) -> Approval | None:
        return await IndustrialRepository(db).find(
            Approval, Approval.session_id == self._key.session_id, Approval.request_id == request_id
        )

    def _new_row(self, session: Session, request: Request, policy: Policy, asker: str | None) -> Approval:
        is_question = isinstance(request, QuestionRequest)
        moment = now()
        return Approval(
            id=new_id(),
            session_id=session.id,
            attempt=session.attempt,
            conversation=request.session_id,
            request_id=request.id,
            kind=ApprovalKind.QUESTION if is_question else ApprovalKind.PERMISSION,
            asker=asker or session.agent,
            tool=QUESTION if is_question else request.permission,
            patterns=[] if is_question else [printable(pattern)[:LONGEST_TEXT] for pattern in request.patterns],
            always=[] if is_question else [printable(pattern)[:LONGEST_TEXT] for pattern in request.always],
            detail=_detail(request),
            status=ApprovalStatus.PENDING,
            default_action="answer" if is_question else policy.default,
            requested_at=moment,
            deadline_at=moment + timedelta(seconds=policy.deadline_seconds),
        )

    async def _compare(self, db: AsyncSession, open_ids: set[str] | None) -> Sequence[Approval]:
        """What OpenCode was not told yet, each row as it stands now. The session goes on when nothing is pending. None for
        `open_ids` says that the turn is over."""
        session = await load(db, self._key, lock=True)
        rows = await self._untold(db)
        given_up, self._given_up = self._given_up and not self._asking, False
        for row in rows:
            _settle(db, row, open_ids, given_up=given_up)
        pending = any(row.status is ApprovalStatus.PENDING for row in rows)
        self.waiting = pending or bool(self._asking)
        if not pending and session.status is Status.WAITING:
            await transition(db, session, Status.RUNNING, "what it asked for is decided")
        return rows

    async def _untold(self, db: AsyncSession) -> Sequence[Approval]:
        query = (
            IndustrialRepository(db)
            .query(
                Approval,
                Approval.session_id == self._key.session_id,
                Approval.applied_at.is_(None),
                Approval.status != ApprovalStatus.SUPERSEDED,
            )
            .with_for_update()
        )
        return (await db.execute(query)).scalars().all()

    async def _apply(self, approval: Approval) -> None:
        try:
            await self._reply(approval)
        except OpenCodeRequestFailed as gone:
            # It was refused together with another one, or its turn ended.
            log.info("approval_not_wanted_any_more", approval_id=str(approval.id), problem=gone.message)
        async with self._services.database.transaction() as db:
            (await IndustrialRepository(db).get(Approval, approval.id, lock=True)).applied_at = now()

    async def _reply(self, approval: Approval) -> None:
        client, directory = self._seat.client, self._seat.directory
        if approval.kind is ApprovalKind.QUESTION:
            await client.reply_question(directory, approval.request_id, asked.answers(approval))
        elif asked.allows(approval):
            await client.reply_permission(directory, approval.request_id, "once")
        else:
            if approval.tool == REPEATED:
                self.repeated = ", ".join(approval.patterns)
            await client.reply_permission(directory, approval.request_id, "reject", approval.reason)


def _settle(db: AsyncSession, approval: Approval, open_ids: set[str] | None, *, given_up: bool) -> None:
    """`given_up`: no call of a tool waits for an answer any more."""
    if approval.status is not ApprovalStatus.PENDING:
        return
    is_asked = not given_up if is_by_tool(approval) else open_ids is not None and approval.request_id in open_ids
    if open_ids is None or not is_asked:
        decided(db, approval, ApprovalStatus.SUPERSEDED, ORCHESTRATOR, "the agent does not ask for it any more")
    elif approval.deadline_at <= now():
        decided(db, approval, ApprovalStatus.EXPIRED, POLICY, NOBODY_ANSWERED)


def _detail(request: Request) -> Json:
    if isinstance(request, QuestionRequest):
        return {"questions": [asked.bounded(question.model_dump()) for question in request.questions]}
    return asked.bounded(request.metadata)
