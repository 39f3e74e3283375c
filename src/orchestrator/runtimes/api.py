"""HTTP over nodes; for operators."""

from uuid import UUID

from fastapi import APIRouter

from orchestrator.runtimes import service
from orchestrator.runtimes.schemas import NodeList, NodeRead, QueueRead
from orchestrator.tenancy.dependencies import CallerDep, Operator

router = APIRouter(prefix="/nodes", tags=["nodes"])


@router.get("", summary="List nodes, those that live first, and what waits for them; for operators")
async def index(principal: Operator, caller: CallerDep) -> NodeList:
    async with caller.as_system(principal.tenant_id) as db:
        nodes, queue = await service.list_nodes(db), await service.read_queue(db)
    return NodeList(
        items=[NodeRead.model_validate(node) for node in nodes],
        queue=[QueueRead.model_validate(waiting) for waiting in queue],
    )


@router.get("/{node_id}", summary="Read one node; for operators")
async def read(node_id: UUID, principal: Operator, caller: CallerDep) -> NodeRead:
    async with caller.as_system(principal.tenant_id) as db:
        return NodeRead.model_validate(await service.get_node(db, node_id))


@router.post("/{node_id}/drain", summary="Empty a node: no new sessions, and its own go on elsewhere; for operators")
async def drain(node_id: UUID, principal: Operator, caller: CallerDep) -> NodeRead:
    async with caller.as_system(principal.tenant_id) as db:
        return NodeRead.model_validate(await service.drain(db, principal, node_id))


@router.post("/{node_id}/undrain", summary="Let a drained node take sessions again; for operators")
async def undrain(node_id: UUID, principal: Operator, caller: CallerDep) -> NodeRead:
    async with caller.as_system(principal.tenant_id) as db:
        return NodeRead.model_validate(await service.undrain(db, principal, node_id))
