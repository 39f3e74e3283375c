"""What the estimate of a session takes and gives."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.overview.estimate import Alike, Halves, Past, Queue, wait_minutes
from orchestrator.sessions.schemas import NoNul


class EstimateRequest(BaseModel):
    """The body of POST /sessions, or a part of it; what is not named here is taken and not looked at."""

    model_config = ConfigDict(
        extra="ignore", json_schema_extra={"examples": [{"repository": "/home/ada/shop", "agent": "build"}]}
    )

    repository: NoNul | None = Field(None, max_length=4_000, description="As of a new session. Unset: a fresh empty one.")
    agent: NoNul | None = Field(None, max_length=100, description="Unset: `build`.")
    model: NoNul | None = Field(None, max_length=200, description="Unset: the default model of the provider.")


class Amounts(BaseModel):
    p50: int = Field(description="Half of the sessions took at most so much.")
    p90: int = Field(description="Nine of ten did.")

    @classmethod
    def of(cls, halves: Halves | None) -> Self | None:
        return None if halves is None else cls(p50=round(halves.p50), p90=round(halves.p90))


class Minutes(BaseModel):
    p50: float
    p90: float

    @classmethod
    def of(cls, halves: Halves | None) -> Self | None:
        return None if halves is None else cls(p50=round(halves.p50, 2), p90=round(halves.p90, 2))


class WaitRead(BaseModel):
    minutes: float | None = Field(
        description="⌈(queued + 1 - room) / parallel⌉ x minutes.p50; 0 with room for all; null when nobody knows: no node, "
        "a spent budget, or no minutes to go by."
    )
    queued: int = Field(description="The tenant's sessions that wait for a slot.")
    parallel: int = Field(description="How many of the tenant's may run at once: its quota, or the cluster's slots.")
    room: int = Field(description="How many could begin now; 0 while one has waited for more than 10 seconds.")


class EstimateRead(BaseModel):
    """From the last 200 sessions of the tenant that came to an end by themselves."""

    agent: str
    model: str
    sessions: int = Field(description="How many it rests on. Fewer than 5: there is no estimate.")
    alike: list[Alike] = Field(description="In what those are the same as this one.")
    widened: list[Alike] = Field(description="In what they may differ, for there were fewer than 5 that do not.")
    cost_micro_usd: Amounts | None
    tokens: Amounts | None
    minutes: Minutes | None = Field(description="Turns and verification commands, without pauses and waits for an answer.")
    wait: WaitRead

    @classmethod
    def of(cls, agent: str, model: str, past: Past, queue: Queue) -> Self:
        wait = wait_minutes(queue, past.minutes.p50 if past.minutes else None)
        return cls(
            agent=agent,
            model=model,
            sessions=past.sessions,
            alike=list(past.alike),
            widened=[one for one in Alike if one not in past.alike],
            cost_micro_usd=Amounts.of(past.micro_usd),
            tokens=Amounts.of(past.tokens),
            minutes=Minutes.of(past.minutes),
            wait=WaitRead(
                minutes=None if wait is None else round(wait, 2),
                queued=queue.queued,
                parallel=queue.parallel,
                room=queue.room,
            ),
        )
