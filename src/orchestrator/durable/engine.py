"""The thin edge to DBOS: workflows whose finished steps are remembered in the same PostgreSQL.

Inputs and outputs of workflows and steps lie outside row-level security: they are ids and short words, never content.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from dbos import DBOS, DBOSConfiguredInstance, SetWorkflowID, WorkflowStatus

from orchestrator.kit.db import OWNER_ROLE, sqlalchemy_url

__all__ = [
    "WorkflowClass",
    "WorkflowState",
    "cancel",
    "launch",
    "resume",
    "shutdown",
    "start",
    "states",
    "status",
    "step",
    "unfinished_of",
    "workflow",
    "workflow_class",
]

WORKFLOW_VERSION = "1"
"""Pinned by hand: DBOS recovers a workflow only on the version that began it. See CONTRIBUTING.md before raising it."""

_ENDED = ("SUCCESS", "CANCELLED")
_FAILED = ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class WorkflowState:
    """`application` began it, or took it up last; `current` says that it was on the present version of the workflows."""

    application: str
    current: bool
    ended: bool
    failed: bool


WorkflowClass = DBOSConfiguredInstance
workflow_class = DBOS.dbos_class
workflow = DBOS.workflow


def launch(database_url: str, application: str) -> None:
    """Call it inside the running event loop: workflows, recovered ones as well, then run on that loop.

    `application` is the node's name, of its present incarnation. DBOS puts what it recovers into a queue that every
    process of the same application takes from; so each node is one, and runs its own workflows and nobody else's.
    """
    DBOS(
        config={
            "name": application,
            "system_database_url": sqlalchemy_url(database_url, OWNER_ROLE),
            "sys_db_pool_size": 6,
            "executor_id": application,
            "application_version": _version(application),
            "log_level": "WARNING",
        }
    )
    DBOS.launch()


def _version(application: str) -> str:
    """No two applications may have a version of one name."""
    return f"{WORKFLOW_VERSION}:{application}"


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


async def states(workflow_ids: list[str]) -> dict[str, WorkflowState]:
    """Of those that ever began."""
    if not workflow_ids:
        return {}
    found = await DBOS.list_workflows_async(workflow_ids=workflow_ids, load_input=False, load_output=False)
    return {one.workflow_id: _state(one) for one in found}


def _state(found: WorkflowStatus) -> WorkflowState:
    application = found.executor_id or ""
    current = found.app_version == _version(application)
    return WorkflowState(application, current, found.status in _ENDED, found.status in _FAILED)


async def resume(workflow_id: str) -> None:
    """One of this application that nothing runs: it goes on behind its last finished step."""
    await DBOS.resume_workflow_async(workflow_id)


async def unfinished_of(application: str) -> list[str]:
    """The ids of the workflows that an application has begun or would begin again."""
    statuses = ["PENDING", "ENQUEUED", "DELAYED"]
    found = await DBOS.list_workflows_async(
        application_name=application, status=statuses, load_input=False, load_output=False
    )
    return [one.workflow_id for one in found]


async def cancel(workflow_ids: list[str]) -> None:
    """Nobody begins them again; one that runs somewhere ends at its next step. What has ended stays as it is."""
    if workflow_ids:
        await DBOS.cancel_workflows_async(workflow_ids)


async def step(name: str, function: Callable[P, Coroutine[Any, Any, R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Runs the function and remembers its result; a step in flight at a crash runs again, so it must be idempotent."""
    return await DBOS.run_step_async({"name": name}, function, *args, **kwargs)
