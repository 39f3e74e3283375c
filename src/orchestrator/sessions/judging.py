"""Judges a session's work: the verification commands, and what else speaks for or against the result."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.db import Json
from orchestrator.sessions import turn_rows
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.errors import FailureClass
from orchestrator.sessions.grounds import Ground
from orchestrator.sessions.leftovers import Leftovers
from orchestrator.sessions.models import Session, TranscriptPart
from orchestrator.sessions.reaching import reaching
from orchestrator.sessions.verdict import ChangeSize, CommandOutcome, Verdict, hint_of, judge, nothing_to_mend
from orchestrator.sessions.verify import Verifier, store_evidence
from orchestrator.workspaces import Inspection, named, written_hooks


class Judge:
    def __init__(self, services: Services, verifier: Verifier) -> None:
        self._services = services
        self._verifier = verifier
        self._leftovers = Leftovers(services)

    async def verdict(self, key: SessionKey, turn: int, ground: Ground) -> Verdict:
        """With the size of what is judged."""
        return replace(await self._verdict(key, turn, ground), size=await self._size(ground))

    async def _size(self, ground: Ground) -> ChangeSize:
        workspaces, tenant_id = self._services.workspaces, str(ground.session.tenant_id)
        files = await workspaces.diff_summary(tenant_id, ground.base, ground.commit)
        added, deleted = sum(one.additions for one in files), sum(one.deletions for one in files)
        return ChangeSize(len(files), added, deleted, sum(one.protected is not None for one in files))

    async def _verdict(self, key: SessionKey, turn: int, ground: Ground) -> Verdict:
        """What may be said against a pass is looked for when there is one."""
        outcomes = await self._run(key, turn, ground)
        if not all(one.passed for one in outcomes):
            return judge(outcomes, [], changed=True)
        inspection = await self._services.workspaces.inspect(
            str(key.tenant_id), ground.base, ground.commit, ground.config, ground.commands
        )
        doubts = [*inspection.doubts(), *await self._conduct(key, ground)]
        if outcomes:
            doubts += await self._doubts_of_a_pass(ground, outcomes, inspection)
        return judge(outcomes, doubts, changed=inspection.changed)

    async def _run(self, key: SessionKey, turn: int, ground: Ground) -> list[CommandOutcome]:
        if not ground.commands:
            return []
        becomes_base = ground.session.merges is not None
        ran = await self._verifier.run(ground.job, ground.commit, becomes_base=becomes_base)
        await store_evidence(self._services, key, turn, ground.commit, ran, ORCHESTRATOR)
        return [one.outcome for one in ran]

    async def _conduct(self, key: SessionKey, ground: Ground) -> list[str]:
        """What the agent did beside its work, since somebody last asked for a result. It had no effect, and a person should
        know of it."""
        doubts: list[str] = []
        if ground.is_external:
            return doubts
        if hooks := await asyncio.to_thread(written_hooks, ground.workspace.folder):
            doubts.append(f"hooks of git were written: {named(hooks)}")
        if places := reaching(await self._refused_calls(key, ground), PurePosixPath(ground.workspace.inside)):
            doubts.append(f"the agent reached for another session's worktree and was refused: {named(places)}")
        return [*doubts, *await self._leftovers.doubts(key)]

    async def _refused_calls(self, key: SessionKey, ground: Ground) -> list[Json]:
        state = TranscriptPart.data["state"]
        query = select(TranscriptPart.data).where(
            TranscriptPart.tenant_id == key.tenant_id,
            TranscriptPart.session_id == key.session_id,
            TranscriptPart.type == "tool",
            TranscriptPart.created_at >= (ground.session.started_at or ground.session.created_at),
            state["status"].astext == "error",
        )
        async with self._services.database.transaction() as db:
            return [call["state"] for call in (await db.execute(query)).scalars()]

    async def _doubts_of_a_pass(
        self, ground: Ground, outcomes: Sequence[CommandOutcome], inspection: Inspection
    ) -> list[str]:
        doubts: list[str] = []
        if inspection.bending:
            doubts.append(f"code that can end or steer its own verification was added: {named(inspection.bending)}")
        if inspection.only_spaces and not any(one.pre_existing for one in outcomes):
            doubts.append("nothing but white space was changed")
        if inspection.new_tests:
            failing = await self._verifier.fails_without(ground.job, ground.commit, inspection.new_tests)
            if failing:
                doubts.append(f"it does not pass without the new test files: {named(failing)}")
        return doubts


def write(verdict: Verdict, session: Session, given_up: str) -> None:
    """`given_up` is why no further turn mends what failed; empty when its rounds are used up."""
    session.verification = verdict.verification
    session.verification_reason = f"{verdict.reason}; {given_up}" if given_up else verdict.reason
    if verdict.size is not None:
        session.files_changed, session.lines_added = verdict.size.files, verdict.size.added
        session.lines_deleted, session.protected_changed = verdict.size.deleted, verdict.size.protected


async def failure_of(db: AsyncSession, session: Session) -> dict[str, str]:
    """Of a session whose verification failed for good."""
    reason = session.verification_reason or "verification failed"
    outcomes = [] if session.turn is None else await turn_rows.outcomes_after(db, session, session.turn)
    kind = FailureClass.USER_INPUT if nothing_to_mend(outcomes) else FailureClass.VERIFICATION
    return {"class": kind.value, "message": reason, "hint": hint_of(outcomes)}
