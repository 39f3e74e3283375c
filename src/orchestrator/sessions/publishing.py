"""A session's branch, as others see it: in the mirror, and in the repository of the person who named a local one."""

from sqlalchemy import select

from orchestrator.sessions.context import Services
from orchestrator.sessions.grounds import Ground
from orchestrator.sessions.models import Checkpoint


async def publish(services: Services, ground: Ground, commit: str) -> None:
    """What stands on the branch is replaced when it is the session's own, on whatever node it was published: only that
    node's mirror knows of it. Raises PublishFailed."""
    session = ground.session
    mine = Checkpoint.tenant_id == session.tenant_id, Checkpoint.session_id == session.id
    async with services.database.transaction() as db:
        own = frozenset((await db.execute(select(Checkpoint.commit).where(*mine))).scalars())
    await services.workspaces.publish(str(session.tenant_id), ground.base, session.branch, commit, own)
