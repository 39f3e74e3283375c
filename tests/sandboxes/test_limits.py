"""What bounds a session's commands: the choice by what a machine has, and each way that this one has, on real processes."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from tests.sandboxes.tenants import Tenant
from tests.sandboxes.waiting import spawned

from orchestrator.kit.cgroups import Hierarchy, Limits, Resource
from orchestrator.kit.group_ledger import GroupLedger
from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import (
    GROUP_PREFIX,
    LIMITS_FOLDER,
    BubblewrapSandbox,
    CommandLimits,
    Mount,
    Plan,
    ProcessSandbox,
    SandboxSpec,
    limits_here,
    prepare_owner,
    tenant_identity,
)
from orchestrator.sandboxes.limits import NICENESS, Found, How, plan_limits

MEGABYTE = 1024 * 1024
BOUNDS = Limits(160 * MEGABYTE, pids=60, cpus=0.25)
EATER = "python3 -c 'print(len(bytearray(400 << 20)))'"
# It starts processes until it is refused, and says how many there were; they would stay for a minute.
BOMB = """python3 -c 'import os, time
count = 0
try:
    while count < 10000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        count += 1
except BlockingIOError:
    print(count)
'"""
# A loop that never rests, for as long as the clock on the wall says; what it got of a processor is what it prints.
BUSY = "python3 -c 'import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end: pass\nprint(time.process_time())'"

EVERY = tuple(Resource)
VERSION_2 = Hierarchy(2, EVERY, Path("/sys/fs/cgroup"))
VERSION_1 = tuple(Hierarchy(1, (one,), Path(f"/sys/fs/cgroup/{one}")) for one in EVERY)


def ways(plan: Plan) -> tuple[How, How, How]:
    return plan.memory, plan.cpu, plan.pids


def test_version_2_is_taken_where_it_can_be_written() -> None:
    plan = plan_limits("auto", Found((VERSION_2, *VERSION_1), "/usr/bin/prlimit", "/usr/bin/nice"))
    assert ways(plan) == (How.CGROUP_2,) * 3
    assert plan.hierarchies == (VERSION_2,)
    assert plan.complete
    assert str(plan) == "memory by cgroup v2, processor time by cgroup v2, processes by cgroup v2"


def test_version_1_is_taken_for_what_version_2_lacks() -> None:
    plan = plan_limits("auto", Found(VERSION_1, "/usr/bin/prlimit", "/usr/bin/nice"))
    assert ways(plan) == (How.CGROUP_1,) * 3
    mixed = plan_limits("auto", Found((Hierarchy(2, (Resource.CPU,), Path("/x")), *VERSION_1), None, None))
    assert ways(mixed) == (How.CGROUP_1, How.CGROUP_2, How.CGROUP_1)
    assert len(mixed.hierarchies) == 3


def test_what_no_group_bounds_is_left_to_prlimit_and_said_with_the_reason() -> None:
    nothing = Found((), "/usr/bin/prlimit", "/usr/bin/nice", ("/sys/fs/cgroup: Read-only file system",))
    plan = plan_limits("auto", nothing)
    assert ways(plan) == (How.PRLIMIT, How.NICE, How.PRLIMIT)
    assert not plan.complete
    assert plan.reason == "/sys/fs/cgroup: Read-only file system"
    some = plan_limits("auto", Found((Hierarchy(1, (Resource.PIDS,), Path("/x")),), "/usr/bin/prlimit", None))
    assert ways(some) == (How.PRLIMIT, How.NONE, How.CGROUP_1)
    assert ways(plan_limits("auto", Found((), None, None))) == (How.NONE,) * 3


def test_the_setting_has_the_last_word() -> None:
    found = Found((VERSION_2,), "/usr/bin/prlimit", "/usr/bin/nice")
    assert ways(plan_limits("prlimit", found)) == (How.PRLIMIT, How.NICE, How.PRLIMIT)
    none = plan_limits("none", found)
    assert ways(none) == (How.NONE,) * 3
    assert none.hierarchies == ()
    assert none.reason == "ORCHESTRATOR_LIMITS=none asks for it"


HERE = {str(plan): plan for plan in (limits_here("auto"), limits_here("prlimit"))}
"""Control groups where this machine lets us make them, and prlimit in any case."""


class Bounded:
    """A tenant whose session `one` is bounded in one of the ways that this machine has."""

    def __init__(self, tenant: Tenant, plan: Plan, groups: GroupLedger) -> None:
        self.tenant, self.plan, self.groups = tenant, plan, groups
        self.limits = CommandLimits(plan, BOUNDS)
        self.sandbox = BubblewrapSandbox(limits=self.limits)
        self.sandbox.write_shell(tenant.home / "shell")
        mounts = list(tenant.runtime.mounts)
        if self.limits.grouped:
            self.group = groups.make("tenant", f"{GROUP_PREFIX}one", BOUNDS, purpose="session", entered_by=self.user)
            pairs = zip(groups.hierarchies, groups.tenant_folders("tenant"), strict=True)
            mounts += [Mount(folder, f"{LIMITS_FOLDER}/{one.name}", writable=True) for one, folder in pairs]
        self.runtime = replace(tenant.runtime, mounts=tuple(mounts))

    @property
    def user(self) -> tuple[int, int] | None:
        identity = self.tenant.single.identity
        return (identity.uid, identity.gid) if identity else None

    def command(self, command: str) -> subprocess.CompletedProcess[str]:
        return self.tenant.run(self.runtime, "/shell/bash", "-c", command)


@pytest.fixture(params=HERE.values(), ids=list(HERE))
def bounded(request: pytest.FixtureRequest, tenant: Tenant, tmp_path: Path) -> Iterator[Bounded]:
    plan = request.param
    if tenant.user == "ordinary" and plan.hierarchies and os.geteuid() == 0:
        # `nobody`, whom root becomes in these tests, owns no groups; a real ordinary user has had some handed on.
        plan = limits_here("prlimit")
    groups = GroupLedger(tmp_path / "groups", f"orchestrator-test-{uuid4().hex[:8]}", plan.hierarchies)
    groups.open()
    yield Bounded(tenant, plan, groups)
    groups.close()


def test_a_command_that_eats_memory_ends_with_a_reason_and_its_siblings_go_on(bounded: Bounded) -> None:
    with spawned(bounded.tenant, bounded.runtime, "/shell/bash", "-c", "echo ready; sleep 60") as sibling:
        done = bounded.command(EATER)
        assert done.returncode != 0
        assert done.stdout == ""
        if bounded.plan.memory is How.PRLIMIT:
            assert "MemoryError" in done.stderr
        else:
            assert "may use 160 MiB of memory, and a process that used more was ended" in done.stderr
        assert sibling.is_running()
        assert bounded.command("echo on").stdout == "on\n"


def test_a_command_that_is_killed_for_its_memory_is_told_how_much_there_is(bounded: Bounded) -> None:
    """Programs that die of it without a word."""
    done = bounded.command("python3 -c 'import os\ntry: bytearray(400 << 20)\nexcept MemoryError: os.abort()'")
    assert done.returncode in (134, 137)
    assert "160 MiB of memory" in done.stderr


def test_a_fork_bomb_is_contained_and_ends_with_its_command(bounded: Bounded) -> None:
    done = bounded.command(BOMB)
    assert done.returncode == 0
    assert 20 <= int(done.stdout) <= 60
    assert bounded.command("echo on").stdout == "on\n"
    if bounded.plan.pids is not How.PRLIMIT:
        assert "may be 60 processes at once, and no more" in done.stderr
        assert bounded.group.cgroup.processes() == set()


def test_a_busy_loop_leaves_others_the_processor(bounded: Bounded) -> None:
    if bounded.plan.cpu is How.NICE:
        assert bounded.command("nice").stdout.strip() == str(NICENESS)
    else:
        assert float(bounded.command(BUSY).stdout) < 1.0


def test_a_command_keeps_its_streams_and_exit_code_and_is_the_first_to_go(bounded: Bounded) -> None:
    done = bounded.command("echo out; echo err >&2; exit 9")
    assert (done.returncode, done.stdout, done.stderr) == (9, "out\n", "err\n")
    assert bounded.command("cat /proc/self/oom_score_adj").stdout.strip() == "500"


def test_node_starts_within_the_limits(bounded: Bounded) -> None:
    """It maps far more than it uses, which is why no limit is on what is mapped."""
    assert bounded.command("node -e 'console.log(6 * 7)'").stdout == "42\n"


def test_a_command_cannot_leave_its_groups_and_sees_none(bounded: Bounded) -> None:
    done = bounded.command(f"ls {LIMITS_FOLDER}; ls /sys/fs/cgroup; cat /proc/self/cgroup")
    assert f"{GROUP_PREFIX}one" not in done.stdout
    assert done.stderr.count("No such file or directory") == 2


@pytest.mark.parametrize("plan", HERE.values(), ids=list(HERE))
async def test_a_command_of_ours_is_bounded_as_well(plan: Plan, tmp_path: Path) -> None:
    """Verification: the orchestrator starts it, on its ledger."""
    groups = GroupLedger(tmp_path / "groups", f"orchestrator-test-{uuid4().hex[:8]}", plan.hierarchies)
    groups.open()
    ledger, limits = ProcessLedger(tmp_path / "processes", groups), CommandLimits(plan, BOUNDS)
    workspace = tmp_path / "workspaces/one"
    workspace.mkdir(parents=True)
    prepare_owner(workspace, tenant_identity(7))
    spec = SandboxSpec((Mount(workspace, "/workspaces/one", writable=True),), "/workspaces/one", {}, tenant_identity(7))
    launch = BubblewrapSandbox(limits=limits).launch(spec, ["bash", "-c", f"{EATER} || exit 7"])
    try:
        owned = await ledger.spawn(
            launch.argv, purpose="command", env=launch.env, tenant_id="tenant", limits=BOUNDS, leaves_nobody=True
        )
        assert await owned.wait(60) == 7
    finally:
        groups.close()
    said = limits.explain(owned.killed_for_memory, owned.refused_processes, 7)
    assert ("160 MiB" in said) is (plan.memory is not How.PRLIMIT)
    assert ledger.records() == []


@pytest.mark.parametrize("plan", HERE.values(), ids=list(HERE))
def test_without_a_sandbox_commands_are_bounded_too(plan: Plan, tmp_path: Path) -> None:
    workspace, shell, left = tmp_path / "one", tmp_path / "shell", tmp_path / "left"
    workspace.mkdir()
    left.mkdir()
    groups = GroupLedger(tmp_path / "groups", f"orchestrator-test-{uuid4().hex[:8]}", plan.hierarchies)
    groups.open()
    try:
        limits = CommandLimits(plan, BOUNDS)
        folders = groups.make("tenant", "session-one", BOUNDS, purpose="session").cgroup.folders if limits.grouped else ()
        sandbox, place = ProcessSandbox(limits), Mount(workspace, "/workspaces/one", writable=True)
        wrapper = sandbox.write_shell(shell)
        sandbox.write_session_shell(shell, "one", SandboxSpec((place,), place.target, groups=folders, left=left))
        environment = {"PATH": os.environ["PATH"], "ORCHESTRATOR_WORKSPACE": str(workspace)}
        done = subprocess.run(
            [wrapper, "-c", EATER], cwd=workspace, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode != 0
        assert "MemoryError" in done.stderr or "160 MiB of memory" in done.stderr
    finally:
        groups.close()
