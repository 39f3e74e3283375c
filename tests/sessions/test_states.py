"""The state machine, against the table of the design and by random walks."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from orchestrator.sessions.states import FINISHED, HOLDS_SLOT, Status, may_move, next_states


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_a_move_is_legal_exactly_when_it_is_listed(current: Status, to: Status) -> None:
    assert may_move(current, to) == (to in next_states(current))


@given(st.sampled_from(Status))
def test_what_has_finished_moves_only_by_a_follow_up(status: Status) -> None:
    if status in FINISHED:
        assert next_states(status) <= {Status.QUEUED}
    else:
        assert Status.CANCELLED in next_states(status)


@given(st.sampled_from(Status))
def test_a_slot_is_taken_only_through_admission(status: Status) -> None:
    """Whoever gets a slot comes from the queue; nothing else jumps over admission."""
    if status not in HOLDS_SLOT and status is not Status.QUEUED:
        assert not (next_states(status) & HOLDS_SLOT)


def test_every_state_can_reach_an_end_and_is_reachable() -> None:
    for start in Status:
        assert _reachable(start) & FINISHED
    assert _reachable(Status.PENDING) == frozenset(Status)


def _reachable(start: Status) -> frozenset[Status]:
    found, frontier = {start}, {start}
    while frontier:
        frontier = {to for state in frontier for to in next_states(state)} - found
        found |= frontier
    return frozenset(found)


class Walk(RuleBasedStateMachine):
    """Random legal walks: cancelled is for ever, and a slot is never held by a session that has finished."""

    def __init__(self) -> None:
        super().__init__()
        self.status = Status.PENDING
        self.cancelled = False

    @rule(choice=st.integers(min_value=0))
    def move(self, choice: int) -> None:
        options = sorted(next_states(self.status)) or [self.status]
        self.status = options[choice % len(options)]
        self.cancelled = self.cancelled or self.status is Status.CANCELLED

    @invariant()
    def cancelled_is_for_ever(self) -> None:
        assert not self.cancelled or self.status is Status.CANCELLED

    @invariant()
    def finished_holds_no_slot(self) -> None:
        assert self.status not in FINISHED & HOLDS_SLOT


TestWalk = Walk.TestCase
