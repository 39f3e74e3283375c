"""Giving work away: the next task of an agent as the message that it gets, and the files that belong to it."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap import assignments
from orchestrator.eap.members import member
from orchestrator.eap.messages import AssignmentMessage, GatewayAccess, RepositoryAt
from orchestrator.eap.models import Assignment
from orchestrator.eap.news import AssignmentNews, woken
from orchestrator.gateway.virtual_keys import mint_assignment_key
from orchestrator.kit.db import Database
from orchestrator.kit.settings import Settings

GATEWAY_PATH = "/gateway/v1"
_LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Handing:
    """`base` is the address that agents reach the orchestrator at."""

    database: Database
    settings: Settings
    news: AssignmentNews
    base: str

    async def wait_for_work(self, member_id: UUID, seconds: float) -> AssignmentMessage | None:
        """Nothing is held while it waits. Raises KeyNotProven, NotFound."""
        end = asyncio.get_running_loop().time() + seconds
        async with self.database.transaction() as db:
            agent_id = (await member(db, member_id)).agent_id
        with self.news.of(agent_id) as event:
            while True:
                leased = await self.lease(member_id)
                left = end - asyncio.get_running_loop().time()
                if leased is not None:
                    self.news.wake_one(agent_id)
                if leased is not None or left <= 0:
                    return leased
                await woken(event, min(left, _LOOK_SECONDS))

    async def lease(self, member_id: UUID) -> AssignmentMessage | None:
        async with self.database.transaction() as db:
            row = await assignments.lease(db, member_id, self.settings.eap_lease_seconds)
            return None if row is None else self.message(db, member_id, row)

    def message(self, db: AsyncSession, member_id: UUID, row: Assignment) -> AssignmentMessage:
        own = f"{self.base}/api/v1/agents/external/{member_id}/tasks/{row.id}"
        repository, model = row.body["repository"], row.body.get("model")
        access = None
        if model is not None:
            key = mint_assignment_key(db, row.id)
            access = GatewayAccess(base_url=f"{self.base}{GATEWAY_PATH}", api_key=key, model=model)
        if row.lease_until is None:
            raise AssertionError("it was leased in this transaction")
        return AssignmentMessage(
            task_id=row.id,
            session_id=row.session_id,
            lease_epoch=row.lease_epoch,
            attempt=row.tries,
            task_type=row.task_type,
            context=row.body["context"],
            input_data=row.body["input_data"],
            requirements=row.body["requirements"],
            timeout_seconds=row.timeout_seconds,
            lease_expires_at=row.lease_until,
            repository=RepositoryAt(url=f"{own}/repository?lease_epoch={row.lease_epoch}", **repository),
            gateway=access,
        )
