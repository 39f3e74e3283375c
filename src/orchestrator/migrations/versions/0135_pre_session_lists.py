"""What lists of sessions look through when they are narrowed down to one person's, or to those that need one."""

from alembic import op

revision = "0135"
down_revision = "0130"

# The predicate has the words of sessions/listing.py. How few of the finished ones are undecided is not to be told from how
# many are finished and how many are undecided: without the statistics the list by last activity looks at every session.
SCHEMA = """
create index sessions_of_person on sessions (tenant_id, user_subject, created_at desc, id desc);
create index sessions_of_creator on sessions (tenant_id, created_by, created_at desc, id desc);
create index sessions_needing on sessions (tenant_id, created_at desc, id desc)
    where status = 'waiting' or status = 'paused' and pause ->> 'by' = 'budget'
        or status in ('completed', 'partially_completed', 'failed', 'timed_out') and decision is null;
create statistics sessions_decided (mcv) on status, decision from sessions;
"""


def upgrade() -> None:
    op.execute(SCHEMA)
