"""At a start: secrets that an older master key sealed are sealed with the newest, so that the older can be thrown away."""

from sqlalchemy import select

from orchestrator.eap.models import ExternalAgent
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.settings import Settings

log = get_logger(__name__)


async def reseal_external_agents(database: Database, settings: Settings) -> None:
    """What does not open hinders nothing else."""
    sealer = Sealer(settings)
    async with database.system_transaction() as db:
        sealed = ExternalAgent.secret_sealed.is_not(None)
        query = select(ExternalAgent).where(sealed).order_by(ExternalAgent.id).with_for_update(key_share=True)
        for row in (await db.execute(query)).scalars():
            try:
                row.secret_sealed = sealer.renewed(Sealed(row.tenant_id, row.id), row.secret_sealed or b"")
            except OrchestratorError as error:
                tenant, agent = str(row.tenant_id), str(row.id)
                log.error("external_agent_secret_closed", external_agent_id=agent, tenant_id=tenant, code=error.code)
