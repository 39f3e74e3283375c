import asyncio
import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.kit.waiting import eventually

from orchestrator.kit import process_launch
from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.kit.process_table import ProcessTree, is_alive, process_info, process_start_ticks
from orchestrator.kit.processes import ProcessLedger, ProcessNotStarted

ENV = {"PATH": os.environ["PATH"]}

# A shell that starts a child in a session of its own, as a daemon does, says both pids, and stays.
FAMILY = [
    sys.executable,
    "-c",
    "import os, subprocess, sys, time\n"
    "child = subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
    "print(os.getpid(), child.pid, flush=True)\n"
    "time.sleep(300)",
]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[ProcessLedger]:
    ledger = ProcessLedger(tmp_path / "processes")
    yield ledger
    assert ledger.records() == []


async def first_line(owned: OwnedProcess) -> str:
    assert owned.process.stdout is not None
    async with asyncio.timeout(20):
        return (await owned.process.stdout.readline()).decode().strip()


def is_gone(pid: int) -> bool:
    info = process_info(pid)
    return info is None or info.defunct


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "300"], start_new_session=True)
    yield process
    process.kill()
    process.wait(10)


async def test_a_child_is_on_the_ledger_while_it_runs(ledger: ProcessLedger) -> None:
    owned = await ledger.spawn(["cat"], purpose="echo", env=ENV, stdin=asyncio.subprocess.PIPE, tenant_id="t")
    (record,) = ledger.records()
    assert record == owned.record
    assert (record.purpose, record.tenant_id, record.owner_pid) == ("echo", "t", os.getpid())
    assert is_alive(record.pid, record.start_ticks)
    assert os.getsid(record.pid) == record.process_group == record.pid
    assert owned.process.stdin is not None
    owned.process.stdin.close()
    assert await owned.wait(10) == 0
    assert not is_alive(record.pid, record.start_ticks)


async def test_wait_gives_up_in_time_and_leaves_the_child_running(ledger: ProcessLedger) -> None:
    owned = await ledger.spawn(["sleep", "300"], purpose="test", env=ENV)
    with pytest.raises(TimeoutError):
        await owned.wait(0.05)
    assert owned.returncode is None
    assert await owned.stop() == -signal.SIGTERM


async def test_stop_kills_what_ignores_the_first_signal(ledger: ProcessLedger) -> None:
    script = "trap '' TERM; echo ready; while :; do sleep 300; done"
    owned = await ledger.spawn(["sh", "-c", script], purpose="test", env=ENV)
    assert await first_line(owned) == "ready"
    assert await owned.stop(grace_seconds=0.1) == -signal.SIGKILL


async def test_stop_ends_a_grandchild_that_left_the_session(ledger: ProcessLedger) -> None:
    owned = await ledger.spawn(FAMILY, purpose="test", env=ENV)
    _, grandchild = map(int, (await first_line(owned)).split())
    await owned.stop()
    assert is_gone(grandchild)


async def test_a_child_that_exits_leaves_nobody_behind(ledger: ProcessLedger) -> None:
    script = "sleep 300 & echo $!"
    owned = await ledger.spawn(["sh", "-c", script], purpose="test", env=ENV)
    grandchild = int(await first_line(owned))
    # The grandchild holds the pipe open, which must not keep wait() waiting.
    assert await owned.wait(10) == 0
    assert is_gone(grandchild)


async def test_stop_may_be_called_again_and_at_the_same_time(ledger: ProcessLedger) -> None:
    owned = await ledger.spawn(["sleep", "300"], purpose="test", env=ENV)
    assert await asyncio.gather(owned.stop(), owned.stop(), owned.stop()) == [-signal.SIGTERM] * 3
    assert await owned.stop() == -signal.SIGTERM
    assert await owned.wait(1) == -signal.SIGTERM


async def test_what_cannot_start_is_one_clear_error(ledger: ProcessLedger, tmp_path: Path) -> None:
    with pytest.raises(ProcessNotStarted, match="no-such-program: not found on PATH"):
        await ledger.spawn(["no-such-program"], purpose="test", env=ENV)
    with pytest.raises(ProcessNotStarted, match="no such file"):
        await ledger.spawn([str(tmp_path / "nothing")], purpose="test", env=ENV)
    with pytest.raises(ProcessNotStarted, match="No such file"):
        await ledger.spawn(["true"], purpose="test", env=ENV, cwd=tmp_path / "nowhere")


@pytest.fixture(params=["setpriv", "python"])
def launcher(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "python":
        monkeypatch.setattr(process_launch, "find_setpriv", lambda: None)
    return request.param


async def test_a_child_runs_as_another_user(ledger: ProcessLedger, launcher: str) -> None:
    owned = await ledger.spawn(["sh", "-c", "id -u; id -g; id -G"], purpose="test", env=ENV, user=65534, group=65534)
    assert owned.process.stdout is not None
    output = (await owned.process.stdout.read()).decode().split()
    code = await owned.wait(10)
    if os.geteuid() == 0:
        assert (code, output) == (0, ["65534"] * 3)
    else:
        assert code != 0


OWNER = """
import asyncio, sys
from pathlib import Path
from signal import SIGKILL
from orchestrator.kit import process_launch
from orchestrator.kit.processes import ProcessLedger

async def main():
    folder, dies, launcher, *argv = sys.argv[1:]
    if launcher == "python":
        process_launch.find_setpriv = lambda: None
    owned = await ProcessLedger(Path(folder)).spawn(
        argv, purpose="test", env={}, die_with_parent=SIGKILL if dies == "yes" else None
    )
    print((await owned.process.stdout.readline()).decode(), end="", flush=True)
    await asyncio.sleep(300)

if len(sys.argv) > 1 and sys.argv[1] == "--uvloop":
    del sys.argv[1]
    import uvloop
    uvloop.run(main())
else:
    asyncio.run(main())
"""


def killed_owner(folder: Path, dies: str, launcher: str = "setpriv", *options: str) -> list[int]:
    """A process that spawned a family through the ledger and was killed with -9; the pids of the family."""
    argv = [sys.executable, "-c", OWNER, *options, str(folder), dies, launcher, *FAMILY]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        family = [int(pid) for pid in owner.stdout.readline().split()]
        owner.kill()
    assert len(family) == 2
    return family


@pytest.mark.parametrize("options", [(), ("--uvloop",)])
def test_a_child_dies_with_its_parent(ledger: ProcessLedger, launcher: str, options: tuple[str, ...]) -> None:
    child, grandchild = killed_owner(ledger.folder, "yes", launcher, *options)
    if sys.platform == "linux":
        eventually(lambda: is_gone(child))
    # The grandchild had a session of its own, and no parent any more that would tell whose it was: its mark does.
    assert not is_gone(grandchild)
    assert [record.pid for record in ledger.reap_orphans()] == [child]
    assert is_gone(grandchild)


def test_orphans_are_reaped_with_all_their_descendants(ledger: ProcessLedger, bystander: subprocess.Popen[bytes]) -> None:
    family = killed_owner(ledger.folder, "no")
    assert not any(is_gone(pid) for pid in family)
    assert [record.pid for record in ledger.reap_orphans()] == family[:1]
    assert all(is_gone(pid) for pid in family)
    assert bystander.poll() is None


def test_a_leaderless_session_is_reaped(ledger: ProcessLedger) -> None:
    script = ["sh", "-c", "sleep 300 & echo $$ $!; wait"]
    argv = [sys.executable, "-c", OWNER, str(ledger.folder), "no", "setpriv", *script]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        leader, member = map(int, owner.stdout.readline().split())
        owner.kill()
    os.kill(leader, signal.SIGKILL)
    eventually(lambda: is_gone(leader))
    assert not is_gone(member)
    assert [record.pid for record in ledger.reap_orphans()] == [leader]
    assert is_gone(member)


def orphan_record(ledger: ProcessLedger, pid: int, **changes: object) -> None:
    """What a dead owner left: an owner with our pid and another start time never was, or is dead."""
    record = ledger.enter(pid, "test", "sleep")
    ledger.remove(record)
    changed = dataclasses.asdict(record) | {"owner_start_ticks": 1} | changes
    (ledger.folder / "record.json").write_text(json.dumps(changed))


def test_a_pid_that_was_given_away_again_is_left_alone(ledger: ProcessLedger, bystander: subprocess.Popen[bytes]) -> None:
    ticks = process_start_ticks(bystander.pid)
    assert ticks is not None
    ledger.folder.mkdir(parents=True)
    orphan_record(ledger, bystander.pid, start_ticks=ticks - 1)
    (ledger.folder / "record.json").rename(ledger.folder / f"{bystander.pid}-{ticks - 1}.json")
    assert ledger.reap_orphans() == []
    assert bystander.poll() is None
    assert ledger.records() == []


def test_a_record_of_an_earlier_boot_names_nobody(ledger: ProcessLedger, bystander: subprocess.Popen[bytes]) -> None:
    ledger.folder.mkdir(parents=True)
    ticks = process_start_ticks(bystander.pid)
    orphan_record(ledger, bystander.pid, boot_id="another")
    (ledger.folder / "record.json").rename(ledger.folder / f"{bystander.pid}-{ticks}.json")
    assert ledger.reap_orphans() == []
    assert bystander.poll() is None


async def test_the_children_of_a_living_owner_are_left_alone(ledger: ProcessLedger) -> None:
    owned = await ledger.spawn(["sleep", "300"], purpose="test", env=ENV)
    assert ledger.reap_orphans() == []
    assert owned.returncode is None
    await owned.stop()


def test_torn_records_are_dropped_once_nobody_can_be_writing_them(ledger: ProcessLedger) -> None:
    ledger.folder.mkdir(parents=True)
    old = [ledger.folder / name for name in ("1-1.json", "2-2.tmp")]
    young = ledger.folder / "3-3.tmp"
    for path in (*old, young):
        path.write_text("")
    for path in old:
        os.utime(path, (0, 0))
    assert ledger.records() == []
    assert ledger.reap_orphans() == []
    assert list(ledger.folder.iterdir()) == [young]


def test_a_defunct_process_is_not_alive() -> None:
    child = subprocess.Popen(["true"])
    ticks = process_start_ticks(child.pid)
    assert ticks is not None
    eventually(lambda: is_gone(child.pid))
    info = process_info(child.pid)
    assert info is not None
    assert info.defunct
    assert not is_alive(child.pid, ticks)
    assert ProcessTree(child.pid, ticks).members() == []
    child.wait()
    assert process_start_ticks(child.pid) is None


def test_a_name_with_spaces_and_parentheses_is_read_right(tmp_path: Path) -> None:
    odd = tmp_path / "a) S 1 (b"
    odd.symlink_to("/bin/sleep")
    with subprocess.Popen([str(odd), "300"]) as child:
        info = process_info(child.pid)
        child.kill()
    assert info is not None
    assert info.parent == os.getpid()
