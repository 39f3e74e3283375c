"""The thin edge to DBOS: workflows whose finished steps are remembered in the same PostgreSQL.

Inputs and outputs of workflows and steps lie outside row-level security: they are ids and short words, never content.
"""

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from dbos import DBOS, DBOSConfiguredInstance, SetWorkflowID

from orchestrator.kit.db import OWNER_ROLE, sqlalchemy_url

__all__ = ["WorkflowClass", "launch", "shutdown", "start", "status", "step", "workflow", "workflow_class"]

WORKFLOW_VERSION = "1"
"""Pinned by hand: DBOS recovers a workflow only on the version that began it. See CONTRIBUTING.md before raising it."""

P = ParamSpec("P")
R = TypeVar("R")

WorkflowClass = DBOSConfiguredInstance
workflow_class = DBOS.dbos_class
workflow = DBOS.workflow


def launch(database_url: str, node_id: UUID) -> None:
    """Call it inside the running event loop: workflows, recovered ones as well, then run on that loop."""
    DBOS(
        config={
            "name": "orchestrator",
            "system_database_url": sqlalchemy_url(database_url, OWNER_ROLE),
            "sys_db_pool_size": 6,
            "executor_id": str(node_id),
            "application_version": WORKFLOW_VERSION,
            "log_level": "WARNING",
        }
    )
    DBOS.launch()


def shutdown() -> None:
    DBOS.destroy()


async def start(function: Callable[P, Coroutine[Any, Any, R]], workflow_id: str, *args: P.args, **kwargs: P.kwargs) -> None:
    """The id is an idempotency key: the same id starts once."""
    with SetWorkflowID(workflow_id):
        await DBOS.start_workflow_async(function, *args, **kwargs)


async def status(workflow_id: str) -> str | None:
    """DBOS's word for where the workflow stands, such as PENDING, SUCCESS or ERROR; None when it never began."""
    found = await DBOS.get_workflow_status_async(workflow_id)
    return None if found is None else found.status


async def step(name: str, function: Callable[P, Coroutine[Any, Any, R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs the function and remembers its result; a step in flight at a crash runs again, so it must be idempotent."""
    return await DBOS.run_step_async({"name": name}, function, *args, **kwargs)
