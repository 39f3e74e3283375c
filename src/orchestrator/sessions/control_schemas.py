"""What the API takes and gives where people steer sessions."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from orchestrator.sessions.schemas import NoNul
from orchestrator.sessions.states import MessageKind, Rating, TurnKind

Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$")]
"""One line, with no control character."""
Said = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]


_OF_SOME = ("path", "line", "comments", "name", "url")
"""What messages of some kinds alone have."""


class ReviewComment(BaseModel):
    """What a reviewer says of some lines of the diff. `old`: as the file was before the session."""

    model_config = ConfigDict(extra="forbid")

    path: Line = Field(max_length=4_000)
    side: Literal["old", "new"] = "new"
    line: int = Field(ge=1, le=10**9)
    end_line: int | None = Field(None, ge=1, le=10**9, description="The last line, of several.")
    body: Said = Field(max_length=20_000)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.end_line is not None and self.end_line < self.line:
            raise ValueError("end_line is before line")
        return self


class MessageCreate(BaseModel):
    """Something said to a session: by a person, in a review, or by a CI run that failed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"text": "Use Decimal."},
                {"text": "This rounds down.", "kind": "review_comment", "path": "shop/price.py", "line": 12},
                {
                    "text": "Two things before I accept it.",
                    "kind": "review_comment",
                    "comments": [{"path": "shop/price.py", "line": 12, "end_line": 14, "body": "This rounds down."}],
                },
                {"text": "AssertionError: 90 != 100", "kind": "ci_failure", "name": "build"},
            ]
        },
    )

    text: Said | None = Field(
        None, max_length=1_000_000, description="What is said; of a CI run, an excerpt of its output. Comments need none."
    )
    kind: MessageKind = MessageKind.MESSAGE
    path: Line | None = Field(None, max_length=4_000, description="The file that a review comment is about.")
    line: int | None = Field(None, ge=1, le=10**9, description="Its line.")
    comments: list[ReviewComment] | None = Field(
        None, min_length=1, max_length=200, description="A review's comments: the agent reads them as one message."
    )
    name: Line | None = Field(None, max_length=500, description="The CI run's name.")
    url: Line | None = Field(None, max_length=2_000, pattern="^https?://", description="The CI run's address.")

    @model_validator(mode="after")
    def _only_what_its_kind_has(self) -> "MessageCreate":
        own = {
            MessageKind.MESSAGE: (),
            MessageKind.REVIEW_COMMENT: ("path", "line", "comments"),
            MessageKind.CI_FAILURE: ("name", "url"),
        }
        foreign = [name for name in _OF_SOME if getattr(self, name) and name not in own[self.kind]]
        if foreign:
            raise ValueError(f"a {self.kind.value} has no {', '.join(foreign)}")
        if self.line and not self.path:
            raise ValueError("a line needs the path of its file")
        if self.path and self.comments:
            raise ValueError("each of the comments names its own path")
        if self.text is None and not self.comments:
            raise ValueError("say something: text, or comments")
        if self.kind is MessageKind.CI_FAILURE and not self.name:
            raise ValueError("a ci_failure needs the name of its run")
        return self

    @property
    def details(self) -> dict[str, Any]:
        return self.model_dump(include=set(_OF_SOME), exclude_none=True)


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
    details: dict[str, Any] = Field(description="Of a review `comments`, and the `commit` that they were made on.")
    created_at: datetime
    turn: int | None = Field(description="The number of the turn that took it, from 0; null while it waits.")


class DecisionCreate(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "It rounds down."}]})

    reason: NoNul | None = Field(None, max_length=10_000, description="Why.")


class RatingCreate(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"rating": "good"}]})

    rating: Rating | None = Field(description="Null takes it back.")
    comment: NoNul | None = Field(None, max_length=10_000, description="What was good, or bad.")


class RevertedCreate(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "It broke the import."}]})

    reverted: bool = Field(True, description="False: it counts as not reverted, also against what commits say.")
    commit: str | None = Field(None, pattern="^[0-9a-f]{7,64}$", description="The commit that takes the work back.")
    reason: NoNul | None = Field(None, max_length=10_000)


class TurnRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    number: int = Field(description="From 0, and on over the attempts; people are shown it from 1.")
    attempt: int = Field(description="The attempt that sent it first.")
    kind: TurnKind
    author: str
    author_name: str | None = Field(description="What that person or key is called.")
    message_id: str = Field(description="The message of the transcript that it was sent as.")
    text: str
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None = Field(description="`finished`, or the status of the session whose end cut it short.")
