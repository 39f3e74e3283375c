"""What a command says while it works, told to the orchestrator in batches."""

import contextlib
import json
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, cast

import httpx

from orchestrator.client.external_agent import Refused, Task

Event = dict[str, Any]
Translate = Callable[[Mapping[str, Any]], list[Event]]
KINDS = ("text", "tool", "progress", "log")
_MOST_LINE_BYTES, _MOST_EVENTS, _BATCH, _BATCH_SECONDS, _DRAIN_SECONDS = 60_000, 5_000, 100, 0.5, 5.0
_TAIL_LINES, _TAIL_CHARACTERS = 200, 4_000


def own_words(line: Mapping[str, Any]) -> list[Event]:
    """{"kind", "text", "data"}, as the adapter defines it."""
    if line.get("kind") not in KINDS:
        return [log_of(json.dumps(line))]
    data = line.get("data")
    text = line.get("text")
    return [
        {"kind": line["kind"], "text": "" if text is None else str(text), "data": data if isinstance(data, dict) else {}}
    ]


def log_of(text: str) -> Event:
    return {"kind": "log", "text": text, "data": {}}


class News:
    """Lines of JSON become events by `translate`, every other line of stdout a log; of stderr the end is kept."""

    def __init__(self, task: Task, translate: Translate) -> None:
        self._task, self._translate = task, translate
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._events: deque[Event] = deque()
        self._count = 0
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._sender = threading.Thread(target=self._send, daemon=True)

    def listen(self, process: "subprocess.Popen[bytes]") -> None:
        for read, stream in ((self._events_of, process.stdout), (self._tail_of, process.stderr)):
            thread = threading.Thread(target=read, args=(stream,), daemon=True)
            self._threads.append(thread)
            thread.start()
        self._sender.start()

    def close(self) -> None:
        """After the process is gone: until all is read and told."""
        for thread in self._threads:
            thread.join(_DRAIN_SECONDS)
        self._over.set()
        self._sender.join(_DRAIN_SECONDS * 4)

    def tail(self) -> str:
        return "".join(self._tail)[-_TAIL_CHARACTERS:].strip()

    def _events_of(self, stream: IO[bytes]) -> None:
        for line in _lines(stream):
            if not line.strip():
                continue
            for event in self._of(line.rstrip("\r\n")):
                self._count += 1
                if self._count <= _MOST_EVENTS:
                    self._events.append(event)
                elif self._count == _MOST_EVENTS + 1:
                    self._events.append(log_of(f"There were more than {_MOST_EVENTS} events; the rest is not told."))

    def _of(self, line: str) -> list[Event]:
        with contextlib.suppress(ValueError, RecursionError):
            told = json.loads(line)
            if isinstance(told, dict):
                return self._translate(cast(dict[str, Any], told))
        return [log_of(line)]

    def _tail_of(self, stream: IO[bytes]) -> None:
        self._tail.extend(_lines(stream))

    def _send(self) -> None:
        while True:
            is_over = self._over.wait(_BATCH_SECONDS)
            with contextlib.suppress(Refused, httpx.TransportError):  # News is no work: it ends nothing.
                while self._events:
                    batch = [self._events.popleft() for _ in range(min(_BATCH, len(self._events)))]
                    self._task.tell_all(batch)
            if is_over:
                return


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Without the characters that a transcript cannot have; what is longer than a line may be comes in several."""
    while raw := stream.readline(_MOST_LINE_BYTES):
        yield raw.decode(errors="replace").replace("\0", "\ufffd")
