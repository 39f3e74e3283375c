"""A running orchestrator on the scripted model, shared by the walks of this folder and stopped after the last of them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.fleet import QUICK, Fleet
from tests.e2e.tree import Tree

SCENARIOS = Path(__file__).with_name("scenarios.yml")


@pytest.fixture(scope="package")
def tree() -> Iterator[Tree]:
    with tempfile.TemporaryDirectory(prefix="orchestrator-e2e-") as folder:
        tree = Tree(
            Path(folder).resolve(),
            {
                "ORCHESTRATOR_SCRIPTED_SCENARIOS": str(SCENARIOS),
                "ORCHESTRATOR_PRIVATE_MCP_SERVERS": "true",
                "ORCHESTRATOR_WEBHOOK_PRIVATE_NETWORKS": "127.0.0.1/32",
                "ORCHESTRATOR_EAP_INLINE_BUNDLE_BYTES": "0",
            },
        ).start()
        try:
            yield tree
        finally:
            left = tree.stop()
            assert not left, f"processes left behind: {left}"


@pytest.fixture
def own_tree(tmp_path: Path) -> Iterator[Tree]:
    """One of its own, not started: for tests that kill or misconfigure it."""
    tmp_path.chmod(0o755)
    tree = Tree(tmp_path.resolve(), {"ORCHESTRATOR_SCRIPTED_SCENARIOS": str(SCENARIOS)})
    yield tree
    if tree.process is not None:
        tree.stop()


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """Two workers of their own, started; nodes are given up after three seconds of silence."""
    tmp_path.chmod(0o755)
    fleet = Fleet(tmp_path.resolve(), dict(QUICK))
    try:
        yield fleet.start()
    finally:
        left = fleet.stop()
    assert not left, f"processes left behind: {left}"
