"""Which of the prepared rows are taken, and on which side of the split. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.dataset_files import canonical
from orchestrator.finetuning.dataset_models import Split
from orchestrator.finetuning.preparing import Stage, Tally
from orchestrator.finetuning.similarity import Clusters, NearDuplicates, Sketch

Fields = dict[str, Any]
Place = tuple[int, int]


@dataclass
class Choosing:
    """Look at all rows once, in their order; then ask for the split of each cluster."""

    policy: CurationPolicy
    tally: Tally
    taken: dict[Place, str] = field(default_factory=dict[Place, str])
    """The task of each row that is taken."""
    clusters: Clusters = field(default_factory=Clusters)

    def __post_init__(self) -> None:
        self._near = NearDuplicates(self.policy.near_duplicate_similarity)
        self._exact: dict[bytes, str] = {}

    def look(self, place: Place, row: Mapping[str, Any]) -> None:
        """Duplicates of a row that is dropped for another reason go with it: they say the same."""
        reason = self._chat(row) if row["kind"] == "chat" else self._pair(row)
        if reason is None:
            self.taken[place] = row["task"]
        elif row["kind"] == "chat":
            self.tally.drop(*reason)
        else:
            self.tally.pairs[reason[1]] += 1

    def _chat(self, row: Mapping[str, Any]) -> tuple[Stage, str] | None:
        task: str = row["task"]
        self.clusters.of(task)
        digest = _digest(row["content"]["messages"])
        if digest in self._exact:
            self.clusters.join(task, self._exact[digest])
            return Stage.DUPLICATES, "exact_duplicate"
        self._exact[digest] = task
        alike = self._near.seen(task, Sketch(tuple(row["signature"]), frozenset(row["asked"])))
        for other in alike:
            self.clusters.join(task, other)
        return (Stage.DUPLICATES, "near_duplicate") if alike else self._unfit(row)

    def _pair(self, row: Mapping[str, Any]) -> tuple[Stage, str] | None:
        digest = _digest(row["content"])
        if digest in self._exact:
            return Stage.DUPLICATES, "exact_duplicate"
        self._exact[digest] = row["task"]
        return self._unfit(row)

    def _unfit(self, row: Mapping[str, Any]) -> tuple[Stage, str] | None:
        if row["heldout_task"] is not None:
            return Stage.CONTAMINATION, "heldout_task"
        return (Stage.TOKENS, "too_long") if row["tokens"] > self.policy.max_tokens else None

    def splits(self) -> dict[str, Split]:
        """By task. A cluster is on one side whole; which one depends on its name and the seed alone, so that it stays there
        in later datasets."""
        clusters = {task: self.clusters.of(task) for task in self.taken.values()}
        heldout = _heldout(set(clusters.values()), self.policy)
        return {task: Split.HELDOUT if one in heldout else Split.TRAIN for task, one in clusters.items()}

    def cluster_of(self, task: str) -> str:
        return sha256(self.clusters.of(task).encode()).hexdigest()[:16]


def _heldout(clusters: Collection[str], policy: CurationPolicy) -> set[str]:
    """Where chance would hold out none, or all, the nearest one is moved."""
    if not policy.heldout_share or len(clusters) < 2:
        return set()
    order = sorted(clusters, key=lambda one: (_place(one, policy.seed), one))
    heldout = {one for one in order if _place(one, policy.seed) < policy.heldout_share}
    if not heldout:
        return {order[0]}
    return heldout - {order[-1]} if len(heldout) == len(order) else heldout


def _place(cluster: str, seed: int) -> float:
    """Between 0 and 1, the same everywhere."""
    return int.from_bytes(sha256(f"{seed}:{cluster}".encode()).digest()[:6]) / (1 << 48)


def _digest(content: Any) -> bytes:
    return sha256(canonical({"": content})).digest()
