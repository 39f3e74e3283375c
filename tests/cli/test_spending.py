"""What was spent and what may be, on the command line, against a real server; and many sessions at once."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.api import Server
from tests.cli.test_cli import refused, run
from tests.cli.test_tenancy import printed
from tests.gateway.paying import Call
from tests.tenancy.test_isolation import add_session

from orchestrator.client.api import Client
from orchestrator.gateway.accounts import Payer
from orchestrator.gateway.ledger import Ledger
from orchestrator.kit.clock import now
from orchestrator.sessions.states import Status, Verification

Env = dict[str, str | None]


@pytest.fixture
def env(server: Server, tmp_path: Path) -> Env:
    data = {"ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path), "NO_COLOR": "1"}
    return {**data, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.admin.key}


async def test_costs_by_outcome_and_by_agent(server: Server, env: Env) -> None:
    tenant, ledger = server.actors.admin.tenant_id, Ledger(server.database)
    done = await add_session(server.database, tenant, status=Status.COMPLETED, verification=Verification.VERIFIED)
    call = Call(Payer(tenant, "user:1", done.id, agent="build"))
    await call.reserve(ledger)
    await call.settle(ledger, 1_234, 2_500_000)
    told = await asyncio.to_thread(printed, env, "costs")
    assert "verified" in told
    assert "1,234" in told
    assert "1 completed and verified: 2.5000 USD each, 2.5000 with all that was spent" in told
    assert "2.5000 USD spent, no limit; no forecast, for it rests on three whole days and there is data of 0" in told
    for by in ("day", "agent", "model", "member", "repository"):
        assert "2.5000" in await asyncio.to_thread(printed, env, "costs", "--by", by)
    assert "build" in await asyncio.to_thread(printed, env, "costs", "--by", "agent")
    before = (now() - timedelta(days=2)).isoformat()
    assert "2.5000 USD each" not in await asyncio.to_thread(printed, env, "costs", "--to", before)
    refused(await asyncio.to_thread(run, env, "costs", "--from", "yesterday"), "invalid")


async def test_how_many_results_may_wait_for_a_review(env: Env) -> None:
    repository = "https://example.com/shop.git"
    await asyncio.to_thread(printed, env, "budgets", "set", "repository", repository, "--unreviewed", "3")
    with Client(str(env["ORCHESTRATOR_URL"]), str(env["ORCHESTRATOR_API_KEY"])) as client:
        (budget,) = await asyncio.to_thread(client.budgets)
    assert (budget["label"], budget["max_unreviewed_results"], budget["tokens_per_month"]) == (repository, 3, None)
    wrong = await asyncio.to_thread(run, env, "budgets", "set", "user", "user:1", "--unreviewed", "3")
    refused(wrong, "invalid")
    assert (
        await asyncio.to_thread(run, env, "budgets", "set", "repository", repository, "--unreviewed", "0")
    ).exit_code == 2


async def test_one_action_on_many_sessions(server: Server, env: Env) -> None:
    tenant = server.actors.admin.tenant_id
    queued, paused, other = [
        str((await add_session(server.database, tenant, status=status, repository=repository)).id)
        for status, repository in ((Status.QUEUED, "/a"), (Status.PAUSED, "/a"), (Status.QUEUED, "/b"))
    ]
    told = await asyncio.to_thread(printed, env, "sessions", "bulk", "pause", queued, paused[-12:])
    first, second = told.splitlines()
    assert first == f"{queued} paused"
    assert second.startswith(f"{paused} ")
    assert "paused" in second
    told = await asyncio.to_thread(printed, env, "sessions", "bulk", "cancel", "--all", "--repository", "/a")
    assert sorted(told.splitlines()) == sorted([f"{queued} cancelled", f"{paused} cancelled"])
    told = await asyncio.to_thread(printed, env, "sessions", "bulk", "stop", "--all", "--status", "queued")
    assert told.splitlines() == [f"{other} stopped"]
    for wrong in (("pause",), ("pause", other, "--all"), ("dance", "--all")):
        assert (await asyncio.to_thread(run, env, "sessions", "bulk", *wrong)).exit_code == 2
