"""One browser window of one person, in a real Chromium, that fails its test when the page itself found something wrong."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Response

DASHBOARD = Path(__file__).parents[3] / "dashboard"
AXE = DASHBOARD / "node_modules/axe-core/axe.min.js"
SERIOUS = ("serious", "critical")
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


@dataclass
class Screen:
    """`pictures` is where screenshots go that are asked for; None when they are not."""

    context: BrowserContext
    page: Page
    url: str
    pictures: Path | None = None
    problems: list[str] = field(default_factory=list)
    refusals: set[int] = field(default_factory=set)
    """Statuses that this test is about: the browser writes each of them to the console."""

    def listen(self) -> "Screen":
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        self.page.on("response", self._on_response)
        return self

    def _on_console(self, message: ConsoleMessage) -> None:
        refused = _REFUSED.match(message.text)
        is_expected = refused is not None and int(refused[1]) in self.refusals
        if message.type in ("error", "warning") and not is_expected:
            self.problems.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} of {response.url}")

    def expect_refusals(self, *statuses: int) -> None:
        self.refusals |= set(statuses)

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def path(self) -> str:
        return await self.page.evaluate("location.pathname + location.search + location.hash")

    async def set_theme(self, theme: str) -> None:
        """As the next page load finds it."""
        await self.page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
        await self.page.reload()

    async def picture(self, name: str) -> None:
        """For the documentation, when `--screenshots` asks for it."""
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=self.pictures / f"{name}.png", animations="disabled")

    async def barriers(self) -> list[str]:
        """What axe-core finds that keeps people out of the page as it stands. Evaluated, so that no policy is in its way."""
        if not await self.page.evaluate("typeof window.axe === 'object'"):
            await self.page.evaluate(AXE.read_text() + "\n;undefined")
        found: dict[str, Any] = await self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['impact']}: {one['id']}: {one['help']}: {json.dumps([node['target'] for node in one['nodes']][:5])}"
            for one in found["violations"]
            if one["impact"] in SERIOUS
        ]

    async def no_barriers(self) -> None:
        """In both themes."""
        for theme in ("dark", "light"):
            await self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            found = await self.barriers()
            assert not found, f"{theme}, {await self.path()}:\n" + "\n".join(found)

    async def close(self) -> None:
        await self.context.close()

    def check(self) -> None:
        assert not self.problems, "\n".join(self.problems)


def new_name(word: str) -> str:
    return f"{word} {uuid4().hex[:6]}"


def row(screen: Screen, grid: str, text: str) -> Locator:
    return screen.page.get_by_role("grid", name=grid).get_by_role("row").filter(has_text=text)


async def press(screen: Screen, name: str) -> None:
    await screen.page.get_by_role("button", name=name, exact=True).click()
