"""A verification command that uses more memory than it may says so in its output, which the agent is shown."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.workspaces.desk import Desk, Repository

from orchestrator.kit.cgroups import Limits
from orchestrator.kit.group_ledger import GroupLedger
from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import CommandLimits, Identity, Plan, choose_sandbox, limits_here
from orchestrator.workspaces import Workspaces

PLANS = {str(plan): plan for plan in (limits_here("auto"), limits_here("prlimit"))}
"""Control groups where this machine lets us make them, and prlimit in any case."""


@pytest.fixture(params=PLANS.values(), ids=list(PLANS))
def desk(request: pytest.FixtureRequest, tmp_path: Path, roots: Path, identity: Identity | None) -> Iterator[Desk]:
    plan: Plan = request.param
    groups = GroupLedger(tmp_path / "groups", f"orchestrator-test-{uuid4().hex[:8]}", plan.hierarchies)
    groups.open()
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    ledger = ProcessLedger(data_dir / "processes", groups)
    sandbox = choose_sandbox("auto", CommandLimits(plan, Limits(160 * 1024 * 1024, pids=200)))
    yield Desk(Workspaces(data_dir, (roots,), sandbox, ledger), identity)
    groups.close()


async def test_the_output_says_why(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    command = "python3 -c 'print(len(bytearray(400 << 20)))'; code=$?; echo then; exit $code"
    result = await desk.workspaces.run(command, workspace, env={}, timeout_seconds=60)
    assert result.exit_code in (1, 137)
    assert "then\n" in result.output
    assert "MemoryError" in result.output or "may use 160 MiB of memory" in result.output
    again = await desk.workspaces.run("echo on", workspace, env={}, timeout_seconds=60)
    assert (again.exit_code, again.output) == (0, "on\n")
