"""`orchestrator models versions|version|evaluate|promote|retire|serve|unserve|split|splits`: tuned models at work."""

import json
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.providers import ArgumentWrong
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types.model_versions import ModelEvaluation, ServedModel, TrafficSplit

Version = Annotated[str, typer.Argument(help="name@1.2.3; also name@latest and name@production.")]
Reason = Annotated[str | None, typer.Option(help="Why; kept with the step and in the audit log.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for what comes of it.")]
_LOOK_SECONDS = 1.0
_FAILED = 1


def add_to(app: typer.Typer) -> None:
    for command in (versions, version, evaluate, promote, retire, serve, unserve, split, splits):
        app.command()(command)


def versions(name: Annotated[str | None, typer.Argument(help="Of this name alone; unset: all.")] = None) -> None:
    """List the versions of tuned models."""
    with errors_told(), connect() as client:
        table = Table("version", "stage", "base", "dataset", "made", box=None)
        for one in client.model_versions(name):
            dataset = (one["dataset_id"] or "")[:12]
            table.add_row(escape(one["label"]), one["stage"], escape(one["base_model"]), dataset, one["created_at"][:16])
        console.print(table)


def version(version: Version) -> None:
    """Show a version: where it came from, what was made of it, its evaluations, steps and endpoints."""
    with errors_told(), connect() as client:
        found = client.model_version(version)
        console.print(f"[bold]{escape(found['label'])}[/] {found['stage']}, on {escape(found['base_model'])}")
        for name, value in (("dataset", found["dataset_id"]), ("job", found["job_id"]), ("base", found["base_digest"])):
            console.print(f"  {name}: {escape(str(value or 'none'))}", soft_wrap=True)
        for kind, one in found["artifacts"].items():
            console.print(f"  {escape(kind)}: {one['bytes']:,} bytes, sha256 {one['sha256']}", soft_wrap=True)
        for child in found["children"]:
            console.print(f"  trained on it: {escape(child['label'])} ({child['stage']})")
        for step in found["steps"]:
            override = " [bold]without the gate[/]" if step["overridden"] else ""
            console.print(
                f"  {step['taken_at'][:16]} {step['to_stage']}{override}: {escape(step['reason'])}", soft_wrap=True
            )
        for one in found["evaluations"]:
            _show_evaluation(one)
        for one in client.served(version):
            _show_served(one)


def evaluate(
    version: Version,
    dataset: Annotated[str | None, typer.Option(help="Whose held-out chats are asked; unset: the version's own.")] = None,
    tasks: Annotated[Path | None, typer.Option(help="A file of tasks, a line of JSON each, instead of a dataset.")] = None,
    turns: Annotated[str, typer.Option(help="first or all answers of each held-out chat.")] = "first",
    most: Annotated[int, typer.Option(min=1, max=2_000, help="Most tasks.")] = 2_000,
    base: Annotated[str | None, typer.Option(help="The base arm's model; unset: as it is served.")] = None,
    tuned: Annotated[str | None, typer.Option(help="The tuned arm's model; unset: as it is served.")] = None,
    wait: Wait = True,
) -> None:
    """Have a version and its base do the same tasks, and the gate judge them. The exit code is 0 when it passed."""
    with errors_told(), connect() as client:
        wanted: dict[str, Any] = {"dataset_id": dataset, "base_model": base, "tuned_model": tuned}
        wanted |= {"tasks": _read(tasks)} if tasks else {"turns": turns, "most_tasks": most}
        found = client.evaluate_version(version, **wanted)
        while wait and found["status"] in ("queued", "running"):
            time.sleep(_LOOK_SECONDS)
            found = client.evaluation(found["id"])
        _show_evaluation(found)
        if wait and found["status"] != "passed":
            raise typer.Exit(_FAILED)


def _read(file: Path) -> list[Any]:
    try:
        return [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise ArgumentWrong(f"{file} is no file of tasks: {error}", "Each line is one task as a JSON object.") from error


def _show_evaluation(one: ModelEvaluation) -> None:
    console.print(f"evaluation {one['id']}: [bold]{one['status']}[/]")
    for words in (one["verdict"] or {}).get("words", []):
        console.print(f"  {escape(words)}", soft_wrap=True)
    for refusal in (one["verdict"] or {}).get("refusals", []):
        console.print(f"  refused: {escape(refusal)}", soft_wrap=True)
    _show_problem(one["problem"])


def _show_problem(problem: dict[str, Any] | None) -> None:
    if problem:
        console.print(f"  {escape(problem['message'])} {escape(problem['hint'])}", soft_wrap=True)


def promote(
    version: Version,
    reason: Reason = None,
    override: Annotated[bool, typer.Option("--override", help="Without a passed evaluation; needs a reason.")] = False,
) -> None:
    """Put a version into production that passed the gate; the one before it retires."""
    with errors_told(), connect() as client:
        found = client.promote_version(version, reason=reason, override=override)
        console.print(f"{escape(found['label'])} is in production", soft_wrap=True)


def retire(
    version: Version, reason: Annotated[str, typer.Option(help="Why; kept with the step and in the audit log.")]
) -> None:
    """Retire a version: it gets no work any more."""
    with errors_told(), connect() as client:
        console.print(f"{escape(client.retire_version(version, reason)['label'])} is retired", soft_wrap=True)


def serve(
    version: Version,
    arm: Annotated[str, typer.Option(help="tuned, base, or both as the gate needs them.")] = "tuned",
    engine: Annotated[str, typer.Option(help="xllamacpp on the CPU, or vllm on a GPU.")] = "xllamacpp",
    alias: Annotated[str | None, typer.Option(help="The name that calls use; unset: the version's own.")] = None,
    wait: Wait = True,
) -> None:
    """Have a node serve a version behind the gateway, once server and trainer make the same token ids."""
    with errors_told(), connect() as client:
        for one in ("base", "tuned") if arm == "both" else (arm,):
            name = alias if arm != "both" else None
            row = _settled(client, version, client.serve_version(version, arm=one, engine=engine, alias=name), wait)
            _show_served(row)
            if row["status"] == "failed":
                raise typer.Exit(_FAILED)


def _settled(client: Client, version: str, row: ServedModel, wait: bool) -> ServedModel:
    """When it serves or failed. What another version's base is served as is in no list of this one."""
    while wait and row["status"] in ("wanted", "starting"):
        time.sleep(_LOOK_SECONDS)
        same = [one for one in client.served(version) if one["id"] == row["id"]]
        if not same:
            return row
        row = same[0]
    return row


def _show_served(one: ServedModel) -> None:
    console.print(f"{one['arm']} as [bold]{escape(one['alias'])}[/]: {one['status']} ({one['engine']})", soft_wrap=True)
    _show_problem(one["problem"])


def unserve(version: Version, arm: Annotated[str, typer.Option(help="tuned or base.")] = "tuned") -> None:
    """Serve a version no longer."""
    with errors_told(), connect() as client:
        for one in client.unserve_version(version, arm):
            console.print(f"{escape(one['alias'])} is served no longer", soft_wrap=True)


def split(
    alias: Annotated[str, typer.Argument(help="A model name of the tenant's own.")],
    version: Annotated[str | None, typer.Argument(help="The served version that gets a share, name@1.2.3.")] = None,
    percent: Annotated[int, typer.Option(min=0, max=100, help="Its share of the sessions that begin from now on.")] = 10,
    end: Annotated[bool, typer.Option("--end", help="All sessions go where they went before.")] = False,
) -> None:
    """Share a name's sessions with a tuned version; it is taken back by itself when it is surely worse."""
    with errors_told(), connect() as client:
        if end:
            found = client.end_split(alias)
        elif version is None:
            raise ArgumentWrong("No version is named.", "Such as `orchestrator models split coder coder-ft@1.0.0`.")
        else:
            found = client.split_traffic(alias, version, percent)
        _show_split(found)


def splits() -> None:
    """List shared traffic, with what the sessions of both arms proved."""
    with errors_told(), connect() as client:
        for one in client.splits():
            _show_split(one)


def _show_split(one: TrafficSplit) -> None:
    console.print(f"{escape(one['alias'])}: {one['percent']} % tuned, {one['status']}", soft_wrap=True)
    for arm in ("base", "tuned"):
        if told := one["evidence"].get(arm):
            share = f"{told['low']:.0%} to {told['high']:.0%}"
            console.print(f"  {arm}: {told['successes']} of {told['n']} verified sessions ({share})")
    if one["reason"]:
        console.print(f"  {escape(one['reason'])}", soft_wrap=True)
