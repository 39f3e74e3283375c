"""The page on session states says what the state machine does."""

import re
from pathlib import Path

from orchestrator.sessions.states import HOLDS_SLOT, QueueReason, Status, next_states

ROW = re.compile(r"^\| `(?P<state>\w+)` \| (?P<meaning>[^|]+) \| (?P<slot>yes|no) \| (?P<moves>[^|]*) \|$", re.MULTILINE)


def page(root: Path) -> str:
    return (root / "docs/reference/session-states.md").read_text()


def test_every_state_and_move_is_on_the_page(root: Path) -> None:
    rows = {row["state"]: row for row in ROW.finditer(page(root))}
    assert set(rows) == {status.value for status in Status}
    for status in Status:
        moves = set(re.findall(r"`(\w+)`", rows[status.value]["moves"]))
        assert moves == {to.value for to in next_states(status)}, status
        assert rows[status.value]["slot"] == ("yes" if status in HOLDS_SLOT else "no"), status


def test_every_queue_reason_is_on_the_page(root: Path) -> None:
    assert [reason.value for reason in QueueReason if f"`{reason.value}`" not in page(root)] == []
