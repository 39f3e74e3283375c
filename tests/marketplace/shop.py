"""A publisher with a key of its own, and what it publishes."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.actors import Actor
from tests.api import Api

from orchestrator.marketplace.manifest import Asks
from orchestrator.marketplace.packing import AGENT_FILE, asks_of, definition_of
from orchestrator.marketplace.signing import Document, public_key_of, sign_claim, sign_listing

READER = "---\ndescription: Reads code\ncapabilities: [review]\npermission:\n  webfetch: deny\n---\nYou read.\n"
ASKING = """---
description: Handles tickets
capabilities: [review]
model: coder
mcp:
  tracker:
    type: remote
    url: https://tracker.example.com/mcp
    headers: {Authorization: "Bearer {env:TRACKER_TOKEN}"}
---
You handle tickets.
"""


def manifest_of(files: dict[str, str], **changes: Any) -> dict[str, Any]:
    """As the command line makes it."""
    definition = definition_of(files)
    whole = {
        "kind": "opencode",
        "description": definition.description,
        "capabilities": definition.capabilities,
        "asks": asks_of(definition, changes.pop("network", ())).model_dump(mode="json"),
        "licence": "Apache-2.0",
        "source": None,
    }
    return whole | changes


@dataclass
class Publisher:
    api: Api
    actor: Actor
    namespace: str = field(default_factory=lambda: f"n{uuid4().hex[:20]}")
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    async def claim(self, actor: Actor | None = None, **changes: Any) -> httpx.Response:
        body = {"namespace": self.namespace, "name": "test", **self.key_body(self.key)} | changes
        return await self.api.call("POST", "/marketplace/namespaces", actor or self.actor, json=body)

    def key_body(self, key: Ed25519PrivateKey) -> dict[str, str]:
        return {"public_key": public_key_of(key), "proof": sign_claim(key, self.namespace)}

    async def add_key(self, key: Ed25519PrivateKey) -> dict[str, Any]:
        path = f"/marketplace/namespaces/{self.namespace}/keys"
        answer = await self.api.call("POST", path, self.actor, json=self.key_body(key))
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def keys(self) -> list[dict[str, Any]]:
        path = f"/marketplace/namespaces/{self.namespace}/keys"
        return (await self.api.call("GET", path, self.actor)).json()["items"]

    def signed(
        self,
        version: str,
        document: str = READER,
        agent: str = "reader",
        key: Ed25519PrivateKey | None = None,
        files: dict[str, str] | None = None,
        manifest: dict[str, Any] | None = None,
        **changes: Any,
    ) -> dict[str, Any]:
        key = key or self.key
        files = files or {AGENT_FILE: document}
        manifest = manifest or manifest_of(files)
        digest = Document(f"{self.namespace}/{agent}", version, manifest, files).digest
        whole = {
            "version": version,
            "manifest": manifest,
            "files": files,
            "digest": digest,
            "signature": sign_listing(key, digest),
            "public_key": public_key_of(key),
            "visibility": "all",
        }
        return whole | changes

    async def try_publish(self, version: str = "1.0.0", *, agent: str = "reader", **wanted: Any) -> httpx.Response:
        body = self.signed(version, agent=agent, **wanted)
        return await self.api.call("POST", f"{self.path(agent)}/versions", self.actor, json=body)

    async def publish(self, version: str = "1.0.0", **wanted: Any) -> dict[str, Any]:
        answer = await self.try_publish(version, **wanted)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def mark(self, version: str, status: str, reason: str | None = "It is bad.") -> httpx.Response:
        body = {"status": status, "reason": reason}
        return await self.api.call("PATCH", f"{self.path()}/versions/{version}", self.actor, json=body)

    async def show_to(self, visibility: str, *slugs: str) -> httpx.Response:
        body = {"visibility": visibility, "visible_to": list(slugs)}
        return await self.api.call("PATCH", self.path(), self.actor, json=body)

    def path(self, agent: str = "reader") -> str:
        return f"/marketplace/listings/{self.namespace}/{agent}"


async def preview_of(api: Api, actor: Actor, publisher: Publisher, version: str = "latest") -> dict[str, Any]:
    answer = await api.call("GET", f"{publisher.path()}/versions/{version}/preview", actor)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def try_install(
    api: Api, actor: Actor, publisher: Publisher, version: str = "latest", **changes: Any
) -> httpx.Response:
    """Looks at it, and consents to all that it asks for."""
    seen = await preview_of(api, actor, publisher, version)
    body = {"listing": seen["listing"], "version": seen["version"], "digest": seen["digest"], "consent": seen["asks"]}
    return await api.call("POST", "/marketplace/installs", actor, json=body | changes)


async def install(api: Api, actor: Actor, publisher: Publisher, **changes: Any) -> dict[str, Any]:
    answer = await try_install(api, actor, publisher, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def nothing() -> dict[str, Any]:
    return Asks.model_validate({}).model_dump(mode="json")
