"""Judges a session's work: the verification commands, and what else speaks for or against the result."""

import asyncio
from collections.abc import Sequence
from pathlib import PurePosixPath

from sqlalchemy import or_, select

from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.db import Json
from orchestrator.sandboxes.leftovers import SENTENCE, leftovers
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.grounds import Ground
from orchestrator.sessions.models import TranscriptPart
from orchestrator.sessions.reaching import reaching
from orchestrator.sessions.verdict import CommandOutcome, Verdict, judge
from orchestrator.sessions.verify import Verifier, store_evidence
from orchestrator.workspaces import Inspection, named, written_hooks


class Judge:
    def __init__(self, services: Services, verifier: Verifier) -> None:
        self._services = services
        self._verifier = verifier

    async def verdict(self, key: SessionKey, turn: int, ground: Ground) -> Verdict:
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
        ran = await self._verifier.run(ground.job, ground.commit)
        await store_evidence(self._services, key, turn, ground.commit, ran, ORCHESTRATOR)
        return [one.outcome for one in ran]

    async def _conduct(self, key: SessionKey, ground: Ground) -> list[str]:
        """What the agent did beside its work, since somebody last asked for a result. It had no effect, and a person should
        know of it."""
        doubts: list[str] = []
        if hooks := await asyncio.to_thread(written_hooks, ground.workspace.folder):
            doubts.append(f"hooks of git were written: {named(hooks)}")
        calls = await self._calls(key, ground)
        refused = [state for state in calls if state["status"] == "error"]
        if places := reaching(refused, PurePosixPath(ground.workspace.inside)):
            doubts.append(f"the agent reached for another session's worktree and was refused: {named(places)}")
        if left := [name for state in calls for name in leftovers(str(state.get("output") or state.get("error") or ""))]:
            doubts.append(f"commands left processes running, which ended with them: {named(list(dict.fromkeys(left)))}")
        return doubts

    async def _calls(self, key: SessionKey, ground: Ground) -> list[Json]:
        """The states of tool calls that were refused, or that left something running."""
        state = TranscriptPart.data["state"]
        query = select(TranscriptPart.data).where(
            TranscriptPart.tenant_id == key.tenant_id,
            TranscriptPart.session_id == key.session_id,
            TranscriptPart.type == "tool",
            TranscriptPart.created_at >= (ground.session.started_at or ground.session.created_at),
            or_(state["status"].astext == "error", state["output"].astext.contains(SENTENCE)),
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
