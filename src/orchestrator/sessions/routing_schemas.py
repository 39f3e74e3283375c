"""What the API takes and gives about the choice of an agent."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.agents.models import RoutingDecision
from orchestrator.sessions import assigning
from orchestrator.sessions.schemas import NoNul


class RoutingRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"capabilities": ["bug-fix"], "seed": 7}]})

    capabilities: list[NoNul] = Field(default_factory=list[str], max_length=20, description="What the work asks for.")
    model: NoNul | None = Field(None, max_length=200, description="To be used in the place of the agents' own.")
    seed: int | None = Field(None, ge=0, lt=2**31, description="Unset: a random one, which the answer names.")


class CandidateRead(BaseModel):
    """Quality, cost, load and recent go from 0, which is bad, to 1."""

    agent: str
    version: int
    version_id: UUID
    excluded: str | None = Field(description="Why it cannot have the work.")
    successes: int = Field(description="With the failures: for the capability in which it has proved least.")
    failures: int
    mean: float
    quality: float = Field(description="Drawn from what is known of it, so that new agents get tried.")
    cost: float
    load: float
    recent: float
    score: float = Field(description="The weighted sum of the four.")
    cost_micro_usd: int | None = Field(description="Of its sessions, the mean.")
    live: int
    limit: int | None


class RoutingRead(BaseModel):
    chosen: CandidateRead | None
    reason: str = Field(description="In words.")
    capabilities: list[str]
    model: str | None
    seed: int
    candidates: list[CandidateRead] = Field(description="The best first, then those that were left out.")

    @classmethod
    def of(cls, routed: assigning.Routed) -> "RoutingRead":
        candidates = [CandidateRead.model_validate(assigning.told(one)) for one in routed.decision.scored]
        return cls(
            chosen=candidates[0] if routed.decision.chosen else None,
            reason=routed.decision.reason,
            capabilities=list(routed.wanted.capabilities),
            model=routed.model,
            seed=routed.seed,
            candidates=candidates,
        )

    @classmethod
    def stored(cls, row: RoutingDecision) -> "RoutingRead":
        candidates = [CandidateRead.model_validate(one) for one in row.candidates]
        return cls(
            chosen=next((one for one in candidates if one.version_id == row.version_id), None),
            reason=row.reason,
            capabilities=row.capabilities,
            model=row.model,
            seed=row.seed,
            candidates=candidates,
        )
