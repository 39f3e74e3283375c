"""`orchestrator finetune`: the training environment of this machine, and training jobs."""

import shlex
import time
from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli.connection import connect, load_settings
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types.finetuning import FineTuningJob

app = typer.Typer(no_args_is_help=True, help="Train models on what the tenant's own sessions have proved.")

JobId = Annotated[str, typer.Argument(help="A job's id.")]
_OVER = ("succeeded", "failed", "cancelled", "paused")
_LOOK_SECONDS = 1.0
_PARAMETERS = "A hyperparameter, such as epochs=3; may be repeated. docs/reference/fine-tuning.md has all of them."


@app.command()
def setup(
    pip_args: Annotated[str, typer.Option("--pip-args", help="More options for pip, as one text.")] = "",
) -> None:
    """Make this node's training environment: PyTorch, TRL, PEFT, pinned, about 1.5 GB. Repeating it changes nothing."""
    from orchestrator.finetuning.training_env import TrainingEnv
    from orchestrator.finetuning.training_setup import set_up

    with errors_told():
        settings = load_settings()
        set_up(TrainingEnv.of(settings), shlex.split(pip_args), lambda said: console.print(escape(said), soft_wrap=True))


@app.command()
def bases() -> None:
    """List the base models that can be trained on."""
    with errors_told(), connect() as client:
        for name in client.training_bases():
            console.print(escape(name), soft_wrap=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Of the model: its next version comes of the job.")],
    base: Annotated[str, typer.Option(help="A base model, or a version of your own: name@1.2.3.")],
    dataset: Annotated[str | None, typer.Option(help="A dataset's id.")] = None,
    file: Annotated[str | None, typer.Option(help="In place of a dataset: a file's id.")] = None,
    method: Annotated[str, typer.Option(help="sft or dpo.")] = "sft",
    adaptation: Annotated[str, typer.Option(help="lora, qlora or full.")] = "lora",
    parameters: Annotated[list[str] | None, typer.Option("--set", help=_PARAMETERS)] = None,
    max_seconds: Annotated[int | None, typer.Option(min=1, help="Training time after which it pauses.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Print its id and do not follow it.")] = False,
) -> None:
    """Train a model on a dataset or a file, and follow that."""
    with errors_told(), connect() as client:
        job = client.create_training_job(
            name=name,
            base_model=base,
            dataset_id=dataset,
            training_file_id=file,
            method=method,
            adaptation=adaptation,
            hyperparameters=dict(_parameter(one) for one in parameters or ()),
            max_seconds=max_seconds,
        )
        console.print(job["id"], soft_wrap=True)
        if not detach:
            _follow(client, job["id"])


@app.command("list")
def list_jobs(
    status: Annotated[list[str] | None, typer.Option(help="Those in this state alone; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most rows.")] = 50,
) -> None:
    """List training jobs, the newest first."""
    with errors_told(), connect() as client:
        table = Table("id", "name", "base", "status", "step", "loss", "since", box=None)
        for one in client.training_jobs(status=status, limit=limit)["items"]:
            loss = one["latest"].get("loss")
            row = (one["id"], one["name"], escape(one["base_model"]), one["status"], _steps(one))
            table.add_row(*row, "" if loss is None else f"{loss:.4f}", one["created_at"][:19])
        console.print(table)


@app.command()
def show(job: JobId) -> None:
    """Show a job: how it stands, what ended it, and what it said."""
    with errors_told(), connect() as client:
        one = client.training_job(job)
        console.print(
            f"[bold]{escape(one['name'])}[/] {one['status']}: {escape(one['status_reason'] or '')}", soft_wrap=True
        )
        facts: dict[str, Any] = {
            "base": one["base_model"],
            "trained on": one["dataset_id"] or one["training_file_id"],
            "how": f"{one['method']}, {one['adaptation']}, by {one['trainer']}",
            "step": _steps(one),
            "measured": ", ".join(f"{name} {value}" for name, value in one["latest"].items()),
            "seconds": f"{one['spent_seconds']}" + (f" of {one['max_seconds']}" if one["max_seconds"] else ""),
            "became": one["model_version_id"] or "",
        }
        for name, value in facts.items():
            console.print(escape(f"{name}: {value}"), soft_wrap=True)
        _tell_problem(one)
        for said in reversed(client.training_notes(job)["items"]):
            console.print(escape(f"{said['created_at'][:19]} {said['level']} {said['message']}"), soft_wrap=True)


@app.command()
def follow(job: JobId) -> None:
    """Follow a job until it is over or pauses; the status is 0 when it succeeded."""
    with errors_told(), connect() as client:
        _follow(client, job)


@app.command()
def pause(job: JobId) -> None:
    """Let a job keep a checkpoint and give up its place."""
    with errors_told(), connect() as client:
        _told(client.pause_training_job(job))


@app.command()
def resume(
    job: JobId,
    max_seconds: Annotated[int | None, typer.Option(min=1, help="A larger budget of training time.")] = None,
) -> None:
    """Let a job that paused or failed go on from its newest checkpoint."""
    with errors_told(), connect() as client:
        _told(client.resume_training_job(job, max_seconds))


@app.command()
def cancel(job: JobId) -> None:
    """End a job; no version comes of it."""
    with errors_told(), connect() as client:
        _told(client.cancel_training_job(job))


@app.command()
def checkpoints(job: JobId) -> None:
    """List the checkpoints of a job, the newest first."""
    with errors_told(), connect() as client:
        table = Table("step", "digest", "MB", "loss", "", box=None)
        for one in client.training_checkpoints(job):
            loss = one["metrics"].get("loss")
            size = f"{one['bytes'] / 1e6:,.1f}"
            gone = "dropped" if one["dropped_at"] else ""
            table.add_row(str(one["step"]), one["sha256"][:12], size, "" if loss is None else f"{loss:.4f}", gone)
        console.print(table)


def _follow(client: Client, job_id: str) -> None:
    """Looks by itself: a job's points are numbered, so none is missed whenever it looks."""
    after, state = 0, ""
    while True:
        job = client.training_job(job_id)
        while (found := client.training_points(job_id, after))["items"]:
            after = found["last_seq"]
            for one in found["items"]:
                loss = one["metrics"].get("loss")
                console.print(f"step {one['step']} {one['kind']}: loss {loss}", soft_wrap=True)
        if job["status"] != state:
            state = job["status"]
            _told(job)
        if state in _OVER:
            _tell_problem(job)
            raise typer.Exit(0 if state == "succeeded" else 1)
        time.sleep(_LOOK_SECONDS)


def _told(job: FineTuningJob) -> None:
    asked = f", asked to {job['requested']}" if job["requested"] else ""
    console.print(escape(f"{job['status']}{asked}: {job['status_reason']}"), soft_wrap=True)


def _tell_problem(job: FineTuningJob) -> None:
    problem = job["problem"]
    if problem is not None:
        console.print(escape(f"{problem['message']} ({problem['code']})"), soft_wrap=True)
        console.print(escape(problem["hint"]), soft_wrap=True)


def _steps(job: FineTuningJob) -> str:
    return f"{job['step']} of {job['total_steps']}" if job["total_steps"] else str(job["step"])


def _parameter(text: str) -> tuple[str, Any]:
    """As JSON where it is that, else as it is written."""
    import json

    name, _, value = text.partition("=")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
