"""Which tenant the running task acts for. A missing scope is an error before any SQL, never all rows."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from orchestrator.kit.errors import OrchestratorError

_current: ContextVar[UUID | None] = ContextVar("tenant_id", default=None)


class TenantScopeMissing(OrchestratorError):
    """No tenant is in scope, so no tenant's data may be read or written."""

    code = "tenant_scope_missing"
    hint = "This is a fault of the orchestrator: enter tenant_scope() before the transaction."


def tenant_in_scope() -> UUID | None:
    """For what may be done for no tenant in particular, such as writing a log line."""
    return _current.get()


def current_tenant() -> UUID:
    tenant_id = tenant_in_scope()
    if tenant_id is None:
        raise TenantScopeMissing
    return tenant_id


@contextmanager
def tenant_scope(tenant_id: UUID) -> Generator[None]:
    token = _current.set(tenant_id)
    try:
        yield
    finally:
        _current.reset(token)
