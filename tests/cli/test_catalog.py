"""`orchestrator providers` and `orchestrator models`, against a real server."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import Result
from tests.actors import make_actor
from tests.api import Server
from typer.testing import CliRunner

from orchestrator.cli.app import app
from orchestrator.kit.sealing import make_master_key
from orchestrator.tenancy.models import Role

KEY = "sk-canary-of-the-cli"


@pytest.fixture
def env(server: Server, tmp_path: Path) -> dict[str, str | None]:
    server.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(server.settings)
    return {
        "ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"),
        "HOME": str(tmp_path),
        "NO_COLOR": "1",
        "ORCHESTRATOR_URL": server.url,
        "ORCHESTRATOR_API_KEY": server.actors.admin.key,
        "SOME_KEY": KEY,
    }


def run(env: Mapping[str, str | None], line: str, **options: str) -> Result:
    return CliRunner().invoke(app, line.split(), env=env, **options)


def done(env: Mapping[str, str | None], line: str, **options: str) -> str:
    result = run(env, line, **options)
    assert result.exit_code == 0, (line, result.output, result.exception)
    assert KEY not in result.output
    return result.stdout


def refused(env: Mapping[str, str | None], line: str) -> str:
    result = run(env, line)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    return result.stderr


async def test_a_provider_and_a_model_from_the_first_to_the_last_command(env: dict[str, str | None]) -> None:
    await asyncio.to_thread(keep, env)


def keep(env: dict[str, str | None]) -> None:
    done(env, "providers add p --kind openai_compatible --base-url https://1.1.1.1/v1 --api-key-env SOME_KEY")
    assert "openai_compatible" in done(env, "providers list")
    assert "provider_address_refused" in refused(
        env, "providers set p --base-url http://127.0.0.1/v1 --api-key-env SOME_KEY"
    )
    assert "argument_wrong" in refused(env, "providers set p --api-key-env NOT_SET")
    assert "argument_wrong" in refused(env, "providers set p --option nonsense")
    done(env, "providers set p --api-key-stdin --requests-per-minute 60 --option formats=chat,messages", input=f"{KEY}-2\n")
    assert "60 requests" in done(env, "providers list")
    done(env, "providers set p --disable --requests-per-minute 0 --no-api-key")
    listed = done(env, "providers list")
    assert "disabled" in listed
    assert "60 requests" not in listed
    done(env, "providers set p --enable")
    done(env, "models add coder --target p/a/b=90 --target p/c --format messages --input-price 1.5 --output-price 2")
    listed = done(env, "models list")
    assert "p/a/b=90, p/c=1" in listed
    assert "1.5 / 2" in listed
    assert "argument_wrong" in refused(env, "models add x --target nonsense")
    done(env, "models set coder --target p/a")
    assert "p/a=1" in done(env, "models list")
    assert "provider_in_use" in refused(env, "providers remove p")
    assert "not_found" in refused(env, "models remove scripted-model")
    done(env, "models remove coder")
    done(env, "providers remove p")
    assert "not_found" in refused(env, "providers remove p")
    assert "operator_required" in refused(env, "providers list --platform")


async def test_an_operator_keeps_those_of_all_tenants(server: Server, env: dict[str, str | None]) -> None:
    admin = server.actors.admin
    operator = await make_actor(server.database, admin.tenant_id, admin.slug, Role.ADMIN, is_operator=True)
    as_operator = {**env, "ORCHESTRATOR_API_KEY": operator.key}
    done_there = asyncio.to_thread
    await done_there(done, as_operator, "providers add q --kind openai --api-key-env SOME_KEY --platform")
    await done_there(done, as_operator, "models add gpt --target q/gpt-5 --platform")
    assert "platform" in await done_there(done, env, "models list")
    await done_there(done, as_operator, "models remove gpt --platform")
    await done_there(done, as_operator, "providers remove q --platform")
