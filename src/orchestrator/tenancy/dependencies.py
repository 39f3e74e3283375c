"""What a route declares: the least role, the transaction, the principal."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, Header, Request
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import Database
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.permissions import ALLOWED, Permission
from orchestrator.tenancy.principal import PermissionRequired, Principal, RoleRequired, Unauthenticated


def current_principal(request: Request) -> Principal:
    principal = getattr(request.state, "principal", None)
    if not isinstance(principal, Principal):
        raise Unauthenticated
    return principal


def require_role(role: Role) -> Callable[..., Principal]:
    """A dependency that refuses principals below the role."""

    def check(principal: Annotated[Principal, Depends(current_principal)]) -> Principal:
        if not principal.role.includes(role):
            raise RoleRequired(role=role.value, has=principal.role.value)
        return principal

    return check


def require_permission(permission: Permission) -> Callable[..., Principal]:
    """A dependency that refuses principals whose role does not have the permission."""

    def check(principal: Annotated[Principal, Depends(current_principal)]) -> Principal:
        if permission not in ALLOWED[principal.role]:
            raise PermissionRequired(permission=permission.value, has=principal.role.value)
        return principal

    return check


def database(request: Request) -> Database:
    return request.app.state.database


async def transaction(db: Annotated[Database, Depends(database)]) -> AsyncIterator[AsyncSession]:
    """One transaction a request. It commits before the answer is sent, so that who reads the answer can read the row."""
    async with db.transaction() as session:
        yield session


Db = Annotated[AsyncSession, Depends(transaction, scope="function")]
Viewer = Annotated[Principal, Depends(require_role(Role.VIEWER))]
Member = Annotated[Principal, Depends(require_role(Role.MEMBER))]
IdempotencyKeyHeader = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200, pattern="^[ -~]*$")]
