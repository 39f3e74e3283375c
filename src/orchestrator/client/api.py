"""The typed client of the HTTP API that the command line and users share. One instance a server; close it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Self

import httpx

from orchestrator.client.errors import ApiError, ServerUnreachable
from orchestrator.client.types import Checkpoint, EventMessage, Evidence, FileDiff, Page, Session, TranscriptPart

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_STREAM_TIMEOUT = httpx.Timeout(30.0, connect=5.0, read=60.0)


class Client:
    def __init__(self, url: str, key: str, tenant: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        if tenant:
            headers["X-Tenant-ID"] = tenant
        self.url = url
        # The proxies of the environment are for the outside world, not for a server on this machine.
        self._http = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=_TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def create_session(self, **wanted: Any) -> Session:
        body = {name: value for name, value in wanted.items() if value is not None}
        return self._json("POST", "/sessions", json=body)

    def sessions(self, *, status: list[str] | None = None, limit: int = 50, cursor: str | None = None) -> Page[Session]:
        params: dict[str, Any] = {"limit": limit, "status": status or [], "cursor": cursor}
        return self._json("GET", "/sessions", params={k: v for k, v in params.items() if v is not None})

    def session(self, session_id: str) -> Session:
        return self._json("GET", f"/sessions/{session_id}")

    def start(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/start")

    def cancel(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/cancel")

    def transcript(self, session_id: str, cursor: str | None = None) -> Page[TranscriptPart]:
        params = {"limit": "500"} | ({"cursor": cursor} if cursor else {})
        return self._json("GET", f"/sessions/{session_id}/transcript", params=params)

    def evidence(self, session_id: str) -> list[Evidence]:
        return self._json("GET", f"/sessions/{session_id}/evidence")["items"]

    def checkpoints(self, session_id: str) -> list[Checkpoint]:
        return self._json("GET", f"/sessions/{session_id}/checkpoints")["items"]

    def diff(self, session_id: str) -> str:
        return self._request("GET", f"/sessions/{session_id}/diff").text

    def diff_files(self, session_id: str) -> list[FileDiff]:
        return self._json("GET", f"/sessions/{session_id}/diff", params={"format": "json"})["files"]

    def events(self, *, session_id: str | None = None, after: int = 0) -> Iterator[EventMessage]:
        """Follows the stream until the caller stops; resumes by number when the connection breaks."""
        while True:
            try:
                for event in self._events_once(session_id, after):
                    after = event["seq"] or after
                    yield event
            except (httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout):
                continue  # The server restarted or the network broke: the next connection resumes by number.
            except httpx.ConnectError as error:
                raise ServerUnreachable(self.url) from error

    def _events_once(self, session_id: str | None, after: int) -> Iterator[EventMessage]:
        params = {"after": str(after)} | ({"session_id": session_id} if session_id else {})
        with self._http.stream("GET", "/events", params=params, timeout=_STREAM_TIMEOUT) as response:
            if response.status_code >= 400:
                response.read()
                raise _error(response)
            fields: dict[str, str] = {}
            for line in response.iter_lines():
                if line:
                    name, _, value = line.partition(":")
                    fields[name] = value.removeprefix(" ")
                elif "data" in fields:
                    yield _event(fields)
                    fields = {}

    def _json(self, method: str, path: str, **options: Any) -> Any:
        return self._request(method, path, **options).json()

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise ServerUnreachable(self.url) from error
        if response.status_code >= 400:
            raise _error(response)
        return response


def _event(fields: Mapping[str, str]) -> EventMessage:
    seq = int(fields["id"]) if fields.get("id", "").isdigit() else None
    return {"seq": seq, "type": fields.get("event", "message"), "data": json.loads(fields["data"])}


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
