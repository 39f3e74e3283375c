"""A command imports what it needs: one that asks a server brings no server, and help and version no HTTP either. A role that
runs alone brings nothing of the others, and what keeps `up` from starting is told before it has imported a server."""

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


@pytest.mark.parametrize(
    ("module", "left_out"),
    [
        ("up", SERVERS - {"psycopg", "structlog"}),
        # With what is done before any role starts.
        ("roles.preparation, orchestrator.cli.roles.node", {"fastapi", "starlette", "uvicorn", "mcp", "a2a"}),
        ("roles.preparation, orchestrator.cli.roles.gateway", {"fastapi", "dbos", "a2a"}),
    ],
    ids=["up", "worker", "gateway"],
)
def test_a_role_imports_nothing_of_the_others(module: str, left_out: set[str]) -> None:
    words = [sys.executable, "-c", f"import orchestrator.cli.{module}, sys; print(*sys.modules)"]
    done = subprocess.run(words, env={}, capture_output=True, text=True, check=True, timeout=60)
    assert left_out & set(done.stdout.split()) == set()
