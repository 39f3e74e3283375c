"""What an agent under check has shown, and what it did wrong."""

from dataclasses import dataclass, field
from typing import TypedDict

CHECKS = {
    "register": "registers with the required fields",
    "prove": "proves its key",
    "token": "buys another token by a signed assertion when one has ended",
    "heartbeat": "heartbeats in time, and names the tasks that it has",
    "lease": "leases tasks, and clones their repository",
    "events": "numbers its events from 1 and without gaps",
    "artifacts": "uploads artifacts that are what they were declared as",
    "result": "sends a result again, word for word, after a broken connection",
    "cancel": "drops a task that a heartbeat's answer cancels",
    "stale": "drops a task after stale_lease",
}
OPTIONAL = frozenset({"events", "artifacts"})
"""An agent that has no news and no files does nothing wrong."""


class Line(TypedDict):
    check: str
    wanted: str
    outcome: str
    problems: list[str]


@dataclass
class Findings:
    seen: set[str] = field(default_factory=set[str])
    problems: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def ok(self, check: str) -> None:
        self.seen.add(check)

    def wrong(self, check: str, problem: str) -> None:
        known = self.problems.setdefault(check, [])
        if problem not in known:
            known.append(problem)

    def is_complete(self) -> bool:
        return self.seen | OPTIONAL | set(self.problems) >= set(CHECKS)

    def report(self) -> list[Line]:
        return [
            Line(check=name, wanted=CHECKS[name], outcome=self._outcome(name), problems=self._of(name)) for name in CHECKS
        ]

    def _outcome(self, name: str) -> str:
        if self._of(name):
            return "failed"
        return "passed" if name in self.seen else "not tried"

    def _of(self, name: str) -> list[str]:
        found = list(self.problems.get(name, []))
        if not found and name not in self.seen and name not in OPTIONAL:
            found.append("It was not seen.")
        return found

    @property
    def failed(self) -> bool:
        return any(line["outcome"] == "failed" for line in self.report())
