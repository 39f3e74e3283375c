"""Turns that come to no end by themselves: nothing happens, the same call fails again and again, or too many steps; and
those whose last answer is none, because it broke off at the model's output limit.

Such a turn is cut. The agent is told why in a turn of its own, once; when that is cut as well, the session fails.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings
from orchestrator.opencode.schemas import Message, Part
from orchestrator.runtimes.activity import Activity
from orchestrator.sessions import turn_rows
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import TurnKind

MOST_REPEATS = 5


class TurnCut(OrchestratorError):
    """The turn was cut short."""

    status = 500
    code = "turn_cut"
    hint = "The transcript shows how far it came; the work is kept."
    nudge = "Go on."


class TurnStalled(TurnCut):
    """Nothing came {source} for {seconds} seconds."""

    code = "turn_stalled"
    hint = "Look at the tool in the transcript, or hand it in again with a larger stall_seconds."
    nudge = "Nothing happened for a long time, so what you were doing was ended. Go on another way."


class ModelSilent(TurnCut):
    """The model said nothing for {seconds} seconds."""

    code = "provider_silent"
    hint = "Look at the provider; the session can be started again when it answers, or with a larger stall_seconds."
    nudge = "Your last answer did not arrive. Go on where you were."


class ModelEmpty(TurnCut):
    """The model gave {times} answers one after the other with nothing in them."""

    status = 502
    code = "provider_empty"
    hint = "Look at what answers at the provider's address: it may not be ready, or not speak the format that is expected."
    nudge = "Your last answers were empty. Go on where you were."


class AgentLoops(TurnCut):
    """The agent made the same call of {tool} again and again, with the same result."""

    code = "agent_loops"
    hint = "The transcript shows the call. Say in the prompt what is missing, or take another model."
    nudge = (
        "You made the same call again and again, and it will not come out differently. Do something else, "
        "or say what is missing and stop."
    )


class TooManySteps(TurnCut):
    """The turn took {most} steps, which is the most."""

    code = "too_many_steps"
    hint = "Hand in a smaller task, or a larger max_steps."
    nudge = "This took all the steps that it may. Bring what you have into order in a few steps, and say what is left."


class AnswerCutOff(TurnCut):
    """The model's answers break off: each may have so many tokens at most."""

    status = 502
    code = "answer_cut_off"
    hint = (
        "Ask for less in one piece, or let the model's answers be longer: ORCHESTRATOR_PROVIDER_OUTPUT_LIMIT, or the output "
        "of the model's target."
    )
    nudge = (
        "Your last answer was cut off: it had reached the most that an answer may have. See what of it was done, and go on "
        "from there in smaller pieces."
    )


CUTS = frozenset(one.code for one in (TurnStalled, ModelSilent, ModelEmpty, AgentLoops, TooManySteps, AnswerCutOff))
"""How turns ended that a nudge followed."""


async def nudge(db: AsyncSession, session: Session, cut: TurnCut) -> None:
    """Ends the turn and opens one that says why. Raises the cut itself when this turn was such a one already."""
    turn = await turn_rows.newest(db, session)
    if turn is None or turn.kind is TurnKind.NUDGE:
        raise cut
    await turn_rows.end(db, session, cut.code)
    await turn_rows.open_turn(db, session, TurnKind.NUDGE, cut.nudge, turn_rows.ORCHESTRATOR)


@dataclass(frozen=True)
class Limits:
    stall_seconds: float
    max_steps: int

    @classmethod
    def of(cls, session: Session, settings: Settings) -> "Limits":
        return cls(session.stall_seconds or settings.stall_seconds, session.max_steps or settings.max_steps)


class TurnWatch:
    """Counts over the turn's answers, also over those that an earlier process saw."""

    def __init__(self, limits: Limits, activity: Activity) -> None:
        self._limits = limits
        self._activity = activity
        self._steps: set[str] = set()
        self._calls: dict[str, tuple[str, str]] = {}
        """Finished calls by their part's id, in their order: the tool, and what it was given and gave."""
        self._full: set[str] = set()
        """Answers, by their message's id, with something in them."""
        self._ends: dict[str, str] = {}
        """Why each answer ended, in their order."""
        self._earlier: frozenset[str] | None = None
        """Answers from before this try. Empty ones are no ground to end it: the provider may have come to itself."""

    def saw(self, answers: Sequence[Message]) -> None:
        if self._earlier is None:
            self._earlier = frozenset(answer.info.id for answer in answers)
        for answer in answers:
            for part in answer.parts:
                self.saw_part(part)

    def saw_part(self, part: Part) -> None:
        if part.type == "tool" or (part.type in ("text", "reasoning") and part.text):
            self._full.add(part.message_id)
        if part.type == "step-start":
            self._steps.add(part.id)
        elif part.type == "step-finish":
            self._ends[part.message_id] = part.reason or ""
        elif part.type == "tool" and part.state is not None and part.state.status in ("completed", "error"):
            self._calls[part.id] = (part.tool or "", _failure(part))

    def check(self) -> None:
        """Raises TurnCut."""
        last = list(self._calls.values())[-MOST_REPEATS:]
        if len(last) == MOST_REPEATS and last[0][1] and len(set(last)) == 1:
            raise AgentLoops(tool=last[0][0])
        self._check_empty()
        if len(self._steps) > self._limits.max_steps:
            raise TooManySteps(most=self._limits.max_steps)
        quiet_seconds = self._activity.quiet_seconds
        if quiet_seconds >= self._limits.stall_seconds:
            raise self._stalled(round(quiet_seconds))

    def _check_empty(self) -> None:
        """OpenCode asks again after an answer that says neither anything nor that it is the end, and that without an end."""
        last = [(one, end) for one, end in self._ends.items() if one not in (self._earlier or ())][-MOST_REPEATS:]
        if len(last) == MOST_REPEATS and all(end == "unknown" and one not in self._full for one, end in last):
            raise ModelEmpty(times=MOST_REPEATS)

    def _stalled(self, seconds: int) -> TurnCut:
        tools = self._activity.tools
        return TurnStalled(source=f"from {tools}", seconds=seconds) if tools else ModelSilent(seconds=seconds)


def _failure(part: Part) -> str:
    """What a failed call was given and gave; empty for one that went well, which may be made again."""
    state = part.state
    if state is None or (state.status == "completed" and state.metadata.get("exit") in (None, 0)):
        return ""
    return json.dumps([part.tool, state.input, state.error or state.output], sort_keys=True)
