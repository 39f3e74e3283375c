"""What the routes of usage and budgets take and give."""

from datetime import datetime
from typing import Annotated, Generic, Literal, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from orchestrator.gateway.accounts import AccountScope, Resource, Standing, resets_at
from orchestrator.gateway.budgets import NewBudget
from orchestrator.gateway.usage_reports import GroupBy, UsageGroup

_MOST = 2**62
Item = TypeVar("Item")
NoNul = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Count = Annotated[int, Field(ge=0, le=_MOST)]


class UsageSumsRead(BaseModel):
    """Tokens: all input, of which cached and written to a cache; all output, of which reasoning."""

    model_config = ConfigDict(from_attributes=True)

    requests: int
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_micro_usd: int
    estimated_requests: int = Field(description="Whose numbers, or a part of them, nobody counted.")
    unpriced_requests: int = Field(description="Whose model had no price: their cost is not in the sum.")


class UsageItem(UsageSumsRead):
    key: str = Field(description="The day, or the session, agent, model, user or repository; empty for none.")
    label: str = Field(description="What a person calls it.")

    @classmethod
    def of_group(cls, group: UsageGroup) -> Self:
        sums = UsageSumsRead.model_validate(group.sums).model_dump()
        return cls(key=group.key, label=group.label, **sums)


class UsageRead(BaseModel):
    group_by: GroupBy
    items: list[UsageItem]
    totals: UsageSumsRead = Field(description="Over everything, also over what `limit` left out of the items.")


class BudgetPut(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"scope": "repository", "subject": "https://example.com/shop.git", "tokens_per_month": 50_000_000},
            ]
        },
    )

    scope: Literal[AccountScope.USER, AccountScope.REPOSITORY]
    subject: NoNul = Field(
        min_length=1, max_length=2_000, description="`user:<id>` or `key:<id>`; or a repository's URL or path."
    )
    tokens_per_month: Count | None = Field(None, description="Unset: no limit.")
    cost_micro_usd_per_month: Count | None = Field(None, description="Unset: no limit.")
    max_unreviewed_results: Annotated[int, Field(ge=1, le=10**6)] | None = Field(
        None,
        description="Of a repository: so many results may wait for a review or be made at once, by paused sessions "
        "too; further sessions wait in the queue. Unset: no limit.",
    )

    @model_validator(mode="after")
    def limits_something(self) -> Self:
        limits = (self.tokens_per_month, self.cost_micro_usd_per_month, self.max_unreviewed_results)
        if limits == (None, None, None):
            raise ValueError("set tokens_per_month or cost_micro_usd_per_month, or DELETE the budget")
        if self.max_unreviewed_results is not None and self.scope is not AccountScope.REPOSITORY:
            raise ValueError("max_unreviewed_results is of a repository")
        return self

    def wanted(self) -> NewBudget:
        return NewBudget(
            self.scope,
            self.subject,
            self.tokens_per_month,
            self.cost_micro_usd_per_month,
            self.max_unreviewed_results,
        )


class BudgetRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    scope: AccountScope
    subject: str
    label: str
    tokens_per_month: int | None
    cost_micro_usd_per_month: int | None
    max_unreviewed_results: int | None
    updated_at: datetime


class AccountRead(BaseModel):
    """What is left is the limit less what is spent and what calls under way hold."""

    model_config = ConfigDict(from_attributes=True)

    scope: AccountScope
    subject: str
    period: str = Field(description="A month in UTC; `all` for a session.")
    resets_at: datetime | None
    limit_tokens: int | None
    spent_tokens: int
    held_tokens: int
    left_tokens: int | None
    limit_micro_usd: int | None
    spent_micro_usd: int
    held_micro_usd: int
    left_micro_usd: int | None

    @classmethod
    def of(cls, one: Standing) -> Self:
        return cls(
            scope=one.scope,
            subject=one.subject,
            period=one.period,
            resets_at=resets_at(one.period),
            limit_tokens=one.limit_tokens,
            spent_tokens=one.spent_tokens,
            held_tokens=one.held_tokens,
            left_tokens=one.room(Resource.TOKENS),
            limit_micro_usd=one.limit_micro_usd,
            spent_micro_usd=one.spent_micro_usd,
            held_micro_usd=one.held_micro_usd,
            left_micro_usd=one.room(Resource.COST),
        )


class Items(BaseModel, Generic[Item]):
    items: list[Item]
