"""What became of a session, in one word: by this word it is counted in the costs, and found in the list."""

from enum import StrEnum


class Outcome(StrEnum):
    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    NEEDS_REVIEW = "needs_review"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"
    STOPPED = "stopped"
    OPEN = "open"


def outcome_of(session: str) -> str:
    """As an SQL expression over the row that is called `session`."""
    return f"""
        case when {session}.status = 'completed' and {session}.verification = 'verified' then 'verified'
            when {session}.status in ('failed', 'timed_out') then 'failed'
            when {session}.status = 'completed' and {session}.verification = 'failed' then 'failed'
            when {session}.status = 'partially_completed' then 'partially_completed'
            when {session}.status = 'completed' and {session}.verification = 'needs_review' then 'needs_review'
            when {session}.status = 'completed' then 'unverified'
            when {session}.status in ('stopped', 'cancelled') then 'stopped' else 'open' end
    """


def undecided(session: str) -> str:
    """Whether somebody must decide on the result: as an SQL condition over the row that is called `session`.

    What was handed in again is dealt with; a fork is work of its own; of a plan it is the whole that is looked at. The
    indexes sessions_undecided and sessions_needing have the words of the first line.
    """
    return f"""
        ({session}.status in ('completed', 'partially_completed', 'failed', 'timed_out') and {session}.decision is null
            and {session}.plan_id is null
            and not exists (select from sessions again where again.tenant_id = {session}.tenant_id
                and again.parent_id = {session}.id and again.parent_id is not null and again.forked_checkpoint is null))
    """
