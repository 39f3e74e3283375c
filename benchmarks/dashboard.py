"""How soon the dashboard shows ten thousand sessions and a conversation of ten thousand parts, and how they scroll."""

import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from tests.e2e.many_rows import PARTS, SESSIONS

from benchmarks.bench import Bench, BenchmarkFailed, console, new_repository
from benchmarks.model import WorkItem
from benchmarks.results import Figure, Group
from benchmarks.up import Up, running_up
from orchestrator.kit.data_dir import ADMIN_KEY_FILE

_MANY = 10_000
_STATUSES = ("completed", "failed", "stopped", "cancelled")
_SCREENS = 60
_STEP_PX = 3000
_WAIT_MS = 30_000
_FIRST_SECONDS = 1.0
_MOST_ROWS = 199
_LONGEST_TASK_SECONDS = 0.200

_NOTES = f"""A headless Chromium of 1,440 by 900 pixels on the same machine, at a server that is warm. The clock starts at
the navigation and stops when the frame with the first rows has been drawn. The first visit has nothing in the browser's
cache and loads the dashboard itself as well; a later one has its files. Then {_SCREENS} steps of {_STEP_PX:,} pixels follow,
away from where the page opened, with the next pages read from the server on the way: rows are the most that were in the page
at once, and the longest task is the longest time that the page could not answer, of those over 50 ms, which a browser
tells."""

_WATCH = """
    window.longestTask = 0;
    new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.longestTask = Math.max(window.longestTask, duration);
    }).observe({ type: "longtask", buffered: true });
    window.firstRows = new Promise((tell) => {
        const look = new MutationObserver(() => {
            if (!document.querySelector("[data-index]")) return;
            look.disconnect();
            requestAnimationFrame(() => {
                const drawn = new MessageChannel();
                drawn.port1.onmessage = () => tell(performance.now());
                drawn.port2.postMessage(null);
            });
        });
        look.observe(document, { childList: true, subtree: true });
    });
"""
_SCROLL = """
    async ([selector, steps, by]) => {
        const list = document.querySelector(selector);
        const scroller = [list, list.parentElement].find((one) => one.scrollHeight > one.clientHeight);
        window.longestTask = 0;
        let most = 0;
        for (let step = 0; step < steps; step++) {
            scroller.scrollBy(0, by);
            await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
            most = Math.max(most, scroller.querySelectorAll("[data-index]").length);
        }
        return [most, window.longestTask];
    }
"""


@dataclass(frozen=True)
class Sight:
    name: str
    path: str
    list: str
    step_px: int


@dataclass
class Seen:
    """Seconds, and rows."""

    first_visit: list[float] = field(default_factory=list[float])
    later_visit: list[float] = field(default_factory=list[float])
    most_rows: int = 0
    longest_task: list[float] = field(default_factory=list[float])


async def measure(bench: Bench) -> list[Group]:
    folder = bench.new_folder("dashboard")
    repository = new_repository(folder / "repository")
    groups: list[Group] = []
    async with running_up(bench, folder / "data", repository) as up, _chromium() as browser:
        session_id = await _filled(up, folder / "data")
        sights = (
            Sight(f"{_MANY:,} sessions", "/fleet", "[role=grid]", _STEP_PX),
            Sight(f"a transcript of {_MANY:,} parts", f"/sessions/{session_id}", "[role=log]", -_STEP_PX),
        )
        key = (folder / "data" / ADMIN_KEY_FILE).read_text().strip()
        for sight in sights:
            await _look(browser, up, key, sight, Seen())  # Nobody has asked this server before.
            seen = Seen()
            for _ in range(bench.rounds):
                await _look(browser, up, key, sight, seen)
            console.print(f"  {sight.name}: {seen.first_visit[-1]:.2f} s, later {seen.later_visit[-1]:.2f} s")
            groups.append(_group(sight, seen))
    groups[-1].notes = _NOTES
    return groups


def _group(sight: Sight, seen: Seen) -> Group:
    figures = [
        Figure.seconds("first visit, until the first rows", seen.first_visit, _FIRST_SECONDS),
        Figure.seconds("later visit, until the first rows", seen.later_visit, _FIRST_SECONDS),
        Figure("rows in the page", seen.most_rows, "rows", aim=_MOST_ROWS),
        Figure.milliseconds("longest task while it is scrolled", seen.longest_task, _LONGEST_TASK_SECONDS),
    ]
    return Group(f"The dashboard with {sight.name}", figures)


@asynccontextmanager
async def _chromium() -> AsyncGenerator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        raise BenchmarkFailed("there is no chromium on this machine")
    # Its own sandbox cannot be made by root.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=[*options, "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            await browser.close()


async def _filled(up: Up, data_dir: Path) -> str:
    """The id of the session that has said so much, the newest of so many."""
    told = up.told(session_id := await up.hand_in(WorkItem(), []))
    await up.end_of(told)
    lines = (data_dir / "postgres/postmaster.pid").read_text().splitlines()
    url = f"postgresql://orchestrator@/orchestrator?host={quote(lines[4])}&port={lines[3]}"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for statement in (SESSIONS, PARTS):
            await connection.execute(statement, {"count": _MANY, "id": session_id, "statuses": list(_STATUSES)})
        await connection.execute("analyze")
    return session_id


async def _look(browser: Browser, up: Up, key: str, sight: Sight, seen: Seen) -> None:
    """As somebody who was never there, and then once more."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        context.set_default_timeout(_WAIT_MS)
        page = await _signed_in(context, up, key)
        seen.first_visit.append(await _first_rows(page, up.url + sight.path))
        seen.later_visit.append(await _first_rows(page, up.url + sight.path))
        rows, longest_ms = await page.evaluate(_SCROLL, [sight.list, _SCREENS, sight.step_px])
        seen.most_rows = max(seen.most_rows, rows)
        seen.longest_task.append(longest_ms / 1000)
    finally:
        await context.close()


async def _signed_in(context: BrowserContext, up: Up, key: str) -> Page:
    answer = await context.request.post(f"{up.url}/auth/sign-in", data={"key": key})
    if answer.status != 204:
        raise BenchmarkFailed(f"POST /auth/sign-in answered {answer.status}: {await answer.text()}")
    page = await context.new_page()
    await page.add_init_script(_WATCH)
    return page


async def _first_rows(page: Page, url: str) -> float:
    await page.goto(url, wait_until="commit")
    shown_ms: Any = await page.evaluate("window.firstRows")
    return shown_ms / 1000
