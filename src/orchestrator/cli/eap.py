"""`orchestrator eap`: whether an agent, or a server, of others speaks the External Agent Protocol as it is written."""

import json
import os
import time
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from orchestrator.cli.errors import console, errors_told
from orchestrator.cli.providers import ArgumentWrong
from orchestrator.cli.text import escape

if TYPE_CHECKING:
    from orchestrator.eap.findings import Findings

app = typer.Typer(no_args_is_help=True, help="Check agents and servers against the External Agent Protocol.")
TOKEN_VARIABLE, OTHER_VARIABLE = "ORCHESTRATOR_EAP_TOKEN", "ORCHESTRATOR_EAP_OTHER_TOKEN"
_LOOK_SECONDS, _CALL_SECONDS = 0.1, 30.0


@app.callback()
def eap() -> None:
    """Check agents and servers against the External Agent Protocol."""


@app.command()
def check(
    url: Annotated[str | None, typer.Argument(help="Of a server to be checked; unset: an agent is checked.")] = None,
    token: Annotated[
        str | None,
        typer.Option(help=f"Of a server: an enrolment token of it, which is used up; or {TOKEN_VARIABLE}."),
    ] = None,
    other_token: Annotated[
        str | None,
        typer.Option(
            help=f"Of a server: a second one, for an agent that tries what is the first one's; or {OTHER_VARIABLE}."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Of a server: the agent's name there; unset: a new one.")] = None,
    host: Annotated[str, typer.Option(help="Of an agent: address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Of an agent: port to listen on; 0 takes a free one.")] = 0,
    seconds: Annotated[int, typer.Option(min=5, max=3600, help="How long all of it may take.")] = 120,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Report what an agent, or with a URL a server, does right and wrong.

    Without a URL it listens as an orchestrator would: point one agent at the address and the token that are printed. It gets
    three tasks. With a URL it joins that server as an agent, does right and wrong things, and needs one task: hand it in for
    the name that is printed. Exit status 1 when a check failed.
    """
    with errors_told():
        if url is None:
            findings = _agent(host, port, seconds, as_json)
        else:
            enrolment = token or os.environ.get(TOKEN_VARIABLE)
            if not enrolment:
                raise ArgumentWrong(
                    "A server is checked with an enrolment token of it.", f"Give --token, or set {TOKEN_VARIABLE}."
                )
            other = other_token or os.environ.get(OTHER_VARIABLE)
            findings = _server(url, enrolment, other, name or f"eap-check-{uuid4().hex[:8]}", seconds)
        _print(findings, as_json)
        raise typer.Exit(1 if findings.failed else 0)


def _agent(host: str, port: int, seconds: int, as_json: bool) -> "Findings":
    from orchestrator.cli.eap_http import listening

    with listening(host, port) as standin:
        typer.echo(f"url    {standin.url}\ntoken  {standin.enrolment}", err=as_json)
        end = time.monotonic() + seconds
        while time.monotonic() < end and not standin.findings.is_complete():
            time.sleep(_LOOK_SECONDS)
    return standin.findings


def _server(url: str, token: str, other: str | None, name: str, seconds: int) -> "Findings":
    import httpx

    from orchestrator.cli.eap_server import ServerCheck

    def tell(agent: str) -> None:
        typer.echo(f'Hand in a task, as with: orchestrator run "Check the protocol." --agent {agent}', err=True)

    with httpx.Client(base_url=url.rstrip("/"), timeout=_CALL_SECONDS) as http:
        return ServerCheck(http, name, token, other).run(seconds, tell)


def _print(findings: "Findings", as_json: bool) -> None:
    if as_json:
        from orchestrator.eap.findings import SUITE_VERSION
        from orchestrator.eap.messages import PROTOCOL_VERSION

        about = {"suite": findings.suite.name, "suite_version": SUITE_VERSION, "protocol": PROTOCOL_VERSION}
        typer.echo(json.dumps({**about, "passed": not findings.failed, "checks": findings.report()}))
        return
    for line in findings.report():
        console.print(f"{line['outcome']:<10} {line['check']:<10} {escape(line['wanted'])}", soft_wrap=True)
        for problem in line["problems"]:
            console.print(f"{'':<21} {escape(problem)}", soft_wrap=True)
