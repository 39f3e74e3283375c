"""Bringing a database up to date: what cannot be used is told before anything is changed."""

import pytest

from orchestrator.migrations import run
from orchestrator.migrations.run import DatabaseTooOld


def test_a_database_that_is_too_old_is_refused_by_its_version(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No package brings an old one, so the one that is here is called too old."""
    monkeypatch.setattr(run, "OLDEST_POSTGRES", 99)
    with pytest.raises(DatabaseTooOld, match=r"PostgreSQL \d\d; 99 is the oldest"):
        run.migrate(database_url)
