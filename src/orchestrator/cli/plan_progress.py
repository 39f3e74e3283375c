"""A plan on the terminal while it runs."""

from typing import Any

from orchestrator.cli.errors import console
from orchestrator.cli.text import escape
from orchestrator.client.api import Client
from orchestrator.client.types.plans import Plan

ENDED = ("completed", "failed", "blocked", "cancelled")
"""Blocked is no end of the plan, but the end of what it does by itself."""
_COLOURS = {
    "completed": "green",
    "done": "green",
    "merged": "green",
    "failed": "red",
    "rejected": "red",
    "blocked": "red",
    "cancelled": "yellow",
    "paused": "yellow",
    "awaiting_approval": "yellow",
    "running": "cyan",
}


def coloured(status: str) -> str:
    """Never by colour alone: the word is always there."""
    return f"[{_COLOURS.get(status, 'white')}]{status}[/]"


def follow_plan(client: Client, plan_id: str) -> Plan:
    """Prints what happens until the plan does nothing more by itself; what a broken connection left out is read again."""
    seen: dict[str, str] = {}
    for event in client.plan_events(plan_id):
        if event is not None:
            _print_event(event["type"], event["data"].get("data", {}), seen)
        if event is None or event["type"] == "plan.status":
            plan = client.plan(plan_id, prompts=False)
            _catch_up(plan, seen)
            if plan["status"] in ENDED:
                _print_end(plan)
                return plan
    return client.plan(plan_id, prompts=False)


def _print_event(type_: str, data: dict[str, Any], seen: dict[str, str]) -> None:
    if type_ == "plan.task":
        _print_task(data["task"], data["to"], data["reason"], seen)
    elif type_ == "plan.merge_ended":
        about = ", ".join(data["done"] or data["conflicts"]) or "nothing"
        merge = f"merge {data['number']} {coloured(data['status'])} {escape(about)}"
        console.print(f"[dim]──[/] {merge} [dim]{escape(data['reason'] or '')}[/]", soft_wrap=True)


def _catch_up(plan: Plan, seen: dict[str, str]) -> None:
    for task in plan["tasks"]:
        if seen.get(task["key"], "pending") != task["status"]:
            _print_task(task["key"], task["status"], task["status_reason"], seen)
    told = f"{plan['status']} {plan['status_reason']}"
    if seen.get("") != told:
        seen[""] = told  # No task has an empty key.
        console.print(f"[dim]──[/] plan {coloured(plan['status'])} [dim]{escape(plan['status_reason'])}[/]", soft_wrap=True)


def _print_task(key: str, status: str, reason: str | None, seen: dict[str, str]) -> None:
    seen[key] = status
    console.print(f"[dim]──[/] [bold]{escape(key)}[/] {coloured(status)} [dim]{escape(reason or '')}[/]", soft_wrap=True)


def _print_end(plan: Plan) -> None:
    progress, cost = plan["progress"], plan["usage"]["cost_micro_usd"] / 1_000_000
    console.print(f"\n{progress['done']} of {progress['total']} tasks done, {cost:.4f} USD")
    if plan["head_commit"]:
        console.print(f"  branch {escape(plan['branch'])}, commit {plan['head_commit'][:10]}", soft_wrap=True)
