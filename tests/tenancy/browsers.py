"""Browsers that log in, and the application they log in to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from tests.api import running, settings_for
from tests.tenancy.openid import CLIENT_ID, LyingProvider

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.main import create_app
from orchestrator.tenancy.models import Membership, Role

PUBLIC = "http://orchestrator.test"


@dataclass
class Desk:
    app: FastAPI
    database: Database
    provider: LyingProvider

    def browser(self) -> httpx.AsyncClient:
        """It finds the orchestrator in this process and the provider on the network; it follows no redirect by itself."""
        here = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(mounts={PUBLIC: here}, base_url=PUBLIC)

    async def users(self) -> int:
        return await one(self.database, "select count(*) from users")


@asynccontextmanager
async def desk_for(folder: Path, url: str, provider: LyingProvider, **changes: Any) -> AsyncIterator[Desk]:
    own = {"public_url": PUBLIC, "oidc_issuer": provider.issuer, "oidc_client_id": CLIENT_ID}
    settings = settings_for(folder, **(own | changes))
    desk = Desk(create_app(settings, url), Database(url), provider)
    async with running(desk.app):
        yield desk
    await desk.database.close()


async def approved(browser: httpx.AsyncClient) -> str:
    """The way to the provider and the address it sends the browser back to."""
    there = await browser.get("/auth/log-in")
    assert there.status_code == 303, there.text
    back = await browser.get(there.headers["location"])
    assert back.status_code == 302
    return back.headers["location"]


async def log_in(desk: Desk) -> httpx.Response:
    async with desk.browser() as browser:
        return await browser.get(await approved(browser))


async def one(database: Database, query: str, **values: object) -> Any:
    async with database.system_transaction() as db:
        return (await db.execute(text(query), values)).scalar_one()


async def add_member(database: Database, tenant_id: UUID, user_id: str, role: Role) -> None:
    async with database.system_transaction() as db:
        db.add(Membership(tenant_id=tenant_id, user_id=UUID(user_id), role=role, created_at=now()))
