"""What the agents of a plan are told, besides what their task says."""

from collections.abc import Sequence
from textwrap import shorten

from orchestrator.sessions.verdict import CommandOutcome, feedback_prompt

_MOST_NAMED = 20


def task_prompt(prompt: str, goal: str, before: Sequence[str], beside: Sequence[str]) -> str:
    """`before` are the titles of the tasks that it builds upon, `beside` of those that others work on meanwhile."""
    lines = [prompt.rstrip(), "", "---", f"This is one task of a plan. Its goal: {shorten(goal, 1_000, placeholder=' ...')}"]
    if before:
        lines.append(f"Done before it, and in the files here: {_named(before)}.")
    if beside:
        lines.append(f"Others work meanwhile on: {_named(beside)}. Leave that to them, and change no more than yours needs.")
    return "\n".join(lines)


def not_together(outcomes: Sequence[CommandOutcome], round_number: int, most_rounds: int) -> str:
    """Of work that passes alone, and not together with what was merged before it."""
    told = feedback_prompt(outcomes, round_number, most_rounds)
    return f"Your work was put together with what others had finished before it; together it does not pass.\n\n{told}"


def _named(titles: Sequence[str]) -> str:
    shown = "; ".join(titles[:_MOST_NAMED])
    return f"{shown}; and {len(titles) - _MOST_NAMED} more" if len(titles) > _MOST_NAMED else shown
