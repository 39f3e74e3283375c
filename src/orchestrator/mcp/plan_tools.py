"""Tools over plans, for whoever has an API key."""

from typing import Any
from uuid import UUID

from pydantic import Field

from orchestrator.mcp.person import Person
from orchestrator.mcp.tools import Arguments, Tool, tool

_DIGEST = ("id", "goal", "status", "status_reason", "branch", "verification", "progress")
_OF_TASKS = ("key", "title", "status", "status_reason", "depends_on", "session_id")


class NewTask(Arguments):
    key: str = Field(description="Its name within the plan: small letters, digits and -.")
    prompt: str = Field(description="What its agent is to do.")
    depends_on: list[str] = Field(default_factory=list[str], description="Keys of tasks whose work it stands on.")
    capabilities: list[str] = Field(default_factory=list[str], description="What it asks for, such as `testing`.")
    paths: list[str] = Field(default_factory=list[str], description="Files or globs that it will change.")
    verify: list[str] | None = Field(None, description="Commands that judge it. Unset: the plan's.")


class StartPlan(Arguments):
    goal: str = Field(description="What is to be reached.")
    repository: str | None = Field(None, description="A URL, or an absolute path on the server. Unset: a fresh empty one.")
    base_ref: str | None = Field(None, description="Branch, tag or commit to start from. Unset: the default branch.")
    tasks: list[NewTask] | None = Field(None, description="Unset: an agent splits the goal into tasks.")
    verify: list[str] | None = Field(None, description="Commands that judge every merge. Unset: those of the repository.")
    require_approval: bool = Field(False, description="A person looks at the tasks before they begin.")
    idempotency_key: str | None = Field(None, description="Of your making: the same once more starts nothing more.")


async def start_plan(caller: Person, given: StartPlan) -> object:
    """Hand in a goal as a graph of tasks. Tasks that wait for nothing work at the same time, each in a session of its own;
    what they do is merged onto one branch and verified."""
    body = given.model_dump(exclude_none=True, exclude={"idempotency_key"})
    once = {} if given.idempotency_key is None else {"Idempotency-Key": given.idempotency_key}
    if not given.tasks:
        body["planner"] = {}
    return digest(await caller.rest.ask("POST", "/plans", body=body, headers=once))


class OnePlan(Arguments):
    plan_id: UUID


async def get_plan(caller: Person, given: OnePlan) -> object:
    """Read how far a plan is, and each of its tasks. wait_for_session watches the session of one."""
    return digest(await caller.rest.ask("GET", f"/plans/{given.plan_id}", query={"prompts": "false"}))


class CreateTask(NewTask):
    plan_id: UUID
    idempotency_key: str | None = Field(None, description="Of your making: the same once more makes no other.")


async def create_task(caller: Person, given: CreateTask) -> object:
    """Add a task to a plan, also while it runs."""
    body = given.model_dump(exclude_none=True, exclude={"plan_id", "idempotency_key"})
    once = {} if given.idempotency_key is None else {"Idempotency-Key": given.idempotency_key}
    return digest(await caller.rest.ask("POST", f"/plans/{given.plan_id}/tasks", body=body, headers=once))


def digest(plan: dict[str, Any]) -> dict[str, Any]:
    tasks = [{name: one[name] for name in _OF_TASKS if one[name] not in (None, [])} for one in plan["tasks"]]
    return {name: plan[name] for name in _DIGEST if plan[name] is not None} | {"tasks": tasks}


PLAN_TOOLS: tuple[Tool[Person], ...] = (
    tool(StartPlan, start_plan),
    tool(OnePlan, get_plan),
    tool(CreateTask, create_task),
)
