"""The process that packs recorded calls may die at any moment, and never outlives the gateway it works for."""

import asyncio
import os
import resource
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from tests.actors import make_tenant
from tests.api import settings_for
from tests.gateway.calls import call, turns

from orchestrator.gateway.packing import Order, Packer
from orchestrator.gateway.packing_process import PackingFailed, PackingProcess
from orchestrator.gateway.trajectories import Trajectories
from orchestrator.gateway.trajectory_codec import to_spool
from orchestrator.gateway.trajectory_files import Spool, read_spooled
from orchestrator.gateway.trajectory_reading import chain_of, replay
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import Database
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.tenant_scope import tenant_scope


@pytest.fixture
def ledger(tmp_path: Path) -> ProcessLedger:
    return ProcessLedger(tmp_path / "data" / "processes")


def spooled(tmp_path: Path, count: int) -> tuple[list[UUID], list[Path]]:
    spool = Spool(tmp_path / "spool")
    spool.open()
    calls = turns(UUID(int=1), count)
    spool.add(calls)
    return [one.request_id for one in calls], spool.waiting()


async def test_a_killed_packer_is_replaced_and_nothing_is_lost(
    database: Database, tmp_path: Path, ledger: ProcessLedger
) -> None:
    tenant = await make_tenant(database, "mine")
    trajectories, calls = Trajectories(database, settings_for(tmp_path)), turns(tenant, 6)
    async with trajectories.running():
        for one in calls[:3]:
            await trajectories.record(one)
        await trajectories.drained()
        (record,) = ledger.records()
        os.kill(record.pid, signal.SIGKILL)
        for one in calls[3:]:
            await trajectories.record(one)
        await trajectories.drained()
    assert ledger.records() == []
    for one in calls:
        with tenant_scope(tenant):
            async with database.transaction() as db:
                chain = await chain_of(db, tenant, one.request_id)
        assert (await replay(trajectories.store, chain)).response == one.response


async def test_a_killed_gateway_leaves_no_packer(database: Database, tmp_path: Path, ledger: ProcessLedger) -> None:
    tenant = await make_tenant(database, "mine")
    words = [sys.executable, "-m", "tests.gateway.recording_process", str(tmp_path), database.url, str(tenant)]
    gateway = await asyncio.create_subprocess_exec(*words, stdout=PIPE)
    assert gateway.stdout is not None
    while not ledger.records():
        assert await gateway.stdout.readline()
    packers = [psutil.Process(record.pid) for record in ledger.records()]
    gateway.kill()
    await gateway.stdout.read()
    await gateway.wait()
    _, alive = await asyncio.to_thread(psutil.wait_procs, packers, 10)
    assert alive == []


async def test_a_store_that_refuses_is_told_and_tried_again(tmp_path: Path, ledger: ProcessLedger) -> None:
    store = ArtifactStore(str(tmp_path / "artifacts"))
    (tmp_path / "artifacts").write_text("a file where the folder should be")
    process, (request_ids, files) = PackingProcess(store, ledger), spooled(tmp_path, 2)
    assert [request_id for _, request_id in await process.read(files)] == request_ids
    with pytest.raises(PackingFailed) as refused:
        await process.pack(request_ids)
    assert "artifacts" in refused.value.message
    (tmp_path / "artifacts").unlink()
    kept = await process.pack(request_ids)
    assert [(one.request_id, one.base_request_id) for one in kept] == [
        (request_ids[0], None),
        (request_ids[1], request_ids[0]),
    ]
    await process.stop()


def test_after_trouble_nothing_is_built_upon_what_may_not_be_there(tmp_path: Path) -> None:
    packer, (request_ids, files) = Packer(ArtifactStore(str(tmp_path / "artifacts"))), spooled(tmp_path, 3)
    packer.carry_out(Order(files=files))
    (first,) = packer.carry_out(Order(request_ids=request_ids[:1])).kept
    (second,) = packer.carry_out(Order(request_ids=request_ids[1:2])).kept
    (third,) = packer.carry_out(Order(request_ids=request_ids[2:], forget=True)).kept
    assert [first.base_request_id, second.base_request_id, third.base_request_id] == [None, first.request_id, None]


def test_an_answer_of_a_torn_file_is_that_of_what_is_whole(tmp_path: Path) -> None:
    packer, (request_ids, files) = Packer(ArtifactStore(str(tmp_path / "artifacts"))), spooled(tmp_path, 2)
    files[0].write_bytes(files[0].read_bytes()[:-1])
    assert [request_id for _, request_id in packer.carry_out(Order(files=files)).calls] == request_ids[:1]


def test_calls_share_a_file_until_somebody_asks_for_it(tmp_path: Path) -> None:
    spool, calls = Spool(tmp_path / "spool"), turns(UUID(int=1), 6)
    spool.open()
    for one in calls[:4]:
        spool.add([one])
    (first,) = spool.waiting()
    spool.add(calls[4:])
    both = spool.waiting()
    assert both[0] == first
    assert [read_spooled(file).calls for file in both] == [calls[:4], calls[4:]]


def test_a_file_of_the_spool_is_bounded(tmp_path: Path) -> None:
    spool, large = Spool(tmp_path / "spool"), call(UUID(int=1), {"messages": [], "long": "x" * 300_000})
    spool.open()
    for one in (*(call(UUID(int=1)) for _ in range(130)), large, large, large):
        spool.add([one])
    assert [len(read_spooled(file).calls) for file in spool.waiting()] == [128, 4, 1]


def test_a_disk_that_is_full_spoils_nothing_that_comes_after_it(tmp_path: Path) -> None:
    """A call that was written in part stood before the next one, which nobody found."""
    spool, (first, second, third) = Spool(tmp_path / "spool"), turns(UUID(int=1), 3)
    spool.open()
    spool.add([first])
    size = len(to_spool(first))
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, limit[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            spool.add([second])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, before)
    spool.add([third])
    assert [one for file in spool.waiting() for one in read_spooled(file).calls] == [first, third]
