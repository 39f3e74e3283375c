"""The policy of a tenant as the node applies it to runtimes and commands."""

import asyncio
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from tests.actors import make_tenant

from orchestrator.events.models import Event
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.network_policy import NetworkMode, NetworkPolicy, parse_hosts
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes import networks as module
from orchestrator.runtimes.networks import Networks
from orchestrator.sandboxes import BubblewrapSandbox, SandboxNetwork, SandboxNetworkUnavailable, tenant_identity
from orchestrator.sessions.errors import FailureClass
from orchestrator.sessions.failures import class_of
from orchestrator.tenancy.models import TenantNetwork
from orchestrator.workspaces import Place
from orchestrator.workspaces.commands import Commands
from orchestrator.workspaces.layout import Layout

GATEWAY = "http://127.0.0.1:1/v1"


@dataclass
class Desk:
    database: Database
    tenant_id: UUID
    data: Path

    def networks(self, operators: NetworkPolicy | None = None) -> Networks:
        return Networks(self.database, operators or NetworkPolicy(), GATEWAY, self.data / "tenants")

    @property
    def place(self) -> Place:
        worktree, mirror = self.data / "worktree", self.data / "mirror.git"
        for folder in (worktree, mirror / "objects"):
            folder.mkdir(parents=True, exist_ok=True)
        return Place(str(self.tenant_id), "one", worktree, "/workspaces/one", mirror, tenant_identity(3))

    async def choose(self, mode: NetworkMode, *hosts: str) -> None:
        with tenant_scope(self.tenant_id):
            async with self.database.transaction() as db:
                row = TenantNetwork(tenant_id=self.tenant_id, mode=mode, allowed_hosts=list(hosts), updated_at=now())
                await db.merge(row)

    async def told(self) -> list[str]:
        with tenant_scope(self.tenant_id):
            async with self.database.transaction() as db:
                query = select(Event.data).where(Event.tenant_id == self.tenant_id, Event.type == "network.refused")
                return [data["host"] for data in (await db.execute(query.order_by(Event.seq))).scalars()]


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> Desk:
    tmp_path.chmod(0o755)
    return Desk(database, await make_tenant(database, f"t-{uuid4().hex}"), tmp_path)


async def test_the_policy_is_the_tenants_within_the_operators(desk: Desk) -> None:
    loose, tight = desk.networks(), desk.networks(NetworkPolicy(NetworkMode.ALLOWLIST, parse_hosts("pypi.org")))
    assert await loose.policy(desk.tenant_id) == NetworkPolicy()
    assert await tight.policy(desk.tenant_id) == NetworkPolicy(NetworkMode.ALLOWLIST, parse_hosts("pypi.org"))
    await desk.choose(NetworkMode.HOST, "evil.org", "pypi.org")
    assert await loose.policy(desk.tenant_id) == NetworkPolicy(), "hosts make no difference to it"
    assert await tight.policy(desk.tenant_id) == NetworkPolicy(NetworkMode.ALLOWLIST, parse_hosts("pypi.org"))
    await desk.choose(NetworkMode.NONE, "pypi.org")
    assert await loose.policy(desk.tenant_id) == NetworkPolicy(NetworkMode.NONE)


async def test_a_command_has_the_network_of_its_tenant_and_a_script_of_ours_has_none(desk: Desk) -> None:
    networks = desk.networks()
    async with networks.of_command(desk.place, way_out=True) as network:
        assert network is None
    await desk.choose(NetworkMode.NONE)
    async with networks.of_command(desk.place, way_out=False) as network:
        assert network == SandboxNetwork()
    async with networks.of_command(desk.place, way_out=True) as network:
        assert network is not None
        assert network.folder is not None
        assert (network.folder / "proxy.sock").is_socket()
    assert not network.folder.exists()


async def test_a_command_runs_in_a_network_of_its_own(desk: Desk) -> None:
    await desk.choose(NetworkMode.NONE)
    ledger = ProcessLedger(desk.data / "processes")
    commands = Commands(Layout(desk.data), BubblewrapSandbox(), ledger, desk.networks().of_command)
    shown = "readlink /proc/self/ns/net; echo $https_proxy"
    ran = await commands.shell(shown, desk.place, env={}, timeout_seconds=60)
    script = await commands.script(shown, desk.place, env={}, timeout_seconds=60, purpose="test")
    here = Path("/proc/self/ns/net").readlink()
    assert ran.output.split()[1] == "http://127.0.0.1:61128"
    assert script.output.split()[1:] == []
    assert len({ran.output.split()[0], script.output.split()[0], str(here)}) == 3


@pytest.fixture
def no_namespaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bubblewrap that may not make a network, as in many containers."""
    real = next(p for p in map(Path, ("/usr/bin/bwrap", "/usr/local/bin/bwrap")) if p.exists())
    program = tmp_path / "bin" / "bwrap"
    program.parent.mkdir()
    refusal = 'for word; do [ "$word" != --unshare-net ] || { echo "bwrap: Operation not permitted" >&2; exit 1; }; done\n'
    program.write_text(f'#!/bin/sh\n{refusal}exec {real} "$@"\n')
    program.chmod(0o755)
    program.parent.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


async def test_where_no_namespace_can_be_made_nothing_runs(desk: Desk, no_namespaces: None) -> None:
    await desk.choose(NetworkMode.ALLOWLIST)
    networks, ledger = desk.networks(), ProcessLedger(desk.data / "processes")
    commands = Commands(Layout(desk.data), BubblewrapSandbox(), ledger, networks.of_command)
    with pytest.raises(SandboxNetworkUnavailable, match="not permitted"):
        await networks.open(desk.tenant_id, await networks.policy(desk.tenant_id), None)
    with pytest.raises(SandboxNetworkUnavailable) as error:
        await commands.shell("touch ran", desk.place, env={}, timeout_seconds=60)
    assert not (desk.place.folder / "ran").exists()
    assert class_of(error.value.code) is FailureClass.RUNTIME_START
    await desk.choose(NetworkMode.HOST)
    assert (await commands.shell("true", desk.place, env={}, timeout_seconds=60)).exit_code == 0


async def test_a_refused_host_is_told_once_and_not_without_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_TOLD", 3)
    await desk.choose(NetworkMode.ALLOWLIST)
    networks = desk.networks()
    network = await networks.open(desk.tenant_id, await networks.policy(desk.tenant_id), None)
    try:
        for host in ("a.org", "b.org", "a.org", "c.org", "d.org"):
            assert (await asked(network.sandbox, host)).startswith(b"HTTP/1.1 403")
    finally:
        await network.close()
    await networks.close()
    # Each is told by a task of its own, so that they may be told in another order than they were asked for.
    assert sorted(await desk.told()) == ["a.org", "b.org", "c.org"]


async def asked(network: SandboxNetwork | None, host: str) -> bytes:
    assert network is not None
    assert network.folder is not None
    connection, folder = socket.socket(socket.AF_UNIX), os.open(network.folder, os.O_PATH)
    connection.connect(f"/proc/self/fd/{folder}/proxy.sock")
    os.close(folder)
    reader, writer = await asyncio.open_unix_connection(sock=connection)
    writer.write(f"CONNECT {host}:443 HTTP/1.1\r\n\r\n".encode())
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer
