"""Whether something goes on in a conversation and in those of its subagents: alive means progress."""

import time
from dataclasses import dataclass

from orchestrator.opencode.events import OpenCodeEvent, PartUpdated, StatusChanged
from orchestrator.opencode.schemas import Part

COMMAND_SECONDS = 120.0
"""OpenCode ends a command after this time when the agent names no other."""
_GRACE_SECONDS = 30.0


@dataclass(frozen=True)
class _Call:
    """A tool at work; `until` is when OpenCode itself ends it, if it does."""

    tool: str
    until: float | None


class Activity:
    def __init__(self) -> None:
        self._last_at = time.monotonic()
        self._calls: dict[str, _Call] = {}
        self._retry_at = 0.0

    def saw(self, event: OpenCodeEvent) -> None:
        self._last_at = time.monotonic()
        if isinstance(event, PartUpdated) and event.part.type == "tool":
            self._saw_tool(event.part)
        if isinstance(event, StatusChanged):
            self._retry_at = (event.status.next or 0) / 1000 if event.status.type == "retry" else 0.0

    def _saw_tool(self, part: Part) -> None:
        if part.state is None or part.state.status != "running":
            self._calls.pop(part.id, None)
        elif part.id not in self._calls:
            self._calls[part.id] = _Call(part.tool or "a tool", _limit(part))

    @property
    def quiet_seconds(self) -> float:
        """Since something happened. A command that prints nothing within its own time is at work, and so is a provider
        that is tried again at a time that was told."""
        if time.time() < self._retry_at + _GRACE_SECONDS:
            return 0.0
        limits = (call.until for call in self._calls.values() if call.until is not None)
        return max(0.0, time.monotonic() - max((self._last_at, *limits)))

    @property
    def tools(self) -> str:
        """Those at work; empty while the model is waited for."""
        return ", ".join(sorted({call.tool for call in self._calls.values()}))


def _limit(part: Part) -> float | None:
    if part.tool != "bash" or part.state is None:
        return None
    wanted_ms = part.state.input.get("timeout")
    seconds = float(wanted_ms) / 1000 if isinstance(wanted_ms, int | float) else COMMAND_SECONDS
    return time.monotonic() + seconds + _GRACE_SECONDS
