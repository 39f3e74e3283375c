"""Two tenants by the eyes of somebody else's tool: Schemathesis reads each tenant's objects as the other one."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from tests.actors import Actor
from tests.api import Server

from orchestrator.kit.db import Database
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions import api, service
from orchestrator.sessions.models import Session
from orchestrator.sessions.schemas import SessionRead

CHECKS = "object_level_authorization,ignored_auth"
# A stream has no end, a key that revokes itself or a quota of nothing ends the run before it has begun.
# Schemathesis makes no tar archives, so tests/sessions/test_handoff.py asks with foreign ids in its place.
LEFT_OUT = (
    "/api/v1/events",
    "/api/v1/api-keys/{key_id}/revoke",
    "/api/v1/api-keys/{key_id}/rotate",
    "/api/v1/sessions/{session_id}/send",
)
REFUSED_IF_MADE_UP = ("repository", "base_ref", "agent", "model")
QUOTAS = "/api/v1/tenants/{tenant_id}/quotas"


def examine(server: Server, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    peers = {"a": server.actors.admin, "b": server.actors.other}
    document = json.loads(json.dumps(server.app.openapi() if server.app else {}))
    del document["paths"][QUOTAS]["put"]
    for name in REFUSED_IF_MADE_UP:
        del document["components"]["schemas"]["SessionCreate"]["properties"][name]
    del document["components"]["schemas"]["SessionCreate"]["examples"]
    (folder / "openapi.json").write_text(json.dumps(document))
    (folder / "users.yaml").write_text(yaml.safe_dump({"auth": [entry(name, one) for name, one in peers.items()]}))
    (folder / "schemathesis.toml").write_text('[auth.wfc]\npath = "users.yaml"\npeers = ["a", "b"]\n')
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", "openapi.json", "--url", server.url]
    command += ["--checks", CHECKS, "--mode", "positive", "--seed", "1", "--max-examples", "8", "--no-color"]
    command += ["--phases", "examples,fuzzing,stateful", "--request-timeout", "10", "--generation-database", "none"]
    command += ["--warnings", "off", "--max-time", "20"]
    for path in LEFT_OUT:
        command += ["--exclude-path", path]
    return subprocess.run(
        [*command, *more], cwd=folder, capture_output=True, text=True, timeout=110, check=False, env={"HOME": str(folder)}
    )


def entry(name: str, actor: Actor) -> dict[str, Any]:
    return {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {actor.key}"}]}


async def test_two_tenants_see_nothing_of_each_other(server: Server, tmp_path: Path) -> None:
    done = await asyncio.to_thread(examine, server, tmp_path)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


async def test_a_planted_leak_is_found(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the silence above means something: a session is found by its id alone, and read as its owner reads it."""
    assert server.app is not None
    database: Database = server.app.state.database
    as_it_is, read_one = service.get_session, api.read_one

    async def of_anybody(db: AsyncSession, session_id: UUID) -> Session:
        async with database.system_transaction() as everything:
            found = (await everything.execute(select(Session).where(Session.id == session_id))).scalar_one_or_none()
        return found or await as_it_is(db, session_id)

    async def as_its_owner(_: AsyncSession, session: Session) -> SessionRead:
        with tenant_scope(session.tenant_id):
            async with database.transaction() as theirs:
                return await read_one(theirs, session)

    monkeypatch.setattr(service, "get_session", of_anybody)
    monkeypatch.setattr(api, "read_one", as_its_owner)
    until_found = ("--max-failures", "1", "--max-time", "80")
    done = await asyncio.to_thread(
        examine, server, tmp_path, "--include-path-regex", "sessions(/.session_id.)?$", *until_found
    )
    assert done.returncode == 1, done.stdout[-6000:] + done.stderr[-2000:]
    assert "received the" in done.stdout
