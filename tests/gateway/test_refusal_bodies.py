"""What OpenCode makes of a refusal: it retries an error whose body looks like a passing one, numbers in it included."""

import json
import re

import pytest

from orchestrator.gateway.accounts import BudgetSpent
from orchestrator.gateway.faults import ProviderExhausted, refusal
from orchestrator.gateway.routing import ApiFormat
from orchestrator.kit.errors import OrchestratorError

# As OpenCode 1.18.33 has them, those that a refusal of ours could meet.
PASSING = (
    r"429|500|502|503|504|524",
    r"rate increased too quickly|rate limit|rate-limit|rate_limit|too many requests",
    r"overloaded|service.unavailable|internal.error|server.error|provider.returned.error",
    r"terminated|fetch failed|network.error|connection (error|refused|lost)|timed? ?out",
    r"try your request again|retry your request|resource.exhausted|try again (later|in\b)|temporarily at capacity",
)
SPENT = BudgetSpent(
    resource="tokens",
    scope="tenant",
    subject="",
    limit=90_000,
    spent=50_500,
    held=42_900,
    needed=15_024,
    resets_at="2026-12-01",
)
EXHAUSTED = ProviderExhausted(provider="gpt-500", reset_at="2026-11-25T04:29:50.500000")


@pytest.mark.parametrize("format_", list(ApiFormat))
@pytest.mark.parametrize("error", [SPENT, EXHAUSTED], ids=["budget", "provider"])
def test_a_refusal_that_stands_does_not_look_like_one_that_passes(error: OrchestratorError, format_: ApiFormat) -> None:
    answer = refusal(error, format_)
    body = json.dumps(answer.body)
    assert answer.status == 402
    assert [one for one in PASSING if re.search(one, body, re.IGNORECASE)] == []
    assert not re.search(r"\d", body), "a number in it may be taken for a status"
    assert error.code in body
    assert answer.headers["x-should-retry"] == "false"


def test_its_figures_are_in_headers() -> None:
    headers = refusal(SPENT, ApiFormat.CHAT).headers
    assert (headers["x-budget-limit"], headers["x-budget-spent"], headers["x-budget-needed"]) == ("90000", "50500", "15024")
    assert refusal(EXHAUSTED, ApiFormat.CHAT).headers["x-provider-reset-at"].startswith("2026-11-25")
