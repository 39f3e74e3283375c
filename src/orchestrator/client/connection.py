"""How the client speaks HTTP: one connection pool, errors of one shape, and streams that resume."""

import json
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from orchestrator.client.errors import ApiError, KeyUnusable, ServerUnreachable
from orchestrator.client.types import EventMessage

if TYPE_CHECKING:
    import httpx  # It takes longer than all else that a command line imports, and `--help` asks no server.

_Timeouts = tuple[float, float, float, float]
# Seconds to connect, to read, to write, and to get a connection of the pool.
_TIMEOUTS: _Timeouts = (5.0, 30.0, 30.0, 30.0)
LONG_TIMEOUTS: _Timeouts = (5.0, 600.0, 600.0, 600.0)
_STREAM_TIMEOUTS: _Timeouts = (5.0, 60.0, 30.0, 30.0)
_RECONNECT_SECONDS = 0.3
_AWAY = (502, 503, 504)


class Connection:
    def __init__(self, url: str, key: str, tenant: str | None = None, *, patience_seconds: float = 30.0) -> None:
        """`patience_seconds`: how long a stream that had begun waits for a server that is away."""
        if not (key.isascii() and key.isprintable()):
            raise KeyUnusable
        headers = {"Authorization": f"Bearer {key}"}
        if tenant:
            headers["X-Tenant-ID"] = tenant.encode("ascii", "replace").decode()
        self.url = url
        self._patience_seconds = patience_seconds
        import httpx

        with _reaching(url):
            # The proxies of the environment are for the outside world, not for a server on this machine.
            self._http = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=_TIMEOUTS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def events(self, *, session_id: str | None = None, plan_id: str | None = None, after: int = 0) -> Iterator[EventMessage]:
        """Follows the stream until the caller stops; resumes by number when the connection breaks or the server restarts."""
        return (event for event in self._signs(after, session_id=session_id, plan_id=plan_id) if event is not None)

    def _signs(self, after: int | None, **only: str | None) -> Iterator[EventMessage | None]:
        """None when the stream is there, again or for the first time, and now and then; `after` None: what is new."""
        reached_at: float | None = None
        while True:
            try:
                for event in self._events_once(after, only):
                    reached_at = time.monotonic()
                    if event is not None:
                        after = event["seq"] or after
                    yield event
            except ServerUnreachable:
                if self._is_given_up(reached_at):
                    raise
            except ApiError as error:
                if error.status not in _AWAY or self._is_given_up(reached_at):
                    raise
            time.sleep(_RECONNECT_SECONDS)

    def _is_given_up(self, reached_at: float | None) -> bool:
        return reached_at is None or time.monotonic() - reached_at > self._patience_seconds

    def _events_once(self, after: int | None, only: Mapping[str, str | None]) -> Iterator[EventMessage | None]:
        """None for every sign of life that is no event, the connection itself first."""
        params = given(after=after, **only)
        with (
            _reaching(self.url),
            self._http.stream("GET", "/events", params=params, timeout=_STREAM_TIMEOUTS) as response,
        ):
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

    def _tagged(self, path: str) -> tuple[dict[str, Any], str]:
        """With the ETag, to be given back with what is written upon it."""
        response = self._request("GET", path)
        return _object(response), response.headers["ETag"]

    def _download(self, path: str, file: Path, **options: Any) -> None:
        """Into a file, of any size."""
        with _reaching(self.url), self._http.stream("GET", path, timeout=LONG_TIMEOUTS, **options) as response:
            if not response.is_success:
                response.read()
                raise _error(response)
            with file.open("wb") as target:
                for piece in response.iter_bytes():
                    target.write(piece)

    def _upload(self, path: str, file: Path, kind: str) -> Any:
        headers = {"Content-Type": kind, "Content-Length": str(file.stat().st_size)}
        with file.open("rb") as source:
            return self._json("POST", path, content=source, headers=headers, timeout=LONG_TIMEOUTS)

    def _request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        with _reaching(self.url):
            response = self._http.request(method, path, **options)
        if not response.is_success:
            raise _error(response)
        return response


def given(**values: Any) -> dict[str, Any]:
    """Without those that are None: what is not sent is what the server does by itself."""
    return {name: value for name, value in values.items() if value is not None}


@contextmanager
def _reaching(url: str) -> Generator[None]:
    import httpx

    try:
        yield
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise ServerUnreachable(url) from error


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


def _object(response: "httpx.Response") -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError as error:
        raise _error(response) from error
    if not isinstance(content, dict):
        raise _error(response)
    return cast(dict[str, Any], content)


def _error(response: "httpx.Response") -> ApiError:
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
