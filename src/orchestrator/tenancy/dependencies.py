"""What routes take: the principal with its permission, the transaction, the request as a whole."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.db import Database
from orchestrator.kit.http import request_id_of
from orchestrator.tenancy.audit import REQUEST_ID
from orchestrator.tenancy.caller import Caller
from orchestrator.tenancy.declarations import (
    AnyCaller,
    NeedsOperator,
    NeedsPermission,
    NeedsRole,
    Public,
    TheAgentItself,
    current_principal,
)
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

__all__ = ["current_principal"]


def require_role(role: Role, *, or_operator: bool = False) -> NeedsRole:
    """A dependency that refuses principals below the role."""
    return NeedsRole(role, or_operator)


def require_permission(permission: Permission, *, or_operator: bool = False) -> NeedsPermission:
    """A dependency that refuses principals whose role does not have the permission."""
    return NeedsPermission(permission, or_operator)


def any_caller() -> Any:
    """For `dependencies=[...]`: a key or log-in is needed, and no permission."""
    return Depends(AnyCaller())


def public(reason: str) -> Any:
    """For `dependencies=[...]`: the route answers everybody, on purpose."""
    return Depends(Public(reason))


CanReadSessions = Annotated[Principal, Depends(require_permission(Permission.SESSIONS_READ))]
CanWriteSessions = Annotated[Principal, Depends(require_permission(Permission.SESSIONS_WRITE))]
CanReadEvents = Annotated[Principal, Depends(require_permission(Permission.EVENTS_READ))]
CanReadAudit = Annotated[Principal, Depends(require_permission(Permission.AUDIT_READ))]
CanUseOwnKeys = Annotated[Principal, Depends(require_permission(Permission.OWN_KEYS))]
CanReadUsers = Annotated[Principal, Depends(require_permission(Permission.USERS_READ))]
CanWriteUsers = Annotated[Principal, Depends(require_permission(Permission.USERS_WRITE))]
CanReadTenant = Annotated[Principal, Depends(require_permission(Permission.TENANT_READ, or_operator=True))]
CanWriteTenant = Annotated[Principal, Depends(require_permission(Permission.TENANT_WRITE, or_operator=True))]
CanReadQuotas = Annotated[Principal, Depends(require_permission(Permission.QUOTAS_READ, or_operator=True))]
CanWriteQuotas = Annotated[Principal, Depends(require_permission(Permission.QUOTAS_WRITE, or_operator=True))]
CanWriteApprovalPolicy = Annotated[Principal, Depends(require_permission(Permission.APPROVAL_POLICY_WRITE))]
MemberOrOperator = Annotated[Principal, Depends(require_role(Role.VIEWER, or_operator=True))]
"""Whoever belongs to the tenant, in any role, and operators who belong to none."""
Operator = Annotated[Principal, Depends(NeedsOperator())]

OwnAgent = Annotated[Principal, Depends(TheAgentItself())]

IdempotencyKeyHeader = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200, pattern="^[ -~]*$")]
IfMatchHeader = Annotated[
    str | None,
    Header(alias="If-Match", max_length=1_000, description="The `ETag` of what you read: nothing else is overwritten."),
]
Limit = Annotated[int, Query(ge=1, le=500, description="Most items of one page.")]


async def database(request: Request) -> Database:
    return request.app.state.database


async def transaction(request: Request, db: Annotated[Database, Depends(database)]) -> AsyncIterator[AsyncSession]:
    """One transaction a request. It commits before the answer is sent, so that who reads the answer can read the row."""
    async with db.transaction() as session:
        session.info[REQUEST_ID] = request_id_of(request.scope)
        yield session


Db = Annotated[AsyncSession, Depends(transaction, scope="function")]


async def caller(
    request: Request,
    principal: Annotated[Principal, Depends(current_principal)],
    db: Annotated[Database, Depends(database)],
) -> Caller:
    return Caller(principal, db, request_id_of(request.scope))


CallerDep = Annotated[Caller, Depends(caller)]
