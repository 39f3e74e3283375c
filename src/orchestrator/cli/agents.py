"""`orchestrator agents`: who does the work, what each has proved, and who would be chosen."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli import agent_secrets
from orchestrator.cli.agent_files import agent_files, skills_beside, text_of, write_skills
from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.providers import ArgumentWrong, NoneCalled
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types.agents import Agent, Candidate, Record

app = typer.Typer(no_args_is_help=True, help="List and keep the agents that do the work, and see who would be chosen.")
app.add_typer(agent_secrets.app, name="secrets")

Name = Annotated[str, typer.Argument(help="The agent's name.")]
Needs = Annotated[list[str] | None, typer.Option("--needs", help="A capability that the work asks for; may be repeated.")]


@app.command("list")
def list_() -> None:
    """List the agents with what the newest version of each has proved."""
    with errors_told(), connect() as client:
        table = Table("name", "version", "tier", "proved", "USD each", "for", "", box=None)
        for one in client.agents():
            table.add_row(*_row(one))
        console.print(table)


def _row(one: Agent) -> tuple[str, ...]:
    version, performance = one["version"], one["version"]["performance"]
    cost = performance["mean_cost_micro_usd"]
    notes = [*(["built in"] if one["built_in"] else []), *([] if one["enabled"] else ["switched off"])]
    return (
        escape(one["name"]),
        str(version["number"]),
        performance["overall"]["tier"],
        _proved(performance["overall"]),
        "" if cost is None else f"{cost / 1_000_000:.4f}",
        escape(", ".join(version["definition"]["capabilities"])),
        ", ".join(notes),
    )


def _proved(record: Record) -> str:
    return f"{record['successes']} of {record['n']}"


@app.command()
def show(name: Name) -> None:
    """Show an agent: what it is told, and what each capability of it has proved, version by version."""
    with errors_told(), connect() as client:
        agent = _called(client, name)
        definition = agent["version"]["definition"]
        console.print(f"[bold]{escape(name)}[/] v{agent['version']['number']}  {escape(definition['description'])}")
        console.print(escape(definition["prompt"]), soft_wrap=True)
        for line in _belongings(definition):
            console.print(escape(line), soft_wrap=True)
        table = Table("version", "capability", "tier", "proved", "sure above", box=None)
        for version in client.agent_versions(agent["id"]):
            performance = version["performance"]
            for what, record in (("all", performance["overall"]), *performance["by_capability"].items()):
                sure = f"{record['lower_bound']:.0%}"
                table.add_row(str(version["number"]), escape(what), record["tier"], _proved(record), sure)
        console.print(table)


def _belongings(definition: dict[str, Any]) -> Iterator[str]:
    """What it brings, a line each."""
    for name, server in definition["mcp"].items():
        where = server["url"] if server["type"] == "remote" else shlex.join(server["command"])
        yield f"MCP server {name}: {where}" + ("" if server["enabled"] else " (switched off)")
    for skill in definition["skills"]:
        yield f"skill {skill['name']}: {skill['description']}"
    for one in definition["subagents"]:
        yield f"subagent {one['name']} v{one['version']}"


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A Markdown file, or a folder of them such as .opencode/agent.")],
    name: Annotated[str | None, typer.Option(help="Of one file. Unset: what the file is called.")] = None,
) -> None:
    """Make agents of OpenCode's Markdown files, or new versions of those that are there. The skills that one names come
    from `skills/<name>` beside its folder."""
    with errors_told(), connect() as client:
        documents = [(file, text_of(file)) for file in agent_files(path, name)]
        whole = [(file, document, skills_beside(file, document)) for file, document in documents]
        for file, document, skills in whole:
            made = client.import_agent(name or file.stem, document, skills)
            console.print(f"{escape(made['name'])} v{made['version']['number']}", soft_wrap=True)


@app.command()
def export(
    name: Name,
    to: Annotated[Path | None, typer.Option(help="A folder such as .opencode/agent. Unset: it is printed.")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="Unset: the newest.")] = None,
) -> None:
    """Write an agent as the Markdown file that OpenCode reads, and its skills into `skills` beside that folder."""
    with errors_told(), connect() as client:
        found = client.agent_document(_called(client, name)["id"], version)
        if to is None:
            typer.echo(found["document"], nl=False)
            return
        file = to / f"{name}.md"
        try:
            to.mkdir(parents=True, exist_ok=True)
            file.write_text(found["document"], "utf-8")
            written = [file, *write_skills(to, found["skills"])]
        except OSError as error:
            raise ArgumentWrong(f"{file} cannot be written: {error}.", "Name a folder that you may write.") from error
        for one in written:
            console.print(f"written to {escape(str(one))}", soft_wrap=True)


@app.command()
def enable(name: Name) -> None:
    """Let an agent take new work again."""
    _switch(name, enabled=True)


@app.command()
def disable(name: Name) -> None:
    """Keep an agent from new work; its sessions go on."""
    _switch(name, enabled=False)


def _switch(name: str, *, enabled: bool) -> None:
    with errors_told(), connect() as client:
        client.switch_agent(_called(client, name)["id"], enabled=enabled)
        console.print(f"{escape(name)} is switched {'on' if enabled else 'off'}", soft_wrap=True)


@app.command()
def route(
    needs: Needs = None,
    model: Annotated[str | None, typer.Option(help="To be used in the place of the agents' own.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same choice.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show every candidate with its numbers.")] = False,
) -> None:
    """Tell which agent would do such work, and why; nothing is made. Exit status 1 when there is none."""
    with errors_told(), connect() as client:
        decision = client.route(needs or [], model=model, seed=seed)
        console.print(escape(decision["reason"]), soft_wrap=True)
        if explain:
            columns = ("agent", "score", "quality", "proved", "cost", "load", "recent", "left out since")
            table = Table(*columns, box=None, caption=f"seed {decision['seed']}")
            for one in decision["candidates"]:
                table.add_row(*_numbers(one))
            console.print(table)
        raise typer.Exit(0 if decision["chosen"] else 1)


def _numbers(one: Candidate) -> tuple[str, ...]:
    name, proved = f"{escape(one['agent'])} v{one['version']}", f"{one['successes']} of {one['successes'] + one['failures']}"
    if one["excluded"]:
        return name, "", "", "", "", "", "", escape(one["excluded"])
    amounts = (one["score"], one["quality"]), (one["cost"], one["load"], one["recent"])
    first, second = ([f"{amount:.2f}" for amount in some] for some in amounts)
    return name, *first, proved, *second, ""


def _called(client: Client, name: str) -> Agent:
    found = next((one for one in client.agents() if one["name"] == name), None)
    if found is None:
        raise NoneCalled("agent", name)
    return found
