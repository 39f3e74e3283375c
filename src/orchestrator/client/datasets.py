"""Training data: consent, runs of curation, datasets and what came of them."""

from pathlib import Path
from typing import Any

from orchestrator.client.connection import Connection, given
from orchestrator.client.types import Page
from orchestrator.client.types.datasets import (
    Consent,
    Curation,
    Dataset,
    DatasetItem,
    DatasetRow,
    Descendants,
    Exclusion,
)


class Datasets(Connection):
    def training_consent(self) -> Consent:
        return self._json("GET", "/training/consent")

    def set_training_consent(self, granted: bool) -> Consent:
        return self._json("PUT", "/training/consent", json={"granted": granted})

    def exclude_from_training(self, session_id: str, reason: str) -> Exclusion:
        return self._json("POST", "/training/exclusions", json={"session_id": session_id, "reason": reason})

    def curate(self, name: str, policy: dict[str, Any]) -> Curation:
        return self._json("POST", "/datasets/curations", json={"name": name, "policy": policy})

    def curations(self, limit: int = 50) -> Page[Curation]:
        return self._json("GET", "/datasets/curations", params={"limit": limit})

    def curation(self, curation_id: str) -> Curation:
        return self._json("GET", f"/datasets/curations/{curation_id}")

    def cancel_curation(self, curation_id: str) -> Curation:
        return self._json("POST", f"/datasets/curations/{curation_id}/cancel")

    def datasets(self, limit: int = 50, cursor: str | None = None) -> Page[DatasetItem]:
        return self._json("GET", "/datasets", params=given(limit=limit, cursor=cursor))

    def dataset(self, dataset_id: str) -> Dataset:
        return self._json("GET", f"/datasets/{dataset_id}")

    def dataset_rows(self, dataset_id: str, **wanted: Any) -> Page[DatasetRow]:
        """`wanted`: kind, split, limit, cursor."""
        return self._json("GET", f"/datasets/{dataset_id}/rows", params=given(**wanted))

    def dataset_descendants(self, dataset_id: str) -> Descendants:
        return self._json("GET", f"/datasets/{dataset_id}/descendants")

    def export_dataset(self, dataset_id: str, file: Path, form: str, part: str | None = None) -> None:
        self._download(f"/datasets/{dataset_id}/export", file, params=given(format=form, part=part))
