"""At a start: secrets that an older master key sealed are sealed with the newest, so that the older can be thrown away."""

from sqlalchemy import select

from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.settings import Settings
from orchestrator.webhooks.models import WebhookEndpoint

log = get_logger(__name__)


async def reseal_webhooks(database: Database, settings: Settings) -> None:
    """What does not open hinders nothing else."""
    sealer = Sealer(settings)
    async with database.system_transaction() as db:
        query = select(WebhookEndpoint).order_by(WebhookEndpoint.id).with_for_update()
        for row in (await db.execute(query)).scalars():
            whose = Sealed(row.tenant_id, row.id)
            try:
                row.secret_sealed = sealer.renewed(whose, row.secret_sealed)
                if row.former_secret_sealed is not None:
                    row.former_secret_sealed = sealer.renewed(whose, row.former_secret_sealed)
            except OrchestratorError as error:
                log.error("webhook_secret_closed", webhook_id=str(row.id), tenant_id=str(row.tenant_id), code=error.code)
