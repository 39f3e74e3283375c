"""A command imports what it needs: one that asks a server brings no server, and help and version no HTTP either."""

import subprocess
import sys

import pytest

SERVERS = {"aiohttp", "alembic", "dbos", "fastapi", "genai_prices", "psycopg", "sqlalchemy", "starlette", "structlog"}
CLIENTS = {"httpx", "pydantic_settings", "yaml"}
RUN = """
import sys
from orchestrator.cli.app import app
app(sys.argv[1:], standalone_mode=False)
sys.stderr.write(" ".join(sys.modules))
"""
# An address and a key are enough to ask a server with: the settings are a server's.
ELSEWHERE = {"ORCHESTRATOR_URL": "http://127.0.0.1:1", "ORCHESTRATOR_API_KEY": "oio_none"}


@pytest.mark.parametrize(
    ("arguments", "left_out"),
    [
        (["--help"], SERVERS | CLIENTS),
        (["sessions", "open", "--help"], SERVERS | CLIENTS),
        (["version"], SERVERS | CLIENTS),
        (["sessions", "list"], SERVERS | {"pydantic_settings", "yaml"}),
    ],
    ids=["help", "help of a command", "version", "a question to a server"],
)
def test_a_command_imports_only_what_it_needs(arguments: list[str], left_out: set[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], env=ELSEWHERE, capture_output=True, text=True, check=False, timeout=60
    )
    imported = done.stderr.splitlines()[-1].split()
    assert "typer" in imported, done.stderr
    assert left_out & set(imported) == set()
