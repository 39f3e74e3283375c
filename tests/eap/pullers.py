"""Many agents that pull at once, some of which die or sleep; and what came of their work."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from tests.eap.joined import BASE, COMMIT, Joined, public_text

from orchestrator.eap import assignments
from orchestrator.eap.assignments import NewAssignment
from orchestrator.eap.models import Assignment
from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import tenant_scope

V1 = "/api/v1"


@dataclass
class Crowd:
    """Agents of one name. `accepted` are the results that were answered with 200: each epoch of a task once."""

    client: httpx.AsyncClient
    key: str
    dice: random.Random
    lease_seconds: float
    accepted: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    sessions: set[str] = field(default_factory=set[str])

    async def people(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = await self.client.request(method, V1 + path, headers=headers, **options)
        assert answer.is_success, answer.text
        return answer.json()

    async def join(self) -> Joined:
        token = (await self.people("POST", "/agents/external/enrolments", json={"agent_name": "crowd"}))["token"]
        key = Ed25519PrivateKey.generate()
        body = {"protocol_version": "1.0", "name": "crowd", "public_key": public_text(key)}
        answer = await self.client.post(f"{BASE}/register", headers={"Authorization": f"Bearer {token}"}, json=body)
        assert answer.status_code == 201, answer.text
        one = Joined(self.client, answer.json()["agent_id"], answer.json()["auth_token"], key, answer.json())
        assert (await one.prove()).status_code == 200
        return one

    async def pull(self, deadly: float, sleepy: float) -> None:
        """Until nothing more comes. Dying is to fall silent with a task in hand; another one joins in its place."""
        one = await self.join()
        while True:
            task = await self.leased(one)
            if task is None:
                return
            fate = self.dice.random()
            if fate < deadly:
                one = await self.join()
                continue
            if fate < deadly + sleepy:
                await asyncio.sleep(self.lease_seconds + 4)
            await self.hand_in(one, task)

    async def leased(self, one: Joined) -> dict[str, Any] | None:
        """None when nothing comes for longer than a lease lasts."""
        while True:  # The test as a whole has its time.
            try:
                return await one.lease(wait=self.lease_seconds + 5)
            except httpx.TransportError:
                await asyncio.sleep(0.2)

    async def hand_in(self, one: Joined, task: dict[str, Any]) -> None:
        """As often as it takes to get an answer."""
        while True:
            try:
                answer = await one.result(task, summary=f"{task['task_id']} {task['lease_epoch']}")
            except httpx.TransportError:
                await asyncio.sleep(0.2)
                continue
            if answer.status_code == 200:
                self.accepted[task["task_id"]] += 1
            else:
                assert answer.json()["error"]["code"] == "stale_lease", answer.text
                self.refused[task["task_id"]] += 1
            return


async def fill(database: Database, tenant_id: UUID, session_id: UUID, count: int) -> list[UUID]:
    body = {
        "context": {},
        "input_data": {"prompt": "Do it."},
        "requirements": {},
        "repository": {"branch": "b", "commit": COMMIT, "bytes": 0, "sha256": "0" * 64},
    }
    made: list[UUID] = []
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            (agent_id,) = (await db.execute(text("select id from agents where name = 'crowd'"))).scalars()
            for turn in range(count):
                one = assignments.new_assignment_id()
                wanted = NewAssignment(session_id, turn, agent_id, 0, "coding", body, COMMIT, "none", 60)
                await assignments.create(db, wanted, one)
                made.append(one)
    return made


async def ended(database: Database, tenant_id: UUID) -> list[Assignment]:
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            return list((await db.execute(select(Assignment))).scalars())


async def ends_told(database: Database, tenant_id: UUID) -> Counter[str]:
    """How often each assignment's end was told."""
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            rows = await db.execute(text("select data ->> 'assignment_id' from events where type = 'assignment.ended'"))
            return Counter(rows.scalars())
