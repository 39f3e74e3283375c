"""`orchestrator plans`: look at plans and act on them."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.finding import is_part, only_one
from orchestrator.cli.plan_progress import coloured, follow_plan
from orchestrator.cli.planning import read_text
from orchestrator.cli.sessions import SHORT, print_push
from orchestrator.cli.text import escape, escape_lines, visible
from orchestrator.client.api import Client
from orchestrator.client.types.plans import Forecast, MergeReport, Plan, PlanListed, TaskReport, Work
from orchestrator.client.types.sessions import Evidence

app = typer.Typer(no_args_is_help=True, help="List, show, follow and steer plans.")
templates = typer.Typer(no_args_is_help=True, help="List, show and keep the templates that plans are made of.")
app.add_typer(templates, name="templates")

PlanId = Annotated[str, typer.Argument(help="The plan's id, or the beginning or end of it.")]
TaskKey = Annotated[str, typer.Argument(help="The task's key.")]
Name = Annotated[str, typer.Argument(help="The template's name.")]
_MOST_GOAL = 60


def find(client: Client, wanted: str) -> str:
    """The whole id."""
    if is_part(wanted):
        return only_one(client.plans(limit=500)["items"], wanted, "orchestrator plans list")["id"]
    return wanted


@app.command("list")
def list_(
    status: Annotated[list[str] | None, typer.Option(help="Only these statuses; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 50,
) -> None:
    """List plans, the newest first."""
    with errors_told(), connect() as client:
        table = Table("id", "status", "done", "goal", "USD", "branch", box=None)
        for one in client.plans(status=status, limit=limit)["items"]:
            table.add_row(*_row(one))
        console.print(table)


def _row(one: PlanListed) -> tuple[str, ...]:
    done = f"{one['progress']['done']}/{one['progress']['total']}"
    cost = f"{one['usage']['cost_micro_usd'] / 1_000_000:.4f}"
    return one["id"][-SHORT:], coloured(one["status"]), done, _goal(one), cost, escape(one["branch"])


def _goal(one: PlanListed) -> str:
    return escape(one["goal"].strip().splitlines()[0][:_MOST_GOAL])


@app.command()
def show(plan_id: PlanId) -> None:
    """Show a plan with its tasks."""
    with errors_told(), connect() as client:
        _print_plan(client.plan(find(client, plan_id), prompts=False))


def _print_plan(plan: Plan) -> None:
    facts = {name: plan[name] for name in ("id", "goal", "status", "status_reason", "repository", "branch", "head_commit")}
    for name, value in facts.items():
        if value is not None:
            console.print(f"[dim]{name:<16}[/]{escape(str(value))}", soft_wrap=True)
    if plan["push"]:
        console.print(f"[dim]{'push':<16}[/]{plan['push']['state']} {escape(plan['push']['reason'] or '')}", soft_wrap=True)
    table = Table("task", "status", "waits for", "session", "reason", box=None)
    for task in plan["tasks"]:
        waits = escape(", ".join(task["depends_on"]))
        session = (task["session_id"] or "")[-SHORT:]
        table.add_row(escape(task["key"]), coloured(task["status"]), waits, session, escape(task["status_reason"] or ""))
    console.print(table)


@app.command()
def graph(plan_id: PlanId) -> None:
    """Show what waits for what, the critical path, and the merges; a critical task is marked with *."""
    with errors_told(), connect() as client:
        found = client.plan_graph(find(client, plan_id))
        before: dict[str, list[str]] = {}
        for edge in found["edges"]:
            before.setdefault(edge["after"], []).append(edge["before"])
        table = Table("", "task", "status", "waits for", "expected", "title", box=None)
        for node in found["nodes"]:
            expected = f"{node['expected']['seconds']['middle'] / 60:.1f} min" if node["expected"] else ""
            waits = escape(", ".join(before.get(node["key"], [])))
            mark = "*" if node["critical"] else ""
            table.add_row(
                mark, escape(node["key"]), coloured(node["status"]), waits, expected, escape(node["title"][:_MOST_GOAL])
            )
        console.print(table)
        if found["forecast"]:
            console.print(_foreseen(found["forecast"]), soft_wrap=True)
        if found["queue"]:
            console.print(f"to be merged: {escape(', '.join(found['queue']))}", soft_wrap=True)
        for merge in reversed(found["merges"]):
            keys = escape(", ".join(merge["task_keys"]))
            console.print(f"merge {merge['number']} {coloured(merge['status'])} {keys}", soft_wrap=True)


def _foreseen(forecast: Forecast) -> str:
    seconds, cost = forecast["seconds"], forecast["cost_micro_usd"]
    if seconds is None or cost is None:
        why = "too few sessions like its tasks" if forecast["unknown"] else "no node is there to work on it"
        return f"what is left takes nobody knows how long: {why}"
    minutes = f"{seconds['low'] / 60:.1f} to {seconds['high'] / 60:.1f} minutes"
    return f"what is left takes {minutes} and {cost['low'] / 1_000_000:.2f} to {cost['high'] / 1_000_000:.2f} USD"


@app.command()
def report(plan_id: PlanId) -> None:
    """Show what became of each task and each merge, with its evidence."""
    with errors_told(), connect() as client:
        found = client.plan_report(find(client, plan_id))
        plan = found["plan"]
        console.print(f"[bold]{_goal(plan)}[/] {coloured(plan['status'])} {escape(plan['status_reason'])}", soft_wrap=True)
        console.print(f"branch {escape(plan['branch'])}, {plan['verification'] or 'not verified'}", soft_wrap=True)
        for task in found["tasks"]:
            _print_task(task)
        for merge in found["merges"]:
            _print_merge(merge)


def _print_task(task: TaskReport) -> None:
    reason = escape(task["status_reason"] or "")
    console.print(f"\n[bold]{escape(task['key'])}[/] {coloured(task['status'])} [dim]{reason}[/]", soft_wrap=True)
    for work in task["work"]:
        _print_work(work)


def _print_work(work: Work) -> None:
    won = "" if work["won"] is None else " won" if work["won"] else " not taken"
    cost = f"{work['cost_micro_usd'] / 1_000_000:.4f} USD"
    by = "review, " if work["role"] == "review" else ""
    what = f"{by}{work['status']}, {work['verification'] or 'not judged'}, {escape(work['agent'])}, {cost}{won}"
    console.print(f"  {work['session_id'][-SHORT:]} {what} [dim]{escape(work['reason'] or '')}[/]", soft_wrap=True)
    if work["summary"]:
        console.print(f"    [dim italic]{escape_lines(work['summary'])}[/]", soft_wrap=True)
    _print_evidence(work["evidence"])


def _print_merge(merge: MergeReport) -> None:
    keys, reason = escape(", ".join(merge["task_keys"])), escape(merge["reason"] or "")
    console.print(f"\nmerge {merge['number']} {coloured(merge['status'])} {keys} [dim]{reason}[/]", soft_wrap=True)
    _print_evidence(merge["evidence"])


def _print_evidence(evidence: list[Evidence]) -> None:
    for item in evidence:
        mark = "[green]pass[/]" if item["exit_code"] == 0 else "[red]fail[/]"
        where = f"exit {item['exit_code']}, {item['commit'][:10]}"
        console.print(f"    {mark} {escape(item['command'])} [dim]{where}[/]", soft_wrap=True)


@app.command()
def diff(plan_id: PlanId) -> None:
    """Print all that is on the plan's branch, as one patch."""
    with errors_told(), connect() as client:
        patch = client.plan_diff(find(client, plan_id))
        typer.echo(visible(patch) if console.is_terminal else patch, nl=False)


@app.command()
def push(plan_id: PlanId) -> None:
    """Push the plan's branch to where the repository came from; nobody else's commits are overwritten."""
    with errors_told(), connect() as client:
        print_push(client.push_plan(find(client, plan_id)))


@app.command()
def follow(plan_id: PlanId) -> None:
    """Watch a plan to its end; exit status 0 only when it completed."""
    with errors_told(), connect() as client:
        raise typer.Exit(0 if follow_plan(client, find(client, plan_id))["status"] == "completed" else 1)


@app.command()
def approve(plan_id: PlanId) -> None:
    """Let a plan begin that waits for an approval."""
    _act(plan_id, lambda client, found: client.approve_plan(found))


@app.command()
def pause(plan_id: PlanId) -> None:
    """Begin nothing more of a plan, and pause its sessions."""
    _act(plan_id, lambda client, found: client.pause_plan(found))


@app.command()
def resume(plan_id: PlanId) -> None:
    """Go on with a paused or blocked plan."""
    _act(plan_id, lambda client, found: client.resume_plan(found))


@app.command()
def cancel(plan_id: PlanId) -> None:
    """Cancel a plan and its sessions; its branch stays as it is."""
    _act(plan_id, lambda client, found: client.cancel_plan(found))


@app.command()
def see(plan_id: PlanId) -> None:
    """Take note of what a plan came to: it leaves the inbox."""
    _act(plan_id, lambda client, found: client.see_plan(found))


@app.command()
def retry(plan_id: PlanId, task: TaskKey) -> None:
    """Work on a task again that failed or was cancelled."""
    _act(plan_id, lambda client, found: client.retry_task(found, task))


@app.command("cancel-task")
def cancel_task(plan_id: PlanId, task: TaskKey) -> None:
    """Cancel one task of a plan; what depends on it is blocked."""
    _act(plan_id, lambda client, found: client.cancel_task(found, task))


def _act(plan_id: str, deed: Callable[[Client, str], Plan]) -> None:
    with errors_told(), connect() as client:
        plan = deed(client, find(client, plan_id))
        console.print(f"{plan['id'][-SHORT:]} {coloured(plan['status'])} {escape(plan['status_reason'])}", soft_wrap=True)


@templates.command("list")
def list_templates(limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 500) -> None:
    """List the templates with their parameters; one in brackets may be left out."""
    with errors_told(), connect() as client:
        table = Table("name", "parameters", "what it makes", "", box=None)
        for one in client.templates(limit=limit)["items"]:
            names = [name if p["default"] is None else f"[{name}]" for name, p in one["parameters"].items()]
            notes = "built in" if one["built_in"] else ""
            table.add_row(escape(one["name"]), escape(" ".join(names)), escape(one["description"]), notes)
        console.print(table)


@templates.command("show")
def show_template(name: Name) -> None:
    """Print a template, as the YAML that it is."""
    with errors_told(), connect() as client:
        document = client.template(name)["document"]
        typer.echo(visible(document) if console.is_terminal else document, nl=False)


@templates.command("add")
def add_template(
    file: Annotated[Path, typer.Argument(help="A YAML file; it says the template's name.")],
    replace: Annotated[str | None, typer.Option(metavar="NAME", help="The one whose place it takes.")] = None,
) -> None:
    """Add a template of your tenant's own."""
    with errors_told(), connect() as client:
        document = read_text(file)
        made = client.change_template(replace, document) if replace else client.add_template(document)
        console.print(f"{escape(made['name'])}: {', '.join(made['parameters']) or 'no parameters'}", soft_wrap=True)


@templates.command("remove")
def remove_template(name: Name) -> None:
    """Remove a template of your tenant's own; plans that were made of it stay."""
    with errors_told(), connect() as client:
        client.remove_template(name)
        console.print(f"{escape(name)} is removed", soft_wrap=True)
