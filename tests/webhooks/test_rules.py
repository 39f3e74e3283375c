"""When it is tried again, and which events an endpoint takes."""

from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.webhooks.errors import EventPatternInvalid
from orchestrator.webhooks.patterns import checked, takes
from orchestrator.webhooks.schedule import GIVEN_UP_AFTER, next_attempt, wait_seconds
from orchestrator.webhooks.sending import outcome_of

FIRST = datetime(2026, 11, 27, tzinfo=UTC)


def test_it_waits_longer_each_time_and_gives_up_within_a_day() -> None:
    assert [round(wait_seconds(tries, 1.0)) for tries in range(1, 9)] == [5, 20, 80, 320, 1280, 5120, 20480, 21600]
    assert wait_seconds(3, 0.0) == 40
    assert wait_seconds(10**6, 1.0) == 21600
    moment, tries = FIRST, 0
    while (again := next_attempt(FIRST, tries := tries + 1, moment)) is not None:
        assert again > moment
        moment = again
    assert 8 <= tries <= 15
    assert FIRST + timedelta(hours=12) < moment < FIRST + GIVEN_UP_AFTER


def test_what_the_receiver_asks_for_is_kept_within_reason() -> None:
    assert (next_attempt(FIRST, 1, FIRST, 3600) or FIRST) - FIRST == timedelta(hours=1)
    assert (next_attempt(FIRST, 1, FIRST, 10**9) or FIRST) - FIRST == timedelta(hours=6)
    assert outcome_of(503, {"Retry-After": "120"}).asked_seconds == 120
    for unusable in ("soon", "-1", "1e3", "9" * 400, "²", "Fri, 27 Nov 2026 10:00:00 GMT"):
        assert outcome_of(503, {"Retry-After": unusable}).asked_seconds is None


def test_only_a_2xx_is_taken_for_delivered() -> None:
    assert [outcome_of(status, {}).problem for status in (200, 202, 204)] == [None] * 3
    assert outcome_of(302, {"Location": "http://127.0.0.1/"}).problem == "it answered 302; redirects are not followed"
    assert [outcome_of(status, {}).problem is None for status in (100, 199, 300, 400, 404, 410, 429, 500)] == [False] * 8
    assert outcome_of(410, {}).is_gone


def test_patterns() -> None:
    assert takes(["session.status"], "session.status")
    assert not takes(["session.status"], "session.statuses")
    assert takes(["session.*"], "session.status")
    assert not takes(["session.*"], "sessions.status")
    assert takes(["*"], "plan.created")
    assert not takes(["*", "webhook.*"], "webhook.given_up")
    assert checked(["a.b", "*", "a.b"]) == ["a.b", "*"]


@pytest.mark.parametrize(
    "pattern", ["", "Session.status", "session.", "session*", "*.status", "a b", "a..b", "a" * 101, "x\n"]
)
def test_patterns_that_are_none(pattern: str) -> None:
    with pytest.raises(EventPatternInvalid):
        checked([pattern])
