"""A real Chromium at a real orchestrator: sign in as somebody, look, click."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser, ViewportSize, async_playwright, expect
from tests.e2e.browser.screen import Screen
from tests.e2e.browser.team import Team
from tests.e2e.tree import Tree

PICTURES = Path(__file__).parents[3] / "docs/assets/dashboard"
DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
_WAIT_MS = 15_000
expect.set_options(timeout=_WAIT_MS)
_SWITCHED_OFF = (
    # Two pages behind the address bar, which are started with each window and take half of what a window takes.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # Of several lists Chromium takes the last, so what of Playwright's own has to do with us is here as well.
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)


@dataclass
class Windows:
    """All windows of one test."""

    browser: Browser
    tree: Tree
    pictures: Path | None
    screens: list[Screen] = field(default_factory=list)

    async def open(self, size: ViewportSize = DESK, url: str | None = None) -> Screen:
        """Nobody is signed in there."""
        context = await self.browser.new_context(viewport=size, color_scheme="dark", reduced_motion="reduce")
        context.set_default_timeout(_WAIT_MS)
        page = await context.new_page()
        self.screens.append(Screen(context, page, url or self.tree.url, self.pictures).listen())
        return self.screens[-1]

    def key_of(self, role: str, tenant_key: str | None = None) -> str:
        """A key of its own, in the first tenant unless another one's ADMIN makes it."""
        wanted = {"name": f"{role.lower()} {uuid4().hex[:6]}", "role": role}
        status, made = self.tree.request("POST", "/api-keys", wanted, key=tenant_key)
        assert status == 201, made
        return made["key"]

    async def signed_in(self, role: str = "MEMBER", tenant_key: str | None = None, size: ViewportSize = DESK) -> Screen:
        screen = await self.open(size)
        await sign_in(screen, self.key_of(role, tenant_key))
        return screen


async def sign_in(screen: Screen, key: str) -> None:
    """Without the page for it; the cookie is that of the window's own jar."""
    answer = await screen.context.request.post(f"{screen.url}/auth/sign-in", data={"key": key})
    assert answer.status == 204, await answer.text()


SignedIn = Callable[..., Awaitable[Screen]]


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's; it is never downloaded. Its own sandbox cannot be made by root."""
    program = shutil.which("chromium") or "/usr/bin/chromium"
    options = ["--disable-dev-shm-usage", f"--disable-features={','.join(_SWITCHED_OFF)}"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        await browser.close()


@pytest.fixture
async def windows(chromium: Browser, tree: Tree, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Windows]:
    """What a page writes to its console as an error fails the test."""
    windows = Windows(chromium, tree, PICTURES if request.config.getoption("--screenshots") else None)
    yield windows
    for number, screen in enumerate(windows.screens):
        picture = tmp_path / f"last-{number}.png"
        await screen.page.screenshot(path=picture)
        print(f"window {number} was at {screen.page.url}, see {picture}")
        await screen.close()
    for screen in windows.screens:
        screen.check()


@pytest.fixture
def signed_in(windows: Windows) -> SignedIn:
    return windows.signed_in


@pytest.fixture
async def operator(windows: Windows, tree: Tree) -> Screen:
    screen = await windows.open()
    await sign_in(screen, tree.key)
    return screen


@pytest.fixture
def team(tree: Tree) -> Team:
    return Team.make(tree)
