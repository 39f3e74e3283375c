"""A dataset in the forms that others read: OpenAI's JSON lines, and Parquet. Blocking: call it from a thread."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from orchestrator.finetuning.dataset_files import FILES, PREFERENCES, DatasetFiles, DatasetNamed, Fields, open_dataset
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.errors import OrchestratorError

_BATCH = 500
_TEXTS = (
    "file",
    "digest",
    "kind",
    "split",
    "session_id",
    "request_id",
    "cluster",
    "messages",
    "tools",
    "chosen",
    "rejected",
)


class ExportFormat(StrEnum):
    OPENAI = "openai"
    PARQUET = "parquet"


class Part(StrEnum):
    """Which rows."""

    TRAIN = "train"
    HELDOUT = "heldout"
    PREFERENCES = "preferences"


class ParquetMissing(OrchestratorError):
    """Parquet cannot be written, since pyarrow is not installed."""

    status = 501
    code = "parquet_missing"
    hint = "Install the extra where the API runs: `pip install 'opencode-orchestrator[datasets]'`; or take format=openai."


def check_format(format_: ExportFormat) -> None:
    """Raises ParquetMissing."""
    if format_ is ExportFormat.PARQUET and find_spec("pyarrow") is None:
        raise ParquetMissing


def export(store: ArtifactStore, dataset: DatasetNamed, format_: ExportFormat, part: Part | None) -> Path:
    """A file that is the caller's to remove. All rows are verified first; of JSON lines a part has to be named, since pairs
    have another form than chats. Raises DatasetDamaged, RowOfAnotherTenant, ParquetMissing."""
    check_format(format_)
    folder = Path(tempfile.mkdtemp(prefix="orchestrator-export-"))
    try:
        files = open_dataset(store, dataset, folder / "dataset")
        names = FILES if part is None else (f"{part.value}.jsonl",)
        made = folder.with_suffix(".jsonl" if format_ is ExportFormat.OPENAI else ".parquet")
        write = _write_parquet if format_ is ExportFormat.PARQUET else _write_lines
        write(files, names, made)
        return made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_lines(files: DatasetFiles, names: Sequence[str], made: Path) -> None:
    with made.open("w", encoding="utf-8") as out:
        for name in names:
            for row in files.rows(name):
                out.write(json.dumps(openai_row(row), ensure_ascii=False) + "\n")


def openai_row(row: Mapping[str, Any]) -> Fields:
    """As OpenAI's fine-tuning takes it: arguments are strings there."""
    tools = {"tools": row["tools"]} if row["tools"] else {}
    if "messages" in row:
        return {"messages": [_message(one) for one in row["messages"]], **tools}
    return {
        "input": {"messages": [_message(one) for one in row["prompt"]], **tools},
        "preferred_output": [_message(one) for one in row["chosen"]],
        "non_preferred_output": [_message(one) for one in row["rejected"]],
    }


def _message(message: Mapping[str, Any]) -> Fields:
    if "tool_calls" not in message:
        return dict(message)
    calls = [
        {**one, "function": {**one["function"], "arguments": json.dumps(one["function"]["arguments"], ensure_ascii=False)}}
        for one in message["tool_calls"]
    ]
    return {**message, "tool_calls": calls}


def _write_parquet(files: DatasetFiles, names: Sequence[str], made: Path) -> None:
    """Messages and tools as JSON texts: as nested columns, arguments of one tool would get empty ones of all others."""
    arrow, parquet = cast(Any, import_module("pyarrow")), cast(Any, import_module("pyarrow.parquet"))
    schema = arrow.schema([*((name, arrow.string()) for name in _TEXTS), ("tokens", arrow.int64())])
    with parquet.ParquetWriter(str(made), schema) as out:
        for name in names:
            for batch in _batches(files, name):
                out.write_table(arrow.Table.from_pylist(batch, schema=schema))


def _batches(files: DatasetFiles, name: str) -> Iterator[list[Fields]]:
    batch: list[Fields] = []
    for row, entry in zip(files.rows(name), files.manifest["files"][name]["rows"], strict=True):
        said = {
            column: entry[column] for column in ("digest", "kind", "split", "session_id", "request_id", "cluster", "tokens")
        }
        content = {
            "messages": json.dumps(row["prompt"] if name == PREFERENCES else row["messages"]),
            **{column: json.dumps(row[column]) if column in row else None for column in ("tools", "chosen", "rejected")},
        }
        batch.append({"file": name, **said, **content})
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
