"""Who pays for a call, out of which accounts, and what an account without room answers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from orchestrator.gateway.usage_counts import Usage
from orchestrator.kit.errors import OrchestratorError


class AccountScope(StrEnum):
    """In the order in which accounts are locked and refuse."""

    TENANT = "tenant"
    USER = "user"
    REPOSITORY = "repository"
    SESSION = "session"


class Resource(StrEnum):
    TOKENS = "tokens"
    COST = "cost"


class Source(StrEnum):
    """Where a usage event's numbers come from."""

    PROVIDER = "provider"
    PARTIAL = "partial"
    """The provider told of a part, the rest is estimated: a stream that broke off."""
    ESTIMATED = "estimated"


class BudgetSpent(OrchestratorError):
    """The {resource} budget of the {scope} has no room for this call."""

    status = 402
    code = "budget_exceeded"
    hint = "Raise the budget, ask for a smaller output, or wait; the headers x-budget-* tell how much is spent."


class PriceUnknown(OrchestratorError):
    """The model {model} has no price, and a money budget applies to the {scope}."""

    status = 422
    code = "price_unknown"
    hint = "Give the model's target a price of its own, use a model of the price list, or remove the money budget."


class ReservationLost(OrchestratorError):
    """The reservation of this call expired before the call was sent; nothing was used."""

    status = 503
    code = "reservation_lost"
    hint = "Send the request again."


class AlreadySettled(OrchestratorError):
    """A call of this request id has been made and settled; it is not made twice."""

    status = 409
    code = "already_settled"
    hint = "Send the request again under a new id."


@dataclass(frozen=True)
class Amount:
    tokens: int
    micro_usd: int


@dataclass(frozen=True)
class Payer:
    tenant_id: UUID
    user_subject: str
    session_id: UUID | None = None
    repository: str | None = None
    agent: str | None = None
    session_max_tokens: int | None = None
    session_max_cost_micro_usd: int | None = None


@dataclass(frozen=True)
class CallDetail:
    """What the sweeper needs to book a call whose gateway died. `output` is the output's part of the worst case."""

    model: str
    provider: str
    provider_model: str
    price_version: str = ""
    output: Amount = Amount(0, 0)


@dataclass(frozen=True)
class Reservation:
    """`period` goes into the settlement; `max_output_tokens` is what a clamped call may write, all its choices together."""

    period: str
    max_output_tokens: int | None = None


@dataclass(frozen=True)
class Settlement:
    """What a call came to. `input_bytes` of a call without media teaches how many tokens a byte of this model makes."""

    request_id: UUID
    payer: Payer
    detail: CallDetail
    period: str
    usage: Usage
    cost_micro_usd: int
    priced: bool
    source: Source
    duration_ms: int
    first_byte_ms: int | None = None
    http_status: int | None = None
    input_bytes: int | None = None


@dataclass(frozen=True)
class Standing:
    """One account: its limits, what is spent, and what calls under way hold."""

    scope: AccountScope
    subject: str
    period: str
    limit_tokens: int | None
    limit_micro_usd: int | None
    spent_tokens: int
    spent_micro_usd: int
    held_tokens: int
    held_micro_usd: int

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Standing":
        values = {name: row[name] for name in cls.__dataclass_fields__ if name != "scope"}
        return cls(scope=AccountScope(row["scope"]), **values)

    def limit(self, resource: Resource) -> int | None:
        return self.limit_tokens if resource is Resource.TOKENS else self.limit_micro_usd

    def spent(self, resource: Resource) -> int:
        return self.spent_tokens if resource is Resource.TOKENS else self.spent_micro_usd

    def held(self, resource: Resource) -> int:
        return self.held_tokens if resource is Resource.TOKENS else self.held_micro_usd

    def room(self, resource: Resource) -> int | None:
        """What another call may need at most; None without a limit."""
        limit = self.limit(resource)
        return None if limit is None else limit - self.spent(resource) - self.held(resource)


def needed(worst: Amount, resource: Resource) -> int:
    return worst.tokens if resource is Resource.TOKENS else worst.micro_usd


def month_of(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m")


def resets_at(period: str) -> datetime | None:
    """When a month's accounts begin anew; None for a session, whose account never does."""
    if period == "all":
        return None
    year, month = (int(part) for part in period.split("-"))
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
