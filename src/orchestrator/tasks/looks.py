"""A plan while it is looked at: what is known of it, and how what becomes of its tasks is put down."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.sessions.models import Session
from orchestrator.tasks.facts import TaskFact
from orchestrator.tasks.models import Plan
from orchestrator.tasks.specs import PlanSettings
from orchestrator.tasks.states import TaskStatus
from orchestrator.tasks.writing import set_task


@dataclass
class Look:
    """`tasks` come each after all that it depends on."""

    db: AsyncSession
    plan: Plan
    settings: PlanSettings
    tasks: dict[str, TaskFact]

    @property
    def by_session(self) -> dict[UUID, str]:
        return {task.session_id: key for key, task in self.tasks.items() if task.session_id is not None}

    async def put(self, key: str, to: TaskStatus, reason: str | None, **changes: Any) -> None:
        await set_task(self.db, self.plan, key, to, reason, **changes)
        known = {name: value for name, value in changes.items() if name in TaskFact.__dataclass_fields__}
        self.tasks[key] = replace(self.tasks[key], status=to, **known)

    async def work_of(self, key: str, *, lock: bool = False) -> Session:
        """The session whose result is the task's."""
        session_id = self.tasks[key].session_id
        if session_id is None:
            raise AssertionError("what is reviewed or merged is the work of a session")
        return await IndustrialRepository(self.db).get(Session, session_id, lock=lock)
