"""The one table of who may do what in a tenant. Each role has what the roles below it have, and its own."""

from enum import StrEnum

from orchestrator.tenancy.models import Role


class Permission(StrEnum):
    """Named for the object and the deed; docs/reference/permissions.md is generated from this."""

    SESSIONS_READ = "sessions:read"
    SESSIONS_WRITE = "sessions:write"
    EVENTS_READ = "events:read"
    TENANT_READ = "tenant:read"
    USAGE_READ = "usage:read"
    MODELS_READ = "models:read"
    MODELS_CALL = "models:call"
    OWN_KEYS = "keys:own"
    BUDGETS_WRITE = "budgets:write"
    USERS_READ = "users:read"
    USERS_WRITE = "users:write"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    QUOTAS_READ = "quotas:read"
    QUOTAS_WRITE = "quotas:write"
    PROVIDERS_READ = "providers:read"
    PROVIDERS_WRITE = "providers:write"
    GIT_CREDENTIALS_READ = "git_credentials:read"
    GIT_CREDENTIALS_WRITE = "git_credentials:write"
    TRAJECTORIES_READ = "trajectories:read"
    AUDIT_READ = "audit:read"
    TENANT_WRITE = "tenant:write"
    APPROVAL_POLICY_WRITE = "approval_policy:write"
    AGENTS_READ = "agents:read"
    AGENTS_WRITE = "agents:write"
    CONTEXTS_READ = "contexts:read"
    CONTEXTS_WRITE = "contexts:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    MARKET_READ = "market:read"
    MARKET_INSTALL = "market:install"
    MARKET_PUBLISH = "market:publish"
    DATASETS_READ = "datasets:read"
    DATASETS_WRITE = "datasets:write"
    TRAINING_READ = "training:read"
    TRAINING_WRITE = "training:write"
    TRAINING_CONSENT = "training:consent"
    VERSIONS_READ = "versions:read"
    VERSIONS_WRITE = "versions:write"
    VERSIONS_PROMOTE = "versions:promote"


_OWN: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset(
        {
            Permission.SESSIONS_READ,
            Permission.EVENTS_READ,
            Permission.TENANT_READ,
            Permission.QUOTAS_READ,
            Permission.MODELS_READ,
            Permission.AGENTS_READ,
            Permission.CONTEXTS_READ,
            Permission.MARKET_READ,
            Permission.TRAINING_READ,
            Permission.VERSIONS_READ,
        }
    ),
    Role.MEMBER: frozenset(
        {
            Permission.SESSIONS_WRITE,
            Permission.USAGE_READ,
            Permission.MODELS_CALL,
            Permission.OWN_KEYS,
            Permission.CONTEXTS_WRITE,
        }
    ),
    Role.LEAD: frozenset(
        {
            Permission.BUDGETS_WRITE,
            Permission.USERS_READ,
            Permission.KEYS_READ,
            Permission.PROVIDERS_READ,
            Permission.GIT_CREDENTIALS_READ,
            Permission.TRAJECTORIES_READ,
            Permission.AUDIT_READ,
            Permission.AGENTS_WRITE,
            Permission.WEBHOOKS_READ,
            Permission.MARKET_INSTALL,
            Permission.DATASETS_READ,
            Permission.DATASETS_WRITE,
            Permission.TRAINING_WRITE,
            Permission.VERSIONS_WRITE,
        }
    ),
    Role.ADMIN: frozenset(
        {
            Permission.USERS_WRITE,
            Permission.KEYS_WRITE,
            Permission.QUOTAS_WRITE,
            Permission.PROVIDERS_WRITE,
            Permission.GIT_CREDENTIALS_WRITE,
            Permission.TENANT_WRITE,
            Permission.APPROVAL_POLICY_WRITE,
            Permission.WEBHOOKS_WRITE,
            Permission.MARKET_PUBLISH,
            Permission.TRAINING_CONSENT,
            Permission.VERSIONS_PROMOTE,
        }
    ),
}


def permissions_of(role: Role) -> frozenset[Permission]:
    return frozenset(one for other, own in _OWN.items() if role.includes(other) for one in own)


ALLOWED: dict[Role, frozenset[Permission]] = {role: permissions_of(role) for role in Role}
