"""The marketplace: namespaces and their keys, listings in signed versions, who installed what, and what each proved."""

from alembic import op

from orchestrator.migrations.security import CURRENT_TENANT, across_tenants, secure

revision = "0370"
down_revision = "0320"

SCHEMA = """
create table market_namespaces (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    name text not null unique check (name ~ '^[a-z][a-z0-9-]{0,47}$'),
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id)
);
create table market_keys (
    tenant_id uuid not null,
    id uuid not null,
    namespace_id uuid not null,
    name text not null,
    public_key text not null,
    created_by text not null,
    created_at timestamptz not null,
    retired_at timestamptz,
    revoked_at timestamptz,
    reason text,
    primary key (tenant_id, id),
    unique (tenant_id, namespace_id, public_key),
    foreign key (tenant_id, namespace_id) references market_namespaces (tenant_id, id)
);
create table market_listings (
    tenant_id uuid not null,
    id uuid not null,
    namespace_id uuid not null,
    namespace text not null,
    agent text not null check (agent ~ '^[a-z][a-z0-9-]{0,47}$'),
    kind text not null check (kind in ('opencode', 'external')),
    visibility text not null check (visibility in ('tenant', 'chosen', 'all')),
    visible_to jsonb not null,
    latest_id uuid,
    latest text,
    description text not null,
    capabilities jsonb not null,
    search tsvector not null generated always as (
        setweight(to_tsvector('english', translate(namespace || ' ' || agent, '-', ' ')), 'A')
        || setweight(jsonb_to_tsvector('english', capabilities, '["string"]'), 'B')
        || to_tsvector('english', description)
    ) stored,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, namespace_id, agent),
    foreign key (tenant_id, namespace_id) references market_namespaces (tenant_id, id)
);
create index market_listings_called on market_listings (namespace, agent);
create index market_listings_newest on market_listings (updated_at desc, id desc) where latest_id is not null;
create index market_listings_search on market_listings using gin (search);
create table market_versions (
    tenant_id uuid not null,
    id uuid not null,
    listing_id uuid not null,
    version text not null,
    manifest jsonb not null,
    files jsonb not null,
    digest text not null,
    signature text not null,
    key_id uuid not null,
    status text not null check (status in ('active', 'deprecated', 'deleted')),
    reason text,
    published_by text not null,
    published_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, listing_id, version),
    foreign key (tenant_id, listing_id) references market_listings (tenant_id, id),
    foreign key (tenant_id, key_id) references market_keys (tenant_id, id)
);
create table market_installs (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    publisher_id uuid not null,
    listing_id uuid not null,
    namespace text not null,
    agent text not null,
    agent_id uuid not null,
    version_id uuid not null,
    version text not null,
    digest text not null,
    public_key text not null,
    consent jsonb not null,
    consented_by text not null,
    status text not null check (status in ('installed', 'uninstalled')),
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, listing_id),
    foreign key (tenant_id, agent_id) references agents (tenant_id, id)
);
create table market_pins (
    tenant_id uuid not null,
    id uuid not null,
    install_id uuid not null,
    publisher_id uuid not null,
    version_id uuid not null,
    agent_version_id uuid not null,
    pinned_by text not null,
    pinned_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, install_id) references market_installs (tenant_id, id),
    foreign key (tenant_id, agent_version_id) references agent_versions (tenant_id, id)
);
create index market_pins_of_agents on market_pins (tenant_id, agent_version_id, pinned_at desc);
create index market_pins_of_versions on market_pins (tenant_id, version_id);
create table market_scores (
    tenant_id uuid not null,
    version_id uuid not null,
    capability text not null,
    n bigint not null,
    successes bigint not null,
    lower_bound double precision not null,
    computed_at timestamptz not null,
    primary key (tenant_id, version_id, capability),
    foreign key (tenant_id, version_id) references market_versions (tenant_id, id)
);
create table market_checks (
    tenant_id uuid not null,
    id uuid not null,
    version_id uuid not null,
    suite text not null,
    suite_version text not null,
    passed boolean not null,
    report jsonb not null,
    checked_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, version_id) references market_versions (tenant_id, id)
);
create index market_checks_newest on market_checks (tenant_id, version_id, checked_at desc);
alter table agent_outcomes add column verified boolean;
"""

# Whoever may see a listing may read it and what belongs to it, and no one else's rows: the only tables of a tenant that
# others read. A version that was installed stays readable for its tenant whatever becomes of its listing.
ME = f"(select {CURRENT_TENANT})"
SLUG = f"(select slug from tenants where id = {ME})"  # noqa: S608 - made of constants alone.
OPEN = f"(visibility = 'all' or (visibility = 'chosen' and visible_to ? {SLUG}))"
INSTALLED = f"exists (select from market_installs i where i.tenant_id = {ME} and i.listing_id = market_listings.id)"
PINNED = f"exists (select from market_pins p where p.tenant_id = {ME} and p.version_id = market_versions.id)"
OF_LISTING = (
    "exists (select from market_listings l where l.tenant_id = market_versions.tenant_id and l.id = listing_id and "
    f"(l.visibility = 'all' or (l.visibility = 'chosen' and l.visible_to ? {SLUG})))"
)


def of_version(table: str, column: str) -> str:
    return f"exists (select from market_versions v where v.tenant_id = {table}.tenant_id and v.{column})"


OFFERED = {
    "market_listings": f"({OPEN} and latest_id is not null) or {INSTALLED}",
    "market_versions": f"(status <> 'deleted' and {OF_LISTING}) or {PINNED}",
    "market_keys": of_version("market_keys", "key_id = market_keys.id"),
    "market_scores": of_version("market_scores", "id = version_id"),
    "market_checks": of_version("market_checks", "id = version_id"),
}


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("market_namespaces", "select, insert")
    secure("market_keys", "select, insert, update (retired_at, revoked_at, reason)")
    secure("market_listings", "select, insert, update")
    secure("market_versions", "select, insert, update (status, reason, updated_at)")  # What was signed never changes.
    secure("market_installs", "select, insert, update")
    secure("market_pins", "select, insert")
    secure("market_scores", "select")
    secure("market_checks", "select, insert")
    for table, visible in OFFERED.items():
        op.execute(f"create policy offered on {table} for select to orchestrator_app using ({visible})")
    # Ratings are sums over tenants: nobody but this role sees of whom, and what it writes are the sums alone.
    across_tenants(
        {
            "market_pins": "select",
            "market_versions": "select (tenant_id, id)",
            "market_scores": "select, insert, update, delete",
        }
    )
