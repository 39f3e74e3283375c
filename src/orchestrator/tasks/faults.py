"""Plans that a fault keeps from going on: after some tries in a row one is blocked with the reason, and looked at again from
time to time, so that it goes on when the fault is gone."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tasks import service
from orchestrator.tasks.models import Plan
from orchestrator.tasks.states import PlanStatus
from orchestrator.tasks.writing import set_plan

log = get_logger(__name__)

MOST_IN_A_ROW = 5
_AGAIN = timedelta(seconds=60)

Key = tuple[UUID, UUID]


class Faults:
    """One a keeper. That a plan is blocked by one, and until when, is in its row: another keeper goes on from there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._met: dict[Key, int] = {}

    def gone(self, key: Key) -> None:
        self._met.pop(key, None)

    async def met(self, key: Key, reason: str) -> None:
        count = self._met[key] = self._met.get(key, 0) + 1
        try:
            with tenant_scope(key[0]):
                async with self._database.transaction() as db:
                    plan = await service.get_plan(db, key[1], lock=True)
                    if plan.status is PlanStatus.RUNNING and count >= MOST_IN_A_ROW:
                        await set_plan(db, plan, PlanStatus.BLOCKED, f"{reason} It is looked at again each minute.")
                        plan.retry_at = now() + _AGAIN
                    elif is_due(plan):
                        plan.retry_at = now() + _AGAIN
        except (DBAPIError, OSError) as error:
            log.warning("plan_fault_not_told", plan_id=str(key[1]), problem=str(error).split("\n")[0])


def is_due(plan: Plan) -> bool:
    """Whether it is blocked by a fault that may be gone."""
    return plan.status is PlanStatus.BLOCKED and plan.retry_at is not None and plan.retry_at <= now()
