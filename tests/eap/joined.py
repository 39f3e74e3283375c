"""An external agent as tests play it: over HTTP, with a key pair of its own."""

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID, uuid4

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.api import Api

from orchestrator.eap import assignments
from orchestrator.eap.assignments import NewAssignment
from orchestrator.eap.models import Assignment
from orchestrator.kit.tenant_scope import tenant_scope

BASE = "/api/v1/agents/external"
COMMIT = "1" * 40


def public_text(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def signed(key: Ed25519PrivateKey, text: str) -> str:
    return base64.b64encode(key.sign(text.encode())).decode()


def assertion(key: Ed25519PrivateKey, agent_id: str, **changes: Any) -> str:
    moment = int(time.time())
    claims = {"iss": agent_id, "sub": agent_id, "aud": "eap", "iat": moment, "exp": moment + 120, "jti": uuid4().hex}
    head, body = (_part({"alg": "EdDSA"}), _part(claims | changes))
    return f"{head}.{body}.{_url(key.sign(f'{head}.{body}'.encode()))}"


def _part(value: Any) -> str:
    return _url(json.dumps(value).encode())


def _url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Joined:
    client: httpx.AsyncClient
    id: str
    token: str
    key: Ed25519PrivateKey = field(repr=False)
    answer: dict[str, Any] = field(repr=False)

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return await self.client.request(method, f"{BASE}/{self.id}{path}", headers=headers, **options)

    async def prove(self) -> httpx.Response:
        return await self.call("POST", "/prove", json={"signature": signed(self.key, self.answer["challenge"])})

    async def lease(self, wait: float = 0) -> dict[str, Any] | None:
        answer = await self.call("POST", "/tasks/lease", params={"wait": wait})
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.status_code == 200 else None

    async def result(self, task: dict[str, Any], **told: Any) -> httpx.Response:
        body = {"lease_epoch": task["lease_epoch"], "status": "completed", **told}
        return await self.call("PUT", f"/tasks/{task['task_id']}/result", json=body)


class HasId(Protocol):
    id: str


async def enrol(api: Api, **wanted: Any) -> str:
    answer = await api.call("POST", "/agents/external/enrolments", api.actors.admin, json=wanted)
    assert answer.status_code == 201, answer.text
    return answer.json()["token"]


async def register(
    api: Api, token: str, key: Ed25519PrivateKey | None = None, client: httpx.AsyncClient | None = None, **told: Any
) -> tuple[httpx.Response, Ed25519PrivateKey]:
    key = key or Ed25519PrivateKey.generate()
    body = {"protocol_version": "1.0", "name": "helper", "public_key": public_text(key), **told}
    headers = {"Authorization": f"Bearer {token}"}
    return await (client or api.client).post(f"{BASE}/register", headers=headers, json=body), key


async def join(api: Api, *, proven: bool = True, enrolment: dict[str, Any] | None = None, **told: Any) -> Joined:
    answer, key = await register(api, await enrol(api, **(enrolment or {})), **told)
    assert answer.status_code == 201, answer.text
    said = answer.json()
    one = Joined(api.client, said["agent_id"], said["auth_token"], key, said)
    if proven:
        assert (await one.prove()).status_code == 200
    return one


async def agent_of(api: Api, one: HasId) -> UUID:
    answer = await api.call("GET", f"/agents/external/{one.id}", api.actors.admin)
    return UUID(answer.json()["agent_id"])


async def assign(api: Api, one: HasId, *, priority: int = 0, bundle_path: str | None = None, **body: Any) -> Assignment:
    """Work for the agent, of a session that waits in the queue."""
    session = await api.create()
    agent_id = await agent_of(api, one)
    content = {
        "context": {},
        "input_data": {"prompt": "Do it."},
        "requirements": {},
        "repository": {"branch": "b", "commit": COMMIT, "bytes": 0, "sha256": "0" * 64},
        **body,
    }
    session_id, made = UUID(session["id"]), assignments.new_assignment_id()
    wanted = NewAssignment(session_id, 0, agent_id, priority, "coding", content, COMMIT, bundle_path or f"none/{made}", 60)
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            return await assignments.create(db, wanted, made)
