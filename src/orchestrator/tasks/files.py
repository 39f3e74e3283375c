"""A plan as a YAML file of the user's: the fields of POST /plans, and errors that name the line."""

from pydantic import ValidationError

from orchestrator.tasks import graph, lined_yaml
from orchestrator.tasks.draft_errors import PlanFileInvalid
from orchestrator.tasks.errors import PlanInvalid
from orchestrator.tasks.graph import Node
from orchestrator.tasks.lined_yaml import Lined, NotReadable
from orchestrator.tasks.specs import PlanNew


def parse(document: str) -> PlanNew:
    """Raises PlanFileInvalid."""
    try:
        lined = lined_yaml.read(document)
    except NotReadable as problem:
        raise PlanFileInvalid(problem=str(problem)) from None
    try:
        plan = PlanNew.model_validate(lined.value)
        graph.check([Node(task.key, tuple(task.depends_on)) for task in plan.tasks])
    except ValidationError as problem:
        raise PlanFileInvalid(problem=lined.told(problem)) from None
    except PlanInvalid as problem:
        raise PlanFileInvalid(problem=f"{_line(lined, problem)}{problem.fields['problem']}") from None
    return plan


def _line(lined: Lined, problem: PlanInvalid) -> str:
    """Of the last task of that key, for of two with the same the second is one too many."""
    tasks = lined.value["tasks"]
    numbers = [number for number, task in enumerate(tasks) if task["key"] == problem.fields.get("task")]
    return f"line {lined.line_of(('tasks', numbers[-1]))}: " if numbers else ""
