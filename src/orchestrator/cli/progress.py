"""A session on the terminal while it works."""

from typing import Any

from orchestrator.cli.errors import console
from orchestrator.cli.text import escape, escape_lines
from orchestrator.client.api import Client
from orchestrator.client.types import Session, TranscriptPart

FINISHED = ("completed", "partially_completed", "failed", "timed_out", "stopped", "cancelled")
_COLOURS = {"completed": "green", "failed": "red", "timed_out": "red", "cancelled": "yellow", "queued": "cyan"}
_UNDER_WAY = {"pause": "being paused", "stop": "being stopped"}
_LONGEST_OUTPUT = 1_500
_HINTS = {
    "waiting": "A person is asked: `orchestrator approvals list` shows what, `orchestrator approvals --help` how to answer.",
    "paused": "It goes on when what it waits for is there, or at once with `orchestrator sessions resume`.",
}
"""Who watches would else wait with it, and not know for what."""


def status_text(session: Session) -> str:
    """Never by colour alone: the word is always there, and why it waits."""
    status = session["status"]
    why = session["queue_reason"] or session["pause_reason"] or _UNDER_WAY.get(session["requested"] or "")
    reason = f" ({why})" if why else ""
    colour = _COLOURS.get(status, "white")
    return f"[{colour}]{status}{reason}[/]"


def follow(client: Client, session_id: str) -> Session:
    """Prints what happens until the session has finished; resumes by number after a broken connection."""
    for event in client.events(session_id=session_id):
        _print_event(event["type"], event["data"])
        data = event["data"].get("data", {})
        if event["type"] == "session.status" and data.get("to") in FINISHED:
            current = client.session(session_id)
            if current["status"] in FINISHED:
                return current
    return client.session(session_id)


def _print_event(type_: str, message: dict[str, Any]) -> None:
    data = message.get("data", {})
    if type_ == "session.status":
        console.print(f"[dim]──[/] [bold]{data['to']}[/] [dim]{escape(str(data['reason']))}[/]", soft_wrap=True)
        if (hint := _HINTS.get(data["to"])) is not None:
            console.print(f"   [bold]hint[/] {escape(hint)}", soft_wrap=True)
    elif type_ == "transcript.part":
        print_part(data)
    elif type_ == "evidence.recorded":
        mark = "[green]pass[/]" if data["exit_code"] == 0 else "[red]fail[/]"
        console.print(f"[dim]──[/] {mark} {escape(data['command'])} [dim]exit {data['exit_code']}[/]")
    elif type_ == "session.progress":
        percent = "" if data["percent"] is None else f"{data['percent']} % "
        console.print(f"[dim]──[/] {percent}{escape(data['message'])}", soft_wrap=True)
    elif type_ == "checkpoint.created":
        console.print(f"[dim]── checkpoint {data['number']} {data['commit'][:10]}[/]")


def print_part(part: TranscriptPart | dict[str, Any]) -> None:
    data = part["data"]
    if part["type"] == "text":
        who = part["model"] or part["role"]
        console.print(f"[bold blue]{escape(who)}[/] {escape_lines(data.get('text', ''))}")
    elif part["type"] == "reasoning":
        console.print(f"[dim italic]{escape_lines(data.get('text', ''))}[/]")
    elif part["type"] == "tool":
        _print_tool(data)


def _print_tool(data: dict[str, Any]) -> None:
    state = data.get("state", {})
    shown = state.get("title") or state.get("input", {})
    console.print(f"[magenta]{escape(str(data.get('tool')))}[/] [dim]{escape(str(shown)[:200])}[/]", soft_wrap=True)
    output = str(state.get("output") or state.get("error") or "")[:_LONGEST_OUTPUT].rstrip()
    if output and data.get("tool") == "bash":
        console.print(f"[dim]{escape_lines(output)}[/]")
