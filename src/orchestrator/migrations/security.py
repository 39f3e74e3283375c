"""What every table of a tenant gets: forced row-level security, the app's policy, and what the system's role may do."""

from alembic import op

CURRENT_TENANT = "nullif(current_setting('app.tenant_id', true), '')::uuid"
OWN_ROWS = f"tenant_id = (select {CURRENT_TENANT})"
ALL_RIGHTS = "select, insert, update, delete"


def secure(table: str, rights: str | None = ALL_RIGHTS) -> None:
    """The app's role sees and writes the current tenant's rows, and no others; without rights none at all."""
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy tenant_isolation on {table} to orchestrator_app using ({OWN_ROWS}) with check ({OWN_ROWS})")
    if rights:
        op.execute(f"grant {rights} on {table} to orchestrator_app")


def across_tenants(rights: dict[str, str]) -> None:
    """What the system's role may do across tenants, table by table."""
    for table, allowed in rights.items():
        op.execute(f"grant {allowed} on {table} to orchestrator_system")
        op.execute(f"create policy system_across_tenants on {table} to orchestrator_system using (true) with check (true)")
