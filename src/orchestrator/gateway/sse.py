"""Server-sent events out of a byte stream, however it is cut into pieces."""

import re

_END = re.compile(rb"(?>\r\n|\n|\r)(?>\r\n|\n|\r)")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BLANK = re.compile(rb"(?:\r\n|\n|\r)+")


class SseSplitter:
    """Whole events, each with the blank line that ends it. An event longer than `longest` comes in pieces.

    Nothing is lost and nothing added: the pieces that were given out and `rest` are the bytes that were fed.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._buffer = bytearray()
        self._searched = 0
        self._inside = False
        """The beginning of this event was given out already."""

    def feed(self, chunk: bytes) -> list[tuple[bytes, bool]]:
        """Bytes, and whether they are one whole event."""
        self._buffer += chunk
        out: list[tuple[bytes, bool]] = []
        while piece := self._next():
            out.append(piece)
        return out

    def rest(self) -> bytes:
        left = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return left

    def _next(self) -> tuple[bytes, bool] | None:
        if not self._inside and (blank := _BLANK.match(self._buffer)):
            return self._cut(blank.end()), False
        end = _END.search(self._buffer, self._searched)
        if end:
            whole = not self._inside
            self._inside = False
            return self._cut(end.end()), whole
        # What ends an event has four bytes at most, three of which may be here already.
        self._searched = max(0, len(self._buffer) - 3)
        if len(self._buffer) > (3 if self._inside else self._longest):
            self._inside = True
            return self._cut(self._searched), False
        return None

    def _cut(self, end: int) -> bytes:
        piece = bytes(self._buffer[:end])
        del self._buffer[:end]
        self._searched = 0
        return piece


def data_of(event: bytes) -> bytes | None:
    """The data lines of an event, joined as the standard says; None when it has none."""
    lines = [line[5:].removeprefix(b" ") for line in _LINE_END.split(event) if line.startswith(b"data:") or line == b"data"]
    return b"\n".join(lines) if lines else None
