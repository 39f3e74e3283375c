"""Curation over HTTP: by consent alone, in the background, once, through crashes; what came of it is read and exported."""

import asyncio
import json
import signal
import sys
import time
from asyncio.subprocess import Process
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.actors import Actor, make_actor
from tests.api import RANDOM_ID, Api, api_on, code_of, without_request_id
from tests.finetuning.conversing import Talk, recorded, talk
from tests.gateway.test_trajectories_api import record
from tests.tenancy.test_isolation import add_session

from orchestrator.finetuning.dataset_models import Curation, CurationStatus
from orchestrator.kit.db import Database
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.states import Status, Verification
from orchestrator.tenancy.models import Role

NO_DATASET = "0" * 64
FEW = {"name": "few"}


async def lead_of(api: Api, of: Actor | None = None) -> Actor:
    owner = of or api.actors.admin
    return await make_actor(api.database, owner.tenant_id, owner.slug, Role.LEAD)


async def agree(api: Api, actor: Actor | None = None, *, granted: bool = True) -> None:
    answer = await api.call("PUT", "/training/consent", actor or api.actors.admin, json={"granted": granted})
    assert answer.status_code == 200, answer.text


async def worked(api: Api, *talks: Talk, actor: Actor | None = None, **changes: Any) -> list[UUID]:
    """Verified sessions, each with a recorded conversation."""
    tenant_id = (actor or api.actors.admin).tenant_id
    done = {"status": Status.COMPLETED, "verification": Verification.VERIFIED} | changes
    rows = [await add_session(api.database, tenant_id, **done) for _ in talks]
    await record(api, *(recorded(one, row.id, tenant_id, request_id=new_id()) for one, row in zip(talks, rows, strict=True)))
    return [row.id for row in rows]


async def ended(api: Api, actor: Actor, curation_id: str, seconds: float = 100) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        while True:
            found = (await api.call("GET", f"/datasets/curations/{curation_id}", actor)).json()
            if found["status"] != "running":
                return found
            await asyncio.sleep(0.1)


async def curated(api: Api, actor: Actor, **policy: Any) -> dict[str, Any]:
    made = await api.call("POST", "/datasets/curations", actor, json={"name": "first", "policy": policy})
    assert made.status_code == 202, made.text
    return await ended(api, actor, made.json()["id"])


ROUTES = (
    ("POST", "/datasets/curations", FEW),
    ("GET", "/datasets/curations", None),
    ("GET", f"/datasets/curations/{RANDOM_ID}", None),
    ("POST", f"/datasets/curations/{RANDOM_ID}/cancel", None),
    ("GET", "/datasets", None),
    ("GET", f"/datasets/{NO_DATASET}", None),
    ("GET", f"/datasets/{NO_DATASET}/rows", None),
    ("GET", f"/datasets/{NO_DATASET}/export", None),
    ("GET", f"/datasets/{NO_DATASET}/descendants", None),
    ("POST", "/training/exclusions", {"session_id": RANDOM_ID, "reason": "x"}),
    ("PUT", "/training/consent", {"granted": True}),
)


async def test_without_a_key_it_is_401_and_below_lead_403(api: Api) -> None:
    for method, path, body in ROUTES:
        assert (await api.client.request(method, f"/api/v1{path}", json=body)).status_code == 401
        answer = await api.call(method, path, api.actors.member, json=body)
        assert code_of(answer) == (403, "permission_required")
    lead = await lead_of(api)
    assert code_of(await api.call("PUT", "/training/consent", lead, json={"granted": True})) == (403, "permission_required")


async def test_without_consent_nothing_is_curated(api: Api) -> None:
    lead = await lead_of(api)
    refused = await api.call("POST", "/datasets/curations", lead, json=FEW)
    assert code_of(refused) == (409, "training_consent_missing")
    assert "consent grant" in refused.json()["error"]["hint"]
    viewer = (await api.call("GET", "/training/consent", api.actors.viewer)).json()
    assert viewer == {"granted": False, "changed_by": None, "changed_at": None}
    await agree(api)
    await agree(api)
    await agree(api, granted=False)
    assert code_of(await api.call("POST", "/datasets/curations", lead, json=FEW)) == (409, "training_consent_missing")
    entries = (await api.call("GET", "/audit", api.actors.admin)).json()["items"]
    told = [one["after"] for one in entries if one["action"] == "training.consent"]
    assert told == [{"granted": False}, {"granted": True}]
    assert [e["type"] for e in await api.events(api.actors.admin) if e["type"] == "training.consent"] == [
        "training.consent"
    ] * 2


async def test_verified_work_becomes_a_dataset_that_is_read_and_exported(api: Api) -> None:
    lead = await lead_of(api)
    await agree(api)
    good = await worked(api, talk(1), talk(2), talk(3), Talk(4).asks().does("read", "k jane@acme.de", filePath="a").says())
    await worked(api, talk(5), status=Status.FAILED, verification=Verification.FAILED)
    await worked(api, talk(6), actor=api.actors.other)
    run = await curated(api, lead, heldout_share=0.3)
    assert (run["status"], run["problem"]) == ("succeeded", None)
    outcome = run["counters"]["stages"][0]
    assert (outcome["stage"], outcome["in"], outcome["out"], outcome["reasons"]) == ("outcome", 5, 4, {"not_verified": 1})
    path = f"/datasets/{run['dataset_id']}"
    dataset = (await api.call("GET", path, lead)).json()
    assert (dataset["train_rows"] + dataset["heldout_rows"], dataset["name"]) == (4, "first")
    assert (await api.call("GET", "/datasets", lead)).json()["items"][0]["id"] == dataset["id"]
    rows: list[dict[str, Any]] = []
    cursor = None
    while not rows or cursor:
        page = (
            await api.call("GET", f"{path}/rows", lead, params={"limit": 3} | ({"cursor": cursor} if cursor else {}))
        ).json()
        rows, cursor = rows + page["items"], page["next_cursor"]
    assert {row["session_id"] for row in rows} == {str(one) for one in good}
    assert [row["position"] for row in rows] == [0, 1, 2, 3]
    [marked] = [row for row in rows if row["redactions"]]
    assert marked["redactions"] == {"email": 1}
    assert marked["content"]["messages"][3]["content"] == "k [REDACTED:email]"
    exported = await api.call("GET", f"{path}/export", lead, params={"format": "openai", "part": "train"})
    lines = [json.loads(line) for line in exported.text.splitlines()]
    assert len(lines) == dataset["train_rows"]
    call = lines[0]["messages"][2]["tool_calls"][0]["function"]
    assert json.loads(call["arguments"])["filePath"]
    assert {"messages", "tools"} == lines[0].keys()
    parquet = await api.call("GET", f"{path}/export", lead, params={"format": "parquet"})
    assert (parquet.status_code, parquet.content[:4]) == (200, b"PAR1")
    assert _parquet_rows(parquet.content) == 4


def _parquet_rows(content: bytes) -> int:
    import pyarrow
    import pyarrow.parquet

    return pyarrow.parquet.read_table(pyarrow.BufferReader(content)).num_rows


async def test_another_tenants_datasets_answer_as_those_that_never_were(api: Api) -> None:
    lead, theirs = await lead_of(api), api.actors.other
    await agree(api, theirs)
    [session_id] = await worked(api, talk(11), actor=theirs)
    run = await curated(api, theirs)
    for path, never in (
        (f"/datasets/{run['dataset_id']}", f"/datasets/{NO_DATASET}"),
        (f"/datasets/{run['dataset_id']}/rows", f"/datasets/{NO_DATASET}/rows"),
        (f"/datasets/{run['dataset_id']}/export", f"/datasets/{NO_DATASET}/export"),
        (f"/datasets/{run['dataset_id']}/descendants", f"/datasets/{NO_DATASET}/descendants"),
        (f"/datasets/curations/{run['id']}", f"/datasets/curations/{RANDOM_ID}"),
    ):
        foreign, random = await api.call("GET", path, lead), await api.call("GET", never, lead)
        assert code_of(foreign) == (404, "not_found")
        assert without_request_id(foreign) == without_request_id(random)
    assert (await api.call("POST", f"/datasets/curations/{run['id']}/cancel", lead)).status_code == 404
    body = {"session_id": str(session_id), "reason": "x"}
    assert (await api.call("POST", "/training/exclusions", lead, json=body)).status_code == 404
    assert (await api.call("GET", "/datasets", lead)).json()["items"] == []


async def test_the_same_work_by_the_same_rules_is_the_same_dataset(api: Api) -> None:
    lead = await lead_of(api)
    await agree(api)
    sessions = await worked(api, talk(21), talk(22))
    first, second, other = await curated(api, lead), await curated(api, lead), await curated(api, lead, seed=1)
    assert first["dataset_id"] == second["dataset_id"] != other["dataset_id"]
    excluded = await api.call(
        "POST", "/training/exclusions", lead, json={"session_id": str(sessions[0]), "reason": "A customer's."}
    )
    found = excluded.json()["descendants"]
    assert {one["id"] for one in found["datasets"]} == {first["dataset_id"], other["dataset_id"]}
    after = await curated(api, lead)
    assert after["counters"]["stages"][0]["reasons"] == {"excluded": 1}
    rows = (await api.call("GET", f"/datasets/{after['dataset_id']}/rows", lead)).json()["items"]
    assert [row["session_id"] for row in rows] == [str(sessions[1])]


async def test_nothing_left_is_a_failure_that_says_why(api: Api) -> None:
    lead = await lead_of(api)
    await agree(api)
    await worked(api, talk(31), verification=Verification.UNVERIFIED)
    run = await curated(api, lead)
    assert (run["status"], run["problem"]["code"], run["dataset_id"]) == ("failed", "dataset_empty", None)
    assert run["counters"]["stages"][0]["reasons"] == {"not_verified": 1}
    told = [e["data"]["status"] for e in await api.events(api.actors.admin) if e["type"] == "curation.status"]
    assert told == ["running", "failed"]
    assert code_of(await api.call("POST", f"/datasets/curations/{run['id']}/cancel", lead)) == (409, "curation_over")


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x", "policy": {"heldout_share": 0.9}},
        {"name": "x", "policy": {"since": "2026-11-01T00:00:00"}},
        {"name": "x", "policy": {"path": "/etc/passwd"}},
        {"name": "a\nb"},
    ],
)
async def test_bad_wishes_are_refused(api: Api, body: dict[str, Any]) -> None:
    assert (await api.call("POST", "/datasets/curations", await lead_of(api), json=body)).status_code == 422


async def started(folder: Path, database_url: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.finetuning.keeper_process", str(folder), database_url, stdout=asyncio.subprocess.DEVNULL
    )


async def wanted_again(database: Database, tenant_id: UUID, plain: dict[str, Any]) -> UUID:
    """The same run once more, where no API is that would carry it out."""
    with tenant_scope(tenant_id):
        async with database.transaction() as db:
            row = await db.get(Curation, (tenant_id, UUID(plain["id"])))
            assert row is not None
            named = {column.name: getattr(row, column.name) for column in Curation.__table__.columns}
            changes = {
                "id": new_id(),
                "status": CurationStatus.RUNNING,
                "counters": {},
                "dataset_id": None,
                "finished_at": None,
            }
            again = Curation(**(named | changes))
            db.add(again)
    return again.id


async def row_when_over(database: Database, tenant_id: UUID, curation_id: UUID) -> Curation:
    async with asyncio.timeout(200):
        while True:
            with tenant_scope(tenant_id):
                async with database.transaction() as db:
                    row = await db.get(Curation, (tenant_id, curation_id))
            assert row is not None
            if row.status is not CurationStatus.RUNNING:
                return row
            await asyncio.sleep(0.1)


def one_more(pieces: Path, seen: set[str]) -> set[str]:
    """Waits until another piece of the run is done, or all of it."""
    end = time.monotonic() + 200
    while (now_there := {file.name for file in pieces.glob("*.rows.zst")}) <= seen and not (pieces / "done.json").exists():
        assert time.monotonic() < end
        time.sleep(0.01)
    return now_there


@pytest.mark.timeout(400)
async def test_a_run_that_is_killed_again_and_again_ends_with_the_same_dataset(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with api_on(tmp_path, database_url) as api:
        await agree(api)
        await worked(api, *(talk(number) for number in range(100, 320)))
        plain = await curated(api, await lead_of(api))
        tenant_id = api.actors.admin.tenant_id
    curation_id = await wanted_again(database, tenant_id, plain)
    pieces = tmp_path / "data" / "curations" / str(curation_id)
    seen: set[str] = set()
    for _ in range(2):
        processes = [await started(tmp_path, database_url), await started(tmp_path, database_url)]
        seen = await asyncio.to_thread(one_more, pieces, seen)
        for one in processes:
            one.send_signal(signal.SIGKILL)
            await one.wait()
    last = await started(tmp_path, database_url)
    row = await row_when_over(database, tenant_id, curation_id)
    last.kill()
    await last.wait()
    assert (row.status, row.dataset_id) == (CurationStatus.SUCCEEDED, plain["dataset_id"])
    assert {**plain["counters"], "stages": row.counters["stages"]} == row.counters


async def test_a_run_is_cancelled_while_it_works(api: Api) -> None:
    lead = await lead_of(api)
    await agree(api)
    await worked(api, talk(41))
    made = (await api.call("POST", "/datasets/curations", lead, json=FEW)).json()
    answer = await api.call("POST", f"/datasets/curations/{made['id']}/cancel", lead)
    assert answer.json()["status"] == "cancelled"
    assert (await api.call("POST", f"/datasets/curations/{made['id']}/cancel", lead)).json()["status"] == "cancelled"
    await worked(api, talk(42))
    assert (await curated(api, lead))["status"] == "succeeded"
    assert (await api.call("GET", f"/datasets/curations/{made['id']}", lead)).json()["dataset_id"] is None
