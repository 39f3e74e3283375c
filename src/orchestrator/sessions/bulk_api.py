"""HTTP over one action on many sessions."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestrator.sessions.api import CatalogDep, SettingsDep, WorkspacesDep
from orchestrator.sessions.bulk import MOST, Action, Bulk, Done
from orchestrator.sessions.listing import SessionFilter
from orchestrator.sessions.outcomes import Outcome
from orchestrator.sessions.schemas import NoNul
from orchestrator.sessions.states import Request, Status, Verification
from orchestrator.tenancy.dependencies import CallerDep, CanWriteSessions, IdempotencyKeyHeader

router = APIRouter(prefix="/sessions", tags=["sessions"])

Names = Annotated[list[NoNul], Field(max_length=50)]


class BulkFilter(BaseModel):
    """As GET /sessions has them. Of what it finds, those are taken that the action can be done to."""

    model_config = ConfigDict(extra="forbid")

    status: list[Status] = Field(default_factory=list[Status], max_length=20)
    verification: list[Verification] = Field(default_factory=list[Verification], max_length=20)
    outcome: list[Outcome] = Field(default_factory=list[Outcome], max_length=20)
    repository: Names = Field(default_factory=list[str])
    agent: Names = Field(default_factory=list[str])
    model: Names = Field(default_factory=list[str])
    q: NoNul | None = Field(None, max_length=200)
    owner: NoNul | None = Field(None, max_length=100)
    mine: bool = False
    needs_me: bool = False

    def wanted(self) -> SessionFilter:
        return SessionFilter(
            status=self.status,
            verification=self.verification,
            outcome=self.outcome,
            repository=self.repository,
            agent=self.agent,
            model=self.model,
            text=self.q,
            owner=self.owner,
            mine=self.mine,
            needs_me=self.needs_me,
        )


class BulkCreate(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"action": "pause", "ids": ["0190aaaa-0000-7000-8000-000000000001"]},
                {"action": "stop", "filter": {"repository": ["/home/ada/shop"]}},
            ]
        },
    )

    action: Action
    ids: list[UUID] | None = Field(None, min_length=1, max_length=MOST)
    filter: BulkFilter | None = Field(None, description="Instead of ids; an empty one is every session.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise ValueError("give ids, or a filter")
        return self


class BulkResult(BaseModel):
    id: UUID
    done: bool
    code: str | None = Field(description="Why it was not done: the code of the error.")
    message: str | None
    session_id: UUID | None = Field(description="The session acted upon; of a retry the new one.")
    status: Status | None
    requested: Request | None = Field(description="What its node does with it now.")

    @classmethod
    def of(cls, one: Done) -> Self:
        session, error = one.session, one.error
        return cls(
            id=one.id,
            done=session is not None,
            code=error and error.code,
            message=error and error.message,
            session_id=session and session.id,
            status=session and session.status,
            requested=session and session.requested,
        )


class BulkRead(BaseModel):
    items: list[BulkResult]
    more: bool = Field(description="The filter finds more sessions than are done at once: send it again.")


@router.post("/bulk", summary="Pause, stop, resume, retry or cancel many sessions")
async def bulk(
    body: BulkCreate,
    _: CanWriteSessions,
    caller: CallerDep,
    workspaces: WorkspacesDep,
    catalog: CatalogDep,
    settings: SettingsDep,
    idempotency_key: IdempotencyKeyHeader = None,
) -> BulkRead:
    """Each for itself: what cannot be done to one says so and holds up no other. The newest 500 of a filter at once."""
    work = Bulk(caller, workspaces, catalog, settings, idempotency_key)
    ids, more = (body.ids or [], False) if body.filter is None else await work.find(body.action, body.filter.wanted())
    return BulkRead(items=[BulkResult.of(one) for one in await work.do(body.action, ids)], more=more)
