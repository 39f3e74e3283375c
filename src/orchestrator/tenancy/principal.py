"""Who is calling, from the credential alone."""

from dataclasses import dataclass
from uuid import UUID

from orchestrator.kit.errors import OrchestratorError
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.permissions import ALLOWED, Permission


@dataclass(frozen=True)
class Principal:
    """`key_id` is None for a person who logged in; then `user_id` is not. `is_member` is False for an operator who belongs
    to no tenant: the tenant is then nobody's, the role means nothing, and only what operators may is allowed.
    `external_agent_id` is that of an external agent, which may do nothing but what its own addresses are for."""

    tenant_id: UUID
    tenant_slug: str
    key_id: UUID | None
    user_id: UUID | None
    name: str
    role: Role
    is_operator: bool = False
    is_member: bool = True
    external_agent_id: UUID | None = None

    @property
    def scopes(self) -> frozenset[Permission]:
        """What it may do in the tenant: that of its role, and no more."""
        return ALLOWED[self.role] if self.is_member and self.external_agent_id is None else frozenset()

    @property
    def actor(self) -> str:
        """Who, as events and rows record it."""
        if self.external_agent_id:
            return f"external:{self.external_agent_id}"
        return f"key:{self.key_id}" if self.key_id else f"user:{self.user_id}"

    @property
    def subject(self) -> str:
        """Whose user budget it spends: the person's, or the key's own when it belongs to nobody."""
        return f"user:{self.user_id}" if self.user_id else self.actor


class Unauthenticated(OrchestratorError):
    """No valid API key came with the request."""

    status = 401
    code = "unauthenticated"
    hint = (
        "Send `Authorization: Bearer <key>`, or log in at /auth/log-in where that is set up. "
        "The first admin's key is in <data dir>/admin.key."
    )


class NotForAgents(OrchestratorError):
    """This is not for external agents."""

    status = 403
    code = "not_for_agents"
    hint = "An agent's token opens its own addresses below /api/v1/agents/external/<its id>, and nothing else."


class AgentsAlone(OrchestratorError):
    """This is for the external agent itself."""

    status = 403
    code = "agents_alone"
    hint = "Send the agent's own token, which it got when it registered or for an assertion."


class CrossSiteRequest(OrchestratorError):
    """A log-in changes nothing on the word of another site."""

    status = 403
    code = "cross_site_request"
    hint = "Open the orchestrator at its public address; a program sends an API key instead of a browser's cookie."


class RoleRequired(OrchestratorError):
    """This needs the role {role} in the tenant; the key has {has}."""

    status = 403
    code = "role_required"
    hint = "Ask an ADMIN of the tenant for a key with that role."


class PermissionRequired(OrchestratorError):
    """This needs the permission {permission}, which the role {has} does not have."""

    status = 403
    code = "permission_required"
    hint = "Ask an ADMIN of the tenant for a key with a role that has it: docs/reference/permissions.md."


class OperatorRequired(OrchestratorError):
    """This is for the operators of the platform."""

    status = 403
    code = "operator_required"
    hint = "Ask who runs the installation; the key of its first start, in <data dir>/admin.key, is an operator's."


class TenantNotFound(OrchestratorError):
    """There is no tenant of that id or slug for you."""

    status = 404
    code = "tenant_not_found"
    hint = "Leave X-Tenant-ID out, or send the id or slug of a tenant that your key belongs to."
