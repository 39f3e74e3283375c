"""The marketplace: what one tenant publishes on its own machine another finds, reads, installs and works with."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import PHONE, SignedIn
from tests.e2e.browser.screen import press, row
from tests.e2e.browser.team import Team
from tests.e2e.test_agents import bodies, system_of
from tests.e2e.tree import Tree

READER = """---
description: Reads and never writes
capabilities: [reading]
permission:
  edit: deny
---
You are the reader of the house of Ada.
"""


@dataclass
class Shop:
    """A tenant that publishes by the command line, with a namespace of its own."""

    team: Team
    folder: Path
    name: str

    @classmethod
    def open(cls, tree: Tree, folder: Path) -> "Shop":
        shop = cls(Team.make(tree), folder, f"shop-{uuid4().hex[:8]}")
        shop.market("claim", shop.name)
        shop.publish("1.0.0", READER, "--visibility", "all", "--network", "pypi.org")
        return shop

    @property
    def listing(self) -> str:
        return f"{self.name}/reader"

    def publish(self, version: str, document: str, *more: str) -> None:
        file = self.folder / "reader.md"
        file.write_text(document)
        self.market("publish", str(file), self.listing, "--version", version, "--licence", "Apache-2.0", *more)

    def market(self, *words: str) -> None:
        program = Path(sys.executable).with_name("orchestrator")
        env = {
            "HOME": str(self.folder),
            "ORCHESTRATOR_URL": self.team.tree.url,
            "ORCHESTRATOR_API_KEY": self.team.key,
        }
        done = subprocess.run([program, "market", *words], env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def shop(tree: Tree, tmp_path: Path) -> Shop:
    return Shop.open(tree, tmp_path)


async def test_what_is_published_by_command_is_installed_by_page_and_works(
    signed_in: SignedIn, team: Team, shop: Shop
) -> None:
    screen = await signed_in("LEAD", team.key)
    page = screen.page
    await screen.open("/fleet")
    await page.get_by_role("link", name="Marketplace").click()
    await page.get_by_role("searchbox", name="Name or words").fill(shop.name)
    await page.keyboard.press("Enter")
    mine = row(screen, "Listings", shop.listing)
    await expect(mine).to_contain_text("not enough yet")
    assert f"q={shop.name}" in await screen.path()
    await screen.no_barriers()
    await screen.picture("marketplace")
    await mine.get_by_role("link", name=shop.listing).click()
    asks = page.get_by_role("region", name="What it asks for")
    await expect(asks).to_contain_text("edit *: deny")
    await expect(asks).to_contain_text("pypi.org")
    await expect(page.get_by_label("About this listing")).to_contain_text("publishing passed")
    await screen.no_barriers()

    await press(screen, "Install")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("edit *: deny")
    await expect(dialog.get_by_role("button", name="Install")).to_have_attribute("aria-disabled", "true")
    await screen.no_barriers()
    await screen.picture("marketplace-install")
    await dialog.get_by_role("checkbox", name="I agree to exactly this").check()
    await dialog.get_by_role("button", name="Install").click()
    await expect(page.get_by_label("About this listing")).to_contain_text("installed, 1.0.0")

    session = await team.settled(team.start("Try to write a file", agent="reader", verify=["true"]))
    assert (session["agent"], session["agent_version"], session["changes"]["files"]) == ("reader", 1, 0)
    assert "You are the reader of the house of Ada." in system_of(bodies(team, session)[0])

    shop.publish("2.0.0", READER.replace("  edit: deny", "  webfetch: deny"))
    await page.reload()
    await press(screen, "Update to 2.0.0")
    await expect(dialog.get_by_role("region", name="More than before")).to_contain_text("permission without edit *: deny")
    await dialog.get_by_role("checkbox", name="I agree to exactly this").check()
    await dialog.get_by_role("button", name="Update").click()
    await expect(page.get_by_label("About this listing")).to_contain_text("installed, 2.0.0")
    await press(screen, "Uninstall")
    await dialog.get_by_role("button", name="Uninstall").click()
    await expect(page.get_by_label("About this listing")).to_contain_text("uninstalled; its agent stays")
    await page.get_by_role("link", name="uninstalled; its agent stays").click()
    await expect(page.get_by_role("switch", name="reader takes work")).to_have_attribute("aria-checked", "false")


@pytest.mark.walks
async def test_who_may_not_install_is_told_why_and_who_is_not_offered_it_finds_nothing(
    signed_in: SignedIn, team: Team, shop: Shop
) -> None:
    member = await signed_in("MEMBER", team.key)
    await member.open(f"/market/{shop.listing}?tab=versions")
    await expect(row(member, "Versions", "1.0.0")).to_contain_text("active")
    install = member.page.get_by_role("button", name="Install")
    await expect(install).to_have_attribute("aria-disabled", "true")
    await install.focus()
    await expect(member.page.get_by_role("tooltip")).to_contain_text("needs the role LEAD")
    shop.market("offer", shop.listing, "tenant")
    member.expect_refusals(404)
    await member.page.reload()
    await expect(member.page.get_by_text("or it belongs to another tenant")).to_be_visible()


@pytest.mark.walks
async def test_the_marketplace_on_a_phone(signed_in: SignedIn, team: Team, shop: Shop) -> None:
    screen = await signed_in("MEMBER", team.key, PHONE)
    addresses = [f"/market?q={shop.name}", *(f"/market/{shop.listing}?tab={tab}" for tab in ("asks", "proved", "versions"))]
    for address in addresses:
        await screen.open(address)
        await expect(screen.page.get_by_text(shop.listing).first).to_be_visible()
        await expect(screen.page.get_by_label(re.compile("^Loading"))).to_have_count(0)
        assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        await screen.no_barriers()
