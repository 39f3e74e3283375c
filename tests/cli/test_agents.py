"""Agents on the command line, against a real server."""

import asyncio
from pathlib import Path

import pytest
from tests.api import Server
from tests.cli.test_cli import refused, run
from tests.cli.test_tenancy import printed

from orchestrator.kit.sealing import make_master_key

Env = dict[str, str | None]


@pytest.fixture
def env(server: Server, tmp_path: Path) -> Env:
    data = {"ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path), "NO_COLOR": "1", "COLUMNS": "200"}
    return {**data, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.admin.key}


async def test_files_of_opencode_come_in_go_out_and_are_switched(env: Env, tmp_path: Path) -> None:
    folder = tmp_path / ".opencode" / "agent"
    folder.mkdir(parents=True)
    (folder / "reader.md").write_text(
        "---\ndescription: Reads [bold]all[/]\ncapabilities: [review, cobol]\n---\nYou read.\n"
    )
    (folder / "writer.md").write_text("---\ndescription: Writes\n---\nYou write.\n")
    assert await asyncio.to_thread(printed, env, "agents", "import", str(folder)) == "reader v1\nwriter v1\n"
    (folder / "reader.md").write_text("---\ncapabilities: [cobol]\n---\nYou read slowly.\n")
    assert await asyncio.to_thread(printed, env, "agents", "import", str(folder / "reader.md")) == "reader v2\n"
    shown = await asyncio.to_thread(printed, env, "agents", "show", "reader")
    assert "You read slowly." in shown
    out = tmp_path / "out"
    await asyncio.to_thread(printed, env, "agents", "export", "reader", "--version", "1", "--to", str(out))
    assert (out / "reader.md").read_text().endswith("You read.\n")
    assert "Reads [bold]all[/]" in await asyncio.to_thread(printed, env, "agents", "export", "reader", "--version", "1")
    await asyncio.to_thread(printed, env, "agents", "disable", "reader")
    listed = await asyncio.to_thread(printed, env, "agents", "list")
    assert "switched off" in next(line for line in listed.splitlines() if line.lstrip().startswith("reader"))
    assert "trainee" in listed
    nobody = await asyncio.to_thread(run, env, "agents", "route", "--needs", "cobol")
    assert nobody.exit_code == 1
    assert "reader: it is switched off" in nobody.output
    await asyncio.to_thread(printed, env, "agents", "enable", "reader")
    chosen = await asyncio.to_thread(printed, env, "agents", "route", "--needs", "cobol", "--seed", "4", "--explain")
    assert "reader v2 was chosen for cobol" in chosen
    assert "it lacks cobol" in chosen
    assert "seed 4" in chosen


async def test_what_an_agent_brings_comes_and_goes_with_it(env: Env, server: Server, tmp_path: Path) -> None:
    server.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(server.settings)
    folder, skill = tmp_path / ".opencode" / "agent", tmp_path / ".opencode" / "skill" / "forms"
    for one in (folder, skill / "ink"):
        one.mkdir(parents=True)
    head = 'mcp: {tracker: {type: remote, url: "https://a.example/mcp", headers: {Authorization: "{env:TRACKER}"}}}'
    (folder / "clerk.md").write_text(
        f"---\ndescription: A clerk\n{head}\nskills: [forms]\nsubagents: [helper]\n---\nYou are the clerk.\n"
    )
    (folder / "helper.md").write_text("---\nmode: subagent\n---\nYou help.\n")
    command = ("agents", "import", str(folder))
    refused(await asyncio.to_thread(run, env, *command), "argument_wrong")
    (skill / "SKILL.md").write_text("---\nname: forms\ndescription: How forms are filled in\n---\nUse blue ink.\n")
    (skill / "ink" / "colours.md").write_text("blue\n")
    refused(await asyncio.to_thread(run, env, *command[:-1], str(folder / "clerk.md")), "agent_secret_missing")
    secret = {**env, "TOKEN": "hush-hush"}
    told = await asyncio.to_thread(printed, secret, "agents", "secrets", "set", "TRACKER", "--secret-env", "TOKEN")
    assert told == "TRACKER is kept\n"
    assert await asyncio.to_thread(printed, env, *command) == "helper v1\nclerk v1\n", "whom others name comes first"
    shown = await asyncio.to_thread(printed, env, "agents", "show", "clerk")
    for line in (
        "MCP server tracker: https://a.example/mcp",
        "skill forms: How forms are filled in",
        "subagent helper v1",
    ):
        assert line in shown
    out = tmp_path / "out" / "agent"
    await asyncio.to_thread(printed, env, "agents", "export", "clerk", "--to", str(out))
    assert "{env:TRACKER}" in (out / "clerk.md").read_text()
    assert (tmp_path / "out/skills/forms/ink/colours.md").read_text() == "blue\n"
    assert await asyncio.to_thread(printed, env, "agents", "import", str(out)) == "clerk v1\n", "it is the same"
    listed = await asyncio.to_thread(printed, env, "agents", "secrets", "list")
    assert "TRACKER" in listed
    assert "hush" not in listed
    assert await asyncio.to_thread(printed, env, "agents", "secrets", "remove", "TRACKER") == "TRACKER removed\n"
    refused(await asyncio.to_thread(run, env, "agents", "secrets", "remove", "TRACKER"), "not_found")


async def test_what_is_wrong_is_told(env: Env, tmp_path: Path) -> None:
    empty, bad = tmp_path / "empty", tmp_path / "bad.md"
    empty.mkdir()
    bad.write_text("---\n[\n---\n")
    for arguments, code in (
        (("import", str(empty)), "argument_wrong"),
        (("import", str(tmp_path / "none.md")), "argument_wrong"),
        (("import", str(bad)), "agent_invalid"),
        (("show", "nobody"), "not_found"),
        (("export", "tester", "--to", str(bad)), "argument_wrong"),
        (("route", "--needs", "Ö"), "capability_invalid"),
    ):
        refused(await asyncio.to_thread(run, env, "agents", *arguments), code)
