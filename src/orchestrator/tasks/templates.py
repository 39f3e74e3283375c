"""Templates of plans: tasks with places for parameters, filled in by nothing but replacing text.

`{{ name }}` stands for a parameter, `{{ goal }}` for the plan's goal. A parameter that is `many` is a list, and a task that
is `for_each` of one becomes as many tasks as it has items, each `{{ item }}` in turn. Who depends on such a task depends
on all of these; another that is for each of the same list depends on that of its own item.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from orchestrator.tasks import graph, lined_yaml
from orchestrator.tasks.draft_errors import TemplateInvalid, TemplateNotFilled
from orchestrator.tasks.errors import PlanInvalid
from orchestrator.tasks.graph import Node
from orchestrator.tasks.lined_yaml import NotReadable
from orchestrator.tasks.specs import TaskNew

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,47}$")]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]

MOST_ITEMS, MOST_ITEM_CHARS = 200, 500
_PLACE = re.compile(r"\{\{ *([a-z][a-z0-9_]*) *\}\}")
_OWN = frozenset({"goal", "item"})
_NO_KEY = re.compile(r"[^a-z0-9]+")
_MOST_KEY_CHARS = 64


class Parameter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    description: Text = Field(max_length=500)
    many: bool = Field(False, description="A list: a task can be for each of its items.")
    default: Text | list[Text] | None = Field(None, description="Unset: it has to be given.")

    @model_validator(mode="after")
    def _default_fits(self) -> Self:
        if self.default is not None and isinstance(self.default, list) is not self.many:
            raise ValueError("default has to be a list" if self.many else "default has to be text, for it is not many")
        return self


class TemplateTask(TaskNew):
    for_each: ParameterName | None = None


class Template(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    description: Text = Field(max_length=500)
    parameters: dict[ParameterName, Parameter] = Field({}, max_length=50)
    tasks: list[TemplateTask] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if clash := sorted(_OWN & self.parameters.keys()):
            raise ValueError(f"a parameter cannot be called {clash[0]}")
        for task in self.tasks:
            self._check_task(task)
        return self

    def _check_task(self, task: TemplateTask) -> None:
        if task.for_each is not None and not (task.for_each in self.parameters and self.parameters[task.for_each].many):
            raise ValueError(f"task {task.key} is for each of {task.for_each}, which is no parameter that is many")
        known = {*self.parameters, *(_OWN if task.for_each else ("goal",))}
        for text in _texts(task):
            if unknown := [name for name in _PLACE.findall(text) if name not in known]:
                raise ValueError(f"task {task.key} names {{{{ {unknown[0]} }}}}, which is no parameter")


def parse(document: str) -> Template:
    """Raises TemplateInvalid."""
    try:
        lined = lined_yaml.read(document)
    except NotReadable as problem:
        raise TemplateInvalid(problem=str(problem)) from None
    try:
        template = Template.model_validate(lined.value)
        graph.check([Node(task.key, tuple(task.depends_on)) for task in template.tasks])
    except ValidationError as problem:
        raise TemplateInvalid(problem=lined.told(problem)) from None
    except PlanInvalid as problem:
        raise TemplateInvalid(problem=str(problem.fields["problem"])) from None
    return template


def fill_in(template: Template, goal: str, given: Mapping[str, str | Sequence[str]]) -> list[TaskNew]:
    """Raises TemplateNotFilled."""
    values = _values(template, given)
    keys = {task.key: _keys_of(task, values) for task in template.tasks}
    made = [
        _filled(task, key, item, template, keys, {**_joined(values), "goal": goal})
        for task in template.tasks
        for item, key in keys[task.key].items()
    ]
    try:
        graph.check([Node(task.key, tuple(task.depends_on)) for task in made])
    except PlanInvalid as problem:
        raise _not_filled(template, str(problem.fields["problem"])) from None
    return made


def _values(template: Template, given: Mapping[str, str | Sequence[str]]) -> dict[str, str | list[str]]:
    if unknown := sorted(given.keys() - template.parameters.keys()):
        raise _not_filled(template, f"it has no parameter {', '.join(unknown)[:200]}")
    values: dict[str, str | list[str]] = {}
    for name, parameter in template.parameters.items():
        value = given.get(name, parameter.default)
        if value is None:
            raise _not_filled(template, f"{name} is missing: {parameter.description}")
        values[name] = _items(template, name, value) if parameter.many else _text(template, name, value)
    return values


def _text(template: Template, name: str, value: str | Sequence[str]) -> str:
    if not isinstance(value, str):
        raise _not_filled(template, f"{name} is one text, not a list")
    if not value.strip():
        raise _not_filled(template, f"{name} is empty")
    return value.strip()


def _items(template: Template, name: str, value: str | Sequence[str]) -> list[str]:
    """A text is one list with commas between."""
    items = [item.strip() for item in (value.split(",") if isinstance(value, str) else value)]
    items = list(dict.fromkeys(item for item in items if item))
    if not items or len(items) > MOST_ITEMS:
        raise _not_filled(template, f"{name} has {len(items)} items; 1 to {MOST_ITEMS} are possible")
    if long := next((item for item in items if len(item) > MOST_ITEM_CHARS), None):
        raise _not_filled(template, f"{name} has an item of {len(long)} characters, {MOST_ITEM_CHARS} are the most")
    return items


def _keys_of(task: TemplateTask, values: Mapping[str, str | list[str]]) -> dict[str | None, str]:
    """The keys of the tasks that it becomes, by item; None of one that is for no list."""
    if task.for_each is None:
        return {None: task.key}
    keys: dict[str | None, str] = {}
    for item in values[task.for_each]:
        stem = f"{task.key}-{_NO_KEY.sub('-', item.lower()).strip('-') or 'item'}"
        key, number = stem[:_MOST_KEY_CHARS].rstrip("-"), 1
        while key in keys.values():
            number += 1
            ending = f"-{number}"
            key = stem[: _MOST_KEY_CHARS - len(ending)] + ending
        keys[item] = key
    return keys


def _joined(values: Mapping[str, str | list[str]]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else ", ".join(value) for name, value in values.items()}


def _filled(
    task: TemplateTask,
    key: str,
    item: str | None,
    template: Template,
    keys: Mapping[str, Mapping[str | None, str]],
    values: Mapping[str, str],
) -> TaskNew:
    texts = dict(values) if item is None else {**values, "item": item}
    wanted: dict[str, Any] = task.model_dump(exclude={"for_each"})
    wanted |= {"key": key, "prompt": _put_in(task.prompt, texts), "paths": [_put_in(path, texts) for path in task.paths]}
    wanted["title"] = _put_in(task.title or task.key, texts)[:200]
    lists = {one.key: one.for_each for one in template.tasks}
    wanted["depends_on"] = list(_dependencies(task, item, keys, lists))
    try:
        return TaskNew.model_validate(wanted)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        raise _not_filled(template, f"task {key}: {first['loc'][0]}: {first['msg']}"[:300]) from None


def _dependencies(
    task: TemplateTask,
    item: str | None,
    keys: Mapping[str, Mapping[str | None, str]],
    lists: Mapping[str, str | None],
) -> Iterator[str]:
    for other in task.depends_on:
        if task.for_each is not None and lists[other] == task.for_each:
            yield keys[other][item]
        else:
            yield from keys[other].values()


def _put_in(text: str, values: Mapping[str, str]) -> str:
    """Once: what a value brings along is no place for another."""
    return _PLACE.sub(lambda place: values[place[1]], text)


def _texts(task: TemplateTask) -> Iterator[str]:
    """Commands are as the template has them: text that somebody fills in would be a part of a program there."""
    yield from (task.title or "", task.prompt, *task.paths)


def _not_filled(template: Template, problem: str) -> TemplateNotFilled:
    known = [f"{name}{'' if one.default is None else ' (may be left out)'}" for name, one in template.parameters.items()]
    return TemplateNotFilled(template=template.name, problem=problem, known=", ".join(known) or "none")


@cache
def built_in() -> Mapping[str, tuple[Template, str]]:
    """By name, each with its text."""
    folder = files("orchestrator.tasks").joinpath("templates")
    texts = sorted(one.read_text("utf-8") for one in folder.iterdir() if one.name.endswith(".yaml"))
    return {template.name: (template, text) for template, text in ((parse(text), text) for text in texts)}
