"""The ledger's values as the database keeps them."""

from collections.abc import Mapping
from typing import Any

from orchestrator.gateway.accounts import Amount, CallDetail, Payer, Settlement, Source
from orchestrator.gateway.usage_counts import Usage
from orchestrator.kit.clock import now
from orchestrator.kit.db import Json
from orchestrator.tenancy.warnings import WARNING_PERCENT


def kept_detail(detail: CallDetail, payer: Payer, *, priced: bool, max_output_tokens: int | None) -> Json:
    """What a hold remembers beside its columns."""
    return {
        "model": detail.model,
        "provider": detail.provider,
        "provider_model": detail.provider_model,
        "price_version": detail.price_version,
        "output": {"tokens": detail.output.tokens, "micro_usd": detail.output.micro_usd},
        "agent": payer.agent,
        "priced": priced,
        "session_max_tokens": payer.session_max_tokens,
        "session_max_cost_micro_usd": payer.session_max_cost_micro_usd,
        "max_output_tokens": max_output_tokens,
    }


def estimate_of(hold: Json) -> Settlement:
    """A call whose gateway died: nobody knows what it used, so it counts as the worst it may have been."""
    kept = hold["detail"]
    output = Amount(**kept["output"])
    return Settlement(
        request_id=hold["request_id"],
        payer=Payer(
            tenant_id=hold["tenant_id"],
            user_subject=hold["user_subject"],
            session_id=hold["session_id"],
            repository=hold["repository"],
            agent=kept["agent"],
            session_max_tokens=kept["session_max_tokens"],
            session_max_cost_micro_usd=kept["session_max_cost_micro_usd"],
        ),
        detail=CallDetail(kept["model"], kept["provider"], kept["provider_model"], kept["price_version"], output),
        period=hold["period"],
        usage=Usage(input_tokens=hold["tokens"] - output.tokens, output_tokens=output.tokens),
        cost_micro_usd=hold["micro_usd"],
        priced=kept["priced"],
        source=Source.ESTIMATED,
        duration_ms=max(0, round((now() - hold["created_at"]).total_seconds() * 1000)),
    )


def settle_arguments(one: Settlement, *, alone: bool) -> Mapping[str, Any]:
    return {
        "p_event": event_of(one),
        "p_session_tokens": one.payer.session_max_tokens,
        "p_session_micro_usd": one.payer.session_max_cost_micro_usd,
        "p_warn_percent": WARNING_PERCENT,
        "p_alone": alone,
    }


def settled_call(one: Settlement) -> Json:
    """What it adds to its accounts."""
    return {
        "session_id": str(one.payer.session_id) if one.payer.session_id else None,
        "user_subject": one.payer.user_subject,
        "repository": one.payer.repository,
        "tokens": one.usage.tokens,
        "micro_usd": one.cost_micro_usd,
        "session_tokens": one.payer.session_max_tokens,
        "session_micro_usd": one.payer.session_max_cost_micro_usd,
    }


def event_of(one: Settlement) -> Json:
    """The row of usage_events, but for the moment it is written."""
    return {
        "tenant_id": str(one.payer.tenant_id),
        "request_id": str(one.request_id),
        "session_id": str(one.payer.session_id) if one.payer.session_id else None,
        "user_subject": one.payer.user_subject,
        "repository": one.payer.repository,
        "agent": one.payer.agent,
        "model": one.detail.model,
        "provider": one.detail.provider,
        "provider_model": one.detail.provider_model,
        "period": one.period,
        "input_tokens": one.usage.input_tokens,
        "cached_input_tokens": one.usage.cached_input_tokens,
        "cache_write_tokens": one.usage.cache_write_tokens,
        "output_tokens": one.usage.output_tokens,
        "reasoning_tokens": one.usage.reasoning_tokens,
        "cost_micro_usd": one.cost_micro_usd,
        "priced": one.priced,
        "price_version": one.detail.price_version,
        "source": one.source.value,
        "http_status": one.http_status,
        "duration_ms": one.duration_ms,
        "first_byte_ms": one.first_byte_ms,
    }
