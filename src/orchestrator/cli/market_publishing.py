"""`orchestrator market claim`, `publish` and what a publisher does besides."""

import time
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.market_files import claimed, default_key_file, files_of, make_key, manifest_of, read_key, signed
from orchestrator.cli.text import escape

Listing = Annotated[str, typer.Argument(help="namespace/agent")]
KeyFile = Annotated[Path | None, typer.Option(help="The private key. Unset: the one that `claim` made.")]
To = Annotated[list[str] | None, typer.Option("--to", help="The slug of a tenant, for `chosen`; may be repeated.")]
_MICRO = 1_000_000
_LOOK_SECONDS = 0.5


def add_to(app: typer.Typer) -> None:
    app.command()(claim)
    app.command()(publish)
    app.command()(offer)
    app.command()(mark)
    app.command()(check)


def claim(
    namespace: Annotated[str, typer.Argument(help="Small letters, digits and hyphens; nobody else has it then.")],
    key_file: Annotated[Path | None, typer.Option(help="Where the private key is written to, for you alone.")] = None,
    name: Annotated[str, typer.Option(help="To tell the key apart, such as the machine's name.")] = "",
) -> None:
    """Claim a namespace for the tenant, with a new key. The private one stays in a file of this machine."""
    with errors_told(), connect() as client:
        file = key_file or default_key_file(namespace)
        # The key of a claim that did not come through is used again.
        key = read_key(file) if file.exists() else make_key(file)
        client.claim_namespace(namespace, **claimed(key, namespace), name=name)
        console.print(f"{escape(namespace)} is yours; its private key is {escape(str(file))}", soft_wrap=True)


def publish(
    path: Annotated[Path, typer.Argument(help="OpenCode's Markdown file of an agent, or the card.json of an external one.")],
    listing: Listing,
    version: Annotated[str, typer.Option(help="A semantic version; it never changes.")],
    licence: Annotated[str, typer.Option(help="As SPDX writes it, such as Apache-2.0.")],
    source: Annotated[str | None, typer.Option(help="The URL of its source.")] = None,
    network: Annotated[list[str] | None, typer.Option(help="A host that its commands need; may be repeated.")] = None,
    price_usd: Annotated[float, typer.Option(min=0, help="Of a completed session; nothing here charges it.")] = 0,
    description: Annotated[str, typer.Option(help="Of an external agent.")] = "",
    capability: Annotated[list[str] | None, typer.Option(help="Of an external agent; may be repeated.")] = None,
    visibility: Annotated[str | None, typer.Option(help="tenant, chosen or all. Unset: as it is.")] = None,
    to: To = None,
    key_file: KeyFile = None,
) -> None:
    """Sign a version on this machine and publish it. The skills that an agent names come from beside its folder."""
    with errors_told(), connect() as client:
        key = read_key(key_file or default_key_file(listing.partition("/")[0]))
        files = files_of(path)
        declared = {
            "licence": licence,
            "source": source,
            "network": network or [],
            "price_micro_usd": round(price_usd * _MICRO),
            "description": description,
            "capabilities": capability or [],
        }
        whole = signed(key, listing, version, manifest_of(files, declared), files)
        made = client.publish_listing(listing, **whole, visibility=visibility, visible_to=to)
        console.print(f"{escape(made['listing'])} {made['version']} is published", soft_wrap=True)
        typer.echo(made["digest"])


def offer(
    listing: Listing,
    visibility: Annotated[str, typer.Argument(help="tenant, chosen or all.")],
    to: To = None,
) -> None:
    """Say which tenants see a listing of yours. Who has installed it keeps what it installed."""
    with errors_told(), connect() as client:
        shown = client.show_listing(listing, visibility, to or [])
        console.print(f"{escape(shown['name'])} is for {shown['visibility']}", soft_wrap=True)


def mark(
    listing: Listing,
    version: Annotated[str, typer.Argument(help="One of its versions.")],
    status: Annotated[str, typer.Argument(help="active, deprecated or deleted.")],
    reason: Annotated[str | None, typer.Option(help="Why, for those who have installed it.")] = None,
) -> None:
    """Deprecate or delete a version, or make it active again. What is deleted is not installed any more."""
    with errors_told(), connect() as client:
        marked = client.mark_listing_version(listing, version, status, reason)
        console.print(f"{escape(listing)} {marked['version']} is {marked['status']}", soft_wrap=True)


def check(
    listing: Listing,
    version: Annotated[str, typer.Option(help="A version, or latest.")] = "latest",
) -> None:
    """Let the orchestrator check an external agent of yours: point it at the address and token that are printed.

    What was seen is its badge, passed or failed. Exit status 1 when it did not pass.
    """
    with errors_told(), connect() as client:
        begun = client.check_listing(listing, version)
        typer.echo(f"url    {begun['url']}\ntoken  {begun['token']}")
        seen = client.listing_check(begun["id"])
        while seen["status"] == "running":
            time.sleep(_LOOK_SECONDS)
            seen = client.listing_check(begun["id"])
        for line in seen["checks"]:
            console.print(f"{line['outcome']:<10} {line['check']:<10} {escape(line['wanted'])}", soft_wrap=True)
            for problem in line["problems"]:
                console.print(f"{'':<21} {escape(problem)}", soft_wrap=True)
        told = f"{seen['listing']} {seen['version']}: {seen['status'].replace('_', ' ')}"
        console.print(f"{escape(told)}, protocol {seen['protocol']}, suite {seen['suite_version']}", soft_wrap=True)
        raise typer.Exit(0 if seen["status"] == "passed" else 1)
