"""What is known of a session when its conversations are looked at: written once, so that a run that goes on elsewhere sees
the same."""

from pydantic import BaseModel, ConfigDict

from orchestrator.gateway.trajectory_reading import Stored


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Recording(_Record):
    """The last call of a chain. `chain`: what its history builds upon, the oldest first, itself last."""

    request_id: str
    model: str
    chain: list[Stored]


class Round(_Record):
    """A turn's prompt. `failed`: what it came to was refused by a verification command."""

    text: str
    failed: bool


class SessionFacts(_Record):
    """`group`: sessions that worked on the same task at once share it. `task`: what the session worked on, whoever did."""

    session_id: str
    group: str
    task: str
    status: str
    verification: str | None
    verified: bool | None
    """The agent's outcome; None where nobody recorded one."""
    agent: str
    reverted: bool = False
    rating: str | None = None
    decision: str | None = None
    merged: bool = False
    excluded: bool = False
    reviews: bool = False
    """It judged another's work."""
    won: bool | None = None
    """Of several at the same task; None of one that was alone."""
    protected_changed: int | None = None
    failed_calls: list[str]
    """Tool calls that ended in an error, by the ids that their provider gave them."""
    rounds: list[Round]
    recordings: list[Recording]
