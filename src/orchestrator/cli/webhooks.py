"""`orchestrator webhooks`: news for other programs."""

from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.finding import only_one
from orchestrator.cli.providers import ArgumentWrong
from orchestrator.cli.text import escape, visible
from orchestrator.client.api import Client
from orchestrator.client.types.webhooks import NewWebhook, Webhook, WebhookDelivery

app = typer.Typer(no_args_is_help=True, help="List and keep webhooks: signed calls of what happens, for other programs.")

Id = Annotated[str, typer.Argument(help="The webhook's id, or the end of it.")]
_SECONDS_OF_HOUR = 3600


@app.command("list")
def list_() -> None:
    """List the webhooks, and how many of their deliveries stand where."""
    with errors_told(), connect() as client:
        table = Table("id", "status", "on the way", "delivered", "given up", "events", "url", box=None)
        for one in client.webhooks():
            status = one["disabled_reason"] or one["status"]
            counts = [str(count) for count in (one["pending"], one["delivered"], one["dead"])]
            table.add_row(one["id"][-12:], escape(status), *counts, escape(", ".join(one["events"])), escape(one["url"]))
        console.print(table)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Where it goes, such as https://ci.example.com/hooks.")],
    event: Annotated[
        list[str] | None,
        typer.Option("--event", help="A kind, such as session.status or plan.*; can be repeated. Unset: everything."),
    ] = None,
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
) -> None:
    """Add a webhook for what happens from now on. Its secret is printed once."""
    with errors_told(), connect() as client:
        _print_secret(client.add_webhook(url=url, events=event or ["*"], description=description))


def _print_secret(made: NewWebhook) -> None:
    console.print(f"{made['id']} goes to {escape(made['url'])}", soft_wrap=True)
    typer.echo(visible(made["secret"] or ""))


@app.command("set")
def set_(
    webhook: Id,
    url: Annotated[str | None, typer.Option(help="Another address.")] = None,
    event: Annotated[list[str] | None, typer.Option("--event", help="These kinds and no others; can be repeated.")] = None,
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    enabled: Annotated[
        bool | None, typer.Option("--on/--off", help="Switched on again, it is told of what happened meanwhile.")
    ] = None,
) -> None:
    """Change a webhook; what is not named stays."""
    with errors_told(), connect() as client:
        wanted = {"url": url, "events": event, "description": description, "enabled": enabled}
        changed = client.change_webhook(_find(client, webhook)["id"], **wanted)
        console.print(f"{changed['id']} is {changed['status']}", soft_wrap=True)


@app.command()
def remove(webhook: Id) -> None:
    """Remove a webhook, and what was on its way."""
    with errors_told(), connect() as client:
        found = _find(client, webhook)
        client.remove_webhook(found["id"])
        console.print(f"{found['id']} is removed", soft_wrap=True)


@app.command()
def rotate(
    webhook: Id,
    grace_hours: Annotated[int, typer.Option(min=0, max=168, help="For how long the former secret signs as well.")] = 24,
) -> None:
    """Give a webhook another secret, which is printed once."""
    with errors_told(), connect() as client:
        _print_secret(client.rotate_webhook(_find(client, webhook)["id"], grace_hours * _SECONDS_OF_HOUR))


@app.command()
def test(webhook: Id) -> None:
    """Send news of nothing, to try the receiver; `deliveries` tells what came of it."""
    with errors_told(), connect() as client:
        console.print(f"{client.test_webhook(_find(client, webhook)['id'])['id']} is on its way", soft_wrap=True)


@app.command()
def deliveries(
    webhook: Id,
    status: Annotated[str | None, typer.Option(help="pending, delivered or dead.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most rows.")] = 50,
) -> None:
    """List what was and is to be delivered, the newest first."""
    with errors_told(), connect() as client:
        table = Table("id", "event", "status", "tries", "next try", "what came of it", box=None)
        for one in client.webhook_deliveries(_find(client, webhook)["id"], status=status, limit=limit)["items"]:
            came = one["last_problem"] or ("" if one["last_status_code"] is None else str(one["last_status_code"]))
            again = (one["next_attempt_at"] or "")[:19]
            table.add_row(one["id"][-12:], one["type"], one["status"], str(one["attempts"]), again, escape(came))
        console.print(table)


@app.command("send-again")
def send_again(
    webhook: Id,
    delivery: Annotated[str | None, typer.Argument(help="A delivery's id, or the end of it.")] = None,
    all_dead: Annotated[bool, typer.Option("--all-dead", help="Everything that was given up.")] = False,
) -> None:
    """Send a delivery again, under the same webhook-id."""
    with errors_told(), connect() as client:
        if all_dead == (delivery is not None):
            raise ArgumentWrong("It is one delivery, or all dead ones.", "Name a delivery, or say --all-dead.")
        found = _find(client, webhook)["id"]
        if delivery is None:
            console.print(f"{client.send_dead_deliveries_again(found)} are on their way again", soft_wrap=True)
        else:
            again = client.send_webhook_delivery_again(found, _delivery(client, found, delivery)["id"])
            console.print(f"{again['id']} is on its way again", soft_wrap=True)


def _find(client: Client, wanted: str) -> Webhook:
    return only_one(client.webhooks(), wanted, "orchestrator webhooks list")


def _delivery(client: Client, webhook_id: str, wanted: str) -> WebhookDelivery:
    items = client.webhook_deliveries(webhook_id, limit=500)["items"]
    return only_one(items, wanted, "orchestrator webhooks deliveries")
