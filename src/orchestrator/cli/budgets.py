"""`orchestrator budgets` and `orchestrator usage`: what may be used, and what was."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.run import absolute
from orchestrator.cli.text import escape
from orchestrator.client.types import UsageSums

app = typer.Typer(no_args_is_help=True, help="What users and repositories may use in a month.")

_MICRO = 1_000_000


class GroupBy(StrEnum):
    DAY = "day"
    SESSION = "session"
    AGENT = "agent"
    MODEL = "model"
    USER = "user"
    REPOSITORY = "repository"


class BudgetOf(StrEnum):
    USER = "user"
    REPOSITORY = "repository"


def usage(
    group_by: Annotated[GroupBy, typer.Option("--by", help="What the rows stand for.")] = GroupBy.DAY,
    begin: Annotated[str | None, typer.Option("--from", help="From this moment on, RFC 3339.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Before this moment.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many rows at most.")] = 100,
) -> None:
    """Print what model calls used, and what that cost."""
    with errors_told(), connect() as client:
        report = client.usage(group_by.value, begin=begin, end=end, limit=limit)
        table = Table(group_by.value, "requests", "input", "cached", "output", "USD", "estimated", box=None)
        for item in report["items"]:
            name = item["label"] or item["key"] or "none"
            table.add_row(escape(name[:60]), *_cells(item))
        table.add_row("[bold]total[/]", *_cells(report["totals"]))
        console.print(table)


def _cells(sums: UsageSums) -> tuple[str, ...]:
    return (
        f"{sums['requests']:,}",
        f"{sums['input_tokens']:,}",
        f"{sums['cached_input_tokens']:,}",
        f"{sums['output_tokens']:,}",
        _usd(sums["cost_micro_usd"]) + ("+" if sums["unpriced_requests"] else ""),
        f"{sums['estimated_requests']:,}",
    )


@app.command("list")
def list_() -> None:
    """List this month's accounts that have a limit or were used: the limit, what is spent, what calls under way hold."""
    with errors_told(), connect() as client:
        named = {(one["scope"], one["subject"]): one for one in client.budgets()}
        table = Table("id", "scope", "of", "tokens spent", "held", "limit", "USD spent", "limit", box=None)
        for one in client.budget_accounts():
            budget = named.get((one["scope"], one["subject"]))
            table.add_row(
                budget["id"] if budget else "",
                one["scope"],
                escape((budget["label"] if budget else one["subject"])[:60]),
                f"{one['spent_tokens']:,}",
                f"{one['held_tokens']:,}",
                _count(one["limit_tokens"]),
                _usd(one["spent_micro_usd"]),
                "" if one["limit_micro_usd"] is None else _usd(one["limit_micro_usd"]),
            )
        console.print(table)


@app.command("set")
def set_(
    scope: Annotated[BudgetOf, typer.Argument(help="user or repository.")],
    subject: Annotated[str, typer.Argument(help="user:<id> or key:<id>; or the repository's URL or path.")],
    tokens: Annotated[int | None, typer.Option(min=0, help="Tokens a month.")] = None,
    usd: Annotated[float | None, typer.Option(min=0, help="US dollars a month.")] = None,
    unreviewed: Annotated[
        int | None, typer.Option(min=1, help="So many results of a repository may wait for a review.")
    ] = None,
) -> None:
    """Set the budget of a user or a repository; what is not given has no limit."""
    with errors_told(), connect() as client:
        is_path = scope is BudgetOf.REPOSITORY and Path(subject).expanduser().exists()
        cost = None if usd is None else round(usd * _MICRO)
        budget = client.set_budget(
            scope=scope.value,
            subject=absolute(subject) if is_path else subject,
            tokens_per_month=tokens,
            cost_micro_usd_per_month=cost,
            max_unreviewed_results=unreviewed,
        )
        console.print(f"{budget['id']} {budget['scope']} {escape(budget['label'])}")


@app.command()
def remove(budget_id: Annotated[str, typer.Argument(help="The budget's id, as `list` shows it.")]) -> None:
    """Remove a budget; what was spent stays counted."""
    with errors_told(), connect() as client:
        client.remove_budget(budget_id)


def _usd(micro_usd: int) -> str:
    return f"{micro_usd / _MICRO:,.4f}"


def _count(limit: int | None) -> str:
    return "" if limit is None else f"{limit:,}"
