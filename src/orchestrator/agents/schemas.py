"""What the API takes and gives about agents."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.agents.definitions import AgentName, Definition, Text, WithoutSkills
from orchestrator.agents.documents import MOST_CHARS
from orchestrator.agents.models import AgentKind
from orchestrator.agents.outcomes import Track
from orchestrator.agents.performance import Record, Tier
from orchestrator.agents.registry import Known
from orchestrator.agents.skills import MOST_FILES, MOST_SKILLS, Skill, SkillName

SkillFiles = Annotated[dict[str, Text], Field(max_length=MOST_FILES + 1)]


class AgentCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "migrator",
                    "definition": {
                        "description": "Brings code to a newer framework",
                        "prompt": "You bring code from one version of a framework to the next, file by file.",
                        "capabilities": ["migration", "refactoring"],
                        "permissions": [{"permission": "webfetch", "pattern": "*", "action": "deny"}],
                        "limits": {"max_concurrent_sessions": 4},
                    },
                }
            ]
        },
    )

    name: AgentName
    definition: Definition


class AgentVersionCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"definition": {"prompt": "You migrate with care."}}]}
    )

    definition: Definition


class AgentImport(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "reader", "document": "---\ndescription: Reads\nmode: all\n---\nYou read.\n"}]
        },
    )

    name: AgentName = Field(description="As the file is called, without .md")
    document: Text = Field(max_length=MOST_CHARS, description="OpenCode's Markdown file of an agent.")
    skills: dict[SkillName, SkillFiles] = Field(
        default_factory=dict[str, dict[str, str]],
        max_length=MOST_SKILLS,
        description="Of each skill that it names the files of its folder, SKILL.md among them, with their texts.",
    )


class AgentDocument(BaseModel):
    name: str
    version: int
    document: str = Field(description="Frontmatter and prompt, for `.opencode/agent/<name>.md`.")
    skills: dict[str, dict[str, str]] = Field(description="Of each of its skills the files, for `.opencode/skills/<name>/`.")


class AgentSwitch(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"enabled": False}]})

    enabled: bool


class RecordRead(BaseModel):
    """Outcomes that say something about the agent."""

    n: int
    successes: int
    failures: int
    mean: float = Field(description="The share of successes that is most to be expected.")
    lower_bound: float = Field(description="With a probability of 95 % the true share is higher.")
    tier: Tier

    @classmethod
    def of(cls, record: Record) -> "RecordRead":
        return cls(
            n=record.n,
            successes=record.successes,
            failures=record.failures,
            mean=round(record.mean, 4),
            lower_bound=round(record.lower_bound, 4),
            tier=record.tier,
        )


class PerformanceRead(BaseModel):
    overall: RecordRead
    by_capability: dict[str, RecordRead]
    sessions: int = Field(description="Sessions that ended, judged or not.")
    reverted: int = Field(description="Of the failures: work that was taken back after it had been handed over.")
    mean_cost_micro_usd: int | None
    mean_seconds: int | None = Field(description="From its start to its end, without the time it waited for a person.")
    mean_feedback_rounds: float | None

    @classmethod
    def of(cls, track: Track) -> "PerformanceRead":
        return cls(
            overall=RecordRead.of(track.overall),
            by_capability={name: RecordRead.of(one) for name, one in sorted(track.records.items())},
            sessions=track.sessions,
            reverted=track.reverted,
            mean_cost_micro_usd=track.mean_cost_micro_usd,
            mean_seconds=track.mean_seconds,
            mean_feedback_rounds=track.mean_feedback_rounds,
        )


class AgentVersionRead(BaseModel):
    id: UUID
    number: int
    definition: Definition
    created_by: str
    created_at: datetime
    performance: PerformanceRead

    @classmethod
    def of(cls, known: Known, track: Track) -> "AgentVersionRead":
        row = known.version
        return cls(
            id=row.id,
            number=row.number,
            definition=known.definition,
            created_by=row.created_by,
            created_at=row.created_at,
            performance=PerformanceRead.of(track),
        )


class SkillListed(BaseModel):
    name: str
    description: str
    digest: str = Field(description="The same for the same files with the same texts.")
    files: list[str] = Field(description="The paths of those beside SKILL.md.")

    @classmethod
    def of(cls, skill: Skill) -> "SkillListed":
        return cls(name=skill.name, description=skill.description, digest=skill.digest, files=sorted(skill.files))


class DefinitionListed(WithoutSkills):
    skills: list[SkillListed] = Field(description="Without their texts, which the agent itself has.")

    @classmethod
    def of(cls, whole: Definition) -> "DefinitionListed":
        facts = {name: getattr(whole, name) for name in WithoutSkills.model_fields}
        return cls.model_construct(skills=[SkillListed.of(one) for one in whole.skills], **facts)


class VersionListed(BaseModel):
    id: UUID
    number: int
    definition: DefinitionListed
    created_by: str
    created_at: datetime
    performance: PerformanceRead

    @classmethod
    def of(cls, known: Known, track: Track) -> "VersionListed":
        row = known.version
        return cls(
            id=row.id,
            number=row.number,
            definition=DefinitionListed.of(known.definition),
            created_by=row.created_by,
            created_at=row.created_at,
            performance=PerformanceRead.of(track),
        )


class AgentFacts(BaseModel):
    id: UUID
    name: str
    kind: AgentKind
    built_in: bool = Field(description="Every tenant has it from the start.")
    enabled: bool
    created_by: str
    created_at: datetime
    updated_at: datetime


class AgentListed(AgentFacts):
    version: VersionListed = Field(description="The newest one.")

    @classmethod
    def of(cls, known: Known, track: Track) -> "AgentListed":
        return cls(**_facts(known), version=VersionListed.of(known, track))


class AgentRead(AgentFacts):
    version: AgentVersionRead = Field(description="The newest one.")

    @classmethod
    def of(cls, known: Known, track: Track) -> "AgentRead":
        return cls(**_facts(known), version=AgentVersionRead.of(known, track))


def _facts(known: Known) -> dict[str, Any]:
    return {name: getattr(known.agent, name) for name in AgentFacts.model_fields}
