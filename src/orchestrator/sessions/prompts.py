"""What one turn sends to OpenCode."""

from dataclasses import dataclass

from orchestrator.agents.registry import opencode_name
from orchestrator.opencode.config import PROVIDER
from orchestrator.opencode.ids import message_id, part_id
from orchestrator.opencode.schemas import ModelRef
from orchestrator.sessions.models import Session, SessionTurn


@dataclass(frozen=True)
class Prompt:
    """`message_id` is the turn's own: it is the same whenever this turn is begun again."""

    message_id: str
    part_id: str
    text: str
    system: str | None
    agent: str
    model: ModelRef

    @classmethod
    def of(cls, session: Session, turn: SessionTurn, system: str | None) -> "Prompt":
        """Its ids are made from the attempt that sent it first."""
        model = ModelRef(provider_id=PROVIDER, model_id=session.model)
        part = part_id(*_key(turn), at=turn.began_at)
        return cls(message_of(turn), part, turn.text, system, agent_of(session), model)


def agent_of(session: Session) -> str:
    """What the runtime knows its agent by: a version of the tenant's own has a file there."""
    return session.agent if session.agent_version is None else opencode_name(session.agent, session.agent_version)


def message_of(turn: SessionTurn) -> str:
    """The id of the message that the turn is sent as."""
    return message_id(*_key(turn))


def _key(turn: SessionTurn) -> tuple[object, ...]:
    return turn.session_id, turn.attempt, turn.number
