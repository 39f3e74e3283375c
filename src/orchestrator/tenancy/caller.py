"""One request's principal at the tables that the app's role may not write, or at a tenant that is not the caller's own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import Database
from orchestrator.kit.errors import NotFound
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.audit import REQUEST_ID
from orchestrator.tenancy.principal import Principal


@dataclass(frozen=True)
class Caller:
    principal: Principal
    database: Database
    request_id: str

    @asynccontextmanager
    async def in_tenant(self, tenant_id: UUID) -> AsyncGenerator[AsyncSession]:
        """As the app, in the caller's own tenant; operators reach every one. Raises NotFound."""
        if tenant_id != self.principal.tenant_id and not self.principal.is_operator:
            raise NotFound
        with tenant_scope(tenant_id):
            async with self.database.transaction() as db:
                db.info[REQUEST_ID] = self.request_id
                yield db

    @asynccontextmanager
    async def as_system(self, tenant_id: UUID, *, operators: bool = False) -> AsyncGenerator[AsyncSession]:
        """For tables that the app may only read, in the caller's own tenant; with `operators`, they reach every one."""
        if tenant_id != self.principal.tenant_id and not (operators and self.principal.is_operator):
            raise NotFound
        with tenant_scope(tenant_id):
            async with self.database.system_transaction() as db:
                db.info[REQUEST_ID] = self.request_id
                yield db
