"""How many results of a repository may wait for a review: at most so many wait or are being made at once.

A result waits from its end until it is accepted or rejected. What is at work counts as well, since it becomes one: so no
number of nodes admits more than people allowed to lie about. So does what was paused at work, which goes on past all limits
when it is resumed.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.words import counted

BEFORE_REVIEW = """s.status in ('queued', 'running', 'waiting', 'degraded', 'verifying', 'orphaned', 'paused',
    'completed', 'partially_completed') and s.plan_id is null"""
"""Of undecided sessions those that wait for a review, or come to it; the index sessions_before_review has the same words,
but for the last: of a plan it is the whole that is reviewed."""
HAS_BEGUN = "(s.status not in ('queued', 'paused') or s.attempt > 0)"
"""What was paused in the queue waits for its room there again."""

_STANDINGS = text(
    f"""
    select b.subject, b.max_unreviewed_results,
        (select count(*) from sessions s where s.tenant_id = b.tenant_id and s.repository_key = b.subject
            and s.decision is null and {BEFORE_REVIEW} and s.status in ('completed', 'partially_completed')),
        (select count(*) from sessions s where s.tenant_id = b.tenant_id and s.repository_key = b.subject
            and s.decision is null and {BEFORE_REVIEW} and s.status not in ('completed', 'partially_completed')
            and {HAS_BEGUN})
    from budgets b where b.tenant_id = :tenant_id and b.scope = 'repository' and b.subject = any(:repositories)
        and b.max_unreviewed_results is not null
    """  # noqa: S608 - made of constants alone.
)


async def details_of(db: AsyncSession, repositories: Sequence[str]) -> dict[str, str]:
    """Why sessions of these repositories are held, in words."""
    values = {"tenant_id": IndustrialRepository(db).tenant_id, "repositories": list(repositories)}
    if not repositories:
        return {}
    return {row[0]: _words(row[1], row[2], row[3]) for row in (await db.execute(_STANDINGS, values)).all()}


def _words(most: int, waiting: int, working: int) -> str:
    return (
        f"{counted(waiting, 'result')} of the repository {'waits' if waiting == 1 else 'wait'} for a review and "
        f"{counted(working, 'session works', 'sessions work')} on more, those that are paused among them; "
        f"max_unreviewed_results is {most}. It starts when a result is accepted or rejected, or that is raised."
    )
