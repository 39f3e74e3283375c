"""What the API takes and gives."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.sessions import models
from orchestrator.sessions.errors import FailureClass
from orchestrator.sessions.listing import PROMPT_CHARS, Listed
from orchestrator.sessions.models import CheckpointKind
from orchestrator.sessions.states import Decision, QueueReason, Rating, Request, Status, Verification

Command = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
NoNul = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class SessionCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "title": "Fix the discount",
                    "prompt": "total() ignores its discount. Fix it so that the tests pass.",
                    "repository": "/home/ada/shop",
                    "verify": ["python3 -m unittest -q"],
                }
            ]
        },
    )

    title: NoNul | None = Field(None, max_length=200, description="Unset: the first line of the prompt.")
    prompt: NoNul = Field(description="What the agent is to do.")
    repository: NoNul | None = Field(
        None, max_length=4_000, description="A URL or an absolute path below an allowed root. Unset: a fresh empty one."
    )
    base_ref: NoNul | None = Field(
        None, max_length=500, description="Branch, tag or commit to start from. Unset: the default branch."
    )
    agent: NoNul | None = Field(
        None, max_length=100, description="Its name. Unset: whom routing finds for the capabilities; without these, `build`."
    )
    capabilities: list[NoNul] | None = Field(
        None, max_length=20, description="What the work asks for, such as `bug-fix` and `testing`; see GET /agents."
    )
    model: NoNul | None = Field(None, max_length=200, description="Unset: the agent's own, else the provider's default.")
    priority: int = Field(0, ge=-100, le=100, description="Higher runs first within the tenant.")
    verify: list[Command] | None = Field(
        None,
        max_length=20,
        description="Commands that judge the result. Unset: those of `.orchestrator.yml` at the base commit.",
    )
    isolation: Literal["tenant", "session"] = Field(
        "tenant", description="`tenant`: one OpenCode server for the tenant's sessions; `session`: one of its own."
    )
    timeout_seconds: int = Field(3600, ge=10, le=7 * 86_400, description="From its start until it is timed out.")
    max_feedback_rounds: int = Field(
        2, ge=0, le=20, description="Turns that may follow a failed verification, with its output."
    )
    max_turns: int = Field(50, ge=1, le=1_000, description="Most turns of the whole session, follow-ups included.")
    max_tokens: int | None = Field(
        None, ge=1, le=10**15, description="Most tokens of all its model calls. Unset: the tenant's max_session_tokens."
    )
    max_cost_micro_usd: int | None = Field(None, ge=1, le=10**15, description="Most that its model calls may cost.")
    stall_seconds: int | None = Field(
        None, ge=1, le=86_400, description="How long a turn may be silent. Unset: ORCHESTRATOR_STALL_SECONDS."
    )
    max_steps: int | None = Field(
        None, ge=1, le=10_000, description="Most steps of one turn. Unset: ORCHESTRATOR_MAX_STEPS."
    )
    start: bool = Field(True, description="False: the session stays `pending` until POST /sessions/{id}/start.")


class Usage(BaseModel):
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int


class Failure(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    class_: FailureClass = Field(alias="class")
    message: str
    hint: str
    retryable: bool = Field(default=False, description="Whether failures of this kind are tried again by themselves.")
    retries: int = Field(default=0, description="How often it was tried again since a turn of it ended last.")
    retry_at: datetime | None = Field(default=None, description="When it is tried again; null when that is over.")


class SessionRead(BaseModel):
    id: UUID
    title: str
    prompt: str = Field(description=f"Whole where one session is read; in lists its first {PROMPT_CHARS} characters.")
    prompt_truncated: bool = Field(description="The prompt goes on after what is here.")
    status: Status
    status_reason: str | None
    queue_reason: QueueReason | None
    queue_detail: str | None = Field(description="Why it waits, and what would change that, in words.")
    repository: str | None
    branch: str
    base_ref: str | None
    base_commit: str | None
    commit: str | None
    agent: str
    agent_version: int | None = Field(description="Null for an agent that OpenCode itself brings.")
    capabilities: list[str] = Field(description="What the work asks for.")
    routing_id: UUID | None = Field(description="Why that agent does it, when nobody named one: GET /agents/decisions/{id}.")
    model: str
    priority: int
    isolation: str
    verify: list[str] | None
    timeout_seconds: int
    max_feedback_rounds: int
    max_turns: int
    max_tokens: int | None
    max_cost_micro_usd: int | None
    stall_seconds: int | None
    max_steps: int | None
    pause_reason: Literal["budget", "provider", "person"] | None = Field(description="What a paused session waits for.")
    requested: Request | None = Field(description="What its node has been asked to do with it and does now.")
    rebase: "RebaseRead | None" = Field(description="What is done before its next turn or verification.")
    attempt: int
    verification: Verification | None
    verification_reason: str | None
    usage: Usage
    failure: Failure | None
    plan_id: UUID | None = Field(description="The plan that it is a part of.")
    task_key: str | None = Field(description="The plan's task that it works on; null for a merge of a plan.")
    merges: "list[MergedPart] | None" = Field(
        description="Of a session that merges results of others in the place of an agent's work; null for all others."
    )
    parent_id: UUID | None = Field(description="The session that it was forked from or hands in again.")
    forked_checkpoint: UUID | None = Field(description="The checkpoint that a fork began at.")
    decision: Decision | None = Field(description="What a person made of the result. A follow-up clears it.")
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    rating: "RatingRead | None" = Field(description="How a person found the work. A follow-up clears it.")
    reverted: "RevertedRead | None" = Field(
        description="That the work was taken back after it had been handed over. A follow-up clears it."
    )
    changes: "Changes | None" = Field(description="How much the result changes; null until it was judged.")
    owner: str = Field(description="Who handed it in: `user:<id>` or `key:<id>`.")
    owner_name: str | None = Field(description="What that person or key is called.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    last_activity_at: datetime = Field(description="When its newest event came.")

    @classmethod
    def of(cls, listed: Listed, used: Usage | None, queue_detail: str | None, owner_name: str | None) -> "SessionRead":
        """`used` is what the ledger booked; a session from before the ledger has what OpenCode counted."""
        row = listed.session
        prompt = row.prompt if listed.prompt is None else listed.prompt[:PROMPT_CHARS]
        made = {"usage", "failure", "rebase", "pause_reason", "queue_detail", "changes", "owner", "owner_name"}
        made |= {"rating", "reverted", "last_activity_at", "prompt", "prompt_truncated"}
        own = {name: getattr(row, name) for name in cls.model_fields if name not in made}
        counted = Usage(input_tokens=row.input_tokens, output_tokens=row.output_tokens, cost_micro_usd=row.cost_micro_usd)
        return cls(
            **own,
            prompt=prompt,
            prompt_truncated=listed.prompt is not None and len(listed.prompt) > PROMPT_CHARS,
            usage=used or counted,
            failure=Failure.model_validate(row.failure) if row.failure else None,
            rebase=RebaseRead.of(row.rebase) if row.rebase else None,
            pause_reason=row.pause["by"] if row.pause and row.status is Status.PAUSED else None,
            queue_detail=queue_detail,
            rating=RatingRead.model_validate(row.rating) if row.rating else None,
            reverted=RevertedRead.model_validate(row.reverted) if row.reverted else None,
            changes=Changes.of(row),
            owner=row.user_subject or row.created_by,
            owner_name=owner_name,
            last_activity_at=listed.active_at,
        )


class MergedPart(BaseModel):
    model_config = ConfigDict(extra="ignore")

    session_id: UUID
    commit: str
    title: str
    state: Literal["waiting", "merged", "conflict"]
    files: list[str] = Field(description="Those that conflict, at most 100.")
    file_count: int | None = Field(None, description="How many conflict; null: it was merged before this was counted.")


class RatingRead(BaseModel):
    value: Rating
    comment: str | None
    by: str
    at: datetime


class RevertedRead(BaseModel):
    counts: bool = Field(description="False: a person says that it was not, or a later commit has put it back.")
    commit: str | None = Field(description="The commit that takes it back, where it is known.")
    reason: str | None
    by: str = Field(description="`orchestrator` has read it in the commits.")
    at: datetime


class Changes(BaseModel):
    files: int
    added: int
    deleted: int
    protected: int = Field(description="How many of the files ask for a person's review by themselves.")

    @classmethod
    def of(cls, row: models.Session) -> "Changes | None":
        counts = (row.files_changed, row.lines_added, row.lines_deleted, row.protected_changed)
        known = [count for count in counts if count is not None]
        return cls(files=known[0], added=known[1], deleted=known[2], protected=known[3]) if len(known) == 4 else None


class RebaseRead(BaseModel):
    onto: str | None = Field(description="A branch, tag or commit; null: the branch that the session began with.")
    by: Literal["person", "follow_up", "plan"]
    conflicts: list[str] = Field(description="Files that an agent solves at the moment.")

    @classmethod
    def of(cls, rebase: dict[str, Any]) -> "RebaseRead":
        return cls(onto=rebase["onto"], by=rebase["by"], conflicts=rebase.get("conflict", {}).get("files", []))


class EvidenceItem(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    command: str
    exit_code: int
    duration_ms: int
    commit: str
    output: str
    attempt: int
    round: int = Field(validation_alias="turn", description="The number of the turn that it judges, from 0.")
    timed_out: bool
    flaky: bool = Field(description="It passed and failed on the same commit.")
    pre_existing: bool = Field(description="It failed at the base commit already.")


class EvidenceRead(BaseModel):
    items: list[EvidenceItem]


class CheckpointRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: int
    kind: CheckpointKind = Field(description="Taken at the end of a turn, at a pause, or at a step within a turn.")
    attempt: int
    turn: int = Field(description="The number of the turn whose work it holds, from 0.")
    commit: str
    ref: str
    changed: bool = Field(description="Whether the files differ from the base commit.")
    bytes: int | None = Field(description="Of its file in the artifact store; null when it is on its node alone.")
    created_at: datetime


class TranscriptItem(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    part_id: str
    message_id: str
    role: str = Field(description="`user`, `assistant`, or `opencode` for what OpenCode told the model in the user's name.")
    type: str
    model: str | None = Field(description="Which model wrote it; `scripted-model` is no real one.")
    data: dict[str, Any]
    created_at: datetime
