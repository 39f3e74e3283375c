"""What the timeline of a session gives."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from orchestrator.overview.timeline import SpanKind, Timeline


class Span(BaseModel):
    """Times that are not `exact` were never written down: they follow from when the row was, and from durations."""

    id: str = Field(description="Its kind and what it stands for, such as `tool:<part_id>` or `approval:<id>`.")
    kind: SpanKind
    began_at: datetime
    ended_at: datetime | None = Field(description="null: it goes on.")
    duration_ms: int | None
    exact: bool
    label: str | None = Field(
        description="A turn's kind, the model, the tool, the status in which it waited, the tool that was asked for, or the "
        "command."
    )
    outcome: str | None = Field(
        description="How a turn or a tool ended, the HTTP status of a call, what became of an approval; of a command "
        "passed, failed or timed_out."
    )
    reason: str | None = Field(
        description="Why it waited, by the queue's reason or in words; the title of a tool call; who counted a call's "
        "tokens when the provider did not; whether a command is flaky or its failure pre_existing."
    )
    turn: int | None = Field(description="The number of the turn that it belongs to, from 0, or the last that had begun.")
    input_tokens: int | None = Field(description="With the two below: of model calls alone.")
    output_tokens: int | None
    cost_micro_usd: int | None


class SpanSum(BaseModel):
    kind: SpanKind
    label: str | None = Field(description="The status, of waits; null else.")
    spans: int
    duration_ms: int = Field(description="Spans that lie beside each other count each. What goes on counts until now.")


class TimelineRead(BaseModel):
    began_at: datetime = Field(description="When the session was handed in.")
    ended_at: datetime | None = Field(description="When it was finished; null when it is not.")
    items: list[Span]
    next_cursor: str | None
    sums: list[SpanSum] | None = Field(description="Over all spans of these kinds; null but with the first page.")

    @classmethod
    def of(cls, timeline: Timeline) -> Self:
        return cls(
            began_at=timeline.began_at,
            ended_at=timeline.ended_at,
            items=[Span(**row) for row in timeline.spans],
            next_cursor=timeline.next_cursor,
            sums=None if timeline.sums is None else [SpanSum(**row) for row in timeline.sums],
        )
