"""What tests of curation share."""

from pathlib import Path

import pytest

from orchestrator.kit.artifacts import ArtifactStore


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(str(tmp_path / "store"))
