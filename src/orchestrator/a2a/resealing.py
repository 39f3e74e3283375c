"""At a start: secrets that an older master key sealed are sealed with the newest, so that the older can be thrown away."""

from sqlalchemy import select

from orchestrator.a2a.models import A2aPushConfig
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.settings import Settings

log = get_logger(__name__)


async def reseal_push_configs(database: Database, settings: Settings) -> None:
    """What does not open hinders nothing else."""
    sealer = Sealer(settings)
    async with database.system_transaction() as db:
        sealed = A2aPushConfig.secret_sealed.is_not(None)
        query = select(A2aPushConfig).where(sealed).order_by(A2aPushConfig.id).with_for_update()
        for row in (await db.execute(query)).scalars():
            try:
                row.secret_sealed = sealer.renewed(Sealed(row.tenant_id, row.id), row.secret_sealed or b"")
            except OrchestratorError as error:
                log.error("a2a_push_secret_closed", config_id=str(row.id), tenant_id=str(row.tenant_id), code=error.code)
