"""From a request to what can be stored: the agent, the model, the repository, and every refusal that needs no row."""

from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.settings import Settings
from orchestrator.sessions import service
from orchestrator.sessions.assigning import Assignment, assign
from orchestrator.sessions.service import Checked, NewSession
from orchestrator.tenancy.caller import Caller
from orchestrator.workspaces import Workspaces


async def check(caller: Caller, catalog: Catalog, settings: Settings, workspaces: Workspaces, wanted: NewSession) -> Checked:
    """Call it without a transaction: it waits for the catalog and for git."""
    assignment, model = await assigned(caller, catalog, wanted)
    return await service.check_request(wanted, assignment, model, settings, workspaces)


async def assigned(caller: Caller, catalog: Catalog, wanted: NewSession) -> tuple[Assignment, str]:
    """The agent, and the name of the model: the request's, else the agent's own, else the tenant's default."""
    tenant_id = caller.principal.tenant_id
    models = frozenset(offer.name for offer in await catalog.offers(tenant_id))
    async with caller.in_tenant(tenant_id) as db:
        assignment = await assign(db, wanted.agent, wanted.capabilities or (), wanted.model, models)
    return assignment, (await catalog.offer(tenant_id, wanted.model or assignment.model)).name
