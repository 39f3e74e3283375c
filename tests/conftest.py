"""What tests share: a real PostgreSQL of their own, migrated once and copied for each test that wants a database."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.api import api, own_api, own_server, server, shared_api, shared_server  # noqa: F401 - fixtures of every test that asks for them.
from tests.databases import copied, make_careless, quick_folder
from tests.scheduling import FromBothEnds, place
from xdist.remote import Producer

from orchestrator.kit.db import Database
from orchestrator.kit.embedded_postgres import EmbeddedPostgres
from orchestrator.kit.logging import configure_logging
from orchestrator.migrations.run import migrate

os.environ.setdefault("TRAINING_ENV", os.environ.get("ORCHESTRATOR_TRAINING_ENV", ""))  # Of tests/training alone.
for name in [n for n in os.environ if n.startswith("ORCHESTRATOR_")]:
    del os.environ[name]  # A developer's own settings must not steer the tests.
for name in ("DATABASE_URL", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"):
    os.environ.pop(name, None)

configure_logging("console", "warning")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", action="store_true", help="browser tests write docs/assets/dashboard/*.png again")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whoever asks for one mark alone need not wait until all files have been read: the others do not name it."""
    wanted: str = config.option.markexpr
    if collection_path.suffix != ".py" or not wanted.isidentifier():
        return None
    return f"mark.{wanted}" not in collection_path.read_text() or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place(item.nodeid))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """For `.ci/run`, which tells tests that failed from a run that was cut off."""
    if session.config.cache is not None and not hasattr(session.config, "workerinput"):
        session.config.cache.set("orchestrator/exit_status", int(exitstatus))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FromBothEnds:
    return FromBothEnds(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A migrated server; the URL of its template database."""
    with tempfile.TemporaryDirectory(prefix="orchestrator-tests-", dir=quick_folder()) as folder:
        server = EmbeddedPostgres(Path(folder))
        try:
            url = server.start()
            make_careless(url)
            migrate(url)
            yield url
        finally:
            server.stop()


@pytest.fixture
def database_url(postgres: str) -> Iterator[str]:
    """A fresh copy of the migrated database."""
    with copied(postgres) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()
