"""`orchestrator external run`: any command-line agent as an external agent, on this machine."""

import os
import signal
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli.connection import UrlInvalid, load_settings
from orchestrator.cli.errors import console, errors_told, tell
from orchestrator.cli.providers import ArgumentWrong
from orchestrator.cli.text import escape

if TYPE_CHECKING:
    from orchestrator.client.command_agent import CommandAgent
    from orchestrator.client.external_agent import ExternalAgent

# Short, because an agent that is told to stop stops between two calls.
_WAIT_SECONDS = 5


def run(
    token: Annotated[
        str | None, typer.Option(envvar="ORCHESTRATOR_ENROLMENT_TOKEN", help="Of `orchestrator external enrol`.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Of the agent in the tenant; those that share one share its work.")
    ] = None,
    command: Annotated[
        str | None, typer.Option(help="What does a task: in a fresh clone, with the prompt on stdin. Run without a shell.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help="claude-code or codex, as they are installed here.")] = None,
    identity: Annotated[
        Path | None, typer.Option(help="File that keeps id and private key, to come back as the same agent.")
    ] = None,
    capability: Annotated[list[str] | None, typer.Option("--capability", help="What it can do; may be repeated.")] = None,
    version: Annotated[str | None, typer.Option(help="Of the agent, as it says it when it joins.")] = None,
    url: Annotated[str | None, typer.Option(help="Of the orchestrator. Unset: ORCHESTRATOR_URL, or this machine's.")] = None,
    once: Annotated[bool, typer.Option("--once", help="End after one task.")] = False,
) -> None:
    """Join with any command-line agent and do tasks until it is stopped.

    A line of JSON with "kind" (text, tool, progress or log), "text" and "data" on its stdout is an event; other lines are
    logs. Status 0 hands in what it changed or committed; any other one fails the task with the end of its stderr.
    """
    with errors_told():
        about = {"agent_type": preset or "command", "capabilities": capability or []}
        about |= {"version": version} if version else {}
        _run(_worker(command, preset), _Joining(token, name, identity, url, about), once)


class _Joining:
    def __init__(
        self, token: str | None, name: str | None, file: Path | None, url: str | None, about: dict[str, str | list[str]]
    ) -> None:
        """`about`: what it says of itself when it joins."""
        self.token, self.name, self.file, self.url, self.about = token, name, file, url, about

    def agent(self) -> "ExternalAgent":
        from orchestrator.client.external_agent import ExternalAgent, Identity

        if self.file is not None and self.file.exists():
            return ExternalAgent(Identity.load(self.file))
        if not (self.token and self.name):
            hint = "Give --token and --name, or an --identity that was kept. `orchestrator external enrol` makes a token."
            raise ArgumentWrong("A token and a name are needed to join.", hint)
        return ExternalAgent.join(_url(self.url), self.token, name=self.name, file=self.file, **self.about)


def _url(given: str | None) -> str:
    url = given or os.environ.get("ORCHESTRATOR_URL")
    if url is None:
        settings = load_settings()
        url = f"http://{settings.host}:{settings.port}"
    if not url.startswith(("http://", "https://")):
        raise UrlInvalid(url)
    return url.rstrip("/")


def _worker(command: str | None, preset: str | None) -> "CommandAgent":
    from orchestrator.client.command_agent import CommandAgent
    from orchestrator.client.presets import PRESETS

    if (command is None) == (preset is None):
        raise ArgumentWrong("It is a command, or a preset.", 'Say --command "my-agent --quiet", or --preset claude-code.')
    if command is not None:
        return CommandAgent(command)
    chosen = PRESETS.get(preset or "")
    if chosen is None:
        raise ArgumentWrong(f"There is no preset {preset!r}.", f"Presets are {', '.join(PRESETS)}.")
    return CommandAgent(chosen.command, chosen.translate, chosen.env)


def _stop(agent: "ExternalAgent", _number: int, _frame: FrameType | None) -> None:
    agent.stopping.set()


def _run(worker: "CommandAgent", joining: _Joining, once: bool) -> None:
    import httpx

    from orchestrator.client.external_agent import Refused

    try:
        agent = joining.agent()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, partial(_stop, agent))
        console.print(f"{agent.identity.agent_id} waits for tasks of {escape(agent.identity.url)}", soft_wrap=True)
        done = worker.work(agent, most=1 if once else None, wait=_WAIT_SECONDS)
        agent.close()
        console.print(f"{done} tasks done")
    except Refused as refused:
        tell(refused.code, refused.message, refused.hint or "`orchestrator external list` shows how the agents are.")
        raise typer.Exit(1) from None
    except httpx.TransportError as error:
        tell("server_unreachable", f"The orchestrator does not answer: {error}", "Check --url, and that it runs.")
        raise typer.Exit(1) from None
