"""What the API takes and gives where people steer sessions."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from orchestrator.sessions.schemas import NoNul
from orchestrator.sessions.states import MessageKind, TurnKind

Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$")]
"""One line, with no control character."""
Said = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


class MessageCreate(BaseModel):
    """Something said to a session: by a person, in a review, or by a CI run that failed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"text": "Use Decimal."},
                {"text": "This rounds down.", "kind": "review_comment", "path": "shop/price.py", "line": 12},
                {"text": "AssertionError: 90 != 100", "kind": "ci_failure", "name": "build"},
            ]
        },
    )

    text: Said = Field(max_length=1_000_000, description="What is said; of a CI run, an excerpt of its output.")
    kind: MessageKind = MessageKind.MESSAGE
    path: Line | None = Field(None, max_length=4_000, description="The file that a review comment is about.")
    line: int | None = Field(None, ge=1, le=10**9, description="Its line.")
    name: Line | None = Field(None, max_length=500, description="The CI run's name.")
    url: Line | None = Field(None, max_length=2_000, pattern="^https?://", description="The CI run's address.")

    @model_validator(mode="after")
    def _only_what_its_kind_has(self) -> "MessageCreate":
        own = {
            MessageKind.MESSAGE: (),
            MessageKind.REVIEW_COMMENT: ("path", "line"),
            MessageKind.CI_FAILURE: ("name", "url"),
        }
        foreign = [name for name in ("path", "line", "name", "url") if getattr(self, name) and name not in own[self.kind]]
        if foreign:
            raise ValueError(f"a {self.kind.value} has no {', '.join(foreign)}")
        if self.line and not self.path:
            raise ValueError("a line needs the path of its file")
        if self.kind is MessageKind.CI_FAILURE and not self.name:
            raise ValueError("a ci_failure needs the name of its run")
        return self

    @property
    def details(self) -> dict[str, Any]:
        return self.model_dump(include={"path", "line", "name", "url"}, exclude_none=True)


class ForkCreate(BaseModel):
    """What is unset is as in the parent."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"checkpoint": 2, "prompt": "Use Decimal instead."}]}
    )

    checkpoint: int | None = Field(None, ge=1, le=10**9, description="Its number. Unset: the parent's last one.")
    prompt: Said | None = Field(None, description="What the agent is told then. Unset: `Go on.`")
    title: NoNul | None = Field(None, max_length=200)
    agent: NoNul | None = Field(None, max_length=100)
    model: NoNul | None = Field(None, max_length=200)


class MessageRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    session_id: UUID
    kind: MessageKind
    author: str
    text: str
    details: dict[str, Any]
    created_at: datetime
    turn: int | None = Field(description="The turn that took it; null while it waits.")


class DecisionCreate(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "It rounds down."}]})

    reason: NoNul | None = Field(None, max_length=10_000, description="Why.")


class TurnRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: int
    attempt: int = Field(description="The attempt that sent it first.")
    kind: TurnKind
    author: str
    text: str
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None = Field(description="`finished`, or the status of the session whose end cut it short.")
