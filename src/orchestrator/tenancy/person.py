"""Somebody who logged in, and what becomes of them in one of their tenants."""

from dataclasses import dataclass
from uuid import UUID

from orchestrator.kit.errors import OrchestratorError
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.principal import Principal, TenantNotFound

_NOBODY = UUID(int=0)


class NoMembership(OrchestratorError):
    """You are logged in as {name}, but you belong to no tenant yet."""

    status = 403
    code = "no_membership"
    hint = "Give an ADMIN of the tenant your user id, {user_id}, and ask to be added."


class TenantRequired(OrchestratorError):
    """You belong to several tenants, and the request names none."""

    status = 400
    code = "tenant_required"
    hint = "Send X-Tenant-ID with the id or slug of one of the tenants that GET /api/v1/me lists."


@dataclass(frozen=True)
class Belonging:
    tenant_id: UUID
    slug: str
    name: str
    role: Role


@dataclass(frozen=True)
class Person:
    user_id: UUID
    name: str
    email: str | None
    is_operator: bool
    belongings: tuple[Belonging, ...]

    def principal_in(self, tenant: str | None) -> Principal:
        """`tenant` is an id or slug. Raises NoMembership, TenantRequired, TenantNotFound."""
        if self.is_operator and not self.belongings and tenant is None:
            return Principal(_NOBODY, "", None, self.user_id, self.name, Role.VIEWER, is_operator=True, is_member=False)
        one = self._choose(tenant)
        return Principal(one.tenant_id, one.slug, None, self.user_id, self.name, one.role, self.is_operator)

    def _choose(self, tenant: str | None) -> Belonging:
        if not self.belongings:
            raise NoMembership(name=self.name, user_id=self.user_id)
        found = [one for one in self.belongings if tenant in (None, str(one.tenant_id), one.slug)]
        if not found:
            raise TenantNotFound
        if len(found) > 1:
            raise TenantRequired
        return found[0]
