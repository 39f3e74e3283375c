"""What became of a turn whose conversation outgrew the model's context: OpenCode sums it up, and goes on by itself."""

from pathlib import Path

import pytest

from orchestrator.opencode.schemas import Message
from orchestrator.opencode.turns import TurnState, turn_of

from .conftest import OpenCode, run_turn

DONE = {"time": {"created": 2, "completed": 3}}


def said(id_: str, role: str, *parts: dict[str, object], **info: object) -> Message:
    whole = {"id": id_, "sessionID": "ses_1", "role": role, "time": {"created": 1}} | info
    known = [{"id": f"prt_{n}", "sessionID": "ses_1", "messageID": id_} | part for n, part in enumerate(parts)]
    return Message.model_validate({"info": whole, "parts": known})


PROMPT = said("msg_a", "user", {"type": "text", "text": "Go."})
REFUSED = said("msg_b", "assistant", parentID="msg_a", **DONE)
ASKS_FOR_SUMMARY = said("msg_c", "user", {"type": "compaction"})
SUMMARY = said("msg_d", "assistant", parentID="msg_c", summary=True, finish="stop", **DONE)
GOES_ON = said("msg_e", "user", {"type": "text", "text": "Continue.", "synthetic": True})
END = said("msg_f", "assistant", parentID="msg_e", finish="stop", **DONE)
NEXT = said("msg_g", "user", {"type": "text", "text": "More."})
ANSWER = said("msg_h", "assistant", parentID="msg_g", finish="stop", **DONE)
OVERFLOW = {"name": "ContextOverflowError", "data": {"message": "too long"}}
FAILED_SUMMARY = said("msg_d", "assistant", parentID="msg_c", summary=True, error=OVERFLOW, **DONE)


@pytest.mark.parametrize(
    ("messages", "state", "answers"),
    [
        ([REFUSED, ASKS_FOR_SUMMARY], TurnState.INTERRUPTED, 1),
        ([REFUSED, ASKS_FOR_SUMMARY, SUMMARY], TurnState.INTERRUPTED, 2),
        ([REFUSED, ASKS_FOR_SUMMARY, FAILED_SUMMARY], TurnState.FAILED, 2),
        ([REFUSED, ASKS_FOR_SUMMARY, SUMMARY, GOES_ON], TurnState.INTERRUPTED, 2),
        ([REFUSED, ASKS_FOR_SUMMARY, SUMMARY, GOES_ON, END], TurnState.FINISHED, 3),
        ([REFUSED, ASKS_FOR_SUMMARY, SUMMARY, GOES_ON, END, NEXT, ANSWER], TurnState.FINISHED, 3),
    ],
)
def test_what_opencode_tells_the_model_itself_belongs_to_the_turn(
    messages: list[Message], state: TurnState, answers: int
) -> None:
    turn = turn_of([PROMPT, *messages], "msg_a")
    assert (turn.state, len(turn.answers)) == (state, answers)


def test_no_answer_is_the_last_one_while_the_server_is_at_work() -> None:
    turn = turn_of([PROMPT, REFUSED], "msg_a")
    assert turn.over
    assert not turn.at_work().over


@pytest.mark.parametrize("text", ["Fill the context", "Send too much"])
async def test_a_conversation_that_outgrows_its_context_comes_to_the_end_of_its_turn(
    opencode: OpenCode, worktree: Path, text: str
) -> None:
    """The prompt was sent again five times then, or the turn was taken for aborted and cut off."""
    turn = await run_turn(opencode, worktree, await opencode.new_session(worktree), text)
    assert (turn.state, turn.finish) == (TurnState.FINISHED, "stop")
    assert [answer.info.summary for answer in turn.answers].count(True) == 1
    assert turn.answers[-1].info.summary is not True
