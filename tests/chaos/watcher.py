"""A reader of the event stream that is thrown out over and over, and goes on behind the last event that it has."""

import contextlib
import http.client
import json
import threading
import time
from typing import Any

READ_SECONDS = 20
_AGAIN_SECONDS = 0.1


class Watcher:
    """`events` is what it was told, in the order in which it was told."""

    def __init__(self, port: int, key: str) -> None:
        self.events: list[tuple[int, dict[str, Any]]] = []
        self.connections = 0
        self._port, self._key = port, key
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(READ_SECONDS + 5)

    @property
    def last(self) -> int:
        return self.events[-1][0] if self.events else 0

    def until(self, number: int, seconds: float) -> None:
        end = time.monotonic() + seconds
        while self.last < number:
            assert time.monotonic() < end, f"told up to {self.last} of {number}"
            time.sleep(0.05)

    def _run(self) -> None:
        while not self._end.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=READ_SECONDS)
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._read(connection)
            connection.close()
            self._end.wait(_AGAIN_SECONDS)

    def _read(self, connection: http.client.HTTPConnection) -> None:
        headers = {"Authorization": f"Bearer {self._key}", "Last-Event-ID": str(self.last)}
        connection.request("GET", "/api/v1/events", headers=headers)
        answer = connection.getresponse()
        if answer.status != 200:
            return
        self.connections += 1
        fields: dict[str, str] = {}
        while not self._end.is_set() and (line := answer.readline()):
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
                continue
            # Only an event that arrived whole counts: one that was cut off comes again.
            if "id" in fields and "data" in fields:
                self.events.append((int(fields["id"]), json.loads(fields["data"])))
            fields = {}
