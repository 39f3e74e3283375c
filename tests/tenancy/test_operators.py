"""Whoever is taken off the list of operators is none by any way."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.api import settings_for

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.settings import Settings
from orchestrator.tenancy.keys import mint_key
from orchestrator.tenancy.models import ApiKey, AuditEntry, Membership, Role, User
from orchestrator.tenancy.operators import settle_operators
from orchestrator.tenancy.service import authenticate, first_start

ISSUER = "https://id.example.com"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    wanted = settings_for(
        tmp_path,
        oidc_issuer=ISSUER,
        oidc_client_id="orchestrator",
        public_url="https://orchestrator.example.com",
        oidc_operators="stays",
    )
    wanted.data_dir.mkdir()
    return wanted


async def test_a_key_from_before_is_no_operators_either(database: Database, settings: Settings) -> None:
    await first_start(database, settings)
    first = (settings.data_dir / "admin.key").read_text().strip()
    tenant_id = (await authenticate(database, first, None)).tenant_id
    keys = {
        who: await _operators_key(database, tenant_id, *who)
        for who in ((ISSUER, "stays"), (ISSUER, "goes"), ("https://other.example.com", "stays"))
    }
    for _ in range(2):  # The second time there is nothing left to do.
        await settle_operators(database, settings)
    assert (await authenticate(database, first, None)).is_operator
    found = {who: (await authenticate(database, key, None)).is_operator for who, key in keys.items()}
    assert list(found.values()) == [True, False, False]
    async with database.system_transaction() as db:
        told = (await db.execute(select(AuditEntry.action).where(AuditEntry.action == "key.demote"))).all()
    assert len(told) == 2


async def _operators_key(database: Database, tenant_id: UUID, issuer: str, subject: str) -> str:
    minted, user_id = mint_key(), new_id()
    async with database.system_transaction() as db:
        db.add(User(id=user_id, name=subject, issuer=issuer, subject=subject, is_operator=True, created_at=now()))
        await db.flush()
        db.add(Membership(tenant_id=tenant_id, user_id=user_id, role=Role.VIEWER, created_at=now()))
        await db.flush()
        db.add(
            ApiKey(
                tenant_id=tenant_id,
                id=new_id(),
                public_id=minted.public_id,
                secret_sha256=minted.secret_sha256,
                name=subject,
                role=Role.VIEWER,
                user_id=user_id,
                is_operator=True,
                created_at=now(),
            )
        )
    return minted.text
