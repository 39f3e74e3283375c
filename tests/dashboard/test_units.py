"""The dashboard's own unit tests, which Vitest runs, and its size, as a part of all tests: what fails there fails here."""

import os
import subprocess
from pathlib import Path

import pytest

DASHBOARD = Path(__file__).parents[2] / "dashboard"
LIMIT_SECONDS = 280


@pytest.mark.timeout(LIMIT_SECONDS + 20)
def test_the_dashboards_units() -> None:
    done = npm("test", "--silent")
    assert done.returncode == 0, "Vitest's own words are above"
    assert " passed" in done.stdout, "Vitest has found no test"


def test_the_build_is_small() -> None:
    """What a first visit loads takes at most 180 KiB, packed, and all of it at most 10 MiB."""
    done = npm("run", "--silent", "size")
    assert done.returncode == 0
    assert "gzip of at most 180.0 KiB" in done.stdout
    assert "of at most 10240.0 KiB" in done.stdout


def npm(*words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["npm", *words],
        cwd=DASHBOARD,
        env={**os.environ, "CI": "true", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
    )
    print(done.stdout[-20_000:])
    return done
