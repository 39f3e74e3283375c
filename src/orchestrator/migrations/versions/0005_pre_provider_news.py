"""Which tenants were told that a provider's quota is used up, so that the same ones hear when it answers again."""

from alembic import op

from orchestrator.migrations.security import across_tenants, secure

revision = "0005"
down_revision = "0011"

SCHEMA = """
create table provider_news (
    tenant_id uuid not null references tenants (id),
    provider_tenant_id uuid not null,
    provider_id uuid not null,
    primary key (tenant_id, provider_tenant_id, provider_id)
);
create index provider_news_by_provider on provider_news (provider_tenant_id, provider_id);
"""


def upgrade() -> None:
    op.execute(SCHEMA)
    secure("provider_news", "select")
    across_tenants({"provider_news": "select, insert, delete"})  # Whose call sees it tells all whom it concerns.
