"""What an agent is asked that splits a goal into tasks, and what its answer has to be. Pure.

OpenCode itself can have a model answer after a JSON schema, but of the version that is pinned a conversation with such a
prompt cannot be read any more (anomalyco/opencode#26929). So the prompt has the schema, and the answer is read here.
"""

import json
from collections.abc import Iterable, Sequence, Set
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestrator.sessions.schemas import NoNul
from orchestrator.tasks.answers import object_in
from orchestrator.tasks.errors import PlanInvalid
from orchestrator.tasks.graph import Node, check
from orchestrator.tasks.specs import PlannerWish, TaskKey, TaskNew

KEY = "plan"
"""Of the task that makes the others."""
MOST_REPAIRS = 2
_MOST_TASKS = 50
_MOST_TOLD = 3


class PlannedTask(BaseModel):
    """What judges the work is no model's to choose, so a planner says nothing of commands."""

    model_config = ConfigDict(extra="forbid")

    key: TaskKey = Field(description="Its short name.")
    title: NoNul = Field(max_length=200)
    prompt: NoNul = Field(min_length=1, max_length=20_000, description="All that its agent is told.")
    depends_on: list[TaskKey] = Field([], max_length=_MOST_TASKS, description="Tasks whose files it needs.")
    capabilities: list[NoNul] = Field([], max_length=20)
    paths: list[NoNul] = Field([], max_length=200, description="Files or globs that it will change.")


class Planned(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tasks: list[PlannedTask] = Field(min_length=1, max_length=_MOST_TASKS)


_PROMPT = """Split this goal into tasks for coding agents. Change nothing yourself: your answer is the plan.

Goal:
{goal}

First read the repository as far as you need to: what is there, how it is built and tested, and where the goal touches it.

Each task is done by an agent of its own, in a checkout that has what the tasks it depends on have changed, and the work of
each is verified and merged by itself. So:
- A task leaves everything working: whatever tests it needs are part of it.
- Its prompt says all that its agent has to know. The agent sees the repository and this prompt, not your thoughts.
- Tasks that do not depend on each other are worked on at the same time. Cut them so that they change different files, and
  let one depend on another only where it needs the other's files.
- `paths` are the files or globs that it will change.
- `capabilities` are what it asks for, of these: {capabilities}. Some agent has to have all that a task names; one or two
  are enough.
- As few tasks as the goal needs, at most {most}. Do not split what one agent does best in one go.

Your last message is the plan and nothing else: one JSON object after this JSON schema.

{schema}
"""

_REPAIR = """Your answer is no plan that can be run: {problem}

Answer again with the whole plan: one JSON object after the schema, and nothing else."""


def planning_task(goal: str, wish: PlannerWish, capabilities: Iterable[str]) -> TaskNew:
    """`capabilities` are those that agents here have."""
    prompt = _PROMPT.format(
        goal=goal.strip(),
        capabilities=", ".join(sorted(set(capabilities))),
        most=_MOST_TASKS,
        schema=json.dumps(Planned.model_json_schema()),
    )
    wanted: dict[str, Any] = {"key": KEY, "title": "Plan the work", "prompt": prompt, "verify": []}
    wanted |= {"agent": wish.agent, "model": wish.model, "capabilities": [] if wish.agent else ["architecture"]}
    return TaskNew.model_validate(wanted)


def repair(problem: str) -> str:
    return _REPAIR.format(problem=problem)


def read(answer: str, taken: Iterable[str], agents: Sequence[Set[str]]) -> list[TaskNew]:
    """`taken` are keys that the plan has, `agents` what each is good at. Raises PlanInvalid, with what the planner has to
    mend."""
    found = object_in(answer)
    if found is None:
        raise PlanInvalid(problem="the answer has no JSON object")
    try:
        planned = Planned.model_validate(found)
    except ValidationError as problem:
        raise PlanInvalid(problem=_told(problem)) from None
    for task in planned.tasks:
        check_capabilities(task, agents)
    check([*map(Node, taken), *(Node(task.key, tuple(task.depends_on)) for task in planned.tasks)])
    return [TaskNew.model_validate(task.model_dump()) for task in planned.tasks]


def check_capabilities(task: PlannedTask, agents: Sequence[Set[str]]) -> None:
    """Raises PlanInvalid."""
    if not any(agent.issuperset(task.capabilities) for agent in map(frozenset[str], agents)):
        raise PlanInvalid(problem=f"no agent has all of {', '.join(task.capabilities)}, which task {task.key} asks for")


def _told(problem: ValidationError) -> str:
    errors = problem.errors(include_url=False, include_input=False)
    told = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in errors[:_MOST_TOLD]]
    more = f"; and {len(errors) - _MOST_TOLD} more" if len(errors) > _MOST_TOLD else ""
    return "; ".join(told)[:1_000] + more
