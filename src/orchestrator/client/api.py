"""The typed client of the HTTP API that the command line and users share. One instance a server; close it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from orchestrator.client.connection import LONG_TIMEOUTS, Connection
from orchestrator.client.errors import ApiError
from orchestrator.client.types import (
    Approval,
    ApprovalPolicy,
    AuditEntry,
    AuditVerdict,
    Budget,
    BudgetAccount,
    Checkpoint,
    Conversation,
    Evidence,
    FileDiff,
    GitCredential,
    Key,
    Leftover,
    Message,
    Model,
    NewKey,
    NewTenant,
    Node,
    OpenedSession,
    Page,
    Provider,
    Push,
    Session,
    SignInLink,
    Tenant,
    TranscriptPart,
    Turn,
    UsageReport,
    User,
)

_MOST_EDITS = 20
"""How often an edit begins anew because somebody else was quicker."""


class Client(Connection):
    def create_session(self, **wanted: Any) -> Session:
        return self._json("POST", "/sessions", json=_given(**wanted))

    def estimate(self, **wanted: Any) -> dict[str, Any]:
        """What such a session will probably cost and take; `wanted` as for create_session."""
        return self._json("POST", "/sessions/estimate", json=_given(**wanted))

    def sessions(self, *, limit: int = 50, cursor: str | None = None, **wanted: Any) -> Page[Session]:
        """`wanted`: filters and `order` as GET /sessions takes them, such as `status`, `mine`, `q`."""
        return self._json("GET", "/sessions", params=_given(limit=limit, cursor=cursor, **wanted))

    def session(self, session_id: str) -> Session:
        return self._json("GET", f"/sessions/{session_id}")

    def start(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/start")

    def cancel(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/cancel")

    def pause(self, session_id: str) -> Session:
        """`requested` is `pause` until its node has done it."""
        return self._json("POST", f"/sessions/{session_id}/pause")

    def resume(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/resume")

    def stop(self, session_id: str) -> Session:
        """`requested` is `stop` until its node has done it."""
        return self._json("POST", f"/sessions/{session_id}/stop")

    def bulk(self, action: str, *, key: str | None = None, **wanted: Any) -> dict[str, Any]:
        """`wanted`: `ids`, or a `filter` as GET /sessions takes them."""
        body = {"action": action} | wanted
        return self._json("POST", "/sessions/bulk", json=body, headers=_once(key), timeout=LONG_TIMEOUTS)

    def push(self, session_id: str) -> Push:
        return self._json("POST", f"/sessions/{session_id}/push", timeout=LONG_TIMEOUTS)

    def open_session(self, session_id: str, have: list[str]) -> OpenedSession:
        """`have`: commits of the clone that it is opened in; none of a new one."""
        return self._json("POST", f"/sessions/{session_id}/open", json={"have": have}, timeout=LONG_TIMEOUTS)

    def fetch_bundle(self, session_id: str, checkpoint: int, have: list[str], file: Path) -> None:
        self._download(f"/sessions/{session_id}/checkpoints/{checkpoint}/bundle", file, params={"have": have})

    def conversation(self, session_id: str, checkpoint: int) -> Conversation:
        return self._json("GET", f"/sessions/{session_id}/checkpoints/{checkpoint}/conversation", timeout=LONG_TIMEOUTS)

    def send_session(self, session_id: str, archive: Path) -> Session:
        """The tar archive of work and conversation; sent again, it changes nothing."""
        return self._upload(f"/sessions/{session_id}/send", archive, "application/x-tar")

    def rebase(self, session_id: str, onto: str | None = None) -> Session:
        """Upon `onto`, by default the branch that it began with, as that is now."""
        return self._json("POST", f"/sessions/{session_id}/rebase", json=_given(onto=onto))

    def retry(self, session_id: str, *, key: str | None = None) -> Session:
        """A new session of the same input. `key` makes it once, however often it is sent."""
        return self._json("POST", f"/sessions/{session_id}/retry", headers=_once(key))

    def fork(
        self, session_id: str, checkpoint: int | None = None, *, key: str | None = None, **changes: str | None
    ) -> Session:
        """A new session from a checkpoint, by default the last. `changes`: `prompt`, `title`, `agent`, `model`."""
        body = _given(checkpoint=checkpoint, **changes)
        return self._json("POST", f"/sessions/{session_id}/fork", json=body, headers=_once(key))

    def say(self, session_id: str, text: str, *, key: str | None = None, **more: Any) -> Message:
        """`more`: `kind`, and the `path` and `line` of a review comment or the `name` and `url` of a CI run."""
        return self._json(
            "POST", f"/sessions/{session_id}/messages", json={"text": text} | _given(**more), headers=_once(key)
        )

    def messages(self, session_id: str) -> list[Message]:
        return self._listed("items", f"/sessions/{session_id}/messages")

    def turns(self, session_id: str) -> list[Turn]:
        return self._listed("items", f"/sessions/{session_id}/turns")

    def timeline(self, session_id: str, *, kind: list[str] | None = None, cursor: str | None = None) -> dict[str, Any]:
        """A page of what it did when; `kind`: only spans of these."""
        return self._json("GET", f"/sessions/{session_id}/timeline", params=_given(kind=kind, cursor=cursor))

    def accept(self, session_id: str, reason: str | None = None) -> Session:
        return self._json("POST", f"/sessions/{session_id}/accept", json={"reason": reason})

    def reject(self, session_id: str, reason: str | None = None) -> Session:
        return self._json("POST", f"/sessions/{session_id}/reject", json={"reason": reason})

    def transcript(self, session_id: str, cursor: str | None = None) -> Page[TranscriptPart]:
        params = {"limit": "500"} | ({"cursor": cursor} if cursor else {})
        return self._json("GET", f"/sessions/{session_id}/transcript", params=params)

    def evidence(self, session_id: str) -> list[Evidence]:
        return self._listed("items", f"/sessions/{session_id}/evidence")

    def checkpoints(self, session_id: str) -> list[Checkpoint]:
        return self._listed("items", f"/sessions/{session_id}/checkpoints")

    def diff(self, session_id: str) -> str:
        return self._request("GET", f"/sessions/{session_id}/diff").text

    def diff_files(self, session_id: str) -> list[FileDiff]:
        return self._listed("files", f"/sessions/{session_id}/diff", params={"format": "json"})

    def nodes(self) -> list[Node]:
        return self._listed("items", "/nodes")

    def node(self, node_id: str) -> Node:
        return self._json("GET", f"/nodes/{node_id}")

    def drain_node(self, node_id: str) -> Node:
        return self._json("POST", f"/nodes/{node_id}/drain")

    def undrain_node(self, node_id: str) -> Node:
        return self._json("POST", f"/nodes/{node_id}/undrain")

    def approvals(
        self, *, status: str | None = None, session_id: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page[Approval]:
        params = _given(status=status, session_id=session_id, limit=limit, cursor=cursor)
        return self._json("GET", "/approvals", params=params)

    def approval(self, approval_id: str) -> Approval:
        return self._json("GET", f"/approvals/{approval_id}")

    def allow(self, approval_id: str, *, reason: str | None = None, remember: str = "once") -> Approval:
        """`remember`: once, or always, which is as long as the session lasts."""
        return self._json("POST", f"/approvals/{approval_id}/allow", json=_given(reason=reason, remember=remember))

    def deny(self, approval_id: str, *, reason: str | None = None, remember: str = "once") -> Approval:
        return self._json("POST", f"/approvals/{approval_id}/deny", json=_given(reason=reason, remember=remember))

    def answer(self, approval_id: str, answers: list[list[str]]) -> Approval:
        """For each question the chosen labels, or words of one's own."""
        return self._json("POST", f"/approvals/{approval_id}/answer", json={"answers": answers})

    def approval_policy(self) -> ApprovalPolicy:
        return self._json("GET", "/approval-policy")

    def set_approval_policy(self, **wanted: Any) -> ApprovalPolicy:
        return self._json("PUT", "/approval-policy", json=wanted)

    def providers(self, *, platform: bool = False) -> list[Provider]:
        return self._listed("items", "/providers", params=_platform(platform))

    def create_provider(self, *, platform: bool = False, **wanted: Any) -> Provider:
        return self._json("POST", "/providers", params=_platform(platform), json=wanted)

    def change_provider(self, provider_id: str, *, platform: bool = False, **changes: Any) -> Provider:
        return self._json("PATCH", f"/providers/{provider_id}", params=_platform(platform), json=changes)

    def delete_provider(self, provider_id: str, *, platform: bool = False) -> None:
        self._request("DELETE", f"/providers/{provider_id}", params=_platform(platform))

    def collect_garbage(self, *, dry_run: bool, days: float | None = None) -> list[Leftover]:
        answer = self._json("GET" if dry_run else "POST", "/gc", params=_given(days=days), timeout=LONG_TIMEOUTS)
        return answer["items"]

    def git_credentials(self) -> list[GitCredential]:
        return self._listed("items", "/git-credentials")

    def add_git_credential(self, **wanted: Any) -> GitCredential:
        return self._json("POST", "/git-credentials", json=_given(**wanted))

    def remove_git_credential(self, credential_id: str) -> None:
        self._request("DELETE", f"/git-credentials/{credential_id}")

    def models(self, *, platform: bool = False) -> list[Model]:
        return self._listed("items", "/models", params=_platform(platform))

    def create_model(self, *, platform: bool = False, **wanted: Any) -> Model:
        return self._json("POST", "/models", params=_platform(platform), json=wanted)

    def replace_model(self, model_id: str, *, platform: bool = False, **wanted: Any) -> Model:
        return self._json("PUT", f"/models/{model_id}", params=_platform(platform), json=wanted)

    def delete_model(self, model_id: str, *, platform: bool = False) -> None:
        self._request("DELETE", f"/models/{model_id}", params=_platform(platform))

    def usage(self, group_by: str, *, begin: str | None = None, end: str | None = None, limit: int = 500) -> UsageReport:
        """`begin` and `end`: RFC 3339; what happened at `end` is left out."""
        params: dict[str, Any] = {"group_by": group_by, "from": begin, "to": end, "limit": limit}
        return self._json("GET", "/usage", params={k: v for k, v in params.items() if v is not None})

    def costs(self, *, begin: str | None = None, end: str | None = None) -> dict[str, Any]:
        """What was spent on what, what it brought, and what the month will come to."""
        return self._json("GET", "/overview/costs", params=_given(**{"from": begin, "to": end}))

    def budgets(self) -> list[Budget]:
        return self._listed("items", "/budgets")

    def budget_accounts(self, session_id: str | None = None) -> list[BudgetAccount]:
        return self._listed("items", "/budgets/accounts", params={"session_id": session_id} if session_id else {})

    def set_budget(self, **wanted: Any) -> Budget:
        return self._json("PUT", "/budgets", json=wanted)

    def remove_budget(self, budget_id: str) -> None:
        self._request("DELETE", f"/budgets/{budget_id}")

    def tenants(self, cursor: str | None = None) -> Page[Tenant]:
        """The caller's own first."""
        return self._json("GET", "/tenants", params=_given(limit=500, cursor=cursor))

    def create_tenant(self, slug: str, name: str) -> NewTenant:
        return self._json("POST", "/tenants", json={"slug": slug, "name": name})

    def tenant(self, tenant_id: str) -> Tenant:
        return self._json("GET", f"/tenants/{tenant_id}")

    def change_tenant(self, tenant_id: str, **changes: Any) -> Tenant:
        return self._json("PATCH", f"/tenants/{tenant_id}", json=_given(**changes))

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
        return self._json("GET", f"/tenants/{tenant_id}/users", params=_given(limit=500, cursor=cursor))

    def add_user(self, tenant_id: str, **wanted: Any) -> User:
        return self._json("POST", f"/tenants/{tenant_id}/users", json=_given(**wanted))

    def change_user(self, tenant_id: str, user_id: str, role: str) -> User:
        return self._json("PATCH", f"/tenants/{tenant_id}/users/{user_id}", json={"role": role})

    def remove_user(self, tenant_id: str, user_id: str) -> None:
        self._request("DELETE", f"/tenants/{tenant_id}/users/{user_id}")

    def keys(self, cursor: str | None = None, *, mine: bool = False) -> Page[Key]:
        return self._json("GET", "/api-keys", params=_given(limit=500, cursor=cursor, mine=mine or None))

    def create_key(self, name: str, role: str, **wanted: Any) -> NewKey:
        return self._json("POST", "/api-keys", json={"name": name, "role": role} | _given(**wanted))

    def rotate_key(self, key_id: str, grace_seconds: int | None = None) -> NewKey:
        return self._json("POST", f"/api-keys/{key_id}/rotate", json=_given(grace_seconds=grace_seconds))

    def revoke_key(self, key_id: str) -> Key:
        return self._json("POST", f"/api-keys/{key_id}/revoke")

    def sign_in_link(self) -> str:
        """An address that signs one browser in with this client's key, within a quarter of an hour."""
        made: SignInLink = self._json("POST", "/me/sign-in-links")
        return urljoin(self.url, made["url"])

    def audit(self, *, limit: int = 500, cursor: str | None = None, oldest_first: bool = False) -> Page[AuditEntry]:
        order = "oldest" if oldest_first else "newest"
        return self._json("GET", "/audit", params=_given(limit=limit, cursor=cursor, order=order))

    def verify_audit(self) -> AuditVerdict:
        return self._json("GET", "/audit/verify", timeout=LONG_TIMEOUTS)


def _platform(platform: bool) -> dict[str, str]:
    return {"platform": "true"} if platform else {}


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
