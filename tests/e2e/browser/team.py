"""A tenant of its own in a running orchestrator, whose agents ask before they touch a file."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.e2e.tree import FINISHED, Tree, make_repository

ASKS = (
    {"tool": "bash", "pattern": "touch *", "action": "ask"},
    {"tool": "question", "pattern": "*", "action": "ask"},
)
SHOP = {
    "shop/__init__.py": "",
    "shop/price.py": "def total(items, discount=0):\n    return sum(items)\n",
    "tests/__init__.py": "",
    "tests/test_price.py": (
        "import unittest\n\nfrom shop.price import total\n\n\nclass T(unittest.TestCase):\n"
        "    def test_discount(self):\n        self.assertEqual(total([100], discount=0.1), 90)\n"
    ),
}
VERIFY = ["python3 -m unittest -q"]


@dataclass(frozen=True)
class Team:
    tree: Tree
    slug: str
    key: str
    """Of its ADMIN."""

    @classmethod
    def make(cls, tree: Tree) -> "Team":
        slug = f"t-{uuid4().hex[:8]}"
        status, tenant = tree.request("POST", "/tenants", {"slug": slug, "name": f"Team {slug[2:6]}"})
        assert status == 201, tenant
        team = cls(tree, slug, tenant["admin_key"])
        team.call("PUT", "/approval-policy", {"rules": list(ASKS), "deadline_seconds": 600})
        return team

    def call(self, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        status, answer = self.tree.request(method, path, body, key or self.key)
        assert status < 300, answer
        return answer

    def colleague(self, role: str) -> str:
        """The key of another person of the team."""
        tenant = self.call("GET", "/me")["tenant_id"]
        person = {"email": f"{uuid4().hex[:8]}@team.example", "name": "Colleague", "role": role}
        user = self.call("POST", f"/tenants/{tenant}/users", person)
        wanted = {"name": f"{role.lower()} {uuid4().hex[:6]}", "role": role, "user_id": user["id"]}
        return self.call("POST", "/api-keys", wanted)["key"]

    def start(self, prompt: str, *, key: str | None = None, **wanted: Any) -> dict[str, Any]:
        """Its title is one of a kind."""
        return self.call("POST", "/sessions", {"prompt": prompt, "title": f"{prompt} {uuid4().hex[:5]}", **wanted}, key)

    async def settled(self, session: dict[str, Any]) -> dict[str, Any]:
        """Ended, with what OpenCode asked for twice denied: for one call it does so at times."""
        while (now := await self.ended(session, ("waiting", *FINISHED)))["status"] == "waiting":
            for asked in self.call("GET", f"/approvals?status=pending&session_id={session['id']}")["items"]:
                self.tree.request("POST", f"/approvals/{asked['id']}/deny", {}, self.key)
        return now

    async def ended(self, session: dict[str, Any], statuses: tuple[str, ...] = FINISHED) -> dict[str, Any]:
        return await asyncio.to_thread(self.tree.wait, session["id"], statuses, 90, self.key)

    def shop(self) -> Path:
        """A repository whose test fails until somebody fixes the discount."""
        return make_repository(self.tree.root / f"shop-{uuid4().hex[:6]}", SHOP)
