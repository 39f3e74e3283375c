"""Callers of a model: each asks again as soon as it has its answer, and what they waited is noted."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from statistics import median, quantiles
from time import perf_counter

import aiohttp

from benchmarks.bench import BenchmarkFailed

_CALL_SECONDS = 60.0
_PROMPT = "Read the failing test, find the cause, and change as little as possible. " * 50


@dataclass
class Way:
    """Where callers ask, and as whom: one set of headers a caller. `answers` counts what was answered."""

    name: str
    url: str
    callers: Sequence[dict[str, str]] = ({},)
    model: str = "m"
    answers: int = 0

    def headers(self, caller: int) -> dict[str, str]:
        return {"Content-Type": "application/json"} | self.callers[caller % len(self.callers)]


@dataclass
class Waits:
    """In seconds: until the first byte of an answer's body, and until its last."""

    first: list[float] = field(default_factory=list[float])
    whole: list[float] = field(default_factory=list[float])
    took: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.whole) / self.took


def p50(samples: Sequence[float]) -> float:
    return median(samples)


def p99(samples: Sequence[float]) -> float:
    return quantiles(samples, n=100, method="inclusive")[98]


class Callers:
    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._numbers = count()

    async def ask(
        self,
        way: Way,
        callers: int,
        requests: int,
        *,
        streams: bool = False,
        seconds: float = 600.0,
        per_second: float | None = None,
    ) -> Waits:
        """Until all requests are answered or the time is over. An answer that is none ends the benchmark.

        `per_second`: so many requests together, and a wait begins when the request is due; None: as many as they can.
        """
        began = perf_counter()
        waits, tickets = Waits(), (None if per_second is None else began + n / per_second for n in range(requests))
        async with asyncio.TaskGroup() as group:
            for caller in range(callers):
                group.create_task(self._caller(way, caller, tickets, waits, streams, began + seconds))
        waits.took = perf_counter() - began
        return waits

    async def _caller(
        self, way: Way, caller: int, tickets: Iterator[float | None], waits: Waits, streams: bool, end: float
    ) -> None:
        headers = way.headers(caller)
        for due in tickets:
            body = self._body(way.model, streams)
            if due is not None:
                await asyncio.sleep(max(0.0, due - perf_counter()))
            began = due or perf_counter()
            if began > end:
                return
            async with self._http.post(way.url, data=body, headers=headers) as answer:
                content = await answer.content.readany()
                first = perf_counter()
                content += await answer.content.read()
                last = perf_counter()
            expected = b"[DONE]" if streams else b'"usage"'
            if answer.status != 200 or expected not in content:
                raise BenchmarkFailed(f"{way.name} answered {answer.status}: {content[:500]!r}")
            way.answers += 1
            waits.first.append(first - began)
            waits.whole.append(last - began)

    def _body(self, model: str, streams: bool) -> bytes:
        """About as long as the first call of a session, and never twice the same."""
        question = f"{_PROMPT} This is request {next(self._numbers)}."
        messages = [{"role": "system", "content": "You are a coding agent."}, {"role": "user", "content": question}]
        return json.dumps({"model": model, "messages": messages, "max_tokens": 256, "stream": streams}).encode()


def open_callers() -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=_CALL_SECONDS)
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout, read_bufsize=2**20)
