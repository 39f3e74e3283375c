"""`kill -9` of the whole tree in mid-turn: the next start finishes every session that had begun."""

import time

from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import Tree, make_repository


def test_a_power_cut_loses_nothing(own_tree: Tree) -> None:
    tree = own_tree.start()
    shop = make_repository(tree.root / "shop", BROKEN)
    ids = [tree.create(prompt="Fix it slowly", repository=str(shop), verify=VERIFY)["id"] for _ in range(2)]
    _until_working(tree, ids)
    tree.kill()
    assert not tree.members()
    tree.start()
    for session_id in ids:
        session = tree.wait(session_id)
        assert (session["status"], session["verification"], session["attempt"]) == ("completed", "verified", 1)
        parts = tree.request("GET", f"/sessions/{session_id}/transcript")[1]["items"]
        assert [p["data"]["text"] for p in parts if p["role"] == "user"] == ["Fix it slowly"]
        log = tree.request("GET", f"/events/log?session_id={session_id}&limit=500")[1]["items"]
        statuses = [e["data"]["to"] for e in log if e["type"] == "session.status"]
        assert statuses == ["running", "verifying", "completed"]
    assert not tree.stop(), "processes were left behind"


def _until_working(tree: Tree, ids: list[str]) -> None:
    """Each has finished its first tool call: the turn is under way, and its end is some seconds off."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        items = [tree.request("GET", f"/sessions/{i}/transcript")[1]["items"] for i in ids]
        if all(any(p["type"] == "tool" for p in parts) for parts in items):
            return
        time.sleep(0.1)
    raise AssertionError(tree.log.read_text()[-3000:])
