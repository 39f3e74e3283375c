"""Tables of a session's life."""

import enum
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned
from orchestrator.sessions.states import Decision, MessageKind, QueueReason, Request, Status, TurnKind, Verification


class Session(TenantOwned, Base):
    __tablename__ = "sessions"

    title: Mapped[str]
    prompt: Mapped[str]
    repository: Mapped[str | None]
    base_ref: Mapped[str | None]
    base_commit: Mapped[str | None]
    repository_key: Mapped[str | None]
    branch: Mapped[str]
    commit: Mapped[str | None] = mapped_column("commit_sha")
    agent: Mapped[str]
    agent_version_id: Mapped[UUID | None]
    """The version of the tenant's agent that does it; None for one that OpenCode itself brings."""
    agent_version: Mapped[int | None]
    capabilities: Mapped[list[str]] = mapped_column(default=list)
    """What the work asks for."""
    routing_id: Mapped[UUID | None]
    """Why that agent does it, when nobody named one."""
    model: Mapped[str]
    priority: Mapped[int]
    verify: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    isolation: Mapped[str]
    timeout_seconds: Mapped[int]
    max_feedback_rounds: Mapped[int]
    max_turns: Mapped[int] = mapped_column(default=50)
    status: Mapped[Status] = mapped_column()
    status_reason: Mapped[str | None]
    queue_reason: Mapped[QueueReason | None] = mapped_column()
    verification: Mapped[Verification | None] = mapped_column()
    verification_reason: Mapped[str | None]
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    attempt: Mapped[int]
    node_id: Mapped[UUID | None]
    opencode_session_id: Mapped[str | None]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cost_micro_usd: Mapped[int]
    parent_id: Mapped[UUID | None]
    forked_checkpoint: Mapped[UUID | None]
    """The checkpoint of its parent that it began at."""
    based_on: Mapped[UUID | None]
    """The checkpoint of another session whose commit is its base, and which brings that where the origin does not."""
    rules_commit: Mapped[str | None]
    """Where the repository's own words on sandbox and verification are read, when agents have worked on its base."""
    merges: Mapped[list[Json] | None] = mapped_column(JSONB(none_as_null=True))
    """Of a merge: what is put together upon the base in the place of turns, and what became of each: merging.Part."""
    plan_id: Mapped[UUID | None]
    task_key: Mapped[str | None]
    """The task of the plan that it works on; None for a merge."""
    requested: Mapped[Request | None] = mapped_column()
    """What its node has been asked to do with it, until that is done."""
    requested_by: Mapped[str | None]
    decision: Mapped[Decision | None] = mapped_column()
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    rating: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    """How a person found the work: feedback.Rated."""
    reverted: Mapped[Json | None] = mapped_column(JSONB(none_as_null=True))
    """That its work was taken back after it had been handed over: feedback.Reverted."""
    user_subject: Mapped[str | None]
    """Whose user budget its calls count in."""
    max_tokens: Mapped[int | None]
    max_cost_micro_usd: Mapped[int | None]
    pause: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Why it is paused, and what lets it go on."""
    paused_at: Mapped[datetime | None]
    turn: Mapped[int | None]
    """The number of its newest turn; None before the first. Numbers go on over attempts."""
    idle_seconds: Mapped[int] = mapped_column(default=0)
    """Time it spent paused or waiting for an answer, which its time-out does not count."""
    waiting_since: Mapped[datetime | None]
    stall_seconds: Mapped[int | None]
    max_steps: Mapped[int | None]
    rebase: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """That it is to be put upon a base that has moved, or what is not solved of that: rebase_states.Rebase."""
    not_before: Mapped[datetime | None]
    """When a queued session that is tried again may start."""
    retries: Mapped[int] = mapped_column(default=0)
    """How often it was tried again since a turn of it ended last."""
    retried_turn: Mapped[int | None]
    """The turns that had ended when it was tried again last."""
    files_changed: Mapped[int | None]
    """With the three below: what its result changed when it was judged last."""
    lines_added: Mapped[int | None]
    lines_deleted: Mapped[int | None]
    protected_changed: Mapped[int | None]
    """How many of the files ask for a person's review by themselves."""
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class SessionActivity(Base):
    """When the newest event of a session came; the database keeps it."""

    __tablename__ = "session_activity"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class SessionTurn(Base):
    """One prompt as it was sent, in whichever attempt: `attempt` is the one that sent it first."""

    __tablename__ = "turns"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    attempt: Mapped[int]
    kind: Mapped[TurnKind] = mapped_column()
    text: Mapped[str]
    author: Mapped[str]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class SessionMessage(TenantOwned, Base):
    """What somebody said to a session; it waits until a turn takes it."""

    __tablename__ = "session_messages"

    session_id: Mapped[UUID]
    author: Mapped[str]
    kind: Mapped[MessageKind] = mapped_column()
    text: Mapped[str]
    details: Mapped[Json]
    created_at: Mapped[datetime]
    turn: Mapped[int | None]


class CheckpointKind(enum.StrEnum):
    TURN = "turn"
    """The turn is over."""
    PAUSE = "pause"
    """The turn goes on when the session is resumed."""
    STEP = "step"
    """Taken while the turn went on."""


class Checkpoint(TenantOwned, Base):
    """Enough to go on from: a commit kept by a hidden ref, the OpenCode export, and the totals so far."""

    __tablename__ = "checkpoints"

    session_id: Mapped[UUID]
    number: Mapped[int]
    attempt: Mapped[int]
    turn: Mapped[int]
    commit: Mapped[str] = mapped_column("commit_sha")
    ref: Mapped[str]
    base_commit: Mapped[str | None]
    """What its commit stands on; None in old rows, which then have the session's."""
    changed: Mapped[bool]
    opencode_session_id: Mapped[str | None]
    kind: Mapped[CheckpointKind]
    node_id: Mapped[UUID | None]
    """Where it was taken."""
    path: Mapped[str | None]
    """Its file in the artifact store; None when that could not be reached, and then it is of use on its node alone."""
    sha256: Mapped[str | None]
    bytes: Mapped[int | None]
    pack_bytes: Mapped[int | None]
    """How much of the file are commits."""
    anchor_path: Mapped[str | None]
    """The file of an earlier checkpoint, whose commits this one's build upon."""
    anchor_sha256: Mapped[str | None]
    damaged_at: Mapped[datetime | None]
    """When a node found its file missing or changed; it is passed over since."""
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cost_micro_usd: Mapped[int]
    created_at: Mapped[datetime]


class Evidence(TenantOwned, Base):
    """One verification command that the orchestrator ran itself, on which commit, and what came of it."""

    __tablename__ = "evidence"

    session_id: Mapped[UUID]
    attempt: Mapped[int]
    turn: Mapped[int] = mapped_column("round")
    """The turn that it judges."""
    position: Mapped[int]
    command: Mapped[str]
    commit: Mapped[str] = mapped_column("commit_sha")
    exit_code: Mapped[int]
    duration_ms: Mapped[int]
    output: Mapped[str]
    timed_out: Mapped[bool]
    flaky: Mapped[bool]
    pre_existing: Mapped[bool]
    created_at: Mapped[datetime]


class LeftRunning(Base):
    """One command that was over while programs of its own still ran."""

    __tablename__ = "left_running"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    record: Mapped[str] = mapped_column(primary_key=True)
    """The name that the wrapper around the command gave it."""
    programs: Mapped[list[str]] = mapped_column(JSONB)
    """None when nobody could look."""
    created_at: Mapped[datetime]


class BaseVerification(Base):
    """What a verification command did at a base commit, once for all sessions that start there."""

    __tablename__ = "base_verifications"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    commit: Mapped[str] = mapped_column("commit_sha", primary_key=True)
    command_sha256: Mapped[str] = mapped_column(primary_key=True)
    command: Mapped[str]
    exit_code: Mapped[int]
    duration_ms: Mapped[int]
    output: Mapped[str]
    created_at: Mapped[datetime]


class TranscriptPart(Base):
    """One finished part of the conversation: text, reasoning, or a tool call with its result."""

    __tablename__ = "transcript_parts"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    part_id: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str]
    role: Mapped[str]
    type: Mapped[str]
    model: Mapped[str | None]
    data: Mapped[Json]
    began_at: Mapped[datetime | None]
    """With the next: when a tool ran, as OpenCode says; None of what is no tool call, and in old rows."""
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class RunningTool(Base):
    """A tool call that has begun and not ended; its finished part takes its place."""

    __tablename__ = "running_tools"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(primary_key=True)
    part_id: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[str]
    model: Mapped[str | None]
    data: Mapped[Json]
    """As the finished part has it, with the status `running` and without an output."""
    created_at: Mapped[datetime]

    role = "assistant"
    type = "tool"
