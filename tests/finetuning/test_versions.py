"""The registry: versions of a name, lineage both ways, and artifacts that are what was trained."""

import asyncio
import hashlib
import os
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.api import RANDOM_ID, Api, code_of
from tests.finetuning.registered import dataset_row, job_row, store_of, trained

from orchestrator.finetuning import artifact_files, versions
from orchestrator.finetuning.artifact_files import DigestWrong
from orchestrator.finetuning.job_models import FineTuningJob
from orchestrator.finetuning.version_errors import JobUnfinished
from orchestrator.finetuning.version_models import ModelVersion
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.tenant_scope import tenant_scope


async def test_versions_of_a_name_count_up_and_tell_where_they_came_from(api: Api) -> None:
    first = await trained(api, api.actors.admin)
    second = await trained(api, api.actors.admin, first.name, base_model=first.label)
    assert (first.version, second.version) == ("1.0.0", "1.0.1")
    read = (await api.call("GET", second.path)).json()
    assert (read["label"], read["stage"], read["parent"]["label"]) == (second.label, "candidate", first.label)
    assert (read["base_model"], read["base_digest"], read["metrics"]) == (first.label, "ba5e" * 16, {"heldout_loss": 0.1})
    assert read["job"]["id"] == read["job_id"]
    assert [one["label"] for one in (await api.call("GET", first.path)).json()["children"]] == [second.label]
    highest_first = (await api.call("GET", f"/models/versions/{first.name}")).json()["items"]
    assert [one["version"] for one in highest_first] == ["1.0.1", "1.0.0"]
    assert (await api.call("GET", f"/models/versions/{first.name}/latest")).json()["version"] == "1.0.1"
    (listed, _) = (await api.call("GET", "/models/versions")).json()["items"]
    assert listed["label"] == second.label
    (event, _) = [one for one in await api.events() if one["type"] == "model_version.registered"]
    assert event["data"]["version"] == first.label


async def test_a_job_has_one_version_however_often_it_registers(api: Api) -> None:
    actor = api.actors.admin
    made = await trained(api, actor)
    stored = {"adapter": {"path": "p", "sha256": "0" * 64, "bytes": 1}}
    with tenant_scope(actor.tenant_id):
        async with api.database.transaction() as db:
            job = (await db.execute(select(FineTuningJob).where(FineTuningJob.model_version_id == made.id))).scalar_one()
            assert (await versions.register(db, job, stored, {}, "x")).id == made.id
            other = IndustrialRepository(db).add(job_row(made.name, dataset_row(db, actor.tenant_id)))
            with pytest.raises(JobUnfinished):
                await versions.register(db, other, {}, {}, "x")


async def test_jobs_that_end_together_get_versions_of_their_own(api: Api) -> None:
    made = await asyncio.gather(*(trained(api, api.actors.admin, "twins") for _ in range(4)))
    assert sorted(one.version for one in made) == ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]


async def test_what_learnt_from_a_dataset_is_told_to_the_last_descendant(api: Api) -> None:
    first = await trained(api, api.actors.admin)
    child = await trained(api, api.actors.admin, base_model=first.label)
    grandchild = await trained(api, api.actors.admin, base_model=child.label)
    with tenant_scope(first.tenant_id):
        async with api.database.transaction() as db:
            row = await IndustrialRepository(db).get(ModelVersion, first.id)
            assert row.dataset_id is not None
            found = await versions.descendants(db, row.dataset_id)
    assert [one.id for one in found] == [first.id, child.id, grandchild.id]


async def test_an_artifact_is_what_was_trained_or_it_is_refused(api: Api, tmp_path: Path) -> None:
    made = await trained(api, api.actors.admin)
    answer = await api.call("GET", f"{made.path}/artifacts/adapter", api.actors.admin)
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == answer.headers["x-content-sha256"]
    packed = tmp_path / "got.tar"
    packed.write_bytes(answer.content)
    artifact_files.unpack(packed, tmp_path / "adapter")
    assert (tmp_path / "adapter" / "adapter_model.safetensors").read_bytes() == b"weights"

    with tenant_scope(made.tenant_id):
        async with api.database.transaction() as db:
            path = (await IndustrialRepository(db).get(ModelVersion, made.id)).artifacts["adapter"]["path"]
    store_of(api).write(path, answer.content + b"more")
    damaged = await api.call("GET", f"{made.path}/artifacts/adapter", api.actors.admin)
    assert (damaged.status_code, code_of(damaged)[1]) == (500, "artifact_damaged")


async def test_who_may_see_and_download(api: Api) -> None:
    made = await trained(api, api.actors.admin)
    assert (await api.call("GET", made.path, api.actors.viewer)).status_code == 200
    for path in (made.path, f"/models/versions/{made.name}", f"{made.path}/artifacts/adapter"):
        assert (await api.call("GET", path, api.actors.other)).status_code == 404
    assert (await api.call("GET", f"{made.path}/artifacts/gguf", api.actors.admin)).status_code == 404
    assert (await api.call("GET", f"/models/versions/{made.name}/{RANDOM_ID}")).status_code == 404
    refused = await api.call("GET", f"{made.path}/artifacts/adapter", api.actors.member)
    assert (refused.status_code, code_of(refused)[1]) == (403, "permission_required")


def test_the_same_content_has_the_same_digest_wherever_it_lies(tmp_path: Path) -> None:
    for name, order in (("one", ("a", "b/c")), ("two", ("b/c", "a"))):
        for file in order:
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file)
        artifact_files.pack(tmp_path / name, tmp_path / f"{name}.tar")
        os.utime(tmp_path / name / "a", (1, 1))
    assert artifact_files.sha256_of(tmp_path / "one.tar") == artifact_files.sha256_of(tmp_path / "two.tar")


def test_a_folder_that_was_changed_in_the_store_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a").write_text("a")
    store = ArtifactStore(str(tmp_path / "store"))
    stored = artifact_files.put(store, uuid4(), uuid4(), "merged", tmp_path / "model")
    artifact_files.get_folder(store, stored, tmp_path / "got")
    assert (tmp_path / "got" / "a").read_text() == "a"
    store.write(stored["path"], b"something else")
    with pytest.raises(DigestWrong):
        artifact_files.get_folder(store, stored, tmp_path / "again")
    assert not (tmp_path / "again").exists()
