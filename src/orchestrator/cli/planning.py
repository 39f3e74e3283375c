"""`orchestrator plan`: hand in a goal as a graph of tasks."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.plan_progress import follow_plan
from orchestrator.cli.providers import ArgumentWrong
from orchestrator.cli.run import absolute
from orchestrator.cli.sessions import SHORT
from orchestrator.cli.text import escape
from orchestrator.cli.uncommitted import uncommitted
from orchestrator.client.api import Client
from orchestrator.client.types.plans import Plan
from orchestrator.kit.words import counted


def plan(
    goal: Annotated[str | None, typer.Argument(help="What is to be reached. Unset: the goal that the file has.")] = None,
    repo: Annotated[str | None, typer.Option(help="A path or URL. Unset: the file's, else a fresh empty one.")] = None,
    base_ref: Annotated[str | None, typer.Option("--ref", help="Branch, tag or commit to start from.")] = None,
    file: Annotated[Path | None, typer.Option(help="A YAML file with the plan's tasks.")] = None,
    template: Annotated[
        str | None, typer.Option(help="What makes the tasks; `orchestrator plans templates list` has them.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter of the template, as name=value; may be repeated.")
    ] = None,
    verify: Annotated[list[str] | None, typer.Option(help="A command that judges every merge; may be repeated.")] = None,
    agent: Annotated[
        str | None, typer.Option(help="Who splits the goal into tasks, when neither a file nor a template does.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Which model that agent uses.")] = None,
    require_approval: Annotated[
        bool, typer.Option("--require-approval", help="Begin after `orchestrator plans approve`.")
    ] = False,
    max_parallel: Annotated[int | None, typer.Option(min=1, help="Most tasks at work at once.")] = None,
    push: Annotated[
        Literal["verified", "always"] | None,
        typer.Option(
            help="Push its branch once it completed: only verified work, or always. Unset: the file's, else never."
        ),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Watch it to its end.")] = False,
) -> None:
    """Hand in a goal as a graph of tasks: of a file, of a template, or made by an agent.

    With --follow, exit status 0 only when all of it is on its branch.
    """
    with errors_told(), connect() as client:
        planner = {name: value for name, value in (("agent", agent), ("model", model)) if value is not None}
        wanted = _drafted(client, goal, file, template, _parameters(set_ or []), planner)
        if repo is not None:
            wanted["repository"] = absolute(repo)
        wanted |= {name: value for name, value in (("base_ref", base_ref), ("verify", verify or None)) if value is not None}
        wanted["require_approval"] = require_approval or wanted.get("require_approval", False)
        chosen = {"max_parallel": max_parallel, "push": push}
        settings = {name: value for name, value in chosen.items() if value is not None}
        if settings:
            wanted["settings"] = {**wanted.get("settings", {}), **settings}
        made = client.create_plan(**wanted)
        _tell(made, repo)
        if follow:
            raise typer.Exit(0 if follow_plan(client, made["id"])["status"] == "completed" else 1)


def _drafted(
    client: Client,
    goal: str | None,
    file: Path | None,
    template: str | None,
    parameters: dict[str, str],
    planner: dict[str, str],
) -> dict[str, Any]:
    if file is not None and template is not None:
        raise ArgumentWrong("--file and --template exclude each other.", "Either of them says what the tasks are.")
    if parameters and template is None:
        raise ArgumentWrong("--set is for a template.", "Name one with --template, or leave it out.")
    if planner and (file or template):
        raise ArgumentWrong("--agent and --model are for who splits the goal into tasks.", "Leave them out.")
    if file is not None:
        wanted = client.draft_plan(document=read_text(file))
        if wanted.get("repository"):
            wanted["repository"] = _from_folder(wanted["repository"], file.parent)
        return wanted if goal is None else {**wanted, "goal": goal}
    if goal is None:
        raise ArgumentWrong("Without a file a goal is needed.", 'Such as `orchestrator plan "Invoices in the shop"`.')
    if template is None:
        return {"goal": goal, "planner": planner}
    return client.draft_plan(goal=goal, template=template, parameters=parameters)


def _parameters(given: list[str]) -> dict[str, str]:
    split = [one.partition("=") for one in given]
    if wrong := next((name for name, equals, _ in split if not equals or not name.strip()), None):
        raise ArgumentWrong(f"--set {wrong} has no value.", "Write --set name=value; a list has commas between.")
    return {name.strip(): value for name, _, value in split}


def read_text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentWrong(f"{file} cannot be read: {error}.", "Name a text file that you may read.") from error


def _from_folder(repository: str, folder: Path) -> str:
    """A path in a file is seen from where the file is."""
    path = folder / Path(repository).expanduser()
    return str(path.resolve()) if path.exists() else absolute(repository)


def _tell(made: Plan, repo: str | None) -> None:
    goal = made["goal"].strip().splitlines()[0]
    console.print(f"[bold]{escape(goal[:100])}[/] [dim]{made['id']} on {escape(made['branch'])}[/]", soft_wrap=True)
    console.print(f"{counted(len(made['tasks']), 'task')}, {made['status']}: {escape(made['status_reason'])}")
    if repo is not None and (changed := uncommitted(Path(absolute(repo)))):
        console.print(f"[yellow]note[/] {counted(changed, 'changed file')} not committed: agents see commits alone.")
    short = made["id"][-SHORT:]
    if made["status"] == "awaiting_approval":
        console.print(f"[bold]hint[/] `orchestrator plans show {short}`, then `orchestrator plans approve {short}`")
