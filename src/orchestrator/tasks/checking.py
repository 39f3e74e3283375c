"""From a plan as it is handed in to what can be kept: every refusal that needs no row."""

from collections.abc import Sequence

from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.settings import Settings
from orchestrator.sessions.checking import assigned
from orchestrator.sessions.errors import PromptTooLong
from orchestrator.sessions.service import NewSession
from orchestrator.tasks.errors import PlanInvalid
from orchestrator.tasks.graph import Node, check
from orchestrator.tasks.specs import PlanNew, TaskNew
from orchestrator.tenancy.caller import Caller
from orchestrator.workspaces import Workspaces

_IN_PLACE = "the repository is a folder on the orchestrator's machine, and the branch is in it without a push"


async def check_plan(caller: Caller, catalog: Catalog, settings: Settings, workspaces: Workspaces, new: PlanNew) -> str:
    """The key of its repository. Call it without a transaction: it waits for the catalog and for git."""
    check_graph(new.tasks)
    await check_tasks(caller, catalog, settings, new.tasks)
    origin = await workspaces.check_repository(new.repository, new.base_ref)
    if new.settings.push is not None and origin.url is None:
        raise PlanInvalid(problem=f"settings.push: {'there is no repository' if origin.path is None else _IN_PLACE}")
    return origin.key


def check_graph(tasks: Sequence[TaskNew]) -> None:
    """Raises PlanInvalid, with the way of a cycle and the task that is missing named."""
    check([Node(task.key, tuple(task.depends_on)) for task in tasks])


async def check_tasks(caller: Caller, catalog: Catalog, settings: Settings, tasks: Sequence[TaskNew]) -> None:
    """Prompts, and that somebody can do each. Raises PlanInvalid, PromptTooLong, NoAgentFits."""
    for task in tasks:
        if not task.prompt.strip():
            raise PlanInvalid(problem=f"the prompt of task {task.key} is empty")
        if len(task.prompt) > settings.max_prompt_chars:
            raise PromptTooLong(length=len(task.prompt), most=settings.max_prompt_chars)
    wanted = {(task.agent, tuple(sorted(set(task.capabilities))), task.model) for task in tasks}
    for agent, capabilities, model in sorted(wanted, key=str):
        asked = NewSession("", agent=agent, capabilities=list(capabilities), model=model)
        await assigned(caller, catalog, asked)
