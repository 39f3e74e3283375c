"""What is asked for when a plan is handed in: its tasks themselves, or a template that they are made of."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.agents import registry
from orchestrator.kit.errors import NotFound
from orchestrator.sessions.schemas import NoNul
from orchestrator.tasks import template_service
from orchestrator.tasks.draft_errors import UnknownTemplate
from orchestrator.tasks.graph import MOST_TASKS
from orchestrator.tasks.planner import planning_task
from orchestrator.tasks.specs import PlanNew, TaskNew
from orchestrator.tasks.templates import MOST_ITEMS, ParameterName, fill_in

_MOST_NAMED = 50
Value = Annotated[NoNul, Field(max_length=20_000)]


class FromTemplate(BaseModel):
    """Which template, and what is put in the places of its parameters."""

    model_config = ConfigDict(extra="forbid")

    name: NoNul = Field(max_length=48)
    parameters: dict[ParameterName, Value | Annotated[list[Value], Field(max_length=MOST_ITEMS)]] = Field(
        {}, max_length=50, description="A parameter that is many takes a list, or a text with commas between."
    )


class PlanCreate(PlanNew):
    tasks: list[TaskNew] = Field(
        [], max_length=MOST_TASKS, description="They are given, or made by a template, or by an agent: `planner`."
    )
    template: FromTemplate | None = Field(None, description="See GET /plans/templates.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum((bool(self.tasks), self.template is not None, self.planner is not None)) != 1:
            raise ValueError("one of tasks, template and planner has to be given")
        return self


async def drafted(db: AsyncSession, asked: PlanCreate) -> PlanNew:
    """Raises UnknownTemplate, TemplateNotFilled."""
    wanted = asked.model_dump(exclude={"tasks", "template"})
    tasks = asked.tasks
    if asked.template is not None:
        tasks = await tasks_from(db, asked.goal, asked.template)
    if asked.planner is not None:
        known = {name for one in await registry.listed(db) if one.agent.enabled for name in one.definition.capabilities}
        tasks = [planning_task(asked.goal, asked.planner, known)]
    return PlanNew.model_validate({**wanted, "tasks": tasks})


async def tasks_from(db: AsyncSession, goal: str, wanted: FromTemplate) -> list[TaskNew]:
    """Raises UnknownTemplate, TemplateNotFilled."""
    try:
        known = await template_service.get(db, wanted.name)
    except NotFound:
        names, more = await template_service.names(db, _MOST_NAMED)
        told = ", ".join([*names, *(["and more"] if more else [])])
        raise UnknownTemplate(template=wanted.name, known=told) from None
    return fill_in(known.template, goal, wanted.parameters)
