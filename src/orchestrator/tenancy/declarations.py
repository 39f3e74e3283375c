"""What a route declares about who may call it. The app does not start with a route that declares nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

from orchestrator.kit.errors import NotFound, OrchestratorError
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.permissions import ALLOWED, Permission
from orchestrator.tenancy.person import NoMembership
from orchestrator.tenancy.principal import (
    AgentsAlone,
    NotForAgents,
    OperatorRequired,
    PermissionRequired,
    Principal,
    RoleRequired,
    Unauthenticated,
)


class RouteUndeclared(OrchestratorError):
    """The route {route} does not declare who may call it."""

    code = "route_undeclared"
    hint = "Give it a permission of tenancy/dependencies.py, or say public() with the reason."


def principal_of(request: Request) -> Principal:
    """Raises Unauthenticated, NotForAgents."""
    principal = getattr(request.state, "principal", None)
    if not isinstance(principal, Principal):
        raise Unauthenticated
    if principal.external_agent_id is not None:
        raise NotForAgents
    return principal


async def current_principal(request: Request) -> Principal:
    """As a dependency, which like all of ours is async: FastAPI would run any other in a thread, for each request."""
    return principal_of(request)


Current = Annotated[Principal, Depends(current_principal)]
ForAll = Annotated[bool, Query(description="True: those of all tenants, which operators keep.")]


def _check_membership(principal: Principal, *, or_operator: bool) -> None:
    """Raises NoMembership for an operator without a tenant, where the route is not the operators' as well."""
    if not principal.is_member and not or_operator:
        raise NoMembership(name=principal.name, user_id=principal.user_id)


@dataclass(frozen=True)
class NeedsPermission:
    """`or_operator`: an operator of the platform may as well, whatever their role."""

    permission: Permission
    or_operator: bool = False

    async def __call__(self, principal: Current) -> Principal:
        return self.check(principal)

    def check(self, principal: Principal) -> Principal:
        """Raises NoMembership, PermissionRequired."""
        _check_membership(principal, or_operator=self.or_operator)
        if not self.allows(principal.role, is_operator=principal.is_operator):
            raise PermissionRequired(permission=self.permission.value, has=principal.role.value)
        return principal

    def allows(self, role: Role, *, is_operator: bool) -> bool:
        return self.permission in ALLOWED[role] or (self.or_operator and is_operator)

    def __str__(self) -> str:
        return f"`{self.permission.value}`" + (", or an operator" if self.or_operator else "")


@dataclass(frozen=True)
class NeedsPermissionOrPlatform(NeedsPermission):
    """For the tenant's own as ever. For that of all tenants, which `platform=true` asks for, an operator may as well,
    whatever their role."""

    async def __call__(self, principal: Current, platform: ForAll = False) -> Principal:
        return principal if platform and principal.is_operator else self.check(principal)

    def __str__(self) -> str:
        return f"{super().__str__()}, or an operator with `platform=true`"


@dataclass(frozen=True)
class NeedsRole:
    role: Role
    or_operator: bool = False

    async def __call__(self, principal: Current) -> Principal:
        _check_membership(principal, or_operator=self.or_operator)
        if not self.allows(principal.role, is_operator=principal.is_operator):
            raise RoleRequired(role=self.role.value, has=principal.role.value)
        return principal

    def allows(self, role: Role, *, is_operator: bool) -> bool:
        return role.includes(self.role) or (self.or_operator and is_operator)

    def __str__(self) -> str:
        return f"the role {self.role.value}" + (", or an operator" if self.or_operator else "")


@dataclass(frozen=True)
class NeedsOperator:
    async def __call__(self, principal: Current) -> Principal:
        if not principal.is_operator:
            raise OperatorRequired
        return principal

    def allows(self, role: Role, *, is_operator: bool) -> bool:
        return is_operator

    def __str__(self) -> str:
        return "an operator"


@dataclass(frozen=True)
class AnyCaller:
    """Whoever the middleware let in."""

    async def __call__(self) -> None:
        return None

    def allows(self, role: Role, *, is_operator: bool) -> bool:
        return True

    def __str__(self) -> str:
        return "any key or log-in"


@dataclass(frozen=True)
class TheAgentItself:
    """The external agent whose id the address has; nobody else, whatever their role. Another one's id leads nowhere."""

    async def __call__(self, request: Request, external_agent_id: UUID) -> Principal:
        principal = getattr(request.state, "principal", None)
        if not isinstance(principal, Principal):
            raise Unauthenticated
        if principal.external_agent_id is None:
            raise AgentsAlone
        if principal.external_agent_id != external_agent_id:
            raise NotFound
        return principal

    def allows(self, role: Role, *, is_operator: bool) -> bool:
        return False

    def __str__(self) -> str:
        return "the external agent itself"


@dataclass(frozen=True)
class Public:
    """Without a key, for a reason."""

    reason: str

    async def __call__(self) -> None:
        return None

    def allows(self, role: Role, *, is_operator: bool) -> bool:
        return True

    def __str__(self) -> str:
        return f"public: {self.reason}"


Declaration = NeedsPermission | NeedsRole | NeedsOperator | AnyCaller | TheAgentItself | Public
_KINDS = (NeedsPermission, NeedsRole, NeedsOperator, AnyCaller, TheAgentItself, Public)


@dataclass(frozen=True)
class DeclaredRoute:
    path: str
    methods: tuple[str, ...]
    declared: tuple[Declaration, ...]

    def allows(self, role: Role, *, is_operator: bool = False) -> bool:
        return all(one.allows(role, is_operator=is_operator) for one in self.declared)


def declared_routes(routes: Iterable[BaseRoute], elsewhere: Mapping[str, Declaration]) -> list[DeclaredRoute]:
    """`elsewhere` speaks for routes that have no dependencies of their own, by path. Raises RouteUndeclared."""
    return [_declared(context, elsewhere) for context in iter_route_contexts(list(routes))]


def _declared(context: RouteContext, elsewhere: Mapping[str, Declaration]) -> DeclaredRoute:
    path = context.path or ""
    dependant = getattr(context, "dependant", None)
    found = tuple(dict.fromkeys(_of(dependant))) if isinstance(dependant, Dependant) else ()
    if not found and path in elsewhere and not isinstance(dependant, Dependant):
        found = (elsewhere[path],)
    methods = tuple(sorted((context.methods or set()) - {"HEAD"}))
    if not found:
        raise RouteUndeclared(route=f"{'|'.join(methods)} {path}".strip())
    return DeclaredRoute(path, methods, found)


def _of(dependant: Dependant) -> Iterator[Declaration]:
    for child in dependant.dependencies:
        if isinstance(child.call, _KINDS):
            yield child.call
        yield from _of(child)
