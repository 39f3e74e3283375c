"""What one version of an agent is: its words, its model, what it may do, and what it is for."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from orchestrator.agents import capabilities, servers, skills
from orchestrator.agents.servers import LocalServer, RemoteServer, Server, ServerName
from orchestrator.agents.skills import Skill
from orchestrator.kit.versions import etag_of
from orchestrator.opencode.permissions import GUARDS
from orchestrator.opencode.schemas import Rule

MOST_RULES = 100
MOST_SUBAGENTS = 10
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
AgentName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,47}$")]
_LATER: Mapping[str, Any] = {"mode": "all", "mcp": {}, "skills": [], "subagents": [], "external": None}
"""Fields that an older version of the orchestrator did not know. What says nothing is not stored, so that a definition
without them has the digest that it had before."""


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


class Subagent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: AgentName
    version: int | None = Field(None, ge=1, le=2**31, description="Unset: the newest when this version is made.")


class External(BaseModel):
    """Of an agent that runs elsewhere: what it says it is. Another version of it begins a record of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agent_type: Text = Field(max_length=200)
    version: Text = Field(max_length=200)


class WithoutSkills(BaseModel):
    """All of a definition but its skills, whose texts may be long."""

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
    mode: Literal["primary", "subagent", "all"] = Field(
        "all", description="A primary one cannot be another one's subagent. Each can do a session."
    )
    mcp: dict[ServerName, Server] = Field(
        default_factory=dict[str, RemoteServer | LocalServer],
        max_length=servers.MOST_SERVERS,
        description="Its MCP servers by name; their tools are called <name>_<tool>.",
    )
    subagents: list[Subagent] = Field(
        default_factory=list[Subagent],
        max_length=MOST_SUBAGENTS,
        description="Agents that it may hand parts of its work to, each in one version.",
    )
    external: External | None = Field(None, description="Of an external agent alone: it says so itself when it joins.")

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

    @field_validator("mcp")
    @classmethod
    def _told_apart(cls, wanted: dict[str, RemoteServer | LocalServer]) -> dict[str, RemoteServer | LocalServer]:
        return servers.checked_names(wanted)

    @field_validator("subagents")
    @classmethod
    def _once(cls, wanted: list[Subagent]) -> list[Subagent]:
        if len({one.name for one in wanted}) < len(wanted):
            raise ValueError("one comes twice")
        return wanted


class Definition(WithoutSkills):
    skills: list[Skill] = Field(default_factory=list[Skill], max_length=skills.MOST_SKILLS)

    @field_validator("skills")
    @classmethod
    def _bounded(cls, wanted: list[Skill]) -> list[Skill]:
        return skills.checked(wanted)

    @property
    def secrets(self) -> frozenset[str]:
        """The agent secrets that its servers' headers name."""
        return frozenset(name for one in self.mcp.values() for name in one.secrets)

    @property
    def digest(self) -> str:
        """The same for the same content."""
        return etag_of(self.stored()).strip('"')

    def stored(self) -> dict[str, Any]:
        whole = self.model_dump(mode="json", exclude_none=True)
        return {name: value for name, value in whole.items() if name not in _LATER or value != _LATER[name]}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Definition":
        return cls.model_validate(stored)
