"""`orchestrator market`: agents that others offer, and those that one offers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli import market_keys, market_publishing
from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.market_files import fingerprint_of, problem_of, read_export
from orchestrator.cli.providers import ArgumentWrong
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types.market import Install, InstallPreview, Proved, Score

app = typer.Typer(no_args_is_help=True, help="Find agents that others offer, install them, and offer your own.")
app.add_typer(market_keys.app, name="keys")
market_publishing.add_to(app)

Listing = Annotated[str, typer.Argument(help="namespace/agent")]
Version = Annotated[str, typer.Option(help="A version, or latest.")]
Yes = Annotated[bool, typer.Option("--yes", help="Consent to all that it asks for, without being asked.")]


@app.command()
def search(
    words: Annotated[str | None, typer.Argument(help="Words to search for; unset: everything.")] = None,
    needs: Annotated[list[str] | None, typer.Option("--needs", help="A capability; may be repeated.")] = None,
    kind: Annotated[str | None, typer.Option(help="opencode or external.")] = None,
    min_rating: Annotated[float | None, typer.Option(min=0, max=1, help="Least lower bound of its rating.")] = None,
    own: Annotated[bool, typer.Option("--own", help="Those alone that your tenant publishes.")] = False,
    order: Annotated[str, typer.Option(help="updated or rating.")] = "updated",
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most rows.")] = 50,
) -> None:
    """List the agents that are offered to your tenant."""
    with errors_told(), connect() as client:
        wanted = {"q": words, "capability": needs, "kind": kind, "min_rating": min_rating, "own": own or None}
        table = Table("listing", "latest", "kind", "proved", "for", "", box=None)
        for one in client.listings(**wanted, order=order, limit=limit)["items"]:
            proved = _score(one["rating"] and one["rating"]["overall"])
            capabilities = escape(", ".join(one["capabilities"]))
            table.add_row(one["name"], one["latest"] or "", one["kind"], proved, capabilities, escape(one["description"]))
        console.print(table)


def _score(score: Score | None) -> str:
    return "not enough yet" if score is None else f"above {score['lower_bound']:.0%} (n {score['n']})"


@app.command()
def show(listing: Listing, version: Version = "latest") -> None:
    """Show a listing: what it asks for, its versions, and what each of its capabilities proved."""
    with errors_told(), connect() as client:
        found = client.listing_version(listing, version)
        manifest = found["manifest"]
        console.print(f"[bold]{escape(listing)}[/] {found['version']}  {escape(manifest['description'])}")
        facts = {
            "licence": manifest["licence"],
            "source": manifest["source"] or "",
            "digest": found["digest"],
            "signed by": found["fingerprint"],
        }
        for line in (*(f"{name}: {one}" for name, one in facts.items()), *_asks(manifest["asks"])):
            console.print(escape(line), soft_wrap=True)
        console.print(_proved(found["rating"]))
        table = Table("version", "status", "proved", "published", box=None)
        for one in client.listing_versions(listing):
            status = one["status"] if one["reason"] is None else f"{one['status']}: {one['reason']}"
            proved = _score(one["rating"]["overall"])
            table.add_row(one["version"], escape(status), proved, one["published_at"][:19])
        console.print(table)


def _asks(asks: dict[str, Any]) -> Iterator[str]:
    """What it asks for, a line each."""
    rules = [f"{one['permission']} {one['pattern']}: {one['action']}" for one in asks["permissions"]]
    yield from (f"permission {one}" for one in rules)
    yield "permissions: " + ("all others as the tenant's policy has it" if rules else "all that the tenant's policy allows")
    for one in asks["mcp_servers"]:
        yield f"MCP server {one['name']}: {one['where']}"
        yield from (f"  given {name}: {value}" for name, value in one["given"].items())
    yield from (f"network {one}" for one in asks["network"])
    yield from (f"secret {one}" for one in asks["secrets"])
    yield "models: " + (", ".join(asks["models"]) or "the tenant's default, or the session's")
    yield f"price: {asks['price_micro_usd'] / 1_000_000:g} USD a completed session"


def _proved(rating: Proved) -> Table:
    table = Table("capability", "proved", box=None)
    table.add_row("all", _score(rating["overall"]))
    for name, score in rating["by_capability"].items():
        table.add_row(escape(name), _score(score))
    for badge in rating["badges"]:
        said = "passed" if badge["passed"] else "failed"
        of = f", protocol {badge['protocol']}" if badge["protocol"] else ""
        told = f"{said} on {badge['checked_at'][:10]} (version {badge['suite_version']}{of})"
        table.add_row(escape(f"checks: {badge['suite']}"), escape(told))
    return table


@app.command()
def install(
    listing: Listing,
    version: Version = "latest",
    agent_name: Annotated[str | None, typer.Option("--as", help="The agent's name here. Unset: the listing's.")] = None,
    yes: Yes = False,
) -> None:
    """Install a listing as an agent of the tenant, after a look at what it asks for."""
    with errors_told(), connect() as client:
        seen = client.preview_install(listing, version)
        _print_preview(seen)
        _agree("Install it, and let it have this?", yes)
        made = client.install_listing(listing, seen["version"], seen["digest"], seen["asks"], agent_name=agent_name)
        console.print(f"{escape(made['listing'])} {made['version']} is installed", soft_wrap=True)


@app.command()
def update(listing: Listing, version: Version = "latest", yes: Yes = False) -> None:
    """Update what is installed; a version that asks for more is installed with your consent alone."""
    with errors_told(), connect() as client:
        installed = _installed(client, listing)
        seen = client.preview_install(listing, version)
        consent = None
        if seen["beyond"]:
            _print_preview(seen)
            for line in seen["beyond"]:
                console.print(f"[bold]more than before:[/] {escape(line)}", soft_wrap=True)
            _agree("Update it, and let it have more?", yes)
            consent = seen["asks"]
        made = client.update_install(installed["id"], seen["version"], seen["digest"], consent)
        console.print(f"{escape(made['listing'])} is {made['version']} now", soft_wrap=True)


@app.command()
def uninstall(listing: Listing) -> None:
    """Uninstall a listing: its agent takes no new work, and all that it did stays."""
    with errors_told(), connect() as client:
        gone = client.uninstall(_installed(client, listing)["id"])
        console.print(f"{escape(gone['listing'])} is uninstalled", soft_wrap=True)


@app.command()
def installed() -> None:
    """List what the tenant installed, and what it uninstalled."""
    with errors_told(), connect() as client:
        table = Table("listing", "version", "status", "since", box=None)
        for one in client.installs():
            table.add_row(one["listing"], one["version"], one["status"], one["updated_at"][:19])
        console.print(table)


def _installed(client: Client, listing: str) -> Install:
    found = next((one for one in client.installs() if one["listing"] == listing), None)
    if found is None:
        hint = "`orchestrator market installed` shows what is."
        raise ArgumentWrong(f"{listing} was never installed here.", hint)
    return found


def _print_preview(seen: InstallPreview) -> None:
    console.print(f"[bold]{escape(seen['listing'])}[/] {seen['version']} {seen['digest']}", soft_wrap=True)
    console.print(f"signed by {seen['fingerprint']}" + (", another key than before" if seen["other_key"] else ""))
    notes = [*([f"{seen['status']}: {seen['reason']}"] if seen["reason"] else []), *_asks(seen["asks"])]
    notes += [f"keep the secret first: orchestrator agents secrets set {one}" for one in seen["secrets_missing"]]
    notes += ["another agent has its name here: choose one with --as"] if seen["agent_name_taken"] else []
    notes += [f"it is not installed: {seen['problem']}"] if seen["problem"] else []
    for line in notes:
        console.print(escape(line), soft_wrap=True)


def _agree(question: str, yes: bool) -> None:
    if not yes and not typer.confirm(question):
        raise typer.Exit(1)


@app.command()
def export(
    listing: Listing,
    version: Version = "latest",
    to: Annotated[Path | None, typer.Option(help="A file. Unset: it is printed.")] = None,
) -> None:
    """Write a version with its files and signature, to be verified elsewhere."""
    import json

    with errors_told(), connect() as client:
        text = json.dumps(client.export_listing(listing, version), indent=2, ensure_ascii=True) + "\n"
        if to is None:
            typer.echo(text, nl=False)
            return
        try:
            to.write_text(text, "utf-8")
        except OSError as error:
            raise ArgumentWrong(f"{to} cannot be written: {error}.", "Name a file that you may write.") from error
        console.print(f"written to {escape(str(to))}", soft_wrap=True)


@app.command()
def verify(
    what: Annotated[str, typer.Argument(help="namespace/agent, or a file of `orchestrator market export`.")],
    version: Version = "latest",
    fingerprint: Annotated[
        str | None, typer.Option(help="Of the key that has to have signed it, as its publisher told you.")
    ] = None,
) -> None:
    """Check content, digest and signature on this machine, of a file without a server. Exit status 1 when they are wrong."""
    with errors_told():
        exported = read_export(Path(what)) if Path(what).is_file() else _exported(what, version)
        if problem := problem_of(exported, fingerprint):
            console.print(f"[bold red]wrong[/] {escape(problem)}", soft_wrap=True)
            raise typer.Exit(1)
        console.print(f"{escape(str(exported['listing']))} {escape(str(exported['version']))} is what was signed by")
        typer.echo(fingerprint_of(exported["public_key"]))


def _exported(listing: str, version: str) -> dict[str, Any]:
    with connect() as client:
        return {**client.export_listing(listing, version)}
