import json
import time
from pathlib import Path
from typing import Any

import pytest

from orchestrator.opencode.events import PartUpdated, parse_event
from orchestrator.opencode.nesting import shallower
from orchestrator.opencode.scripted_files import parse_scenarios
from orchestrator.opencode.scripted_model import ScriptedModel

from .conftest import Starting, call, run_turn, tools


@pytest.mark.parametrize(
    ("whole", "cut"),
    [
        ('{"a":[1,{"b":2}],"c":[]}', '{"a":[1,"[...]"],"c":[]}'),
        ('[[[[]],[]],"[[[[",{"a":{"b":1}}]', '[["[...]","[...]"],"[[[[",{"a":"[...]"}]'),
        (r'["\"]]][[[","\\",[[1],[2]]]', r'["\"]]][[[","\\",["[...]","[...]"]]'),
        ('"text"', '"text"'),
        ("[[]", "[[]"),
        ("]]]", "]]]"),
    ],
)
def test_what_lies_too_deep_is_cut_and_the_rest_stays(whole: str, cut: str) -> None:
    assert shallower(whole.encode(), 2).decode() == cut


def test_it_takes_time_as_the_text_is_long() -> None:
    begin = time.process_time()
    for text in ("[" * 2_000_000, '"' + "\\" * 2_000_000, '"\\"' * 600_000):
        shallower(text.encode())
    assert time.process_time() - begin < 10


def test_an_event_of_any_depth_is_read() -> None:
    """It was an error that ended the stream, and with it all sessions of the server."""
    state = {"status": "running", "input": {"more": "DEEP"}}
    part = {"id": "prt_1", "sessionID": "ses_1", "messageID": "msg_1", "type": "tool", "tool": "bash", "state": state}
    properties = {"sessionID": "ses_1", "part": part}
    event = json.dumps({"directory": "/w", "payload": {"type": "message.part.updated", "properties": properties}})
    read = parse_event(event.replace('"DEEP"', "[" * 50_000 + "]" * 50_000).encode())
    assert isinstance(read, PartUpdated)
    assert read.part.tool == "bash"


async def test_a_conversation_with_arguments_of_any_depth_is_read(
    starting: Starting, worktree: Path, tmp_path: Path
) -> None:
    """Else no checkpoint could be taken of it any more, and nobody could pause or stop the session in good order."""
    more: Any = "x"
    for _ in range(230):
        more = [more]
    steps = [call("bash", command="echo hi", description="Says hi", more=more), {"text": "Said."}]
    model = ScriptedModel(parse_scenarios([{"name": "deep", "match": "Go deep", "steps": steps}], "deep"))
    await model.start()
    try:
        async with starting(tmp_path, model.base_url) as opencode:
            session = await opencode.new_session(worktree)
            turn = await run_turn(opencode, worktree, session, "Go deep")
            assert tools(turn) == [("bash", "completed", "hi\n")]
            assert "[...]" in json.dumps(await opencode.server.client.raw_messages(str(worktree), session.id))
    finally:
        await model.stop()
