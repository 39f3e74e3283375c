"""A repository's budget holds its sessions from the moment that they are handed in, under whatever name."""

import pytest
from tests.actors import make_actor
from tests.api import Api
from tests.sessions.test_admission import make_node
from tests.sessions.test_api_bad_input import repository_in
from tests.sessions.test_fair_share import spend

from orchestrator.sessions.admission import admit
from orchestrator.tenancy.models import Role

URL = "https://git.example.invalid/shop.git"


@pytest.mark.parametrize("named", ["url", "path", "link"])
async def test_a_spent_budget_holds_a_session_that_has_not_begun(api: Api, named: str) -> None:
    """The key was written by the first step, so that a queued session was let in, and paused at its first call."""
    path = repository_in(api.roots, f"shop-{named}").path
    link = api.roots / f"link-{named}"
    link.symlink_to(path)
    budgeted, handed_in = {"url": (URL, URL), "path": (path, link), "link": (link, path)}[named]
    lead = await make_actor(api.database, api.actors.admin.tenant_id, api.actors.admin.slug, Role.LEAD)
    body = {"scope": "repository", "subject": str(budgeted), "tokens_per_month": 100}
    budget = await api.call("PUT", "/budgets", lead, json=body)
    assert budget.status_code == 200, budget.text
    await spend(api.database, lead.tenant_id, "repository", budget.json()["subject"], 100, api.database.url)
    held, free = await api.create(repository=str(handed_in)), await api.create()
    assert await admit(api.database, await make_node(api.database, 0)) is None
    reasons = [(await api.call("GET", f"/sessions/{one['id']}")).json()["queue_reason"] for one in (held, free)]
    assert reasons[0] == "budget"
    assert reasons[1] != "budget"
