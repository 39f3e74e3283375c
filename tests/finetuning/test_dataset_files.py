"""The files of a dataset: the same rows have the same id, and whatever was done to them is found before it is learnt."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from orchestrator.finetuning.dataset_files import (
    DatasetDamaged,
    DatasetFacts,
    Row,
    RowOfAnotherTenant,
    WrittenDataset,
    digest_of,
    open_dataset,
    write_dataset,
)
from orchestrator.finetuning.dataset_models import RowKind, Split
from orchestrator.kit.artifacts import ArtifactStore

TENANT = UUID("01990000-0000-7000-8000-00000000000a")
OTHER = UUID("01990000-0000-7000-8000-00000000000b")


def chat(number: int, split: Split = Split.TRAIN) -> Row:
    call = {"id": "c1", "type": "function", "function": {"name": "read", "arguments": {"path": f"f{number}", "line": 2**60}}}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": f"Rufe Datei {number} auf, \u00e4h \U0001f600"},
        {"role": "assistant", "content": "", "tool_calls": [call], "weight": 0},
        {"role": "tool", "tool_call_id": "c1", "content": "text"},
        {"role": "assistant", "content": "done"},
    ]
    return Row(RowKind.CHAT, split, {"messages": messages, "tools": []}, f"c{number}", 12, session_id=uuid4())


def pair() -> Row:
    content = {
        "prompt": [{"role": "user", "content": "do"}],
        "tools": [],
        "chosen": [{"role": "assistant", "content": "good"}],
        "rejected": [{"role": "assistant", "content": "bad"}],
    }
    return Row(RowKind.PREFERENCE, Split.TRAIN, content, "p", 4)


def facts(tenant: UUID = TENANT) -> DatasetFacts:
    return DatasetFacts(tenant, {"seed": 1}, "0.1.0", {"trajectories": 3})


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(str(tmp_path / "store"))


@pytest.fixture
def written(store: ArtifactStore) -> WrittenDataset:
    return write_dataset(store, facts(), [chat(1), chat(2, Split.HELDOUT), pair(), chat(3)])


def test_what_is_written_is_read_in_its_order(store: ArtifactStore, written: WrittenDataset, tmp_path: Path) -> None:
    files = open_dataset(store, written, tmp_path / "job")
    rows = list(files.rows("train.jsonl"))
    assert [row["messages"][0]["content"] for row in rows] == [f"Rufe Datei {n} auf, \u00e4h \U0001f600" for n in (1, 3)]
    arguments = rows[0]["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert arguments == {"path": "f1", "line": 2**60}
    assert [row["digest"] for row in rows] == [digest_of(row) for row in rows]
    assert len(list(files.rows("heldout.jsonl"))) == len(list(files.rows("preferences.jsonl"))) == 1
    assert sha256((files.folder / "manifest.json").read_bytes()).hexdigest() == written.id


def test_tools_and_arguments_keep_their_order(store: ArtifactStore, tmp_path: Path) -> None:
    """It is the order of the prompts that are sent later."""
    tool = {"type": "function", "function": {"name": "price", "parameters": {"z": 1, "a": 2}}}
    row = replace(chat(1), content={"messages": chat(1).content["messages"], "tools": [tool]})
    opened = open_dataset(store, write_dataset(store, facts(), [row]), tmp_path / "opened")
    (line,) = opened.rows("train.jsonl")
    assert json.dumps(line["tools"]) == json.dumps([tool])
    assert list(line["messages"][1]["tool_calls"][0]["function"]["arguments"]) == ["path", "line"]


def test_the_same_rows_have_the_same_id_anywhere(store: ArtifactStore, tmp_path: Path) -> None:
    rows = [chat(1), chat(2, Split.HELDOUT), pair()]
    ids = {write_dataset(one, facts(), rows).id for one in (store, ArtifactStore(str(tmp_path / "other")))}
    assert len(ids) == 1
    assert write_dataset(store, facts(), rows[:2]).id not in ids
    assert write_dataset(store, facts(OTHER), rows).id not in ids


def _lines(store: ArtifactStore, written: WrittenDataset) -> list[bytes]:
    return store.read(f"{written.path}/train.jsonl").splitlines(keepends=True)


def _changed(line: bytes) -> bytes:
    """With a digest that fits, as somebody would write it who knows the format."""
    row = json.loads(line)
    row["messages"][3]["content"] = "something else"
    row["digest"] = digest_of(row)
    return json.dumps(row).encode() + b"\n"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda lines: [lines[0].replace(b"text", b"texT"), lines[1]], "line 1 is not the row"),
        (lambda lines: [lines[0], _changed(lines[1])], "line 2 is not the row"),
        (lambda lines: lines[::-1], "line 1 is not the row"),
        (lambda lines: lines[:1], "has 1 rows instead of 2"),
        (lambda lines: [*lines, lines[0]], "line 3 is not the row"),
        (lambda lines: [lines[0], lines[1].replace(b'":', b'": ')], "another checksum"),
        (lambda lines: [lines[0][:40] + b"\n", lines[1]], "line 1 is no row"),
    ],
)
def test_what_was_changed_is_found(
    store: ArtifactStore,
    written: WrittenDataset,
    tmp_path: Path,
    change: Callable[[list[bytes]], list[bytes]],
    problem: str,
) -> None:
    store.write(f"{written.path}/train.jsonl", b"".join(change(_lines(store, written))))
    with pytest.raises(DatasetDamaged, match=problem):
        open_dataset(store, written, tmp_path / "job")


def test_one_row_of_another_tenant_stops_it(store: ArtifactStore, written: WrittenDataset, tmp_path: Path) -> None:
    foreign = write_dataset(store, facts(OTHER), [chat(9)])
    lines = _lines(store, written)
    store.write(f"{written.path}/train.jsonl", lines[0] + _lines(store, foreign)[0])
    with pytest.raises(RowOfAnotherTenant, match=r"train\.jsonl, line 2"):
        open_dataset(store, written, tmp_path / "job")


def test_a_dataset_of_another_tenant_is_none_of_this_one(store: ArtifactStore, tmp_path: Path) -> None:
    foreign = write_dataset(store, facts(OTHER), [chat(9)])
    claimed = WrittenDataset(TENANT, foreign.id, foreign.path, foreign.manifest)
    with pytest.raises(RowOfAnotherTenant):
        open_dataset(store, claimed, tmp_path / "job")


@pytest.mark.parametrize("name", ["manifest.json", "train.jsonl", "preferences.jsonl"])
def test_a_file_that_is_missing_is_named(store: ArtifactStore, written: WrittenDataset, tmp_path: Path, name: str) -> None:
    store.delete(f"{written.path}/{name}")
    with pytest.raises(DatasetDamaged, match=f"{name} is missing"):
        open_dataset(store, written, tmp_path / "job")


def test_another_manifest_is_another_dataset(store: ArtifactStore, written: WrittenDataset, tmp_path: Path) -> None:
    path = f"{written.path}/manifest.json"
    store.write(path, store.read(path).replace(b'"seed":1', b'"seed":2'))
    with pytest.raises(DatasetDamaged, match="another one than its id says"):
        open_dataset(store, written, tmp_path / "job")
