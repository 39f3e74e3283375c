"""A reservation as it is asked for, and as the database is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from orchestrator.gateway import refusals
from orchestrator.gateway.accounts import Amount, CallDetail, Payer, Standing
from orchestrator.gateway.ledger_rows import kept_detail
from orchestrator.kit.db import Json


@dataclass(frozen=True)
class Wanted:
    request_id: UUID
    payer: Payer
    worst: Amount
    detail: CallDetail
    priced: bool
    reached: bool
    period: str
    max_output_tokens: int | None = None

    def arguments(self, hold_seconds: float) -> Mapping[str, Any]:
        detail = kept_detail(self.detail, self.payer, priced=self.priced, max_output_tokens=self.max_output_tokens)
        return {
            "p_tenant": self.payer.tenant_id,
            "p_request": self.request_id,
            "p_month": self.period,
            "p_user": self.payer.user_subject,
            "p_repository": self.payer.repository,
            "p_session": self.payer.session_id,
            "p_session_tokens": self.payer.session_max_tokens,
            "p_session_micro_usd": self.payer.session_max_cost_micro_usd,
            "p_tokens": self.worst.tokens,
            "p_micro_usd": self.worst.micro_usd,
            "p_priced": self.priced,
            "p_detail": detail,
            "p_reached": self.reached,
            "p_seconds": hold_seconds,
        }

    def as_call(self) -> Json:
        return {
            "request_id": str(self.request_id),
            "session_id": str(self.payer.session_id) if self.payer.session_id else None,
            "user_subject": self.payer.user_subject,
            "repository": self.payer.repository,
            "tokens": self.worst.tokens,
            "micro_usd": self.worst.micro_usd,
            "session_tokens": self.payer.session_max_tokens,
            "session_micro_usd": self.payer.session_max_cost_micro_usd,
            "detail": kept_detail(self.detail, self.payer, priced=self.priced, max_output_tokens=self.max_output_tokens),
            "reached": self.reached,
        }

    def clamped(self, accounts: Sequence[Standing]) -> "Wanted | None":
        """The same with the largest output that fits; None when that is too little to be of use."""
        output = self.detail.output
        tokens = refusals.clamped_output(accounts, self.worst, output, priced=self.priced)
        if tokens is None:
            return None
        return replace(
            self,
            worst=refusals.with_output(self.worst, output, tokens),
            detail=replace(self.detail, output=refusals.part(output, tokens)),
            max_output_tokens=tokens,
        )
