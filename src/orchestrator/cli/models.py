"""`orchestrator models`: the names that sessions and calls may use, and where each leads."""

from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli import model_versions
from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.providers import ArgumentWrong, NoneCalled, Platform
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types import Model

app = typer.Typer(no_args_is_help=True, help="List the models that sessions may name, and keep the names.")
model_versions.add_to(app)

Name = Annotated[str, typer.Argument(help="The model's name, as sessions write it.")]
Targets = Annotated[
    list[str],
    typer.Option("--target", help="provider/model or provider/model=weight; may be repeated."),
]
Format = Annotated[str, typer.Option(help="chat, responses or messages.")]
ContextTokens = Annotated[int | None, typer.Option(help="Context window of its targets.")]
OutputTokens = Annotated[int | None, typer.Option(help="Most output tokens of one answer.")]
InputPrice = Annotated[float | None, typer.Option(min=0, help="USD per million input tokens. Unset: the price list's.")]
OutputPrice = Annotated[float | None, typer.Option(min=0, help="USD per million output tokens.")]


@app.command("list")
def list_(platform: Platform = False) -> None:
    """List the models that sessions may name."""
    with errors_told(), connect() as client:
        table = Table("name", "owner", "format", "context", "output", "USD per M in / out", "leads to", "", box=None)
        for one in client.models(platform=platform):
            table.add_row(*_row(one))
        console.print(table)


def _row(one: Model) -> tuple[str, ...]:
    notes = [*(["default"] if one["default"] else []), *([] if one["usable"] else ["unusable"])]
    return (
        escape(one["name"]),
        one["owner"],
        one["format"],
        f"{one['context_tokens'] or 0:,}",
        f"{one['output_tokens'] or 0:,}",
        _prices(one),
        escape(", ".join(f"{t['provider']}/{t['model']}={t['weight']}" for t in one["targets"] or [])),
        ", ".join(notes),
    )


def _prices(one: Model) -> str:
    prices = one["prices"]
    if prices is None or prices["input_price"] is None or prices["output_price"] is None:
        return ""
    return f"{prices['input_price'] / 1_000_000:g} / {prices['output_price'] / 1_000_000:g}"


@app.command()
def add(
    name: Name,
    target: Targets,
    format: Format = "chat",
    context_tokens: ContextTokens = None,
    output_tokens: OutputTokens = None,
    input_price: InputPrice = None,
    output_price: OutputPrice = None,
    platform: Platform = False,
) -> None:
    """Add a name and where it leads; a session stays with the target that it began with."""
    with errors_told(), connect() as client:
        terms = _terms(context_tokens, output_tokens, input_price, output_price)
        client.create_model(platform=platform, name=name, format=format, targets=[_target(t) | terms for t in target])
        console.print(f"{escape(name)} added", soft_wrap=True)


@app.command("set")
def set_(
    name: Name,
    target: Targets,
    format: Format = "chat",
    context_tokens: ContextTokens = None,
    output_tokens: OutputTokens = None,
    input_price: InputPrice = None,
    output_price: OutputPrice = None,
    platform: Platform = False,
) -> None:
    """Replace where a name leads."""
    with errors_told(), connect() as client:
        terms = _terms(context_tokens, output_tokens, input_price, output_price)
        targets = [_target(one) | terms for one in target]
        model_id = _id_of(client, name, platform)
        client.replace_model(model_id, platform=platform, name=name, format=format, targets=targets)
        console.print(f"{escape(name)} changed", soft_wrap=True)


@app.command()
def remove(name: Name, platform: Platform = False) -> None:
    """Remove a name of your own."""
    with errors_told(), connect() as client:
        client.delete_model(_id_of(client, name, platform), platform=platform)
        console.print(f"{escape(name)} removed", soft_wrap=True)


def _id_of(client: Client, name: str, platform: bool) -> str:
    owner = "platform" if platform else "tenant"
    for one in client.models(platform=platform):
        if one["name"] == name and one["owner"] == owner and one["id"] is not None:
            return one["id"]
    raise NoneCalled("model", name)


def _target(text: str) -> dict[str, Any]:
    provider, slash, rest = text.partition("/")
    model, equals, weight = rest.rpartition("=")
    if not equals or not weight.isdigit():
        model, weight = rest, "1"
    if not slash or not model:
        raise ArgumentWrong(f"The target {text} is no provider/model.", "Such as --target openai/gpt-5 or openai/gpt-5=90.")
    return {"provider": provider, "model": model, "weight": int(weight)}


def _terms(context: int | None, output: int | None, input_price: float | None, output_price: float | None) -> dict[str, int]:
    prices = {"input_price": input_price, "output_price": output_price}
    limits = {"context_tokens": context, "output_tokens": output}
    micro_usd = {name: round(usd * 1_000_000) for name, usd in prices.items() if usd is not None}
    return micro_usd | {name: tokens for name, tokens in limits.items() if tokens is not None}
