"""What one version of an agent is: its words, its model, what it may do, and what it is for."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from orchestrator.agents import capabilities
from orchestrator.kit.versions import etag_of
from orchestrator.opencode.permissions import GUARDS
from orchestrator.opencode.schemas import Rule

MOST_RULES = 100
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class Limits(BaseModel):
    """What is None is as the request or the orchestrator has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    max_concurrent_sessions: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="Most of its sessions that run at once; routing counts those that wait too.",
    )
    max_steps: int | None = Field(None, ge=1, le=10_000, description="Most steps of one turn.")
    max_tokens: int | None = Field(None, ge=1, le=10**15, description="Most tokens of a session.")
    max_cost_micro_usd: int | None = Field(None, ge=1, le=10**15, description="Most that a session may cost.")


class Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    description: Text = Field("", max_length=500, description="One line: what it is for.")
    prompt: Text = Field(max_length=100_000, description="Its system prompt.")
    model: Text | None = Field(None, max_length=200, description="Unset: the session's, or the tenant's default model.")
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    capabilities: list[str] = Field(default_factory=list[str], description="What it is good at.")
    permissions: list[Rule] = Field(
        default_factory=list[Rule],
        max_length=MOST_RULES,
        description="The first rule that fits counts. They narrow the tenant's policy and never widen it.",
    )
    limits: Limits = Limits.model_validate({})

    @field_validator("capabilities")
    @classmethod
    def _checked(cls, wanted: list[str]) -> list[str]:
        return capabilities.checked(wanted)

    @field_validator("permissions")
    @classmethod
    def _no_guards(cls, rules: list[Rule]) -> list[Rule]:
        for rule in rules:
            if rule.permission in GUARDS:
                raise ValueError(f"{rule.permission} is decided by the tenant's approval policy alone")
        return rules

    @property
    def digest(self) -> str:
        """The same for the same content."""
        return etag_of(self.stored()).strip('"')

    def stored(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_none=True)

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Definition":
        return cls.model_validate(stored)
