"""`orchestrator agents`: who does the work, what each has proved, and who would be chosen."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.providers import ArgumentWrong, NoneCalled
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types.agents import Agent, Candidate, Record

app = typer.Typer(no_args_is_help=True, help="List and keep the agents that do the work, and see who would be chosen.")

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
        table = Table("version", "capability", "tier", "proved", "sure above", box=None)
        for version in client.agent_versions(agent["id"]):
            performance = version["performance"]
            for what, record in (("all", performance["overall"]), *performance["by_capability"].items()):
                sure = f"{record['lower_bound']:.0%}"
                table.add_row(str(version["number"]), escape(what), record["tier"], _proved(record), sure)
        console.print(table)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A Markdown file, or a folder of them such as .opencode/agent.")],
    name: Annotated[str | None, typer.Option(help="Of one file. Unset: what the file is called.")] = None,
) -> None:
    """Make agents of OpenCode's Markdown files, or new versions of those that are there."""
    with errors_told(), connect() as client:
        for file in _files(path, name):
            made = client.import_agent(name or file.stem, _text(file))
            console.print(f"{escape(made['name'])} v{made['version']['number']}", soft_wrap=True)


def _files(path: Path, name: str | None) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.md"))
    if not files or (name is not None and len(files) > 1):
        problem = "has no Markdown file" if not files else "has more than one Markdown file, and --name is for one"
        raise ArgumentWrong(f"{path} {problem}.", "Such as `orchestrator agents import .opencode/agent`.")
    return files


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentWrong(f"{file} cannot be read: {error}.", "Name a text file that you may read.") from error


@app.command()
def export(
    name: Name,
    to: Annotated[Path | None, typer.Option(help="A folder such as .opencode/agent. Unset: it is printed.")] = None,
    version: Annotated[int | None, typer.Option(min=1, help="Unset: the newest.")] = None,
) -> None:
    """Write an agent as the Markdown file that OpenCode reads."""
    with errors_told(), connect() as client:
        document = client.agent_document(_called(client, name)["id"], version)
        if to is None:
            typer.echo(document, nl=False)
            return
        file = to / f"{name}.md"
        try:
            to.mkdir(parents=True, exist_ok=True)
            file.write_text(document, "utf-8")
        except OSError as error:
            raise ArgumentWrong(f"{file} cannot be written: {error}.", "Name a folder that you may write.") from error
        console.print(f"written to {escape(str(file))}", soft_wrap=True)


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
