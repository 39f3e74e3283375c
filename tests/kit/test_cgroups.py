"""Control groups: found in what the kernel says, made on this machine where it lets us, ended with everybody in them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest
from tests.kit.waiting import eventually

from orchestrator.kit.cgroups import (
    Cgroup,
    Hierarchy,
    Limits,
    Resource,
    limit_files,
    open_hierarchy,
    own_hierarchies,
    parse_hierarchies,
    problem_with,
)
from orchestrator.kit.group_ledger import NODE_PREFIX, GroupLedger, GroupNotMade
from orchestrator.kit.process_launch import entering
from orchestrator.kit.processes import ProcessLedger

MEGABYTE = 1024 * 1024
HERE = [one for one in own_hierarchies() if problem_with(one) is None]


Test = TypeVar("Test", bound=Callable[..., object])


def version_2_here() -> list[Hierarchy]:
    """That of this machine, also where it bounds nothing because version 1 has the resources: who is in it can be killed."""
    own = next(line for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))[3:]
    mounts = (line.split(" ") for line in Path("/proc/self/mountinfo").read_text().splitlines() if " - cgroup2 " in line)
    bases = [Path(words[4]) / own.lstrip("/") for words in mounts]
    return [one for base in bases if problem_with(one := Hierarchy(2, (), base)) is None]


HIERARCHIES = {"+".join(one.name for one in HERE): HERE} if HERE else {}
if not any(one.version == 2 for one in HERE):
    HIERARCHIES["version 2 alone"] = version_2_here()


def on_groups(test: Test) -> Test | None:
    """A machine that lets nobody make groups has no such test: what is in force there is tried in tests/sandboxes."""
    ways = [pytest.param(HERE, id="+".join(one.name for one in HERE))]
    return pytest.mark.parametrize("groups", ways, indirect=True)(test) if HERE else None


def on_any_groups(test: Test) -> Test | None:
    ways = [pytest.param(one, id=name) for name, one in HIERARCHIES.items() if one]
    return pytest.mark.parametrize("groups", ways, indirect=True)(test) if ways else None


VERSION_1 = """9:name=systemd:/
8:pids:/
7:cpu,cpuacct:/jobs
4:memory:/jobs/one
0::/
"""
MOUNTS_1 = """32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
12 31 0:22 / /proc rw - proc proc rw
"""


def test_of_version_1_each_resource_has_its_own_tree() -> None:
    found = parse_hierarchies(VERSION_1, MOUNTS_1)
    assert found == [
        Hierarchy(1, (Resource.PIDS,), Path("/sys/fs/cgroup/pids")),
        Hierarchy(1, (Resource.CPU,), Path("/sys/fs/cgroup/cpu,cpuacct/jobs")),
        Hierarchy(1, (Resource.MEMORY,), Path("/sys/fs/cgroup/memory/jobs/one")),
    ]


def test_version_2_is_one_tree_and_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "user.slice/app"
    own.mkdir(parents=True)
    (own / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    mounts = f"30 24 0:26 / {tmp_path} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n{MOUNTS_1}"
    every = (Resource.MEMORY, Resource.CPU, Resource.PIDS)
    assert parse_hierarchies("0::/user.slice/app\n", mounts) == [Hierarchy(2, every, own)]
    assert parse_hierarchies("8:pids:/\n0::/user.slice/app\n", mounts)[0] == Hierarchy(2, every, own)


def test_who_has_stepped_aside_before_still_makes_groups_where_it_came_from(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("memory pids\n")
    mounts = f"30 24 0:26 / {tmp_path} rw - cgroup2 cgroup2 rw\n"
    assert [one.base for one in parse_hierarchies("0::/orchestrator-own\n", mounts)] == [tmp_path]


def test_a_container_sees_a_part_of_the_tree() -> None:
    mounts = "39 31 0:36 /docker/abc /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids\n"
    assert parse_hierarchies("8:pids:/docker/abc\n", mounts)[0].base == Path("/sys/fs/cgroup/pids")
    assert parse_hierarchies("8:pids:/docker/abc/in\n", mounts)[0].base == Path("/sys/fs/cgroup/pids/in")
    assert parse_hierarchies("8:pids:/../other\n", mounts) == []


def test_a_tree_that_bounds_nothing_is_no_use(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("hugetlb\n")
    assert parse_hierarchies("0::/\n", f"30 24 0:26 / {tmp_path} rw - cgroup2 cgroup2 rw\n") == []


def test_limits_are_written_as_each_version_has_them() -> None:
    limits, every = Limits(64 * MEGABYTE, pids=50, cpus=1.5, cpu_share=50), tuple(Resource)
    assert dict(limit_files(Hierarchy(2, every, Path("/")), limits)) == {
        "memory.max": "67108864",
        "memory.swap.max": "0",
        "cpu.weight": "50",
        "cpu.max": "150000 100000",
        "pids.max": "50",
    }
    assert dict(limit_files(Hierarchy(1, every, Path("/")), limits)) == {
        "memory.limit_in_bytes": "67108864",
        "memory.memsw.limit_in_bytes": "67108864",
        "cpu.shares": "512",
        "cpu.cfs_period_us": "100000",
        "cpu.cfs_quota_us": "150000",
        "pids.max": "50",
    }
    free = Limits(64 * MEGABYTE, pids=50)
    assert ("cpu.max", "max 100000") in limit_files(Hierarchy(2, every, Path("/")), free)
    assert ("cpu.cfs_quota_us", "-1") in limit_files(Hierarchy(1, every, Path("/")), free)


def test_a_base_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    gone = Hierarchy(1, (Resource.PIDS,), tmp_path / "gone")
    assert problem_with(gone) == f"{tmp_path / 'gone'}: No such file or directory"


def test_version_2_hands_its_resources_on_to_what_is_below(tmp_path: Path) -> None:
    hierarchy = Hierarchy(2, (Resource.MEMORY, Resource.PIDS), tmp_path)
    for name, value in (("cgroup.subtree_control", ""), ("cgroup.type", "domain"), ("cgroup.procs", "")):
        (tmp_path / name).write_text(value)
    assert problem_with(hierarchy) is None, "nobody is in it"
    open_hierarchy(hierarchy)
    assert (tmp_path / "cgroup.subtree_control").read_text() == "+memory +pids"
    open_hierarchy(replace(hierarchy, resources=()))
    assert not (tmp_path / "orchestrator-own").exists()


def test_version_2_with_processes_of_others_in_it_is_no_use(tmp_path: Path) -> None:
    """To hand something on, whoever is in the group has to go into a leaf, and others are not ours to move."""
    hierarchy = Hierarchy(2, (Resource.MEMORY,), tmp_path)
    (tmp_path / "cgroup.type").write_text("domain")
    (tmp_path / "cgroup.subtree_control").write_text("")
    (tmp_path / "cgroup.procs").write_text(f"{os.getpid()}\n{os.getppid()}\n")
    assert problem_with(hierarchy) is None
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        (tmp_path / "cgroup.procs").write_text(f"{os.getpid()}\n")
        assert problem_with(hierarchy) is None
        (tmp_path / "cgroup.procs").write_text(f"{stranger.pid}\n{os.getppid()}\n")
        assert "holds processes of others" in (problem_with(hierarchy) or "")
        stranger.kill()
    (tmp_path / "cgroup.procs").write_text("")
    (tmp_path / "cgroup.subtree_control").write_text("memory pids")
    assert problem_with(hierarchy) is None


def test_a_group_that_cannot_be_made_says_where_and_leaves_no_record(tmp_path: Path) -> None:
    ledger = GroupLedger(tmp_path / "groups", "orchestrator-x", [Hierarchy(1, (Resource.PIDS,), tmp_path / "gone")])
    with pytest.raises(GroupNotMade, match="gone/orchestrator-x/tenant") as refused:
        ledger.make("tenant", "one", Limits(64 * MEGABYTE, pids=50), purpose="test")
    assert refused.value.code == "sandbox_limits_failed"
    assert ledger.records() == []


@pytest.fixture
def groups(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GroupLedger]:
    ledger = GroupLedger(tmp_path / "groups", f"orchestrator-test-{uuid4().hex[:8]}", request.param)
    ledger.open()
    yield ledger
    ledger.close()
    assert ledger.records() == []
    assert not any((hierarchy.base / ledger.name).exists() for hierarchy in request.param)


def inside(cgroup: Cgroup, *argv: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        entering(cgroup.entrances, argv), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


@on_groups
async def test_who_eats_memory_is_ended_and_its_sibling_lives_on(groups: GroupLedger) -> None:
    group = groups.make("tenant", "one", Limits(96 * MEGABYTE, pids=50), purpose="test")
    sibling = inside(group.cgroup, "sleep", "300")
    eater = inside(group.cgroup, sys.executable, "-c", "print(len(bytearray(300 << 20)))")
    assert eater.wait(30) == -9
    assert group.cgroup.killed_for_memory() == 1
    assert sibling.poll() is None
    await group.close()
    assert sibling.wait(10) == -9
    for process in (eater, sibling):
        process.communicate()


@on_groups
async def test_a_fork_bomb_is_contained_and_ended(groups: GroupLedger) -> None:
    group = groups.make("tenant", "bomb", Limits(512 * MEGABYTE, pids=40), purpose="test")
    bomb = inside(group.cgroup, "bash", "-c", "bomb() { bomb | bomb & }; bomb; sleep 300")
    eventually(lambda: group.cgroup.refused_processes() > 0)
    assert len(group.cgroup.processes()) <= 40
    assert subprocess.run(["true"], check=False).returncode == 0  # noqa: ASYNC221 - this very process may start others.
    await group.close()
    assert bomb.wait(10) == -9
    assert group.cgroup.processes() == set()
    bomb.communicate()


@on_any_groups
async def test_what_a_crash_left_is_ended_at_the_next_start(groups: GroupLedger, tmp_path: Path) -> None:
    """A process of ours made the group and was killed: what it put there runs on until somebody looks."""
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from orchestrator.kit.cgroups import Limits\n"
        "from orchestrator.kit.group_ledger import GroupLedger\n"
        "from tests.kit.test_cgroups import HIERARCHIES, inside\n"
        "[used] = [one for one in HIERARCHIES.values() if len(one) == int(sys.argv[3])]\n"
        "ledger = GroupLedger(Path(sys.argv[1]), sys.argv[2], used)\n"
        "group = ledger.make('tenant', 'left', Limits(1 << 28, 50), purpose='test')\n"
        "print(inside(group.cgroup, 'sleep', '300').pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    crashed = subprocess.run(  # noqa: ASYNC221 - nothing else runs on the loop.
        [sys.executable, "-c", program, str(groups.folder), groups.name, str(len(groups.hierarchies))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert crashed.returncode == -9
    left = groups.records()[0][1].cgroup
    eventually(lambda: left.processes() == {int(crashed.stdout)})
    assert ProcessLedger(tmp_path / "processes", groups).reap_orphans() == []
    assert not left.processes()
    assert not any(folder.exists() for folder in left.folders)


@on_any_groups
def test_the_empty_folders_of_nodes_that_never_came_back_are_removed(groups: GroupLedger, tmp_path: Path) -> None:
    """Those of nodes that live stay, also when nothing runs there at this moment."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from orchestrator.kit.group_ledger import GroupLedger\n"
        "from tests.kit.test_cgroups import HIERARCHIES\n"
        "[used] = [one for one in HIERARCHIES.values() if len(one) == int(sys.argv[2])]\n"
        "ledger = GroupLedger(Path('/nowhere'), sys.argv[1], used)\n"
        "ledger.open()\n"
        "ledger.tenant_folders('tenant')\n"
    )
    dead = f"{NODE_PREFIX}{uuid4()}"
    count = str(len(groups.hierarchies))
    subprocess.run([sys.executable, "-c", program, dead, count], check=True)
    assert all((one.base / dead / "tenant").is_dir() for one in groups.hierarchies)
    alive = GroupLedger(tmp_path / "others", f"{NODE_PREFIX}{uuid4()}", groups.hierarchies)
    alive.open()
    folders = alive.tenant_folders("tenant")
    groups.open()
    assert not any((one.base / dead).exists() for one in groups.hierarchies)
    assert all(folder.is_dir() for folder in folders)
    alive.close()


@on_any_groups
async def test_a_process_on_the_ledger_has_a_group_and_leaves_nobody_in_it(groups: GroupLedger, tmp_path: Path) -> None:
    """A daemon that closed everything and took its own session is found by the group alone."""
    ledger = ProcessLedger(tmp_path / "processes", groups)
    daemon = "import os\nif os.fork() == 0:\n os.setsid()\n os.execvpe('sleep', ['sleep', '300'], {})"
    owned = await ledger.spawn(
        [sys.executable, "-c", daemon],
        purpose="test",
        env={"PATH": os.environ["PATH"]},
        tenant_id="tenant",
        limits=Limits(256 * MEGABYTE, pids=50),
    )
    assert owned.group is not None
    assert owned.record.cgroups == tuple(map(str, owned.group.cgroup.folders))
    assert await owned.wait(20) == 0
    assert not any(folder.exists() for folder in owned.group.cgroup.folders)
