"""Who is taken off the list of operators is none any more, by keys from before either."""

from sqlalchemy import and_, not_, select

from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.db import Database
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.tenancy import audit
from orchestrator.tenancy.models import ApiKey, User

log = get_logger(__name__)


async def settle_operators(database: Database, settings: Settings) -> None:
    """Takes the mark from the keys of people who log in with OpenID Connect and are not on the list, and of nobody else."""
    listed = and_(User.issuer == settings.oidc_issuer, User.subject.in_(settings.operators))
    query = (
        select(ApiKey)
        .join(User, User.id == ApiKey.user_id)
        .where(ApiKey.is_operator, User.subject.is_not(None), not_(listed))
        .with_for_update(of=ApiKey)
    )
    async with database.system_transaction() as db:
        for key in (await db.execute(query)).scalars():
            key.is_operator = False
            before, after = {"is_operator": True}, {"is_operator": False}
            audit.record(db, key.tenant_id, ORCHESTRATOR, "key.demote", f"key:{key.id}", before, after, request_id="")
            log.warning("operator_key_demoted", tenant_id=str(key.tenant_id), key_id=str(key.id))
