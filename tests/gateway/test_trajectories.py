"""Calls are stored once each and read back whole: through crashes, opt-outs, retention and a database that is away."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from tests.actors import make_tenant
from tests.api import settings_for
from tests.gateway.calls import call, turns

from orchestrator.gateway.packing import MOST_DEPTH
from orchestrator.gateway.trajectories import SPOOL_FOLDER, Trajectories
from orchestrator.gateway.trajectory_codec import RecordedCall
from orchestrator.gateway.trajectory_files import read_spooled
from orchestrator.gateway.trajectory_models import Trajectory
from orchestrator.gateway.trajectory_reading import Replayed, TrajectoryDamaged, chain_of, replay
from orchestrator.gateway.trajectory_retention import sweep
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.errors import NotFound
from orchestrator.kit.tenant_scope import tenant_scope


@pytest.fixture
async def tenant(database: Database) -> UUID:
    return await make_tenant(database, "mine")


@pytest.fixture
def trajectories(database: Database, tmp_path: Path) -> Trajectories:
    return Trajectories(database, settings_for(tmp_path))


@pytest.fixture
async def recorder(trajectories: Trajectories) -> AsyncIterator[Trajectories]:
    stop, ready = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with trajectories.running():
            ready.set()
            await stop.wait()

    task = asyncio.create_task(live())
    await ready.wait()
    yield trajectories
    stop.set()
    await task


async def chain(database: Database, tenant_id: UUID, request_id: UUID) -> list[Trajectory]:
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            return await chain_of(db, tenant_id, request_id)


async def read(database: Database, recorder: Trajectories, one: RecordedCall) -> Replayed:
    return await replay(recorder.store, await chain(database, one.tenant_id, one.request_id))


async def count(database: Database) -> int:
    async with database.system_transaction() as db:
        return (await db.execute(text("select count(*) from trajectories"))).scalar_one()


async def set_tenant(database: Database, tenant_id: UUID, **values: object) -> None:
    async with database.system_transaction() as db:
        for name, value in values.items():
            await db.execute(text(f"update tenants set {name} = :v where id = :t"), {"v": value, "t": tenant_id})  # noqa: S608


async def make_older(url: str, days: int, *request_ids: UUID) -> None:
    """As a superuser: the app may add and delete, not change."""
    import psycopg

    async with await psycopg.AsyncConnection.connect(url) as connection:
        for one in request_ids:
            await connection.execute(
                "update trajectories set created_at = created_at - make_interval(days => %s) where request_id = %s",
                (days, one),
            )


def files_of(recorder: Trajectories, tmp_path: Path) -> list[Path]:
    return [one for one in (tmp_path / "data" / "artifacts").rglob("*") if one.is_file()]


async def test_a_call_comes_back_as_it_was(database: Database, recorder: Trajectories, tenant: UUID, tmp_path: Path) -> None:
    one = call(
        tenant, {"messages": [{"content": "\ud800 é", "role": "user"}], "model": "coder", "n": 1.0}, session_id=uuid4()
    )
    await recorder.record(one)
    await recorder.drained()
    back = await read(database, recorder, one)
    assert json.dumps(back.request) == json.dumps(json.loads(one.request))
    assert (back.response, back.messages[0]["text"]) == (one.response, "Hello.")
    assert back.call == one.facts
    (row,) = await chain(database, tenant, one.request_id)
    assert row.path.startswith(f"{tenant}/")
    assert (row.session_id, row.conversation, row.model) == (one.session_id, "ses_1", "coder")
    assert [file.name for file in files_of(recorder, tmp_path)] == [f"{one.request_id}.zst"]
    assert recorder._spool.waiting() == []


async def test_chains_are_bounded_and_every_turn_comes_back(
    database: Database, recorder: Trajectories, tenant: UUID
) -> None:
    calls = turns(tenant, 45)
    for one in calls:
        await recorder.record(one)
    await recorder.drained()
    lengths = [len(await chain(database, tenant, one.request_id)) for one in calls]
    assert lengths == [n % (MOST_DEPTH + 1) + 1 for n in range(45)]
    for one in calls:
        assert (await read(database, recorder, one)).request == json.loads(one.request)


async def test_conversations_and_tenants_do_not_build_upon_each_other(
    database: Database, recorder: Trajectories, tenant: UUID
) -> None:
    other = await make_tenant(database, "other")
    calls = [call(t, turns(t, 3)[2].request, conversation=c) for t in (tenant, other) for c in ("a", "b", None)]
    for one in calls:
        await recorder.record(one)
    await recorder.drained()
    assert [len(await chain(database, one.tenant_id, one.request_id)) for one in calls] == [1] * 6
    with pytest.raises(NotFound):
        await chain(database, other, calls[0].request_id)


async def test_an_opt_out_is_effective_at_once(
    database: Database, recorder: Trajectories, tenant: UUID, tmp_path: Path
) -> None:
    first, second, third = turns(tenant, 3)
    await recorder.record(first)
    await recorder.drained()
    await set_tenant(database, tenant, capture_trajectories=False)
    await recorder.record(second)  # Still taken for wanted here, and asked again before it is stored.
    await recorder.drained()
    assert (await count(database), len(files_of(recorder, tmp_path)), recorder._spool.waiting()) == (1, 1, [])
    await set_tenant(database, tenant, capture_trajectories=True)
    recorder._captured.clear()
    await recorder.record(third)
    await recorder.drained()
    assert (await read(database, recorder, third)).request == json.loads(third.request)


async def test_what_a_dead_process_left_is_stored_by_the_next(
    database: Database, trajectories: Trajectories, tenant: UUID, tmp_path: Path
) -> None:
    """kill -9 in the middle: each call whose record had been awaited has exactly one row, whose file can be read."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.gateway.recording_process", str(tmp_path), database.url, str(tenant), stdout=PIPE
    )
    assert process.stdout is not None
    said = [(await process.stdout.readline()).decode().strip() for _ in range(150)]
    process.kill()
    said += (await process.stdout.read()).decode().split()
    await process.wait()
    said = [one for one in said if len(one) == 36]  # The last line may be cut off.
    (folder,) = (tmp_path / "data" / SPOOL_FOLDER).iterdir()
    (folder / "999999999999-torn.call").write_bytes(b"OTJ1 and no more")
    async with trajectories.running():
        async with asyncio.timeout(30):
            while folder.exists():  # noqa: ASYNC110 - another task removes it, and tells nobody.
                await asyncio.sleep(0.02)
        for request_id in said:
            back = await replay(trajectories.store, await chain(database, tenant, UUID(request_id)))
            assert back.request is not None
            assert back.request["id"] == len(back.request["messages"])
    assert len(said) <= await count(database) <= len(said) + 1
    assert list((tmp_path / "data" / SPOOL_FOLDER).iterdir()) == []


async def test_a_crash_between_row_and_spool_stores_nothing_twice(
    database: Database, recorder: Trajectories, tenant: UUID, tmp_path: Path
) -> None:
    one = call(tenant)
    await recorder.record(one)
    await recorder.drained()
    (row,) = await chain(database, tenant, one.request_id)
    await recorder.record(one)
    await recorder.drained()
    (again,) = await chain(database, tenant, one.request_id)
    assert (again.sha256, await count(database)) == (row.sha256, 1)
    assert (await read(database, recorder, one)).response == one.response


async def test_a_folder_whose_process_lives_is_left_alone(
    database: Database, recorder: Trajectories, tenant: UUID, tmp_path: Path
) -> None:
    other = Trajectories(Database(database.url), settings_for(tmp_path))
    other._spool.open()
    other._spool.add([call(tenant)])
    await recorder._adopt()
    assert len(other._spool.waiting()) == 1
    other._spool.close()
    await recorder._adopt()
    assert (await count(database), other._spool.folder.exists()) == (1, False)
    await other._database.close()


async def test_while_the_database_is_away_calls_wait(database: Database, recorder: Trajectories, tenant: UUID) -> None:
    working, recorder._database = recorder._database, Database("postgresql://nobody@127.0.0.1:9/none")
    calls = turns(tenant, 3)
    for one in calls:
        await recorder.record(one)
    assert [one for file in recorder._spool.waiting() for one in read_spooled(file).calls] == calls
    await recorder._database.close()
    recorder._database = working
    await recorder.drained()
    assert await count(database) == 3
    assert (await read(database, recorder, calls[2])).request == json.loads(calls[2].request)


async def test_retention_deletes_what_is_too_old_and_keeps_what_is_built_upon(
    database: Database, recorder: Trajectories, tenant: UUID, tmp_path: Path
) -> None:
    first, second, third = turns(tenant, 3)
    lonely = call(tenant, conversation=None, finished_at=now() - timedelta(days=91))
    for one in (first, second, third, lonely):
        await recorder.record(one)
    await recorder.drained()
    await make_older(database.url, 91, first.request_id, second.request_id)
    assert await sweep(database, recorder.store) == 1
    assert (await read(database, recorder, third)).request == json.loads(third.request)
    with pytest.raises(NotFound):
        await chain(database, tenant, lonely.request_id)
    await make_older(database.url, 91, third.request_id)
    assert await sweep(database, recorder.store) == 3
    assert (await count(database), files_of(recorder, tmp_path)) == (0, [])


async def test_a_shorter_retention_holds_for_what_is_there(database: Database, recorder: Trajectories, tenant: UUID) -> None:
    other = await make_tenant(database, "other")
    for whose in (tenant, other):
        await recorder.record(call(whose, finished_at=now() - timedelta(days=5)))
    await recorder.drained()
    assert await sweep(database, recorder.store) == 0
    await set_tenant(database, tenant, trajectory_retention_days=4)
    assert (await sweep(database, recorder.store), await count(database)) == (1, 1)


async def test_a_damaged_file_is_told(database: Database, recorder: Trajectories, tenant: UUID, tmp_path: Path) -> None:
    one = call(tenant)
    await recorder.record(one)
    await recorder.drained()
    (file,) = files_of(recorder, tmp_path)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(TrajectoryDamaged, match="checksum"):
        await read(database, recorder, one)
    file.unlink()
    with pytest.raises(TrajectoryDamaged, match="missing"):
        await read(database, recorder, one)


async def test_a_record_costs_a_call_little(recorder: Trajectories, tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file is written, without waiting for the disk; packing is somebody else's time. What it takes is the processor
    time of all of this process: on a machine that is busy elsewhere a clock on the wall would measure the others."""
    waits_for_the_disk: list[int] = []
    monkeypatch.setattr("os.fsync", waits_for_the_disk.append)
    monkeypatch.setattr("os.fdatasync", waits_for_the_disk.append)
    calls = [call(tenant, {"messages": [{"content": "x" * 20_000}]}) for _ in range(200)]
    took: list[float] = []
    for one in calls:
        began = time.process_time()
        await recorder.record(one)
        took.append(time.process_time() - began)
    assert sorted(took)[len(took) // 2] < 0.002
    assert waits_for_the_disk == []
    await recorder.drained()


async def test_it_ends_when_it_is_told_to_in_the_very_moment_of_new_work(
    database: Database, tmp_path: Path, tenant: UUID
) -> None:
    """`asyncio.wait_for` swallowed the cancellation that came together with the wake-up, and the process never ended."""
    for _ in range(3):
        recorder = Trajectories(database, settings_for(tmp_path))
        async with asyncio.timeout(10), recorder.running():
            await recorder.record(call(tenant))
            await recorder.drained()
            recorder._wake.set()
