"""Calls about contexts. `scope_id` is that of a session, an agent or a plan."""

from typing import Any

from orchestrator.client.connection import Connection, given
from orchestrator.client.types.contexts import Context, ContextConflict, ContextItem, ContextVersion, WrittenContext


class Contexts(Connection):
    def contexts(
        self,
        *,
        scope: str | None = None,
        scope_id: str | None = None,
        key: str | None = None,
        prefix: str | None = None,
        deleted: bool = False,
        limit: int = 50,
    ) -> list[ContextItem]:
        """Those that were written last come first."""
        params = given(scope=scope, scope_id=scope_id, key=key, prefix=prefix) | {"deleted": deleted, "limit": limit}
        return self._listed("items", "/contexts", params=params)

    def search_contexts(
        self, words: str, *, scope: str | None = None, scope_id: str | None = None, limit: int = 20
    ) -> list[ContextItem]:
        """The best first."""
        params = given(scope=scope, scope_id=scope_id) | {"q": words, "limit": limit}
        return self._listed("items", "/contexts/search", params=params)

    def context(self, context_id: str) -> Context:
        return self._json("GET", f"/contexts/{context_id}")

    def put_context(
        self,
        scope: str,
        key: str,
        value: Any,
        *,
        scope_id: str | None = None,
        version: int | None = None,
        policy: str | None = None,
    ) -> WrittenContext:
        """`version` is the one that was read; what others wrote since is merged, or the write is refused as a conflict."""
        body = {"scope": scope, "key": key, "value": value} | given(scope_id=scope_id, policy=policy)
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self._json("PUT", "/contexts", json=body, headers=headers)

    def delete_context(self, context_id: str, *, version: int | None = None) -> None:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        self._request("DELETE", f"/contexts/{context_id}", headers=headers)

    def context_versions(self, context_id: str, *, limit: int = 50) -> list[ContextVersion]:
        """The newest first."""
        return self._listed("items", f"/contexts/{context_id}/versions", params={"limit": limit})

    def context_version(self, context_id: str, number: int) -> Any:
        """Its value."""
        return self._json("GET", f"/contexts/{context_id}/versions/{number}")["value"]

    def context_conflicts(self, *, resolved: bool | None = False, limit: int = 50) -> list[ContextConflict]:
        """The newest first."""
        return self._listed("items", "/contexts/conflicts", params=given(resolved=resolved) | {"limit": limit})

    def context_conflict(self, conflict_id: str) -> ContextConflict:
        return self._json("GET", f"/contexts/conflicts/{conflict_id}")

    def take_in_context_conflict(self, conflict_id: str, side: str) -> ContextConflict:
        """`side`: `mine`, which was refused, or `theirs`."""
        return self._json("POST", f"/contexts/conflicts/{conflict_id}/resolve", json={"take": side})

    def resolve_context_conflict(self, conflict_id: str, value: Any, *, version: int) -> ContextConflict:
        """`version`: that of the entry which whoever decides has seen."""
        headers = {"If-Match": f'"{version}"'}
        return self._json("POST", f"/contexts/conflicts/{conflict_id}/resolve", json={"value": value}, headers=headers)
