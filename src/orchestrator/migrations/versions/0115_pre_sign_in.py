"""Browsers that signed in with an API key, the one-time links that do it in a key's name, and who tried in vain."""

from alembic import op

from orchestrator.migrations.security import ALL_RIGHTS, across_tenants, secure

revision = "0115"
down_revision = "0110"

SCHEMA = """
create table key_sign_ins (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    public_id text not null unique,
    secret_sha256 bytea not null,
    key_id uuid not null,
    key_sha256 bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, key_id) references api_keys (tenant_id, id)
);
create index key_sign_ins_expiry on key_sign_ins (expires_at);

-- Each row is good for one sign-in.
create table sign_in_links (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    public_id text not null unique,
    secret_sha256 bytea not null,
    key_id uuid not null,
    key_sha256 bytea not null,
    expires_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, key_id) references api_keys (tenant_id, id)
);
create index sign_in_links_expiry on sign_in_links (expires_at);

-- Not worth a wait for the disk: after a crash of the database everybody may try again.
create unlogged table sign_in_attempts (
    source text primary key,
    next_at timestamptz not null
);
create index sign_in_attempts_next on sign_in_attempts (next_at);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    for table in ("key_sign_ins", "sign_in_links"):
        secure(table, None)
    op.execute("alter table sign_in_attempts enable row level security")
    op.execute("alter table sign_in_attempts force row level security")
    # Who a browser is, is not known before these are read.
    across_tenants(dict.fromkeys(("key_sign_ins", "sign_in_links", "sign_in_attempts"), ALL_RIGHTS))
