"""What the costs' overview gives."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.gateway.usage_reports import GroupBy
from orchestrator.gateway.usage_schemas import UsageItem, UsageSumsRead
from orchestrator.overview.costs import Costs, NoSession, OutcomeCost
from orchestrator.sessions.outcomes import Outcome


class MonthForecastRead(BaseModel):
    """spent + m·d, and that ∓ 1.28·s·√d, but not below what is spent: 4 of 5 months end in between if days are alike."""

    model_config = ConfigDict(from_attributes=True)

    expected: int
    low: int
    high: int


class MonthSums(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    spent: int
    limit: int | None = Field(description="The tenant's quota; null: none.")
    forecast: MonthForecastRead | None = Field(description="null: under 3 whole days of data.")


class MonthRead(BaseModel):
    """m and s: mean and sample deviation of the last 14 whole days since the first call, those without one as 0."""

    model_config = ConfigDict(from_attributes=True)

    month: str = Field(description="The present one, in UTC, whatever was asked for.")
    days_left: float = Field(description="d: to its end, with the rest of today as a part of a day.")
    days_of_data: int = Field(description="How many whole days the forecast rests on.")
    tokens: MonthSums
    cost: MonthSums = Field(description="In micro-USD.")


class OutcomeRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    outcome: Outcome | NoSession = Field(
        description="As GET /sessions takes it, of the sessions as they are now; no_session: calls outside of one."
    )
    sessions: int
    tokens: int
    cost_micro_usd: int


class PerVerified(BaseModel):
    """Of each session that is completed and verified."""

    sessions: int
    cost_micro_usd: int | None = Field(description="What they cost / how many they are; null: there is none.")
    tokens: int | None
    all_in_micro_usd: int | None = Field(description="All that was spent, on whatever outcome / how many they are.")

    @classmethod
    def of(cls, outcomes: list[OutcomeCost]) -> Self:
        verified = next((one for one in outcomes if one.outcome is Outcome.VERIFIED), None)
        if verified is None:
            return cls(sessions=0, cost_micro_usd=None, tokens=None, all_in_micro_usd=None)
        n = verified.sessions
        everything = sum(one.cost_micro_usd for one in outcomes)
        return cls(
            sessions=n,
            cost_micro_usd=round(verified.cost_micro_usd / n),
            tokens=round(verified.tokens / n),
            all_in_micro_usd=round(everything / n),
        )


class CostsRead(BaseModel):
    begin: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    totals: UsageSumsRead
    days: list[UsageItem] = Field(description="Each day in UTC, the oldest first.")
    agents: list[UsageItem] = Field(description="With the three below: the dearest first, at most `limit`.")
    models: list[UsageItem]
    members: list[UsageItem]
    repositories: list[UsageItem]
    outcomes: list[OutcomeRead] = Field(description="They add up to the totals.")
    per_verified: PerVerified
    month: MonthRead

    @classmethod
    def of(cls, costs: Costs, begin: datetime, end: datetime) -> Self:
        items = {kind: [UsageItem.of_group(one) for one in groups] for kind, groups in costs.groups.items()}
        return cls.model_validate(
            {
                "from": begin,
                "to": end,
                "totals": UsageSumsRead.model_validate(costs.totals),
                "days": items[GroupBy.DAY],
                "agents": items[GroupBy.AGENT],
                "models": items[GroupBy.MODEL],
                "members": items[GroupBy.USER],
                "repositories": items[GroupBy.REPOSITORY],
                "outcomes": [OutcomeRead.model_validate(one) for one in costs.outcomes],
                "per_verified": PerVerified.of(costs.outcomes),
                "month": MonthRead.model_validate(costs.month),
            }
        )
