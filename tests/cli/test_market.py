"""The marketplace on the command line, against a real server: one tenant publishes, another installs."""

import asyncio
import json
import re
import stat
from pathlib import Path
from uuid import uuid4

import pytest
from tests.actors import Actor
from tests.api import Server
from tests.cli.test_cli import refused, run
from tests.cli.test_tenancy import printed
from tests.marketplace.shop import READER

Env = dict[str, str | None]
SKILL = "---\ndescription: How we read\n---\nLine by line.\n"


def env_of(server: Server, actor: Actor, folder: Path) -> Env:
    folder.mkdir(exist_ok=True)
    data = {"ORCHESTRATOR_DATA_DIR": str(folder / "data"), "HOME": str(folder), "NO_COLOR": "1", "COLUMNS": "200"}
    return {**data, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": actor.key}


@pytest.fixture
def shop(server: Server, tmp_path: Path) -> Env:
    return env_of(server, server.actors.other, tmp_path / "shop")


@pytest.fixture
def buyer(server: Server, tmp_path: Path) -> Env:
    return env_of(server, server.actors.admin, tmp_path / "buyer")


@pytest.fixture
def name() -> str:
    """A namespace that no other test has."""
    return f"acme-{uuid4().hex[:12]}"


async def market(env: Env, *arguments: str) -> str:
    return await asyncio.to_thread(printed, env, "market", *arguments)


async def no_market(env: Env, code: str, *arguments: str) -> None:
    refused(await asyncio.to_thread(run, env, "market", *arguments), code)


def agent_in(folder: Path, document: str) -> Path:
    file = folder / ".opencode" / "agent" / "reader.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document)
    skill = folder / ".opencode" / "skills" / "reading" / "SKILL.md"
    skill.parent.mkdir(parents=True, exist_ok=True)
    skill.write_text(SKILL)
    return file


async def publish(env: Env, file: Path, name: str, version: str, *more: str) -> str:
    wanted = ("--version", version, "--licence", "Apache-2.0", *more)
    return await market(env, "publish", str(file), f"{name}/reader", *wanted)


def key_of(env: Env, name: str) -> Path:
    return Path(env["HOME"] or "") / ".config" / "orchestrator" / "market" / f"{name}.pem"


async def test_from_a_claim_to_an_installed_agent(shop: Env, buyer: Env, tmp_path: Path, name: str) -> None:
    file = agent_in(tmp_path, READER.replace("permission:", "skills: [reading]\npermission:"))
    assert str(key_of(shop, name)) in await market(shop, "claim", name, "--name", "laptop")
    assert stat.S_IMODE(key_of(shop, name).stat().st_mode) == 0o600
    assert "PRIVATE KEY" in key_of(shop, name).read_text()
    digest = (await publish(shop, file, name, "1.0.0", "--visibility", "all", "--network", "pypi.org")).splitlines()[-1]
    assert re.search(
        rf"{name}/reader +1\.0\.0 +opencode +not enough yet +review +Reads code", await market(buyer, "search", "reads")
    )
    shown = await market(buyer, "show", f"{name}/reader")
    for line in ("permission webfetch *: deny", "network pypi.org", f"digest: {digest}", "checks: publishing"):
        assert line in shown
    assert f"{name}/reader 1.0.0 is installed" in await market(buyer, "install", f"{name}/reader", "--yes")
    assert "skill reading: How we read" in await asyncio.to_thread(printed, buyer, "agents", "show", "reader")
    assert re.search(rf"{name}/reader +1\.0\.0 +installed", await market(buyer, "installed"))
    assert await market(buyer, "uninstall", f"{name}/reader") == f"{name}/reader is uninstalled\n"


async def test_an_update_that_asks_for_more_is_asked_about(shop: Env, buyer: Env, tmp_path: Path, name: str) -> None:
    file = agent_in(tmp_path, READER)
    await market(shop, "claim", name)
    await publish(shop, file, name, "1.0.0", "--visibility", "all")
    asked = await asyncio.to_thread(run, buyer, "market", "install", f"{name}/reader")
    assert (asked.exit_code, "webfetch *: deny" in asked.output) == (1, True), "nobody answered"
    await market(buyer, "install", f"{name}/reader", "--yes")
    agent_in(tmp_path, READER.replace("webfetch", "websearch"))
    await publish(shop, file, name, "2.0.0")
    asked = await asyncio.to_thread(run, buyer, "market", "update", f"{name}/reader")
    assert asked.exit_code == 1
    assert "more than before: permission without webfetch *: deny" in asked.output
    assert f"{name}/reader is 2.0.0 now" in await market(buyer, "update", f"{name}/reader", "--yes")
    assert f"{name}/reader is 1.0.0 now" in await market(buyer, "update", f"{name}/reader", "--version", "1.0.0", "--yes")


async def test_a_listing_is_verified_without_a_server(shop: Env, buyer: Env, tmp_path: Path, name: str) -> None:
    await market(shop, "claim", name)
    await publish(shop, agent_in(tmp_path, READER), name, "1.0.0", "--visibility", "all")
    file = tmp_path / "reader.json"
    await market(buyer, "export", f"{name}/reader", "--to", str(file))
    nowhere = {**buyer, "ORCHESTRATOR_URL": "http://127.0.0.1:1"}
    signer = (await market(nowhere, "verify", str(file))).splitlines()[-1]
    assert signer in await market(shop, "keys", "list", name)
    assert (await market(nowhere, "verify", str(file), "--fingerprint", signer)).endswith(f"{signer}\n")
    assert (await market(buyer, "verify", f"{name}/reader")).endswith(f"{signer}\n")
    whole = json.loads(file.read_text())
    for changes, problem in (
        ({"files": {"agent.md": READER + "And send it to me.\n"}}, "does not have its digest"),
        ({"version": "1.0.1"}, "does not have its digest"),
        ({"signature": "A" * 86 + "=="}, "not signed by its key"),
        ({"files": 5}, "another form"),
    ):
        file.write_text(json.dumps(whole | changes))
        told = await asyncio.to_thread(run, nowhere, "market", "verify", str(file))
        assert (told.exit_code, problem in told.output) == (1, True), told.output
    file.write_text(json.dumps(whole))
    told = await asyncio.to_thread(run, nowhere, "market", "verify", str(file), "--fingerprint", "SHA256:other")
    assert (told.exit_code, "another key" in told.output) == (1, True)


async def test_keys_are_rotated_and_revoked(shop: Env, buyer: Env, tmp_path: Path, name: str) -> None:
    file = agent_in(tmp_path, READER)
    await market(shop, "claim", name)
    first = (await market(shop, "keys", "list", name)).splitlines()[1].split()[0]
    await publish(shop, file, name, "1.0.0", "--visibility", "all")
    await market(shop, "keys", "add", name, "--name", "second")
    second = key_of(shop, f"{name}-2")
    assert stat.S_IMODE(second.stat().st_mode) == 0o600
    await market(shop, "keys", "retire", name, first[:15])
    wanted = (str(file), f"{name}/reader", "--version", "1.1.0", "--licence", "MIT")
    await no_market(shop, "signature_invalid", "publish", *wanted)
    await market(shop, "publish", *wanted, "--key-file", str(second))
    await market(shop, "keys", "revoke", name, first, "--reason", "It was stolen.")
    assert "revoked: It was stolen." in await market(shop, "keys", "list", name)
    old = await asyncio.to_thread(run, buyer, "market", "install", f"{name}/reader", "--version", "1.0.0", "--yes")
    assert (old.exit_code, "it is not installed: its key was revoked: It was stolen." in old.stdout) == (1, True)
    assert "(listing_untrusted)" in old.stderr
    await market(buyer, "install", f"{name}/reader", "--yes")


async def test_publishers_say_who_sees_it_and_take_it_back(
    shop: Env, buyer: Env, server: Server, tmp_path: Path, name: str
) -> None:
    await market(shop, "claim", name)
    await publish(shop, agent_in(tmp_path, READER), name, "1.0.0")
    await no_market(buyer, "not_found", "show", f"{name}/reader")
    assert await market(shop, "offer", f"{name}/reader", "chosen", "--to", server.actors.admin.slug) == (
        f"{name}/reader is for chosen\n"
    )
    assert f"{name}/reader" in await market(buyer, "search")
    marked = await market(shop, "mark", f"{name}/reader", "1.0.0", "deleted", "--reason", "It leaks.")
    assert marked == f"{name}/reader 1.0.0 is deleted\n"
    await no_market(buyer, "not_found", "show", f"{name}/reader")
    assert "deleted: It leaks." in await market(shop, "show", f"{name}/reader", "--version", "1.0.0")


async def test_what_is_refused_is_one_clear_error(shop: Env, tmp_path: Path, name: str) -> None:
    file = agent_in(tmp_path, READER)
    wanted = (str(file), f"{name}/reader", "--version", "1.0.0", "--licence", "MIT")
    await no_market(shop, "argument_wrong", "publish", *wanted)
    await market(shop, "claim", name)
    await no_market(shop, "namespace_taken", "claim", name)
    key_of(shop, name).chmod(0o644)
    await no_market(shop, "argument_wrong", "publish", *wanted)
    key_of(shop, name).write_text("nonsense")
    key_of(shop, name).chmod(0o600)
    await no_market(shop, "argument_wrong", "publish", *wanted)
    await no_market(shop, "argument_wrong", "update", f"{name}/reader")
    file.write_text("---\nnonsense: 1\n---\nx")
    key_of(shop, name).unlink()
    await no_market(shop, "argument_wrong", "keys", "revoke", name, "SHA256:nothing", "--reason", "x")
    file.write_text("{")
    await no_market(shop, "argument_wrong", "verify", str(file))
