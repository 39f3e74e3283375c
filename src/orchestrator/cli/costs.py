"""`orchestrator costs`: what was spent on what, what it brought, and what the month will come to."""

from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from orchestrator.cli.connection import connect
from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.text import escape

_MICRO = 1_000_000


class By(StrEnum):
    OUTCOME = "outcome"
    DAY = "day"
    AGENT = "agent"
    MODEL = "model"
    MEMBER = "member"
    REPOSITORY = "repository"


def costs(
    by: Annotated[By, typer.Option("--by", help="What the rows stand for.")] = By.OUTCOME,
    begin: Annotated[str | None, typer.Option("--from", help="From this moment on, RFC 3339. Unset: 30 days.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Before this moment. Unset: now.")] = None,
) -> None:
    """Print what was spent, on what or for what outcome, what a verified session costs, and the month's forecast."""
    with errors_told(), connect() as client:
        found = client.costs(begin=begin, end=end)
        table = Table(by.value, "sessions" if by is By.OUTCOME else "requests", "tokens", "USD", box=None)
        for row in _rows(found, by):
            table.add_row(*row)
        console.print(table)
        each = found["per_verified"]
        if each["sessions"]:
            told = f"{_usd(each['cost_micro_usd'])} USD each, {_usd(each['all_in_micro_usd'])} with all that was spent"
            console.print(f"{each['sessions']:,} completed and verified: {told}", soft_wrap=True)
        console.print(_month(found["month"]), soft_wrap=True)


def _rows(found: dict[str, Any], by: By) -> list[tuple[str, ...]]:
    if by is By.OUTCOME:
        items = found["outcomes"]
        return [(o["outcome"], f"{o['sessions']:,}", f"{o['tokens']:,}", _usd(o["cost_micro_usd"])) for o in items]
    items = found["repositories" if by is By.REPOSITORY else f"{by.value}s"]
    return [
        (
            escape((one["label"] or one["key"] or "none")[:60]),
            f"{one['requests']:,}",
            f"{one['input_tokens'] + one['output_tokens']:,}",
            _usd(one["cost_micro_usd"]),
        )
        for one in items
    ]


def _month(month: dict[str, Any]) -> str:
    cost = month["cost"]
    limit = "no limit" if cost["limit"] is None else f"of {_usd(cost['limit'])}"
    spent = f"{month['month']}: {_usd(cost['spent'])} USD spent, {limit}"
    if cost["forecast"] is None:
        return f"{spent}; no forecast, for it rests on three whole days and there is data of {month['days_of_data']}"
    ahead = cost["forecast"]
    return f"{spent}; {_usd(ahead['expected'])} expected at its end ({_usd(ahead['low'])} to {_usd(ahead['high'])})"


def _usd(micro_usd: int) -> str:
    return f"{micro_usd / _MICRO:,.4f}"
