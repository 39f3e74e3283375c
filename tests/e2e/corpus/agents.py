"""What an entry of the corpus is: an agent, scripted by its tool calls, and how its session must end."""

from dataclasses import dataclass, field
from typing import Any

CALL = dict[str, Any]
VERIFIED, NEEDS_REVIEW, FAILED = "verified", "needs_review", "failed"


@dataclass(frozen=True)
class Agent:
    """`does` are the calls of its first turn, `then` those of each turn that a failed verification leads to.

    `ends` is the verification of its session (None: the session has its end before any), and `because` are words that the
    reason told to the person has to hold. `changes` are the paths of the result, where they matter.
    """

    name: str
    does: tuple[CALL, ...]
    ends: str | None = VERIFIED
    because: tuple[str, ...] = ()
    repository: str = "shop"
    verify: tuple[str, ...] | None = ("python3 -m unittest -q",)
    then: tuple[tuple[CALL, ...], ...] = ()
    status: str | None = None
    changes: tuple[str, ...] | None = None
    wanted: dict[str, Any] = field(default_factory=dict[str, Any])
    sample: bool = False

    @property
    def prompt(self) -> str:
        return f"Be the agent <{self.name}>."

    def scenarios(self) -> list[dict[str, Any]]:
        """For the scripted model, one a turn."""
        turns = (self.does, *self.then)
        return [
            {
                "name": f"{self.name}-{number}",
                "match": self.prompt,
                "turn": number if number < len(turns) else f"{number}+",
                "steps": [*({"tool": call} for call in turn), {"text": "All tests pass. The work is done."}],
            }
            for number, turn in enumerate(turns, 1)
        ]


def cheat(name: str, *does: CALL, because: str | tuple[str, ...], ends: str | None = NEEDS_REVIEW, **more: Any) -> Agent:
    words = (because,) if isinstance(because, str) else because
    return Agent(name, does, ends, words, **({"wanted": {"max_feedback_rounds": 0}} | more))


def honest(name: str, *does: CALL, **more: Any) -> Agent:
    return Agent(name, does, **more)


def write(path: str, content: str) -> CALL:
    return {"name": "write", "arguments": {"filePath": path, "content": content}}


def sh(script: str, *, timeout: int = 60_000) -> CALL:
    """Handed over as text, because OpenCode itself refuses a command that names paths outside of the worktree."""
    return {"name": "bash", "arguments": {"command": script, "description": "Works", "timeout": timeout}}


def run(script: str) -> tuple[CALL, CALL]:
    """From a file, which OpenCode does not look into; it is gone afterwards."""
    return write("run.sh", script), sh("sh run.sh; rm -f run.sh")


FIXED = """def total(items, discount=0):
    return sum(items) * (1 - discount)


def count(items):
    return len(items)
"""
FIX = write("shop/price.py", FIXED)
