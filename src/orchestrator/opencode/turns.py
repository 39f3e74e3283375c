"""What became of a prompt, read from a session's messages: the answer after a crash, and at the end of a turn."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.opencode.schemas import Message, MessageError

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
    answers = tuple(m for m in messages if m.info.role == "assistant" and m.info.parent_id == message_id)
    if not answers:
        return Turn(TurnState.UNANSWERED)
    return Turn(_state(answers[-1]), answers)


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
