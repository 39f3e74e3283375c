"""The typed client of the HTTP API that the command line and users share. One instance a server; close it."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Self, cast

import httpx

from orchestrator.client.errors import ApiError, KeyUnusable, ServerUnreachable
from orchestrator.client.types import (
    AuditEntry,
    AuditVerdict,
    Budget,
    BudgetAccount,
    Checkpoint,
    EventMessage,
    Evidence,
    FileDiff,
    GitCredential,
    Key,
    Model,
    NewKey,
    NewTenant,
    Page,
    Provider,
    Session,
    Tenant,
    TranscriptPart,
    UsageReport,
    User,
)

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_STREAM_TIMEOUT = httpx.Timeout(30.0, connect=5.0, read=60.0)
_LONG_TIMEOUT = httpx.Timeout(600.0, connect=5.0)
_RECONNECT_SECONDS = 0.3
_AWAY = (502, 503, 504)


class Client:
    def __init__(self, url: str, key: str, tenant: str | None = None, *, patience_seconds: float = 30.0) -> None:
        """`patience_seconds`: how long a stream that had begun waits for a server that is away."""
        if not (key.isascii() and key.isprintable()):
            raise KeyUnusable
        headers = {"Authorization": f"Bearer {key}"}
        if tenant:
            headers["X-Tenant-ID"] = tenant.encode("ascii", "replace").decode()
        self.url = url
        self._patience_seconds = patience_seconds
        try:
            # The proxies of the environment are for the outside world, not for a server on this machine.
            self._http = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=_TIMEOUT, trust_env=False)
        except httpx.InvalidURL as error:
            raise ServerUnreachable(url) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def create_session(self, **wanted: Any) -> Session:
        return self._json("POST", "/sessions", json=_given(**wanted))

    def sessions(self, *, status: list[str] | None = None, limit: int = 50, cursor: str | None = None) -> Page[Session]:
        return self._json("GET", "/sessions", params=_given(limit=limit, status=status or [], cursor=cursor))

    def session(self, session_id: str) -> Session:
        return self._json("GET", f"/sessions/{session_id}")

    def start(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/start")

    def cancel(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/cancel")

    def resume(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/resume")

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

    def providers(self, *, platform: bool = False) -> list[Provider]:
        return self._listed("items", "/providers", params=_platform(platform))

    def create_provider(self, *, platform: bool = False, **wanted: Any) -> Provider:
        return self._json("POST", "/providers", params=_platform(platform), json=wanted)

    def change_provider(self, provider_id: str, *, platform: bool = False, **changes: Any) -> Provider:
        return self._json("PATCH", f"/providers/{provider_id}", params=_platform(platform), json=changes)

    def delete_provider(self, provider_id: str, *, platform: bool = False) -> None:
        self._request("DELETE", f"/providers/{provider_id}", params=_platform(platform))

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

    def users(self, tenant_id: str, cursor: str | None = None) -> Page[User]:
        return self._json("GET", f"/tenants/{tenant_id}/users", params=_given(limit=500, cursor=cursor))

    def add_user(self, tenant_id: str, **wanted: Any) -> User:
        return self._json("POST", f"/tenants/{tenant_id}/users", json=_given(**wanted))

    def change_user(self, tenant_id: str, user_id: str, role: str) -> User:
        return self._json("PATCH", f"/tenants/{tenant_id}/users/{user_id}", json={"role": role})

    def remove_user(self, tenant_id: str, user_id: str) -> None:
        self._request("DELETE", f"/tenants/{tenant_id}/users/{user_id}")

    def keys(self, cursor: str | None = None) -> Page[Key]:
        return self._json("GET", "/api-keys", params=_given(limit=500, cursor=cursor))

    def create_key(self, name: str, role: str, **wanted: Any) -> NewKey:
        return self._json("POST", "/api-keys", json={"name": name, "role": role} | _given(**wanted))

    def rotate_key(self, key_id: str, grace_seconds: int | None = None) -> NewKey:
        return self._json("POST", f"/api-keys/{key_id}/rotate", json=_given(grace_seconds=grace_seconds))

    def revoke_key(self, key_id: str) -> Key:
        return self._json("POST", f"/api-keys/{key_id}/revoke")

    def audit(self, *, limit: int = 500, cursor: str | None = None, oldest_first: bool = False) -> Page[AuditEntry]:
        order = "oldest" if oldest_first else "newest"
        return self._json("GET", "/audit", params=_given(limit=limit, cursor=cursor, order=order))

    def verify_audit(self) -> AuditVerdict:
        return self._json("GET", "/audit/verify", timeout=_LONG_TIMEOUT)

    def events(self, *, session_id: str | None = None, after: int = 0) -> Iterator[EventMessage]:
        """Follows the stream until the caller stops; resumes by number when the connection breaks or the server restarts."""
        reached_at: float | None = None
        while True:
            try:
                for event in self._events_once(session_id, after):
                    reached_at = time.monotonic()
                    if event is not None:
                        after = event["seq"] or after
                        yield event
            except httpx.TransportError as error:
                if self._is_given_up(reached_at):
                    raise ServerUnreachable(self.url) from error
            except ApiError as error:
                if error.status not in _AWAY or self._is_given_up(reached_at):
                    raise
            time.sleep(_RECONNECT_SECONDS)

    def _is_given_up(self, reached_at: float | None) -> bool:
        return reached_at is None or time.monotonic() - reached_at > self._patience_seconds

    def _events_once(self, session_id: str | None, after: int) -> Iterator[EventMessage | None]:
        """None for every sign of life that is no event, the connection itself first."""
        params = {"after": str(after)} | ({"session_id": session_id} if session_id else {})
        with self._http.stream("GET", "/events", params=params, timeout=_STREAM_TIMEOUT) as response:
            if not response.is_success or "text/event-stream" not in response.headers.get("content-type", ""):
                response.read()
                raise _error(response)
            yield None
            buffer = b""
            for piece in response.iter_bytes():
                *blocks, buffer = (buffer + piece).split(b"\n\n")
                for block in blocks:
                    yield _event(block.decode("utf-8", "replace"))

    def _listed(self, name: str, path: str, **options: Any) -> Any:
        response = self._request("GET", path, **options)
        try:
            return _object(response)[name]
        except KeyError as error:
            raise _error(response) from error

    def _json(self, method: str, path: str, **options: Any) -> Any:
        return _object(self._request(method, path, **options))

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **options)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise ServerUnreachable(self.url) from error
        if not response.is_success:
            raise _error(response)
        return response


def _platform(platform: bool) -> dict[str, str]:
    return {"platform": "true"} if platform else {}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _event(block: str) -> EventMessage | None:
    """None for a comment, and for the server's word that this connection ends and the next one resumes."""
    fields: dict[str, str] = {}
    for line in block.split("\n"):  # Not splitlines(): text may hold U+2028 and its like, which end no line here.
        name, _, value = line.partition(":")
        fields[name] = value.removeprefix(" ")
    type_ = fields.get("event", "message")
    if "data" not in fields or type_ == "reconnect":
        return None
    seq = int(fields["id"]) if fields.get("id", "").isdigit() else None
    return {"seq": seq, "type": type_, "data": json.loads(fields["data"])}


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError as error:
        raise _error(response) from error
    if not isinstance(content, dict):
        raise _error(response)
    return cast(dict[str, Any], content)


def _error(response: httpx.Response) -> ApiError:
    try:
        error = response.json()["error"]
        return ApiError(response.status_code, error["code"], error["message"], error["hint"], error["request_id"])
    except (ValueError, KeyError, TypeError):
        return ApiError(
            response.status_code,
            "unexpected_answer",
            f"The server answered {response.status_code} in a form this client does not know.",
            "Check that ORCHESTRATOR_URL names an orchestrator.",
        )
