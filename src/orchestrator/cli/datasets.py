"""`orchestrator datasets`: training data that is made of verified work."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.providers import ArgumentWrong
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types.datasets import Consent, Curation, Descendants

app = typer.Typer(no_args_is_help=True, help="Make training data of verified work, look at it, and take it elsewhere.")
consent = typer.Typer(no_args_is_help=True, help="Whether the tenant's work may become training data.")
app.add_typer(consent, name="consent")

DatasetId = Annotated[str, typer.Argument(help="The dataset's id, or its beginning.")]
_LOOK_SECONDS = 0.5
_SHORT = 12
_POLICY_HINT = "docs/reference/datasets.md tells what a policy says."


@consent.command("show")
def show_consent() -> None:
    """Say whether the tenant's work may become training data, and who decided that."""
    with errors_told(), connect() as client:
        _print_consent(client.training_consent())


@consent.command()
def grant() -> None:
    """Let the tenant's work become training data; for ADMINs."""
    with errors_told(), connect() as client:
        _print_consent(client.set_training_consent(True))


@consent.command()
def revoke() -> None:
    """Take it back: nothing is curated any more, datasets that are there stay; for ADMINs."""
    with errors_told(), connect() as client:
        _print_consent(client.set_training_consent(False))


def _print_consent(found: Consent) -> None:
    by = f" (by {found['changed_by']}, {(found['changed_at'] or '')[:19]})" if found["changed_by"] else ""
    console.print(f"{'granted' if found['granted'] else 'not granted'}{escape(by)}")


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is called in lists.")],
    policy: Annotated[Path | None, typer.Option(help="A file of JSON: what it is made of, and how.")] = None,
    wait: Annotated[bool, typer.Option(help="Follow the run until it is over.")] = True,
) -> None:
    """Curate a dataset; exit status 0 only when there is one."""
    with errors_told(), connect() as client:
        run = client.curate(name, _read(policy))
        console.print(f"run {run['id']}")
        if wait:
            raise typer.Exit(_followed(client, run))


def _read(policy: Path | None) -> dict[str, Any]:
    if policy is None:
        return {}
    try:
        found = json.loads(policy.read_text())
    except (OSError, ValueError) as error:
        raise ArgumentWrong(f"{policy} cannot be read: {error}", _POLICY_HINT) from error
    if not isinstance(found, dict):
        raise ArgumentWrong(f"{policy} holds no JSON object.", _POLICY_HINT)
    return cast(dict[str, Any], found)


def _followed(client: Client, run: Curation) -> int:
    while run["status"] == "running":
        time.sleep(_LOOK_SECONDS)
        run = client.curation(run["id"])
    _print_counters(run["counters"])
    if run["problem"]:
        console.print(escape(f"{run['status']}: {run['problem']['message']} {run['problem']['hint']}"), soft_wrap=True)
    else:
        console.print(f"{run['status']} {run['dataset_id'] or ''}", soft_wrap=True)
    return 0 if run["status"] == "succeeded" else 1


def _print_counters(counters: Mapping[str, Any]) -> None:
    table = Table("stage", "in", "out", "dropped", box=None)
    for one in counters.get("stages", ()):
        reasons = ", ".join(f"{reason} {count}" for reason, count in one["reasons"].items())
        table.add_row(one["stage"], str(one["in"]), str(one["out"]), escape(reasons))
    console.print(table)
    for name in ("rows", "redactions", "pairs_not_made"):
        if found := counters.get(name):
            console.print(escape(f"{name}: " + ", ".join(f"{kind} {count}" for kind, count in found.items())))


@app.command("list")
def list_datasets(
    runs: Annotated[bool, typer.Option("--runs", help="Runs of curation in their place.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most rows.")] = 50,
) -> None:
    """List datasets, the newest first."""
    with errors_told(), connect() as client:
        if runs:
            table = Table("run", "name", "status", "stage", "dataset", "created", box=None)
            for run in client.curations(limit)["items"]:
                dataset, at = (run["dataset_id"] or "")[:_SHORT], run["created_at"][:19]
                table.add_row(run["id"], escape(run["name"]), run["status"], run["stage"], dataset, at)
        else:
            table = Table("dataset", "name", "train", "held out", "pairs", "tokens", "created", box=None)
            for one in client.datasets(limit)["items"]:
                counts = (str(one[name]) for name in ("train_rows", "heldout_rows", "preference_rows", "tokens"))
                table.add_row(one["id"][:_SHORT], escape(one["name"]), *counts, one["created_at"][:19])
        console.print(table)


@app.command()
def show(dataset: DatasetId) -> None:
    """Show a dataset: what each stage dropped and why, its policy, and what came of it."""
    with errors_told(), connect() as client:
        found = client.dataset(_whole(client, dataset))
        console.print(f"[bold]{escape(found['name'])}[/] {found['id']}", soft_wrap=True)
        console.print(f"tokens: {found['tokens']}, curated by {found['code_version']}")
        _print_counters(found["counters"])
        console.print(escape(json.dumps(found["policy"])), soft_wrap=True)
        _print_descendants(client.dataset_descendants(found["id"]))


def _whole(client: Client, beginning: str) -> str:
    """Raises ArgumentWrong."""
    if len(beginning) == 64:
        return beginning
    cursor, found = None, list[str]()
    while cursor or not found:
        page = client.datasets(500, cursor)
        found += [one["id"] for one in page["items"] if one["id"].startswith(beginning)]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    if len(set(found)) != 1:
        problem = f"{len(set(found))} datasets have an id that begins with {beginning}."
        raise ArgumentWrong(problem, "Give more of its id: `orchestrator datasets list`.")
    return found[0]


def _print_descendants(found: Descendants) -> None:
    for one in found["jobs"]:
        console.print(escape(f"job {one['id']} {one['name']}: {one['status']}"), soft_wrap=True)
    for one in found["model_versions"]:
        console.print(escape(f"model {one['name']}@{one['version']}: {one['stage']}"), soft_wrap=True)


@app.command()
def rows(
    dataset: DatasetId,
    kind: Annotated[str | None, typer.Option(help="chat or preference.")] = None,
    split: Annotated[str | None, typer.Option(help="train or heldout.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Most rows.")] = 20,
) -> None:
    """Print rows of a dataset as JSON, a line each; what was taken out stands there as `[REDACTED:kind]`."""
    with errors_told(), connect() as client:
        for row in client.dataset_rows(_whole(client, dataset), kind=kind, split=split, limit=limit)["items"]:
            typer.echo(json.dumps(row))


@app.command()
def export(
    dataset: DatasetId,
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    form: Annotated[str, typer.Option("--format", help="openai (JSON lines) or parquet.")] = "openai",
    part: Annotated[str | None, typer.Option(help="train, heldout or preferences. Unset: train; all for parquet.")] = None,
) -> None:
    """Write a dataset to a file, for tools that others made."""
    with errors_told(), connect() as client:
        client.export_dataset(_whole(client, dataset), file, form, part)
        console.print(f"{escape(str(file))}: {file.stat().st_size} bytes")


@app.command()
def exclude(
    session_id: Annotated[str, typer.Argument(help="The session's id.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with the exclusion.")],
) -> None:
    """Leave a session out of all future datasets, and list what has learnt from it."""
    with errors_told(), connect() as client:
        found = client.exclude_from_training(session_id, reason)
        console.print(f"{session_id} is in no dataset from now on", soft_wrap=True)
        for one in found["descendants"]["datasets"]:
            console.print(escape(f"dataset {one['id']} {one['name']} has rows of it"), soft_wrap=True)
        _print_descendants(found["descendants"])


@app.command()
def cancel(run: Annotated[str, typer.Argument(help="The id of the run.")]) -> None:
    """Cancel a run of curation."""
    with errors_told(), connect() as client:
        console.print(f"{client.cancel_curation(run)['status']}")
