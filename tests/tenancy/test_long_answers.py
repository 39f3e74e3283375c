"""An answer that takes a while to read ends with the right to read it."""

import asyncio

import httpx
import pytest
from sqlalchemy import text
from tests.actors import Actor, make_actor
from tests.api import V1, Server
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.watch import CHECK_SECONDS

PARTS, PART_CHARACTERS = 4_000, 10_000
_CONVERSATION = text(
    """insert into transcript_parts (tenant_id, session_id, part_id, message_id, role, type, data, created_at)
    select :tenant_id, :session_id, 'prt_' || lpad(n::text, 8, '0'), 'msg_1', 'assistant', 'text',
        jsonb_build_object('text', repeat('x', :characters)), now() from generate_series(1, :parts) n"""
)


async def conversation(server: Server) -> str:
    """Larger than all that is buffered on the way."""
    actor = server.actors.admin
    session = await add_session(server.database, actor.tenant_id)
    values = {"tenant_id": actor.tenant_id, "session_id": session.id, "parts": PARTS, "characters": PART_CHARACTERS}
    with tenant_scope(actor.tenant_id):
        async with server.database.transaction() as db:
            await db.execute(_CONVERSATION, values)
    return str(session.id)


async def revoked(server: Server, client: httpx.AsyncClient, key: Actor) -> None:
    answer = await client.post(f"{V1}/api-keys/{key.key_id}/revoke", headers=server.actors.admin.headers)
    assert answer.status_code == 200


async def lowered(server: Server, _: httpx.AsyncClient, key: Actor) -> None:
    async with server.database.system_transaction() as db:
        await db.execute(text("update api_keys set role = 'VIEWER' where id = :id"), {"id": key.key_id})


@pytest.mark.parametrize("end", [revoked, lowered])
async def test_a_download_breaks_off_when_its_key_ends(server: Server, end: object) -> None:
    """A slow reader had all of a conversation, and what was said in it later, hours after the key was revoked."""
    session_id, admin = await conversation(server), server.actors.admin
    key = await make_actor(server.database, admin.tenant_id, admin.slug, Role.MEMBER)
    path = f"{V1}/sessions/{session_id}/transcript/raw"
    read = 0
    async with httpx.AsyncClient(base_url=server.url, timeout=20, trust_env=False) as client:
        async with client.stream("GET", path, headers=key.headers) as answer:
            pieces = answer.aiter_raw()

            async def drain() -> None:
                nonlocal read
                async for piece in pieces:
                    read += len(piece)

            read += len(await anext(pieces))
            await end(server, client, key)  # type: ignore[operator]
            await asyncio.sleep(CHECK_SECONDS)  # What is under test is that time passes, and nothing is read.
            with pytest.raises(httpx.RemoteProtocolError):
                await drain()
        whole = await client.get(path, headers=admin.headers)
    assert len(whole.content) > PARTS * PART_CHARACTERS
    assert read < len(whole.content) / 2
