"""What the API takes and gives about templates, and about drafts of plans."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestrator.sessions.schemas import NoNul
from orchestrator.tasks.drafting import FromTemplate
from orchestrator.tasks.lined_yaml import MOST_CHARS
from orchestrator.tasks.specs import PlanNew
from orchestrator.tasks.template_service import Known
from orchestrator.tasks.templates import Parameter

_EXAMPLE = """name: two-steps
description: Build something, then document it
parameters:
  what:
    description: What is built
tasks:
  - key: build
    prompt: "{{ goal }}: build {{ what }}."
    capabilities: [implementation]
  - key: docs
    prompt: "Describe {{ what }} in README.md."
    depends_on: [build]
    capabilities: [documentation]
"""


class TemplateWrite(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"document": _EXAMPLE}]})

    document: NoNul = Field(max_length=MOST_CHARS, description="The template as YAML; it says its own name.")


class TemplateListed(BaseModel):
    name: str
    description: str
    parameters: dict[str, Parameter]
    tasks: int = Field(description="Before tasks that are for each item of a list become several.")
    built_in: bool
    created_by: str | None = Field(description="Null for a built-in one.")
    updated_at: datetime | None

    @classmethod
    def of(cls, known: Known) -> Self:
        return cls.model_validate(_listed(known))


class TemplateRead(TemplateListed):
    document: str

    @classmethod
    def of(cls, known: Known) -> Self:
        return cls.model_validate({**_listed(known), "document": known.document})


def _listed(known: Known) -> dict[str, object]:
    template, row = known.template, known.row
    return {
        "name": template.name,
        "description": template.description,
        "parameters": dict(template.parameters),
        "tasks": len(template.tasks),
        "built_in": row is None,
        "created_by": row and row.created_by,
        "updated_at": row and row.updated_at,
    }


class DraftRequest(BaseModel):
    """A file, or a goal with a template."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "goal": "Invoices in the shop",
                    "template": {"name": "crud", "parameters": {"entity": "invoice", "fields": "number, customer, total"}},
                }
            ]
        },
    )

    document: NoNul | None = Field(None, max_length=MOST_CHARS, description="A plan as YAML: the fields of POST /plans.")
    goal: NoNul | None = Field(None, max_length=20_000)
    template: FromTemplate | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.document is None) is (self.template is None):
            raise ValueError("either document or template has to be given")
        if self.template is not None and not (self.goal or "").strip():
            raise ValueError("with a template there has to be a goal")
        return self


class DraftRead(BaseModel):
    plan: PlanNew = Field(description="What can be sent to POST /plans, as it is or with changes.")
