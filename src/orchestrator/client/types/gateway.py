"""Providers, models, and what was spent on them."""

from typing import Any, TypedDict


class Provider(TypedDict):
    """`id` is None for the one that the settings name."""

    id: str | None
    platform: bool
    name: str
    kind: str
    base_url: str
    formats: list[str]
    options: dict[str, Any]
    has_api_key: bool
    api_key_fingerprint: str | None
    requests_per_minute: int | None
    tokens_per_minute: int | None
    enabled: bool
    exhausted_until: str | None


class Prices(TypedDict):
    input_price: int | None
    output_price: int | None
    cached_input_price: int | None
    cache_write_price: int | None


class Target(Prices):
    provider: str
    platform: bool
    model: str
    weight: int
    context_tokens: int
    output_tokens: int


class Model(TypedDict):
    id: str | None
    name: str
    owner: str
    format: str
    usable: bool
    default: bool
    context_tokens: int | None
    output_tokens: int | None
    prices: Prices | None
    targets: list[Target] | None


class UsageSums(TypedDict):
    requests: int
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_micro_usd: int
    estimated_requests: int
    unpriced_requests: int


class UsageItem(UsageSums):
    key: str
    label: str


class UsageReport(TypedDict):
    group_by: str
    items: list[UsageItem]
    totals: UsageSums


class Budget(TypedDict):
    id: str
    scope: str
    subject: str
    label: str
    tokens_per_month: int | None
    cost_micro_usd_per_month: int | None
    max_unreviewed_results: int | None
    updated_at: str


class BudgetAccount(TypedDict):
    scope: str
    subject: str
    period: str
    resets_at: str | None
    limit_tokens: int | None
    spent_tokens: int
    held_tokens: int
    left_tokens: int | None
    limit_micro_usd: int | None
    spent_micro_usd: int
    held_micro_usd: int
    left_micro_usd: int | None
