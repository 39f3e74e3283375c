"""The command `orchestrator`. One file a noun; this one has what has no noun."""

import contextlib
from collections.abc import Generator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestrator import __version__
from orchestrator.cli import (
    agents,
    approvals,
    audit,
    budgets,
    contexts,
    costs,
    datasets,
    eap,
    external,
    finetune,
    gc,
    git_credentials,
    handoff,
    keys,
    market,
    models,
    nodes,
    planning,
    plans,
    providers,
    quotas,
    tenants,
    users,
    webhooks,
)
from orchestrator.cli import network as networks
from orchestrator.cli.connection import connect, load_settings
from orchestrator.cli.errors import console, errors_told, tell
from orchestrator.cli.importing import no_collecting
from orchestrator.cli.run import run_session

if TYPE_CHECKING:
    from orchestrator.kit.settings import Settings

# What only some commands need is imported by them: a command that asks a server takes no server's imports, of seconds.
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Run fleets of autonomous OpenCode coding sessions.",
)
for name, nouns in (
    ("sessions", handoff.app),
    ("approvals", approvals.app),
    ("plans", plans.app),
    ("tenants", tenants.app),
    ("users", users.app),
    ("keys", keys.app),
    ("quotas", quotas.app),
    ("network", networks.app),
    ("budgets", budgets.app),
    ("providers", providers.app),
    ("models", models.app),
    ("agents", agents.app),
    ("external", external.app),
    ("eap", eap.app),
    ("market", market.app),
    ("finetune", finetune.app),
    ("contexts", contexts.app),
    ("datasets", datasets.app),
    ("git-credentials", git_credentials.app),
    ("nodes", nodes.app),
    ("webhooks", webhooks.app),
    ("audit", audit.app),
):
    app.add_typer(nouns, name=name)
app.command("plan")(planning.plan)
app.command("gc")(gc.gc)
app.command("usage")(budgets.usage)
app.command("costs")(costs.costs)


def _server_settings() -> "Settings":
    from orchestrator.kit.logging import configure_logging

    settings = load_settings()
    configure_logging(settings.log_format, settings.log_level)
    return settings


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="Show the demo once the orchestrator is ready.")] = True,
) -> None:
    """Start everything on this machine: database, API, gateway, worker."""
    from orchestrator.cli.up import up as run_up

    with errors_told():
        run_up(_server_settings(), demo=demo)


@app.command()
def api() -> None:
    """Run the API alone; DATABASE_URL names the PostgreSQL it shares with the other roles."""
    with no_collecting():
        from orchestrator.cli.listening import listen
        from orchestrator.cli.roles.api import run_api

    with errors_told(), _apart() as (settings, database_url):
        run_api(settings, database_url, listen(settings.host, settings.port))


@app.command()
def gateway() -> None:
    """Run the model gateway alone, on ORCHESTRATOR_HOST and ORCHESTRATOR_GATEWAY_PORT."""
    with no_collecting():
        from orchestrator.cli.listening import listen
        from orchestrator.cli.roles.gateway import run_gateway

    with errors_told(), _apart() as (settings, database_url):
        run_gateway(settings, database_url, listen(settings.host, settings.gateway_port))


@app.command()
def worker() -> None:
    """Run a node that hosts sessions; ORCHESTRATOR_GATEWAY_URL names the gateway."""
    with no_collecting():
        from orchestrator.cli.roles.node import begin_anew, run_node

    with errors_told(), _apart() as (settings, database_url):
        if settings.gateway_url is None:
            tell("gateway_url_missing", "ORCHESTRATOR_GATEWAY_URL is not set.", "Set it to http://<gateway>/gateway/v1.")
            raise typer.Exit(2)
        run_node(settings, database_url, settings.gateway_url, begin_anew)


@contextlib.contextmanager
def _apart() -> "Generator[tuple[Settings, str]]":
    """Settings and database of a role that runs alone; migrations run first and are safe to run at once."""
    with no_collecting():
        from orchestrator.cli.roles.preparation import prepare
        from orchestrator.kit.data_dir import prepare_data_dir

    settings = _server_settings()
    if settings.database_url is None:
        tell("database_url_missing", "A role that runs alone needs DATABASE_URL.", "Or run `orchestrator up`.")
        raise typer.Exit(2)
    prepare_data_dir(settings.data_dir)
    prepare(settings, settings.database_url)
    yield settings, settings.database_url


@app.command()
def run(
    prompt: Annotated[str, typer.Argument(help="What the agent is to do.")],
    repo: Annotated[str | None, typer.Option(help="A path or URL. Unset: a fresh empty repository.")] = None,
    base_ref: Annotated[str | None, typer.Option("--ref", help="Branch, tag or commit to start from.")] = None,
    verify: Annotated[list[str] | None, typer.Option(help="A command that judges the result; may be repeated.")] = None,
    title: Annotated[str | None, typer.Option(help="A short name for lists.")] = None,
    agent: Annotated[str | None, typer.Option(help="Which agent works.")] = None,
    needs: Annotated[
        list[str] | None, typer.Option(help="A capability that the work asks for, when no agent is named; may be repeated.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Which model it uses.")] = None,
    timeout_seconds: Annotated[int | None, typer.Option("--timeout", help="Seconds until it is timed out.")] = None,
    max_feedback_rounds: Annotated[int | None, typer.Option(help="Turns after a failed verification.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Most tokens of all its model calls.")] = None,
    max_cost_usd: Annotated[float | None, typer.Option(help="Most that its model calls may cost, in USD.")] = None,
) -> None:
    """Hand in work, watch it, and end with the diff stat; exit status 0 only when the session completed."""
    with errors_told():
        run_session(
            repo,
            prompt=prompt,
            title=title,
            base_ref=base_ref,
            verify=verify or None,
            agent=agent,
            capabilities=needs or None,
            model=model,
            timeout_seconds=timeout_seconds,
            max_feedback_rounds=max_feedback_rounds,
            max_tokens=max_tokens,
            max_cost_micro_usd=None if max_cost_usd is None else round(max_cost_usd * 1_000_000),
        )


@app.command()
def sign_in_link() -> None:
    """Print a link that signs a browser in with your key: once, within a quarter of an hour."""
    with errors_told(), connect() as client:
        typer.echo(client.sign_in_link())


@app.command()
def doctor() -> None:
    """Say what this machine has, which sandbox is used, and why."""
    from orchestrator.cli.doctor import examine

    with errors_told():
        raise typer.Exit(0 if examine(load_settings()) else 1)


@app.command()
def settings(
    markdown: Annotated[bool, typer.Option(help="As a Markdown table, as in the reference.")] = False,
) -> None:
    """List every setting: its variable, its default and its meaning."""
    from orchestrator.kit.settings_doc import settings_markdown, settings_rows

    if markdown:
        typer.echo(settings_markdown(), nl=False)
        return
    table = Table("variable", "now", "meaning", show_lines=True)
    for row in settings_rows(load_settings()):
        table.add_row(row.variable, row.value, row.description)
    console.print(table)


@app.command()
def version() -> None:
    """Print the versions of the orchestrator and of the OpenCode it runs."""
    from orchestrator.opencode.binary import PINNED_VERSION

    console.print(f"orchestrator {__version__}\nopencode {PINNED_VERSION}")


def main() -> None:
    app()
