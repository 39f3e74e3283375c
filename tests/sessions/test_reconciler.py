"""The table of what the reconciler decides: no session that holds a slot, waits or is orphaned is left to itself."""

from itertools import product

import pytest

from orchestrator.sessions.reconciler import Action, Facts, NodeState, Workflow, decide
from orchestrator.sessions.states import FINISHED, HOLDS_SLOT, Status

WORKING = sorted(HOLDS_SLOT - {Status.ORPHANED})


@pytest.mark.parametrize("status", WORKING)
@pytest.mark.parametrize(
    ("workflow", "action"),
    [
        (Workflow.NONE, Action.START),
        (Workflow.STANDS, Action.RESUME),
        (Workflow.ELSEWHERE, Action.BEGIN_ANEW),
        (Workflow.ENDED, Action.RETRY),
        (Workflow.FAILED, Action.RETRY),
        (Workflow.RUNS, None),
        (Workflow.WAITS, None),
    ],
)
def test_a_session_that_holds_a_slot_here_has_a_workflow_that_runs(
    status: Status, workflow: Workflow, action: Action | None
) -> None:
    decision = decide(Facts(status, workflow=workflow))
    assert (decision and decision.action) == action
    assert decision is None or decision.reason


@pytest.mark.parametrize("status", WORKING)
@pytest.mark.parametrize("node", [NodeState.DEAD, NodeState.UNKNOWN])
@pytest.mark.parametrize("here", [True, False])
def test_a_session_of_a_node_that_is_no_more_is_orphaned(status: Status, node: NodeState, here: bool) -> None:
    decision = decide(Facts(status, node=node, here=here))
    assert decision is not None
    assert decision.action is Action.ORPHAN


@pytest.mark.parametrize("workflow", list(Workflow))
def test_the_sessions_of_another_node_that_lives_are_left_to_it(workflow: Workflow) -> None:
    assert decide(Facts(Status.RUNNING, here=False, workflow=workflow)) is None


def test_who_waits_for_nobody_goes_on() -> None:
    decision = decide(Facts(Status.WAITING, has_deadline=False))
    assert decision is not None
    assert decision.action is Action.GO_ON
    assert decide(Facts(Status.WAITING)) is None


def test_an_orphan_is_recovered_wherever_it_is() -> None:
    for node, here, workflow in product(NodeState, (True, False), Workflow):
        decision = decide(Facts(Status.ORPHANED, node, here, workflow))
        assert decision is not None
        assert decision.action is Action.RECOVER


def test_a_queued_session_says_why_it_waits() -> None:
    decision = decide(Facts(Status.QUEUED, NodeState.UNKNOWN, here=False, workflow=Workflow.NONE, has_reason=False))
    assert decision is not None
    assert decision.action is Action.EXPLAIN
    assert decide(Facts(Status.QUEUED, NodeState.UNKNOWN, here=False, workflow=Workflow.NONE)) is None


@pytest.mark.parametrize("status", [*sorted(FINISHED), Status.PENDING, Status.PAUSED])
def test_what_has_ended_or_waits_for_a_person_is_let_be(status: Status) -> None:
    for node, here, workflow in product(NodeState, (True, False), Workflow):
        assert decide(Facts(status, node, here, workflow)) is None
