"""The marketplace on the command line, against a real server: one tenant publishes, another installs."""

import asyncio
import json
import re
import stat
from pathlib import Path

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


async def publish(env: Env, file: Path, version: str, *more: str) -> str:
    wanted = ("--version", version, "--licence", "Apache-2.0", *more)
    return await market(env, "publish", str(file), "acme/reader", *wanted)


def key_of(env: Env, name: str = "acme") -> Path:
    return Path(env["HOME"] or "") / ".config" / "orchestrator" / "market" / f"{name}.pem"


async def test_from_a_claim_to_an_installed_agent(shop: Env, buyer: Env, tmp_path: Path) -> None:
    file = agent_in(tmp_path, READER.replace("permission:", "skills: [reading]\npermission:"))
    assert str(key_of(shop)) in await market(shop, "claim", "acme", "--name", "laptop")
    assert stat.S_IMODE(key_of(shop).stat().st_mode) == 0o600
    assert "PRIVATE KEY" in key_of(shop).read_text()
    digest = (await publish(shop, file, "1.0.0", "--visibility", "all", "--network", "pypi.org")).splitlines()[-1]
    assert re.search(
        r"acme/reader +1\.0\.0 +opencode +not enough yet +review +Reads code", await market(buyer, "search", "reads")
    )
    shown = await market(buyer, "show", "acme/reader")
    for line in ("permission webfetch *: deny", "network pypi.org", f"digest: {digest}", "checks: publishing"):
        assert line in shown
    assert "acme/reader 1.0.0 is installed" in await market(buyer, "install", "acme/reader", "--yes")
    assert "skill reading: How we read" in await asyncio.to_thread(printed, buyer, "agents", "show", "reader")
    assert re.search(r"acme/reader +1\.0\.0 +installed", await market(buyer, "installed"))
    assert await market(buyer, "uninstall", "acme/reader") == "acme/reader is uninstalled\n"


async def test_an_update_that_asks_for_more_is_asked_about(shop: Env, buyer: Env, tmp_path: Path) -> None:
    file = agent_in(tmp_path, READER)
    await market(shop, "claim", "acme")
    await publish(shop, file, "1.0.0", "--visibility", "all")
    asked = await asyncio.to_thread(run, buyer, "market", "install", "acme/reader")
    assert (asked.exit_code, "webfetch *: deny" in asked.output) == (1, True), "nobody answered"
    await market(buyer, "install", "acme/reader", "--yes")
    agent_in(tmp_path, READER.replace("webfetch", "websearch"))
    await publish(shop, file, "2.0.0")
    asked = await asyncio.to_thread(run, buyer, "market", "update", "acme/reader")
    assert asked.exit_code == 1
    assert "more than before: permission without webfetch *: deny" in asked.output
    assert "acme/reader is 2.0.0 now" in await market(buyer, "update", "acme/reader", "--yes")
    assert "acme/reader is 1.0.0 now" in await market(buyer, "update", "acme/reader", "--version", "1.0.0", "--yes")


async def test_a_listing_is_verified_without_a_server(shop: Env, buyer: Env, tmp_path: Path) -> None:
    await market(shop, "claim", "acme")
    await publish(shop, agent_in(tmp_path, READER), "1.0.0", "--visibility", "all")
    file = tmp_path / "reader.json"
    await market(buyer, "export", "acme/reader", "--to", str(file))
    nowhere = {**buyer, "ORCHESTRATOR_URL": "http://127.0.0.1:1"}
    signer = (await market(nowhere, "verify", str(file))).splitlines()[-1]
    assert signer in await market(shop, "keys", "list", "acme")
    assert (await market(nowhere, "verify", str(file), "--fingerprint", signer)).endswith(f"{signer}\n")
    assert (await market(buyer, "verify", "acme/reader")).endswith(f"{signer}\n")
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


async def test_keys_are_rotated_and_revoked(shop: Env, buyer: Env, tmp_path: Path) -> None:
    file = agent_in(tmp_path, READER)
    await market(shop, "claim", "acme")
    first = (await market(shop, "keys", "list", "acme")).splitlines()[1].split()[0]
    await publish(shop, file, "1.0.0", "--visibility", "all")
    await market(shop, "keys", "add", "acme", "--name", "second")
    second = key_of(shop, "acme-2")
    assert stat.S_IMODE(second.stat().st_mode) == 0o600
    await market(shop, "keys", "retire", "acme", first[:15])
    wanted = (str(file), "acme/reader", "--version", "1.1.0", "--licence", "MIT")
    await no_market(shop, "signature_invalid", "publish", *wanted)
    await market(shop, "publish", *wanted, "--key-file", str(second))
    await market(shop, "keys", "revoke", "acme", first, "--reason", "It was stolen.")
    assert "revoked: It was stolen." in await market(shop, "keys", "list", "acme")
    old = await asyncio.to_thread(run, buyer, "market", "install", "acme/reader", "--version", "1.0.0", "--yes")
    assert (old.exit_code, "it is not installed: its key was revoked: It was stolen." in old.stdout) == (1, True)
    assert "(listing_untrusted)" in old.stderr
    await market(buyer, "install", "acme/reader", "--yes")


async def test_publishers_say_who_sees_it_and_take_it_back(shop: Env, buyer: Env, server: Server, tmp_path: Path) -> None:
    await market(shop, "claim", "acme")
    await publish(shop, agent_in(tmp_path, READER), "1.0.0")
    await no_market(buyer, "not_found", "show", "acme/reader")
    assert await market(shop, "offer", "acme/reader", "chosen", "--to", server.actors.admin.slug) == (
        "acme/reader is for chosen\n"
    )
    assert "acme/reader" in await market(buyer, "search")
    marked = await market(shop, "mark", "acme/reader", "1.0.0", "deleted", "--reason", "It leaks.")
    assert marked == "acme/reader 1.0.0 is deleted\n"
    await no_market(buyer, "not_found", "show", "acme/reader")
    assert "deleted: It leaks." in await market(shop, "show", "acme/reader", "--version", "1.0.0")


async def test_what_is_refused_is_one_clear_error(shop: Env, tmp_path: Path) -> None:
    file = agent_in(tmp_path, READER)
    wanted = (str(file), "acme/reader", "--version", "1.0.0", "--licence", "MIT")
    await no_market(shop, "argument_wrong", "publish", *wanted)
    await market(shop, "claim", "acme")
    await no_market(shop, "namespace_taken", "claim", "acme")
    key_of(shop).chmod(0o644)
    await no_market(shop, "argument_wrong", "publish", *wanted)
    key_of(shop).write_text("nonsense")
    key_of(shop).chmod(0o600)
    await no_market(shop, "argument_wrong", "publish", *wanted)
    await no_market(shop, "argument_wrong", "update", "acme/reader")
    file.write_text("---\nnonsense: 1\n---\nx")
    key_of(shop).unlink()
    await no_market(shop, "argument_wrong", "keys", "revoke", "acme", "SHA256:nothing", "--reason", "x")
    file.write_text("{")
    await no_market(shop, "argument_wrong", "verify", str(file))
