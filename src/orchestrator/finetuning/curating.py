"""The processes that curate: `prepare` looks at every n-th chunk of a folder, `finish` makes the dataset of what they left,
`all` does both.

They have the artifact store and the folder, and no database. Both can be killed at any moment and started again.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from orchestrator.finetuning.choosing import Choosing
from orchestrator.finetuning.conversations import Unusable
from orchestrator.finetuning.curation_folder import CurationFolder, Done, Fields, counters_of
from orchestrator.finetuning.curation_records import Recording
from orchestrator.finetuning.dataset_files import DatasetFacts, Row, write_dataset
from orchestrator.finetuning.dataset_models import RowKind, Split
from orchestrator.finetuning.preparing import Preparing
from orchestrator.finetuning.secret_finders import check_scanners
from orchestrator.gateway.trajectory_reading import Replayed, TrajectoryDamaged, replay_ends
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.errors import OrchestratorError

STORE_URL = "ORCHESTRATOR_CURATION_STORE"
"""The URL may hold a password, which has no place among a process's arguments."""


def prepare(folder: CurationFolder, store: ArtifactStore, worker: int, workers: int) -> None:
    order = folder.order()

    def replay(recording: Recording) -> list[Replayed]:
        try:
            found = replay_ends(store, recording.chain)
        except TrajectoryDamaged:
            raise Unusable("recording_damaged") from None
        if any(one.call["tenant_id"] != order.tenant_id for one in found):
            raise Unusable("another_tenant")
        return found

    for number, groups in enumerate(folder.chunks()):
        if number % workers == worker and not folder.has(number):
            preparing = Preparing(order.policy, replay)
            rows = [row for group in groups for row in preparing.rows(group)]
            folder.store(number, rows, preparing.tally)


def finish(folder: CurationFolder, store: ArtifactStore) -> Done:
    order = folder.order()
    choosing = Choosing(order.policy, folder.tally())
    for place, row in folder.rows():
        choosing.look(place, row)
    counts, redactions, tokens = Counter[str](), Counter[str](), 0

    def chosen() -> Iterator[Row]:
        nonlocal tokens
        for row in _chosen(folder, choosing):
            counts[row.file.partition(".")[0]] += 1
            redactions.update(row.redactions)
            tokens += row.tokens
            yield row

    sources = {"sha256": order.sources_sha256, "trajectories": choosing.tally.seen}
    facts = DatasetFacts(UUID(order.tenant_id), order.policy.as_json(), order.code_version, sources)
    written = write_dataset(store, facts, chosen(), folder.path)
    done = Done(
        dataset_id=written.id,
        path=written.path,
        tokens=tokens,
        counters=counters_of(choosing.tally, rows=counts, redactions=redactions),
    )
    folder.finish(done)
    return done


def _chosen(folder: CurationFolder, choosing: Choosing) -> Iterator[Row]:
    splits = choosing.splits()
    for place, row in folder.rows():
        if place in choosing.taken:
            made = _row(row, splits[row["task"]], choosing.cluster_of(row["task"]))
            if made.kind is RowKind.PREFERENCE and made.split is Split.HELDOUT:
                choosing.tally.pairs["held_out"] += 1
                continue
            yield made


def _row(row: Fields, split: Split, cluster: str) -> Row:
    return Row(
        kind=RowKind(row["kind"]),
        split=split,
        content=row["content"],
        cluster=cluster,
        tokens=row["tokens"],
        session_id=UUID(row["session_id"]),
        request_id=UUID(row["request_id"]),
        redactions=row["redactions"],
    )


def main() -> None:
    step, path, *numbers = sys.argv[1:]
    folder, store = CurationFolder(Path(path)), ArtifactStore(os.environ[STORE_URL])
    try:
        check_scanners()
        if step != "finish":
            prepare(folder, store, *(map(int, numbers) if numbers else (0, 1)))
        if step != "prepare" and folder.done() is None:
            finish(folder, store)
    except OrchestratorError as problem:
        folder.fail({"code": problem.code, "message": problem.message, "hint": problem.hint_text})
        sys.exit(problem.message)


if __name__ == "__main__":
    main()
