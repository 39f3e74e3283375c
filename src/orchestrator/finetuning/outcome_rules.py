"""Whose work is good enough to be learnt from. Pure."""

from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.curation_records import SessionFacts

LOST = "lost_best_of"
PAIRS_ONLY = frozenset({LOST})
"""No row comes of such a session, but the worse half of a pair may."""


def refusal(facts: SessionFacts, policy: CurationPolicy) -> str | None:
    """A reason code, or None for work that the orchestrator verified and that nobody took back."""
    checks = (
        ("excluded", facts.excluded),
        ("review_work", facts.reviews),
        ("other_agent", policy.agents is not None and facts.agent not in policy.agents),
        (LOST, facts.won is False),
        ("not_finished", facts.status not in ("completed", "partially_completed", "failed", "timed_out", "stopped")),
        ("not_verified", (facts.status, facts.verification) != ("completed", "verified") or facts.verified is False),
        ("reverted", facts.reverted),
        ("rejected", facts.decision == "rejected"),
        ("rated_bad", facts.rating == "bad"),
        ("not_rated_good", policy.require_good_rating and facts.rating != "good"),
        ("not_merged", policy.require_merge and not (facts.merged or facts.decision == "accepted")),
    )
    return next((reason for reason, holds in checks if holds), None)
