"""At a start: keys that an older master key sealed are sealed with the newest, so that the older one can be thrown away."""

from sqlalchemy import select

from orchestrator.gateway.catalog_models import Provider
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.sealing import Sealed, Sealer, make_master_key
from orchestrator.kit.settings import Settings

log = get_logger(__name__)


async def prepare_sealing(database: Database, settings: Settings) -> None:
    """Makes the master key when there is none. What cannot be opened is told, and hinders nothing but its own use."""
    make_master_key(settings)
    sealer = Sealer(settings)
    async with database.system_transaction() as db:
        query = select(Provider).where(Provider.api_key_sealed.is_not(None)).order_by(Provider.id).with_for_update()
        for row in (await db.execute(query)).scalars():
            try:
                row.api_key_sealed = sealer.renewed(Sealed(row.tenant_id, row.id), row.api_key_sealed or b"")
            except OrchestratorError as error:
                log.error("provider_key_closed", provider=row.name, provider_id=str(row.id), code=error.code)
