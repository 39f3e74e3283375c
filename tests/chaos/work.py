"""What sessions are given to do while everything is killed around them, and how each of them has to end."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import make_repository

RIGHT = "def total(items, discount=0):\n    return sum(items) * (1 - discount)\n"
WRONG = "def total(items, discount=0):\n    return 0\n"


@dataclass(frozen=True)
class Kind:
    """`ends` are the status, the verification and the failure's class of a session that nothing disturbs."""

    prompt: str
    ends: tuple[str, str | None, str | None]
    more: tuple[tuple[str, Any], ...] = ()


KINDS = (
    Kind("Fix it step by step", ("completed", "verified", None)),
    Kind("Break it step by step", ("failed", "failed", "verification"), (("max_feedback_rounds", 0),)),
    Kind("Mend it in two turns", ("completed", "verified", None)),
    Kind("Work until the provider refuses", ("failed", None, "provider_final")),
)


def write_scenarios(file: Path, steps: int, delay_seconds: float) -> Path:
    """A crash can cut any answer short, and it counts as given then: so each step does what the others do."""

    def work(content: str) -> list[dict[str, Any]]:
        return [
            {"tools": [_note(number), _write(f"{content}# {number}\n")], "delay_seconds": delay_seconds}
            for number in range(steps)
        ]

    done = {"text": "That is all."}
    scenarios = [
        {"name": "fix", "match": "Fix it step by step", "steps": [*work(RIGHT), done]},
        {"name": "break", "match": "Break it step by step", "steps": [*work(WRONG), done]},
        {
            "name": "mend-second-turn",
            "match": ["Mend it in two turns", {"prompt": "verification commands failed", "scope": "last"}],
            "steps": [*work(RIGHT), done],
        },
        {"name": "mend-first-turn", "match": "Mend it in two turns", "steps": [*work(WRONG)[: steps // 2], done]},
        {
            "name": "refused",
            "match": "Work until the provider refuses",
            # As often as the turn goes on after an answer that was cut short.
            "steps": [*work(WRONG), *({"text": "never", "fault": {"status": 400}} for _ in range(100))],
        },
    ]
    file.write_text(json.dumps(scenarios))
    return file


def _note(number: int) -> dict[str, Any]:
    return {"name": "bash", "arguments": {"command": f"date > note-{number}.txt", "description": "Takes a note"}}


def _write(content: str) -> dict[str, Any]:
    return {"name": "write", "arguments": {"filePath": "shop/price.py", "content": content}}


def wanted(kind: Kind, repository: Path) -> dict[str, Any]:
    return {"prompt": kind.prompt, "repository": str(repository), "verify": VERIFY, **dict(kind.more)}


def repository_at(folder: Path) -> Path:
    return make_repository(folder, BROKEN)
