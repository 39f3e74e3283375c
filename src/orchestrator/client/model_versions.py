"""Versions of tuned models: what there is, the gate, serving, and shared traffic."""

from typing import Any
from urllib.parse import quote

from orchestrator.client.connection import Connection, given
from orchestrator.client.types.model_versions import (
    ModelEvaluation,
    ModelVersion,
    ModelVersionDetail,
    ServedModel,
    TrafficSplit,
)


class ModelVersions(Connection):
    """A version is named as `name@1.2.3`; `name@latest` and `name@production` are versions as well."""

    def model_versions(self, name: str | None = None) -> list[ModelVersion]:
        """The newest first; of one name the highest first."""
        path = f"/models/versions/{quote(name, safe='')}" if name else "/models/versions"
        return self._listed("items", path)

    def model_version(self, version: str) -> ModelVersionDetail:
        return self._json("GET", _path(version))

    def evaluate_version(self, version: str, **wanted: Any) -> ModelEvaluation:
        """`wanted`: dataset_id, turns, most_tasks, tasks, base_model, tuned_model, max_tokens, limits."""
        return self._json("POST", f"{_path(version)}/evaluations", json=given(**wanted))

    def evaluation(self, evaluation_id: str) -> ModelEvaluation:
        return self._json("GET", f"/models/evaluations/{evaluation_id}")

    def promote_version(self, version: str, *, reason: str | None = None, override: bool = False) -> ModelVersion:
        return self._json("POST", f"{_path(version)}/promote", json={"reason": reason, "override": override})

    def retire_version(self, version: str, reason: str) -> ModelVersion:
        return self._json("POST", f"{_path(version)}/retire", json={"reason": reason})

    def serve_version(self, version: str, **wanted: Any) -> ServedModel:
        """`wanted`: arm, engine, alias."""
        return self._json("POST", f"{_path(version)}/serve", json=given(**wanted))

    def served(self, version: str) -> list[ServedModel]:
        return self._listed("items", f"{_path(version)}/serve")

    def unserve_version(self, version: str, arm: str = "tuned") -> list[ServedModel]:
        return self._json("DELETE", f"{_path(version)}/serve", params={"arm": arm})["items"]

    def splits(self) -> list[TrafficSplit]:
        return self._listed("items", "/models/splits")

    def split_traffic(self, alias: str, version: str, percent: int) -> TrafficSplit:
        return self._json("PUT", "/models/splits", json={"alias": alias, "version": version, "percent": percent})

    def end_split(self, alias: str) -> TrafficSplit:
        return self._json("DELETE", "/models/splits", params={"alias": alias})


def _path(version: str) -> str:
    name, _, number = version.partition("@")
    return f"/models/versions/{quote(name, safe='')}/{quote(number or 'latest', safe='')}"
