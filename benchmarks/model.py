"""The scripted model with a watch: when each piece of work called it first and last."""

import asyncio
import re
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from orchestrator.opencode.scripted_model import ScriptedModel, load_scenarios

SCENARIOS = Path(__file__).parent / "scenarios.yml"
WRITTEN = "notes/benchmark.md"
"""The file that the scenario writes and then reads by a command."""
TURNS = 3
_MARK = re.compile(rb"work item (bench-[0-9a-f]{12})")
_TOOLS = b'"tools"'


@dataclass
class Calls:
    """Moments of the monotonic clock: of the first request's arrival and of the last answer's end."""

    first: float
    last: float = 0.0
    count: int = 0


@dataclass(frozen=True)
class WorkItem:
    """One prompt; its mark is in every request that works on it."""

    mark: str = field(default_factory=lambda: f"bench-{uuid.uuid4().hex[:12]}")

    @property
    def prompt(self) -> str:
        return f"Add notes for the work item {self.mark}."


class TimedModel(ScriptedModel):
    def __init__(self) -> None:
        super().__init__(load_scenarios(SCENARIOS))
        self.seen: dict[str, Calls] = {}
        self._news = asyncio.Condition()

    async def _chat_completions(self, request: web.Request) -> web.StreamResponse:
        arrived = time.monotonic()
        raw = await request.read()
        # A request without tools asks for a title and is no part of the work.
        found = _MARK.search(raw) if _TOOLS in raw else None
        if found is None:
            return await super()._chat_completions(request)
        calls = self.seen.setdefault(found[1].decode(), Calls(arrived))
        calls.count += 1
        async with self._news:
            self._news.notify_all()
        response = await super()._chat_completions(request)
        calls.last = time.monotonic()
        return response

    async def first_call(self, mark: str, timeout_seconds: float) -> float:
        async with asyncio.timeout(timeout_seconds), self._news:
            await self._news.wait_for(lambda: mark in self.seen)
        return self.seen[mark].first
