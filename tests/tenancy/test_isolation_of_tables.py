"""Every table of a tenant, found in the catalog, tried as the app's own role past all of our code.

Each gets one row of tenant A and one of tenant B, equal but for their ids: the same slug in both is fine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.rows import dict_row

from orchestrator.kit.clock import now
from orchestrator.kit.db import APP_ROLE, connection_info

REFUSED = (errors.InsufficientPrivilege, errors.ForeignKeyViolation, errors.CheckViolation)
"""A right that is missing, a policy, a foreign key, or a check."""

VALUES: dict[str, Any] = {
    "role": "ADMIN",
    "isolation": "tenant",
    "status": "pending",
    "format": "chat",
    "mode": "allowlist",
    "decision": "accepted",
    "requested": "pause",
    "resource": "tokens",
    "source": "provider",
    "base_request_id": None,
    "parent_id": None,
    "idle_seconds": 0,
    "kind": "message",
}
SCOPES = {"budgets": "user", "context_entries": "GLOBAL"}
"""What a check of the table asks for; other columns get a value of their type."""
OWN: dict[tuple[str, str], Any] = {
    ("git_credentials", "kind"): "token",
    ("git_credentials", "scheme"): "https",
    ("checkpoints", "kind"): "turn",
    ("agents", "kind"): "opencode",
    ("plans", "status"): "running",
    ("plan_merges", "status"): "running",
    ("plan_sessions", "role"): "work",
    ("context_entries", "scope_id"): None,
    ("context_entries", "policy"): "conflict",
    ("context_entries", "deleted"): False,
    ("context_conflicts", "resolution"): "mine",
    ("webhook_endpoints", "status"): "active",
    ("external_agents", "transport"): "pull",
    ("external_agents", "status"): "healthy",
    ("external_agents", "desired"): "continue",
    ("external_agents", "liveness"): "live",
    ("assignments", "status"): "queued",
    ("a2a_cards", "binding"): "JSONRPC",
    ("a2a_cards", "auth"): "none",
    ("gateway_keys", "assignment_id"): None,
    ("gateway_keys", "evaluation_id"): None,
    ("webhook_deliveries", "status"): "dead",
    ("market_listings", "kind"): "opencode",
    ("market_listings", "visibility"): "tenant",
    ("market_versions", "status"): "active",
    ("market_installs", "status"): "installed",
    ("curations", "status"): "running",
    ("dataset_rows", "kind"): "chat",
    ("dataset_rows", "split"): "train",
    ("finetuning_jobs", "method"): "sft",
    ("finetuning_jobs", "adaptation"): "lora",
    ("finetuning_jobs", "trainer"): "local",
    ("finetuning_jobs", "training_file_id"): None,
    ("finetuning_points", "kind"): "train",
    ("finetuning_notes", "level"): "info",
    ("model_versions", "stage"): "candidate",
    ("model_evaluations", "status"): "queued",
    ("model_evaluation_answers", "arm"): "base",
    ("served_models", "status"): "wanted",
    ("served_models", "engine"): "vllm",
    ("served_models", "arm"): "tuned",
    ("model_splits", "status"): "active",
}
BY_TYPE: dict[str, Any] = {
    "text": "same",
    "bigint": 1,
    "double precision": 1.0,
    "boolean": True,
    "jsonb": "{}",
    "bytea": b"same",
    "timestamp with time zone": now(),
}


@dataclass(frozen=True)
class ForeignKey:
    table: str
    columns: list[str]
    target: str
    target_columns: list[str]


@dataclass
class World:
    url: str
    a: UUID
    b: UUID
    tables: list[str]
    foreign_keys: list[ForeignKey]
    rows: dict[tuple[str, UUID], dict[str, Any]]

    def as_app(self, scope: UUID | None) -> psycopg.Connection[dict[str, Any]]:
        connection = psycopg.connect(connection_info(self.url, APP_ROLE), row_factory=dict_row)
        if scope is not None:
            connection.execute("select set_config('app.tenant_id', %s, false)", [str(scope)])
        return connection


@pytest.fixture
def world(database_url: str) -> World:
    a, b = uuid4(), uuid4()
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        connection.execute("set session_replication_role = replica")  # Rows come in any order, so nothing checks yet.
        for tenant, slug in ((a, "a"), (b, "b")):
            connection.execute(
                "insert into tenants (id, slug, name, created_at) values (%s, %s, 'x', now())", [tenant, slug]
            )
        tables = _tables(connection)
        rows = {(table, tenant): _add_row(connection, table, tenant) for table in tables for tenant in (a, b)}
        return World(database_url, a, b, tables, list(_foreign_keys(connection)), rows)


def _tables(connection: psycopg.Connection[dict[str, Any]]) -> list[str]:
    query = (
        "select table_name from information_schema.columns join information_schema.tables using (table_schema, table_name) "
        "where table_schema = 'public' and column_name = 'tenant_id' and table_type = 'BASE TABLE' order by 1"
    )
    return [row["table_name"] for row in connection.execute(query).fetchall()]


def _add_row(connection: psycopg.Connection[dict[str, Any]], table: str, tenant: UUID) -> dict[str, Any]:
    query = (
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'public' and table_name = %s and is_generated = 'NEVER'"
    )
    row: dict[str, Any] = {}
    for column in connection.execute(query, [table]).fetchall():
        name = column["column_name"]
        known = VALUES | {column: value for (of, column), value in OWN.items() if of == table}
        row[name] = known[name] if name in known else _value(table, name, column["data_type"], tenant)
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() for _ in row),
    )
    connection.execute(statement, list(row.values()))
    return row


def _value(table: str, name: str, type_: str, tenant: UUID) -> Any:
    if name in ("tenant_id", "provider_tenant_id"):
        return tenant
    if name == "public_id":
        return uuid4().hex  # Looked up before there is a tenant, so it is unique over all.
    if (table, name) == ("market_namespaces", "name"):
        return f"n{uuid4().hex}"  # Listings of all tenants are named below it.
    if (table, name) == ("datasets", "id"):
        return uuid4().hex * 2  # The digest of a manifest, which names its tenant.
    if name == "scope":
        return SCOPES.get(table, "tenant")
    return uuid4() if type_ == "uuid" else BY_TYPE[type_]


def _foreign_keys(connection: psycopg.Connection[dict[str, Any]]) -> Iterator[ForeignKey]:
    """Those that carry the tenant: the others lead to what belongs to no tenant."""
    query = """
        select c.conrelid::regclass::text as table, c.confrelid::regclass::text as target,
            (select array_agg(a.attname::text order by k.n) from unnest(c.conkey) with ordinality k(attnum, n)
                join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
            (select array_agg(a.attname::text order by k.n) from unnest(c.confkey) with ordinality k(attnum, n)
                join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum) as target_columns
        from pg_constraint c join pg_namespace n on n.oid = c.connamespace and n.nspname = 'public' where c.contype = 'f'
    """
    for row in connection.execute(query).fetchall():
        if "tenant_id" in row["target_columns"]:
            yield ForeignKey(row["table"], row["columns"], row["target"], row["target_columns"])


def test_there_are_tables_and_foreign_keys_to_try(world: World) -> None:
    assert len(world.tables) >= 25
    assert len(world.foreign_keys) >= 8
    assert {"sessions", "quotas", "audit_log", "api_keys", "budget_accounts"} <= set(world.tables)


def test_without_a_scope_there_is_nothing(world: World) -> None:
    with world.as_app(None) as connection:
        for table in world.tables:
            with connection.transaction(force_rollback=True):
                assert _seen(connection, table) in (set(), None), table


def test_in_the_scope_of_one_tenant_there_is_nothing_of_the_other(world: World) -> None:
    with world.as_app(world.a) as connection:
        for table in world.tables:
            assert _seen(connection, table) in ({world.a}, None), table
            for statement in (
                "update {} set tenant_id = tenant_id where tenant_id = %s",
                "delete from {} where tenant_id = %s",
            ):
                assert _changed(connection, statement, table, [world.b]) in (0, None), (table, statement)


def test_no_row_can_be_put_into_another_tenant(world: World) -> None:
    with world.as_app(world.a) as connection:
        for table in world.tables:
            row = world.rows[table, world.b]
            statement = f"insert into {{}} ({', '.join(row)}) values ({', '.join(['%s'] * len(row))})"  # noqa: S608 - columns of the catalog.
            assert _changed(connection, statement, table, list(row.values())) is None, table
            assert _changed(connection, "update {} set tenant_id = %s", table, [world.b]) is None, table


def test_no_foreign_key_reaches_into_another_tenant(world: World) -> None:
    with world.as_app(world.a) as connection:
        for key in world.foreign_keys:
            theirs = world.rows[key.target, world.b]
            values = {
                own: theirs[target]
                for own, target in zip(key.columns, key.target_columns, strict=True)
                if own != "tenant_id"
            }
            changes = ", ".join(f"{name} = %s" for name in values)
            statement = f"update {{}} set {changes}"  # noqa: S608 - columns of the catalog.
            assert _changed(connection, statement, key.table, list(values.values())) is None, key


def _seen(connection: psycopg.Connection[dict[str, Any]], table: str) -> set[UUID] | None:
    """Whose rows are seen; None where the app may not look at all."""
    try:
        with connection.transaction():
            rows = connection.execute(sql.SQL("select tenant_id from {}").format(sql.Identifier(table))).fetchall()
    except errors.InsufficientPrivilege:
        return None
    return {row["tenant_id"] for row in rows}


def _changed(connection: psycopg.Connection[dict[str, Any]], statement: str, table: str, values: list[Any]) -> int | None:
    """How many rows were changed; None when it was refused. Nothing stays."""
    try:
        with connection.transaction(force_rollback=True):
            return connection.execute(sql.SQL(statement).format(sql.Identifier(table)), values).rowcount
    except REFUSED:
        return None
