"""`orchestrator eap`: whether an agent of others speaks the External Agent Protocol as it is written."""

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.text import escape

if TYPE_CHECKING:
    from orchestrator.cli.eap_findings import Findings

app = typer.Typer(no_args_is_help=True, help="Check agents against the External Agent Protocol.")
_LOOK_SECONDS = 0.1


@app.callback()
def eap() -> None:
    """Check agents against the External Agent Protocol."""


@app.command()
def check(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 0,
    seconds: Annotated[int, typer.Option(min=5, max=3600, help="How long the agent may take for all of it.")] = 120,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Listen as an orchestrator would, let one agent join, and report what it does right and wrong.

    Point the agent at the address and the token that are printed. It gets three tasks. Exit status 1 when a check failed.
    """
    from orchestrator.cli.eap_http import listening

    with errors_told():
        with listening(host, port) as standin:
            typer.echo(f"url    {standin.url}\ntoken  {standin.enrolment}", err=as_json)
            end = time.monotonic() + seconds
            while time.monotonic() < end and not standin.findings.is_complete():
                time.sleep(_LOOK_SECONDS)
        _print(standin.findings, as_json)
        raise typer.Exit(1 if standin.findings.failed else 0)


def _print(findings: "Findings", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"protocol": "1.0", "passed": not findings.failed, "checks": findings.report()}))
        return
    for line in findings.report():
        console.print(f"{line['outcome']:<10} {line['check']:<10} {escape(line['wanted'])}", soft_wrap=True)
        for problem in line["problems"]:
            console.print(f"{'':<21} {escape(problem)}", soft_wrap=True)
