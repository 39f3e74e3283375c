"""A plan as the keeper sees it at one moment. Pure data: read from rows, decided upon by `advancing`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orchestrator.sessions.states import FINISHED, Status, Verification
from orchestrator.tasks.states import TaskStatus


@dataclass(frozen=True, slots=True)
class TaskFact:
    key: str
    position: int
    depends_on: tuple[str, ...]
    status: TaskStatus
    attempt: int = 0
    conflict_rounds: int = 0
    best_of: int = 1
    session_id: UUID | None = None
    started_at: datetime | None = None
    worked_at: datetime | None = None
    status_reason: str | None = None


@dataclass(frozen=True, slots=True)
class SessionFact:
    """One that works on a task, or merges. `changed`: its commit differs from its base."""

    id: UUID
    status: Status
    verification: Verification | None = None
    reason: str = ""
    changed: bool = True
    cost_micro_usd: int = 0
    number: int = 0

    @property
    def over(self) -> bool:
        return self.status in FINISHED

    @property
    def good(self) -> bool:
        """Its result may be merged: no verification command failed."""
        return self.status is Status.COMPLETED and self.verification is not Verification.FAILED


@dataclass(frozen=True, slots=True)
class MergeFact:
    """The newest merge of a plan. `conflicts` are files by task, `rejected` says that verification failed."""

    keys: tuple[str, ...]
    session: SessionFact
    merged: tuple[str, ...]
    conflicts: Mapping[str, tuple[str, ...]]
    rejected: bool
