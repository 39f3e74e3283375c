"""When a session leaves a node that drains."""

from orchestrator.sessions.leaving import Leaving, Outlook
from orchestrator.sessions.states import Request

DRAINS = Outlook(1000.0, 3600, Request.DRAIN)


def test_it_goes_on_until_its_model_call_or_tool_has_ended() -> None:
    leaving = Leaving(until=100.0)
    assert leaving.may_go_on(DRAINS, 50.0)
    leaving.step_finished = True
    assert not leaving.may_go_on(DRAINS, 50.0)


def test_it_leaves_when_the_time_is_up() -> None:
    assert not Leaving(until=100.0).may_go_on(DRAINS, 100.0)


def test_who_waits_for_a_person_or_a_provider_leaves_at_once() -> None:
    assert not Leaving(until=100.0).may_go_on(Outlook(1000.0, 3600, Request.DRAIN, at_work=False), 50.0)


def test_what_a_person_asks_for_comes_first() -> None:
    for wanted in (Request.STOP, Request.PAUSE):
        assert not Leaving(until=100.0).may_go_on(Outlook(1000.0, 3600, wanted), 50.0)
