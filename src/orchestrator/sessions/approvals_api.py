"""HTTP over what agents ask for."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.kit.pagination import Page, encode_cursor
from orchestrator.sessions import approvals
from orchestrator.sessions.approval_rows import ApprovalKind, ApprovalStatus
from orchestrator.sessions.approvals import Decision
from orchestrator.tenancy.dependencies import CanReadSessions, CanWriteSessions, Db, Limit

router = APIRouter(prefix="/approvals", tags=["approvals"])

Text = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
Remember = Literal["once", "always"]


class ApprovalRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    session_id: UUID
    attempt: int
    kind: ApprovalKind
    asker: str = Field(description="The agent that asks, which may be a subagent.")
    tool: str
    patterns: list[str] = Field(description="What the tool is to be used on.")
    always: list[str] = Field(description="What a remembered answer is for as well.")
    detail: dict[str, Any] = Field(description="The command, path or questions, shortened when they are long.")
    status: ApprovalStatus
    default_action: Literal["allow", "deny", "answer"] = Field(description="What is taken at the deadline.")
    requested_at: datetime
    deadline_at: datetime
    decided_by: str | None = Field(description="A key or user, `policy`, or `orchestrator`.")
    decided_at: datetime | None
    reason: str | None
    answers: list[list[str]] | None
    remember: bool


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Allow(_Body):
    reason: Text | None = None
    remember: Remember = Field("once", description="`always`: as long as this session lasts.")


class Deny(_Body):
    reason: Text | None = Field(None, description="The agent reads it.")
    remember: Remember = Field("once", description="`always`: as long as this session lasts.")


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"answers": [["Use the staging registry."]]}]})

    answers: list[Annotated[list[Text], Field(max_length=50)]] = Field(
        max_length=50, description="For each question the chosen labels, or words of your own."
    )


@router.get("", summary="List what agents asked for, the newest first")
async def index(
    _: CanReadSessions,
    db: Db,
    status: Annotated[list[ApprovalStatus] | None, Query(description="Any of these.")] = None,
    session_id: UUID | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Page[ApprovalRead]:
    rows, more = await approvals.list_approvals(db, status or (), session_id, limit, cursor)
    next_cursor = encode_cursor(rows[-1].requested_at, rows[-1].id) if more else None
    return Page(items=[ApprovalRead.model_validate(row) for row in rows], next_cursor=next_cursor)


@router.get("/{approval_id}", summary="Read one")
async def read(approval_id: UUID, _: CanReadSessions, db: Db) -> ApprovalRead:
    return ApprovalRead.model_validate(await approvals.get_approval(db, approval_id))


@router.post("/{approval_id}/allow", summary="Allow it; the agent goes on within a second")
async def allow(approval_id: UUID, principal: CanWriteSessions, db: Db, body: Allow | None = None) -> ApprovalRead:
    decision = _decision(ApprovalStatus.ALLOWED, body)
    return ApprovalRead.model_validate(await approvals.decide(db, principal, approval_id, decision))


@router.post("/{approval_id}/deny", summary="Deny it; the agent is told why, and goes on without")
async def deny(approval_id: UUID, principal: CanWriteSessions, db: Db, body: Deny | None = None) -> ApprovalRead:
    decision = _decision(ApprovalStatus.DENIED, body)
    return ApprovalRead.model_validate(await approvals.decide(db, principal, approval_id, decision))


@router.post("/{approval_id}/answer", summary="Answer a question")
async def answer(approval_id: UUID, body: Answer, principal: CanWriteSessions, db: Db) -> ApprovalRead:
    decision = Decision(ApprovalStatus.ANSWERED, answers=body.answers)
    return ApprovalRead.model_validate(await approvals.decide(db, principal, approval_id, decision))


def _decision(status: ApprovalStatus, body: Allow | Deny | None) -> Decision:
    return Decision(status, body and body.reason, remember=body is not None and body.remember == "always")
