"""PostgreSQL: two engines, one for the app's role and one for the system's, and transactions that name their tenant.

Every tenant transaction sets `app.tenant_id` for the row-level security policies; `IndustrialRepository` filters by the
same tenant a second time. The roles and policies are made by the migrations.
"""

import enum
import functools
import select as polling
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb
from sqlalchemy import BigInteger, DateTime, Enum, MetaData, Select, Uuid, bindparam, event, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column
from sqlalchemy.sql import ColumnElement

from orchestrator.kit.direct import Connection, DirectConnections, rows
from orchestrator.kit.errors import NotFound, OrchestratorError
from orchestrator.kit.tenant_scope import current_tenant

OWNER_ROLE = "orchestrator_owner"
APP_ROLE = "orchestrator_app"
SYSTEM_ROLE = "orchestrator_system"

_LOOK_AGAIN_SECONDS = 0.5
_CANCELED = "57014"

Json = dict[str, Any]
# Whoever waits for its commit waits for all that was committed before.
_FLUSH = b"select pg_logical_emit_message(true, 'orchestrator', '')"


def _values(kind: type[enum.Enum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    metadata = MetaData()
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute as it is.
        datetime: DateTime(timezone=True),
        UUID: Uuid,
        Json: JSONB,
        list[str]: JSONB,
        int: BigInteger,
        enum.Enum: Enum(enum.Enum, native_enum=False, values_callable=_values),
    }


class TenantOwned:
    """A row of one tenant: the tenant is the first part of its key."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)


Owned = TypeVar("Owned", bound=TenantOwned)


class Database:
    """The connections of one process. `url` is any PostgreSQL URL; its role is switched at connect. Who gets no
    connection within `wait_seconds` is refused."""

    def __init__(self, url: str, *, pool_size: int = 8, wait_seconds: float = 30.0) -> None:
        self.url = url
        few = max(2, pool_size // 2)
        self._app = _engine(url, APP_ROLE, pool_size, wait_seconds)
        self._system = _engine(url, SYSTEM_ROLE, few, wait_seconds)
        self._calls = DirectConnections(connection_info(url, APP_ROLE), pool_size, wait_seconds)
        self._looks = DirectConnections(connection_info(url, SYSTEM_ROLE), few, wait_seconds)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """One transaction in the current tenant, committed when the block ends well."""
        tenant_id = current_tenant()
        async with self._session(self._app) as session:
            session.info["tenant_id"] = tenant_id
            async with session.begin():
                yield session

    @asynccontextmanager
    async def system_transaction(self) -> AsyncGenerator[AsyncSession]:
        """One transaction over all tenants, as far as the policies of the system's role go."""
        async with self._session(self._system) as session, session.begin():
            yield session

    async def call(self, function: str, **arguments: Any) -> Any:
        """Calls a database function in the current tenant: a transaction of its own, in one round trip.

        For what happens with every model call, where a session's five round trips would be most of the time. When the
        connection breaks it is called once more, so it has to bear that.
        """
        return await self._call(function, arguments)

    async def call_and_flush(self, function: str, committed: Callable[[], None], **arguments: Any) -> Any:
        """The same for a function that is not on the disk when it is committed: returns when it is, since the flush goes
        over the same connection, which no crash of the server outlives. `committed` is called in between."""
        return await self._call(function, arguments, committed)

    async def _call(self, function: str, arguments: Mapping[str, Any], committed: Callable[[], None] | None = None) -> Any:
        query = _call_of(function, tuple(arguments))
        values = {name: _as_json(value) for name, value in arguments.items()} | {"app_tenant": str(current_tenant())}

        async def call(connection: Connection) -> Any:
            row = await (await connection.execute(query, values)).fetchone()
            if committed is not None:
                committed()
                await connection.execute(_FLUSH)
            return row[0] if row else None

        return await self._calls.run(function, call)

    async def look(self, query: bytes, **values: Any) -> list[dict[str, Any]]:
        """The rows of a statement that only reads, over all tenants, as far as the policies of the system's role go; in
        one round trip, for what is looked at with model calls."""
        return await self._looks.run("look", lambda connection: rows(connection, query, values))

    async def close(self) -> None:
        await self._calls.close()
        await self._looks.close()
        await self._app.dispose()
        await self._system.dispose()

    @staticmethod
    def _session(engine: AsyncEngine) -> AsyncSession:
        return AsyncSession(engine, expire_on_commit=False)


@functools.cache
def _call_of(function: str, arguments: tuple[str, ...]) -> bytes:
    named = [sql.SQL("{} => {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in arguments]
    query = sql.SQL("select {}({}) from set_config('app.tenant_id', %(app_tenant)s, true)")
    return query.format(sql.Identifier(function), sql.SQL(", ").join(named)).as_bytes()


def sqlalchemy_url(url: str, role: str) -> str:
    """The URL for psycopg 3, its role switched by a start-up option so that RESET ROLE cannot undo it."""
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    options = f"-c role={role} -c timezone=UTC"
    return parsed.update_query_dict({"options": options, "connect_timeout": "10"}).render_as_string(hide_password=False)


def connection_info(url: str, role: str) -> str:
    """The same for psycopg without SQLAlchemy."""
    parsed = make_url(sqlalchemy_url(url, role))
    names = {"username": "user", "database": "dbname"}
    own = {names.get(k, k): v for k, v in parsed.translate_connect_args().items()}
    return make_conninfo("", **own, **{name: str(value) for name, value in parsed.query.items()})


def wait_until_reachable(url: str) -> None:
    """Blocks the whole process until PostgreSQL answers."""
    while True:
        try:
            psycopg.connect(connection_info(url, SYSTEM_ROLE)).close()
        except psycopg.OperationalError:
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return


def _engine(url: str, role: str, pool_size: int, wait_seconds: float) -> AsyncEngine:
    engine = create_async_engine(
        sqlalchemy_url(url, role),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=wait_seconds,
        pool_recycle=1800,
        hide_parameters=True,  # Errors reach the log, prompts and digests must not.
    )
    event.listen(engine.sync_engine, "checkout", _refuse_ended)
    return engine


def _refuse_ended(connection: Any, _record: Any, _borrowed: Any) -> None:
    """Nobody speaks on a connection that is not used, but a server that ends it. To ask the server whether it is still
    there, as `pool_pre_ping` does, would be one more round trip for each transaction."""
    driver: psycopg.AsyncConnection[Any] = connection.driver_connection
    looking = polling.poll()
    if not driver.closed:
        looking.register(driver.fileno(), polling.POLLIN)
    if driver.closed or looking.poll(0):
        raise InvalidatePoolError


def _as_json(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, (dict, list)) else value


async def call_function(db: AsyncSession, function: str, **arguments: Any) -> Any:
    """The same as Database.call, within a transaction that does more."""
    named = ", ".join(f"{name} => :{name}" for name in arguments)
    objects = [bindparam(name, type_=JSONB) for name, value in arguments.items() if isinstance(value, dict)]
    query = text(f"select {function}({named})").bindparams(*objects)
    return (await db.execute(query, arguments)).scalar_one()


@event.listens_for(Session, "after_begin")
def _set_tenant(session: Session, _transaction: SessionTransaction, connection: Any) -> None:
    tenant_id = session.info.get("tenant_id")
    if tenant_id is not None:
        connection.execute(text("select set_config('app.tenant_id', :t, true)"), {"t": str(tenant_id)})


@asynccontextmanager
async def at_most(db: AsyncSession, seconds: float, error: type[OrchestratorError]) -> AsyncGenerator[None]:
    """Each statement inside is ended after so long, which is the error then."""
    limit = text("select set_config('statement_timeout', :limit, true)")
    await db.execute(limit, {"limit": f"{seconds * 1000:.0f}ms"})
    try:
        yield
    except OperationalError as problem:
        if getattr(problem.orig, "sqlstate", None) == _CANCELED:
            raise error(seconds=f"{seconds:g}") from problem
        raise
    await db.execute(limit, {"limit": "0"})


class IndustrialRepository:
    """Reads and writes rows of the current tenant, and of no other."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.tenant_id = current_tenant()

    def query(self, model: type[Owned], *where: ColumnElement[bool]) -> Select[Owned]:
        return select(model).where(model.tenant_id == self.tenant_id, *where)

    async def find(self, model: type[Owned], *where: ColumnElement[bool]) -> Owned | None:
        return (await self.session.execute(self.query(model, *where))).scalar_one_or_none()

    async def get(self, model: type[Owned], row_id: UUID, *, lock: bool = False) -> Owned:
        """A lock keeps out whoever else wants to lock or change the row, and nobody who refers to it: their transactions
        hold rows that this one may want next, and PostgreSQL would end one of the two."""
        query = self.query(model, model.id == row_id)
        query = query.with_for_update(key_share=True) if lock else query
        row = (await self.session.execute(query)).scalar_one_or_none()
        if row is None:
            raise NotFound
        return row

    async def list(
        self, model: type[Owned], *where: ColumnElement[bool], order: Sequence[Any] = (), limit: int | None = None
    ) -> Sequence[Owned]:
        query = self.query(model, *where).order_by(*order).limit(limit)
        return (await self.session.execute(query)).scalars().all()

    def add(self, row: Owned) -> Owned:
        row.tenant_id = self.tenant_id
        self.session.add(row)
        return row


async def lock_until_commit(db: AsyncSession, name: str) -> None:
    """Of several transactions that ask for the same name, one at a time goes on."""
    await db.execute(text("select pg_advisory_xact_lock(hashtextextended(:k, 0))"), {"k": name})
