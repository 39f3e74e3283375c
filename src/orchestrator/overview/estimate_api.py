"""HTTP over what a new session will probably take."""

from fastapi import APIRouter

from orchestrator.overview.estimate import Like, past_of, queue_of
from orchestrator.overview.estimate_schemas import EstimateRead, EstimateRequest
from orchestrator.sessions.api import IntakeDep
from orchestrator.sessions.checking import assigned
from orchestrator.sessions.service import NewSession

router = APIRouter(prefix="/sessions", tags=["overview"])


@router.post("/estimate", summary="What such a session will probably cost and take, and when it could begin")
async def estimate(body: EstimateRequest, intake: IntakeDep) -> EstimateRead:
    """Nothing is made."""
    wanted = NewSession("", agent=body.agent, model=body.model)
    assignment, model = await assigned(intake.caller, intake.catalog, wanted)
    agent = assignment.agent
    origin = await intake.workspaces.check_repository(body.repository)
    past = await past_of(intake.db, Like(origin.key, agent, model))
    return EstimateRead.of(agent, model, past, await queue_of(intake.db))
