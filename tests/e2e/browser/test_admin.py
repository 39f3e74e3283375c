"""The administration of a tenant: what an ADMIN changes counts at once and is in the audit log; others see what they may."""

from uuid import uuid4

import pytest
from playwright.async_api import expect
from tests.e2e.browser.conftest import PHONE, SignedIn, Windows, sign_in
from tests.e2e.browser.screen import Screen, new_name, press, row
from tests.e2e.browser.team import Team
from tests.e2e.tree import Tree

SECTIONS = ("members", "keys", "quotas", "providers", "models", "policy", "network", "git", "audit", "tenants")


async def test_a_quota_is_changed_and_counts_at_once(operator: Screen, tree: Tree) -> None:
    tenant = tree.request("GET", "/me")[1]["tenant_id"]
    await operator.open("/admin/quotas")
    quota = operator.page.get_by_role("listitem", name="Sessions in the queue")
    await press(operator, "Change Sessions in the queue")
    await operator.page.get_by_label("Limit").fill("many")
    await expect(operator.page.get_by_text("A number from 0 up, or nothing.")).to_be_visible()
    await operator.page.get_by_label("Limit").fill("77")
    await press(operator, "Save")
    await expect(quota.get_by_text("/ 77")).to_be_visible()
    assert tree.request("GET", f"/tenants/{tenant}/quotas")[1]["max_queued_sessions"] == 77
    await operator.no_barriers()
    await operator.picture("admin-quotas")
    await operator.page.get_by_role("link", name="Audit log").click()
    entry = row(operator, "Audit log", "quotas.change").first
    await expect(entry.get_by_text("max_queued_sessions")).to_be_visible()
    verdict = operator.page.get_by_role("status", name="Verification")
    await expect(verdict.get_by_text("Chain intact")).to_be_visible()
    await expect(verdict.get_by_text("checked at")).to_be_visible()
    await operator.picture("admin-audit")
    await entry.click()
    await expect(operator.page.get_by_role("dialog").get_by_text('"max_queued_sessions": 77')).to_be_visible()
    assert "open=" in await operator.path()
    await operator.no_barriers()


@pytest.mark.walks
async def test_a_quota_of_nothing_holds_at_once(windows: Windows, team: Team) -> None:
    screen = await windows.open()
    screen.expect_refusals(429)
    await sign_in(screen, team.key)
    await screen.open("/admin/quotas")
    await press(screen, "Change Sessions in the queue")
    await screen.page.get_by_label("Limit").fill("0")
    await press(screen, "Save")
    await expect(screen.page.get_by_text("Sessions in the queue: 0.")).to_be_visible()
    await screen.page.get_by_role("link", name="New session").click()
    await screen.page.get_by_label("Prompt").fill("Fix the discount")
    await press(screen, "Start now")
    await expect(screen.page.get_by_role("alert").get_by_text("queue").first).to_be_visible()
    assert team.call("GET", "/sessions")["items"] == []


@pytest.mark.walks
async def test_members_come_change_and_go(operator: Screen) -> None:
    name = new_name("Ada")
    await operator.open("/admin/members")
    await press(operator, "Add a member")
    await operator.page.get_by_label("Name", exact=True).fill(name)
    await press(operator, "Add")
    await expect(row(operator, "Members", name).get_by_text("MEMBER")).to_be_visible()
    await row(operator, "Members", name).click()
    await operator.page.get_by_label("Role").select_option("LEAD")
    await press(operator, "Save the role")
    await expect(row(operator, "Members", name).get_by_text("LEAD")).to_be_visible()
    await row(operator, "Members", name).click()
    await press(operator, "Remove…")
    await press(operator, "Remove the member")
    await expect(row(operator, "Members", name)).to_have_count(0)


@pytest.mark.walks
async def test_two_who_change_the_policy_overwrite_nothing(operator: Screen, tree: Tree) -> None:
    await operator.open("/admin/policy")
    for at, tool in enumerate(("webfetch", "bash"), 1):
        await press(operator, "Add a rule")
        rule = operator.page.get_by_role("listitem", name=f"Rule {at}")
        await rule.get_by_label("Tool").fill(tool)
    rule = operator.page.get_by_role("listitem", name="Rule 2")
    await rule.get_by_label("Action").select_option("deny")
    await rule.get_by_role("button", name="Move up").click()
    await press(operator, "Save the policy")
    await expect(operator.page.get_by_text("The policy is saved.")).to_be_visible()
    assert [one["tool"] for one in tree.request("GET", "/approval-policy")[1]["rules"]] == ["bash", "webfetch"]
    await operator.no_barriers()
    await operator.picture("admin-policy")
    operator.expect_refusals(412)
    await operator.page.get_by_role("listitem", name="Rule 2").get_by_role("button", name="Remove the rule").click()
    assert tree.request("PUT", "/approval-policy", {"rules": []})[0] == 200
    await expect(operator.page.get_by_text("Somebody else has changed this")).to_be_visible()
    await press(operator, "Save the policy")
    await expect(operator.page.get_by_text("Nothing was written.")).to_be_visible()
    assert tree.request("GET", "/approval-policy")[1]["rules"] == []
    await press(operator, "Load what stands there now")
    await expect(operator.page.get_by_text("None: only the built-in rules")).to_be_visible()


@pytest.mark.walks
async def test_a_provider_and_a_model_whose_key_is_never_read(operator: Screen, tree: Tree) -> None:
    operator.expect_refusals(422)
    name, secret = f"p-{uuid4().hex[:6]}", f"sk-{uuid4().hex}"
    await operator.open("/admin/providers")
    await press(operator, "Add a provider")
    await operator.page.get_by_label("Name", exact=True).fill("no spaces please")
    await operator.page.get_by_label("Address").fill("https://models.example/v1")
    await operator.page.get_by_label("Key", exact=True).fill(secret)
    await press(operator, "Save")
    field = operator.page.get_by_label("Name", exact=True)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill(name)
    await press(operator, "Save")
    await row(operator, "Providers", name).click()
    assert secret not in await operator.page.content()
    await operator.no_barriers()
    await operator.page.keyboard.press("Escape")
    await operator.page.get_by_role("link", name="Models").click()
    await press(operator, "Add a model")
    await operator.page.get_by_label("Name", exact=True).fill(f"{name}-fast")
    await operator.page.get_by_label("Provider", exact=True).fill(name)
    await operator.page.get_by_label("Model at the provider").fill("fast-1")
    await operator.page.get_by_label("$ per million in").fill("1.5")
    await press(operator, "Save")
    await expect(operator.page.get_by_role("alert").get_by_text("come together")).to_be_visible()
    await operator.page.get_by_label("$ per million out").fill("6")
    await operator.no_barriers()
    await press(operator, "Save")
    await expect(row(operator, "Models", f"{name}-fast").get_by_text("$1.50 / $6.00")).to_be_visible()
    await operator.picture("admin-models")
    await row(operator, "Models", f"{name}-fast").click()
    await press(operator, "Delete…")
    await press(operator, "Delete the model")
    await expect(row(operator, "Models", f"{name}-fast")).to_have_count(0)


@pytest.mark.walks
async def test_credentials_network_and_tenants(operator: Screen, tree: Tree) -> None:
    name, secret = f"forge-{uuid4().hex[:6]}", f"token-{uuid4().hex}"
    await operator.open("/admin/git")
    await press(operator, "Add a credential")
    await operator.page.get_by_label("Name", exact=True).fill(name)
    await operator.page.get_by_label("For", exact=True).fill(f"forge.example/{name}")
    await operator.page.get_by_label("Token", exact=True).fill(secret)
    await press(operator, "Add")
    await row(operator, "Git credentials", name).click()
    assert secret not in await operator.page.content()
    await press(operator, "Remove…")
    await press(operator, "Remove the credential")
    await expect(row(operator, "Git credentials", name)).to_have_count(0)
    await operator.page.get_by_role("link", name="Network").click()
    await operator.page.get_by_label("Mode").select_option("none")
    await press(operator, "Save the policy")
    await expect(operator.page.get_by_text("The network policy is saved.")).to_be_visible()
    await operator.page.get_by_label("Mode").select_option("as the operator set it")
    await press(operator, "Save the policy")
    await expect(operator.page.get_by_label("Mode")).to_have_value("")
    slug = f"t-{uuid4().hex[:8]}"
    await operator.page.get_by_role("link", name="Tenants").click()
    await press(operator, "Make a tenant")
    await operator.page.get_by_label("Name", exact=True).fill("The others")
    await operator.page.get_by_label("Slug").fill(slug)
    await press(operator, "Make the tenant")
    key = await operator.page.get_by_test_id("shown-once").inner_text()
    assert tree.request("GET", "/me", None, key)[1]["role"] == "ADMIN"
    await press(operator, "I have it")
    await expect(row(operator, "Tenants", slug)).to_be_visible()


@pytest.mark.walks
async def test_a_member_sees_no_administration(signed_in: SignedIn) -> None:
    for role in ("MEMBER", "VIEWER"):
        screen = await signed_in(role)
        await screen.open("/fleet")
        await expect(screen.page.get_by_role("link", name="Fleet")).to_be_visible()
        await expect(screen.page.get_by_role("link", name="Admin")).to_have_count(0)
        for section in ("keys", "tenants"):
            await screen.open(f"/admin/{section}")
            await expect(screen.page.get_by_text("Not for your role")).to_be_visible()
    await screen.no_barriers()


@pytest.mark.walks
async def test_a_lead_looks_and_changes_nothing(signed_in: SignedIn) -> None:
    screen = await signed_in("LEAD")
    await screen.open("/admin/members")
    for section, button in (
        ("Members", "Add a member"),
        ("Providers", "Add a provider"),
        ("Models", "Add a model"),
        ("Approval policy", "Add a rule"),
        ("Network", "Save the policy"),
        ("Git credentials", "Add a credential"),
        ("Quotas", "Change Storage"),
    ):
        await screen.page.get_by_role("link", name=section, exact=True).click()
        found = screen.page.get_by_role("button", name=button, exact=True)
        await expect(found).to_have_attribute("aria-disabled", "true")
    await found.hover()
    await expect(screen.page.get_by_role("tooltip", name="This needs the role ADMIN; yours here is LEAD.")).to_be_visible()
    await expect(screen.page.get_by_role("link", name="Tenants")).to_have_count(0)


@pytest.mark.walks
async def test_nothing_keeps_people_out(windows: Windows, operator: Screen, tree: Tree) -> None:
    phone = await windows.open(PHONE)
    await sign_in(phone, tree.key)
    for screen in (operator, phone):
        for section in SECTIONS:
            await screen.open(f"/admin/{section}")
            await expect(screen.page.get_by_role("status", name="Loading")).to_have_count(0)
            await expect(screen.page.get_by_role("navigation", name="Administration")).to_be_visible()
            await screen.no_barriers()
            assert await screen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), section
    await operator.open("/admin/keys")
    await expect(operator.page.get_by_role("grid", name="API keys")).to_be_visible()
    await operator.picture("admin-keys")
