"""What became of a prompt, read from a session's messages: the answer after a crash, and at the end of a turn."""

import asyncio
import contextlib
import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.errors import OpenCodeRequestFailed
from orchestrator.opencode.schemas import Message, MessageError

_SETTLE_SECONDS = 0.05
_GOES_ON = ("tool-calls", "unknown")


class TurnState(enum.StrEnum):
    ABSENT = "absent"
    """The prompt was never stored: send it."""
    UNANSWERED = "unanswered"
    """The prompt is stored, no answer was begun: send it again with the same ids."""
    INTERRUPTED = "interrupted"
    """An answer was begun and not ended. Of an idle session: sending the same ids again goes on from there."""
    FINISHED = "finished"
    FAILED = "failed"
    """See `error`. Sending the same ids again tries once more."""
    ABORTED = "aborted"


@dataclass(frozen=True)
class Turn:
    """`answers` are the assistant's messages, one a step, oldest first."""

    state: TurnState
    answers: tuple[Message, ...] = ()

    def at_work(self) -> "Turn":
        """While the server works on the conversation no answer is the last one, whatever it looks like: one that the model
        could not hold, and one that filled its context, are followed by a summary and by more."""
        return replace(self, state=TurnState.INTERRUPTED) if self.over else self

    @property
    def error(self) -> MessageError | None:
        return self.answers[-1].info.error if self.answers else None

    @property
    def finish(self) -> str | None:
        """`length` and `content-filter` end a turn as `stop` does."""
        return self.answers[-1].info.finish if self.answers else None

    @property
    def text(self) -> str:
        return self.answers[-1].text if self.answers else ""

    @property
    def over(self) -> bool:
        return self.state in (TurnState.FINISHED, TurnState.FAILED, TurnState.ABORTED)


def turn_of(messages: Sequence[Message], message_id: str) -> Turn:
    if all(message.info.id != message_id for message in messages):
        return Turn(TurnState.ABSENT)
    said = _said_by_itself(messages, message_id)
    answers = tuple(m for m in messages if m.info.role == "assistant" and m.info.parent_id in said)
    if not answers:
        return Turn(TurnState.UNANSWERED)
    last = answers[-1]
    is_last_answered = last.info.parent_id == said[-1] and last.info.summary is not True
    return Turn(_state(last) if is_last_answered or last.info.error else TurnState.INTERRUPTED, answers)


def _said_by_itself(messages: Sequence[Message], message_id: str) -> list[str]:
    """The prompt, and what OpenCode told the model after it in the user's name: where a conversation outgrows the model's
    context it has it summed up and goes on from there, with messages of its own that the further answers belong to."""
    said: list[str] = []
    for message in messages:
        if message.info.role != "user":
            continue
        if message.info.id == message_id:
            said = [message_id]
        elif said:
            if not message.by_opencode:
                break
            said.append(message.info.id)
    return said


def ended_badly(answer: Message) -> bool:
    """It is no end of a turn that goes on: its prompt, sent again, is answered anew."""
    return _state(answer) in (TurnState.FAILED, TurnState.ABORTED)


def _state(last: Message) -> TurnState:
    info = last.info
    if info.error is not None:
        return TurnState.ABORTED if info.error.name == "MessageAbortedError" else TurnState.FAILED
    if info.time.completed is None:
        return TurnState.INTERRUPTED
    if info.finish is None:
        # An abort between two tries of a failing provider leaves no error behind.
        return TurnState.ABORTED
    return TurnState.INTERRUPTED if info.finish in _GOES_ON else TurnState.FINISHED


async def abort_turn(client: OpenCodeClient, directory: str, session_id: str, within_seconds: float) -> None:
    """Ends the running turn, if there is one, and then refuses what is still asked for in the directory.

    OpenCode goes on listing what an aborted turn, or a subagent of it, waited for, and a directory is used again. While
    something still works there a refusal is an answer, with which the turn would go on. Raises TimeoutError.
    """
    async with asyncio.timeout(within_seconds):
        await client.abort(directory, session_id)
        while await client.statuses(directory):
            await asyncio.sleep(_SETTLE_SECONDS)
            # While a subagent works it is the subagent alone that ends, and its caller asks the model for more.
            await client.abort(directory, session_id)
    for permission in await client.list_permissions(directory):
        with contextlib.suppress(OpenCodeRequestFailed):
            await client.reply_permission(directory, permission.id, "reject")
    for question in await client.list_questions(directory):
        with contextlib.suppress(OpenCodeRequestFailed):
            await client.reject_question(directory, question.id)
