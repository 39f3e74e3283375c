"""Brings the database up to date: roles first (as the login user), then the schema (as the owner role)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from orchestrator.kit.db import APP_ROLE, OWNER_ROLE, SYSTEM_ROLE, sqlalchemy_url
from orchestrator.kit.errors import DatabaseUnreachable, OrchestratorError

OLDEST_POSTGRES = 15
_LOCK = 7_014_020_261  # Any number that nothing else uses: two starting processes must not migrate at once.


class DatabaseTooOld(OrchestratorError):
    """The database is PostgreSQL {found}; {oldest} is the oldest that works."""

    status = 503
    code = "database_too_old"
    hint = "Upgrade PostgreSQL, or unset DATABASE_URL to use the embedded one."


class DatabaseRolesMissing(OrchestratorError):
    """The database user may not create the roles that keep tenants apart: {problem}"""

    status = 503
    code = "database_roles_missing"
    hint = (
        "Connect once as a user with CREATEROLE, or create orchestrator_owner, orchestrator_app and "
        "orchestrator_system by hand and grant them to the user of DATABASE_URL."
    )


def migrate(url: str) -> None:
    """Idempotent; safe when several processes start at once."""
    try:
        _make_roles(url)
        _upgrade(url)
    except OperationalError as error:
        raise DatabaseUnreachable(problem=str(error.orig).strip().split("\n")[0]) from error


def _make_roles(url: str) -> None:
    login = make_url(url).set(drivername="postgresql+psycopg").update_query_dict({"connect_timeout": "10"})
    engine = create_engine(login, poolclass=NullPool)
    with engine.begin() as connection:
        version = int(connection.execute(text("show server_version_num")).scalar_one()) // 10_000
        if version < OLDEST_POSTGRES:
            raise DatabaseTooOld(found=version, oldest=OLDEST_POSTGRES)
        connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        try:
            for role in (OWNER_ROLE, APP_ROLE, SYSTEM_ROLE):
                _make_role(connection, role)
            connection.execute(text(f"grant create, usage on schema public to {OWNER_ROLE}"))
            connection.execute(text(f"grant create on database {_quoted(connection, login.database)} to {OWNER_ROLE}"))
        except DBAPIError as error:
            raise DatabaseRolesMissing(problem=str(error.orig).strip().split("\n")[0]) from error


def _make_role(connection: Connection, role: str) -> None:
    found = connection.execute(
        text("select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = :r"), {"r": role}
    ).scalar()
    if found is None:
        connection.execute(text(f"create role {role} nologin nobypassrls"))
    if not found:
        connection.execute(text(f"grant {role} to current_user"))


def _quoted(connection: Connection, name: str | None) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name or "postgres")


def _upgrade(url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    engine = create_engine(sqlalchemy_url(url, OWNER_ROLE), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
