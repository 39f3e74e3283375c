"""A fork's conversation has ids of its own, in the same order, and names nothing of its parent's."""

import json
from typing import Any

from orchestrator.opencode.renaming import new_name, renamed

ROOT, CHILD = "ses_0a1b2c3d4e5fAAAAAAAAAAAAAA", "ses_0a1b2c3d4e60BBBBBBBBBBBBBB"
PROMPT, ANSWER = "msg_0f0f0f0f0f0faaaaaaaaaaaaaa", "msg_f5e4d3c2b1a0Zz9Zz9Zz9Zz9Zz"
FIRST, SECOND = "prt_f5e4d3c2b001CCCCCCCCCCCCCC", "prt_f5e4d3c2b002AAAAAAAAAAAAAA"
FOREIGN = "ses_0a1b2c3d4e5fDDDDDDDDDDDDDD"


def conversation(id_: str, parent: str | None = None) -> dict[str, Any]:
    return {
        "info": {"id": id_, "parentID": parent, "directory": "/w"},
        "messages": [
            {"info": {"id": PROMPT, "sessionID": id_, "role": "user"}, "parts": []},
            {
                "info": {"id": ANSWER, "sessionID": id_, "parentID": PROMPT, "role": "assistant"},
                "parts": [
                    {"id": FIRST, "messageID": ANSWER, "sessionID": id_, "text": f"x\ntask_id: {CHILD} (of {FOREIGN})"},
                    {"id": SECOND, "messageID": ANSWER, "sessionID": id_, "state": {"metadata": {"sessionId": CHILD}}},
                ],
            },
        ],
    }


def test_every_id_is_new_wherever_it_is_named() -> None:
    snapshots = [json.dumps(one).encode() for one in (conversation(ROOT), conversation(CHILD, ROOT))]
    root, child = (json.loads(one) for one in renamed(snapshots, "fork"))
    whole = json.dumps([root, child])
    assert not [old for old in (ROOT, CHILD, PROMPT, ANSWER, FIRST, SECOND) if old in whole]
    assert child["info"]["parentID"] == root["info"]["id"] == new_name(ROOT, "fork")
    prompt, answer = root["messages"]
    assert answer["info"]["parentID"] == prompt["info"]["id"]
    assert {part["messageID"] for part in answer["parts"]} == {answer["info"]["id"]}
    assert answer["parts"][0]["text"] == f"x\ntask_id: {child['info']['id']} (of {FOREIGN})"
    assert answer["parts"][1]["state"]["metadata"]["sessionId"] == child["info"]["id"]
    assert root["info"]["directory"] == "/w"


def test_new_ids_stand_in_the_old_order_and_have_the_old_length() -> None:
    old = [FIRST, SECOND]
    new = [new_name(id_, "fork") for id_ in old]
    assert sorted(new) == new
    assert [(id_[:16], len(id_)) for id_ in new] == [(id_[:16], len(id_)) for id_ in old]


def test_two_forks_share_no_id_and_one_gets_the_same_ones_again() -> None:
    assert new_name(PROMPT, "a") != new_name(PROMPT, "b")
    assert new_name(PROMPT, "a") == new_name(PROMPT, "a")
