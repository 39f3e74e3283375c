"""Tenants with their quotas and networks, people, keys and the audit log."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

from orchestrator.client.connection import LONG_TIMEOUTS, Connection, given
from orchestrator.client.errors import ApiError
from orchestrator.client.types import AuditEntry, AuditVerdict, Key, NewKey, NewTenant, Page, SignInLink, Tenant, User

_MOST_EDITS = 20
"""How often an edit begins anew because somebody else was quicker."""


class Tenancy(Connection):
    def tenants(self, cursor: str | None = None) -> Page[Tenant]:
        """The caller's own first."""
        return self._json("GET", "/tenants", params=given(limit=500, cursor=cursor))

    def create_tenant(self, slug: str, name: str) -> NewTenant:
        return self._json("POST", "/tenants", json={"slug": slug, "name": name})

    def tenant(self, tenant_id: str) -> Tenant:
        return self._json("GET", f"/tenants/{tenant_id}")

    def change_tenant(self, tenant_id: str, **changes: Any) -> Tenant:
        return self._json("PATCH", f"/tenants/{tenant_id}", json=given(**changes))

    def quotas(self, tenant_id: str) -> dict[str, Any]:
        return self._json("GET", f"/tenants/{tenant_id}/quotas")

    def change_quotas(self, tenant_id: str, changes: Mapping[str, int | None]) -> dict[str, Any]:
        """What is not named stays; None is no limit."""
        return self._json("PUT", f"/tenants/{tenant_id}/quotas", json=dict(changes))

    def network(self, tenant_id: str) -> dict[str, Any]:
        return self._json("GET", f"/tenants/{tenant_id}/network")

    def change_network(self, tenant_id: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """What is not named stays; None is what the operator set."""
        return self._json("PUT", f"/tenants/{tenant_id}/network", json=dict(changes))

    def edit_allowed_hosts(self, tenant_id: str, edit: Callable[[list[str]], list[str]]) -> dict[str, Any]:
        """`edit` makes the new list of the present one; again, when somebody else wrote one meanwhile."""
        path, left = f"/tenants/{tenant_id}/network", _MOST_EDITS
        while True:
            network, etag = self._tagged(path)
            wanted = {"allowed_hosts": edit(network["allowed_hosts"])}
            try:
                return self._json("PUT", path, json=wanted, headers={"If-Match": etag})
            except ApiError as error:
                left -= 1
                if error.code != "changed_meanwhile" or not left:
                    raise

    def users(self, tenant_id: str, cursor: str | None = None) -> Page[User]:
        return self._json("GET", f"/tenants/{tenant_id}/users", params=given(limit=500, cursor=cursor))

    def add_user(self, tenant_id: str, **wanted: Any) -> User:
        return self._json("POST", f"/tenants/{tenant_id}/users", json=given(**wanted))

    def change_user(self, tenant_id: str, user_id: str, role: str) -> User:
        return self._json("PATCH", f"/tenants/{tenant_id}/users/{user_id}", json={"role": role})

    def remove_user(self, tenant_id: str, user_id: str) -> None:
        self._request("DELETE", f"/tenants/{tenant_id}/users/{user_id}")

    def keys(self, cursor: str | None = None, *, mine: bool = False) -> Page[Key]:
        return self._json("GET", "/api-keys", params=given(limit=500, cursor=cursor, mine=mine or None))

    def create_key(self, name: str, role: str, **wanted: Any) -> NewKey:
        return self._json("POST", "/api-keys", json={"name": name, "role": role} | given(**wanted))

    def rotate_key(self, key_id: str, grace_seconds: int | None = None) -> NewKey:
        return self._json("POST", f"/api-keys/{key_id}/rotate", json=given(grace_seconds=grace_seconds))

    def revoke_key(self, key_id: str) -> Key:
        return self._json("POST", f"/api-keys/{key_id}/revoke")

    def sign_in_link(self, *, patience_seconds: float = 30.0) -> str:
        """An address that signs one browser in with this client's key, within a quarter of an hour."""
        made: SignInLink = self._json("POST", "/me/sign-in-links", timeout=patience_seconds)
        return urljoin(self.url, made["url"])

    def audit(self, *, limit: int = 500, cursor: str | None = None, oldest_first: bool = False) -> Page[AuditEntry]:
        order = "oldest" if oldest_first else "newest"
        return self._json("GET", "/audit", params=given(limit=limit, cursor=cursor, order=order))

    def verify_audit(self) -> AuditVerdict:
        return self._json("GET", "/audit/verify", timeout=LONG_TIMEOUTS)
