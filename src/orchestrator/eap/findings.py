"""What one side of the protocol has shown under check, and what it did wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

SUITE_VERSION = "1.1"
"""Of both suites: it grows when a check is added, or asks for more."""


@dataclass(frozen=True)
class Suite:
    """`checks` says by name what is wanted; who does nothing of an optional one does nothing wrong."""

    name: str
    checks: Mapping[str, str]
    optional: frozenset[str] = frozenset()


OF_AGENTS = Suite(
    "eap-agent",
    {
        "register": "registers with the required fields",
        "prove": "proves its key",
        "token": "buys another token by a signed assertion when one has ended",
        "heartbeat": "heartbeats in time, and names the tasks that it has",
        "lease": "leases tasks, and clones their repository",
        "events": "numbers its events from 1 and without gaps",
        "artifacts": "uploads artifacts that are what they were declared as",
        "result": "sends a result again, word for word, after a broken connection or a 503",
        "cancel": "drops a task that a heartbeat's answer cancels",
        "stale": "drops a task after stale_lease",
    },
    frozenset({"events", "artifacts"}),
)
OF_SERVERS = Suite(
    "eap-server",
    {
        "schemas": "publishes the JSON Schema of every message",
        "register": "takes an enrolment token once, and tells intervals, limits and a challenge",
        "prove": "gives no task before the key is proven, and takes nobody else's signature",
        "token": "sells a token for an assertion once, and for none that is wrong",
        "keys": "takes another key that both keys sign for, and goes on with the tokens that there are",
        "borders": "answers 401 without a token, 403 at the addresses of people, 404 for ids of others",
        "heartbeat": "answers a heartbeat with intervals, and cancels tasks that are not the agent's",
        "lease": "waits for a task, gives one at a time, with a repository that is what it is said to be",
        "renew": "renews a lease, and none of another epoch",
        "events": "keeps each event once, and tells the number that is expected next",
        "artifacts": "keeps what was declared, and nothing that differs from it in name, size or SHA-256",
        "result": "takes one result, and answers it again the same",
        "stale": "answers stale_lease to what comes after the end",
        "errors": "tells each refusal in the one shape of error",
    },
)


class Line(TypedDict):
    check: str
    wanted: str
    outcome: str
    problems: list[str]


@dataclass
class Findings:
    suite: Suite = OF_AGENTS
    seen: set[str] = field(default_factory=set[str])
    problems: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def ok(self, check: str) -> None:
        self.seen.add(check)

    def wrong(self, check: str, problem: str) -> None:
        known = self.problems.setdefault(check, [])
        if problem not in known:
            known.append(problem)

    def is_complete(self) -> bool:
        return self.seen | self.suite.optional | set(self.problems) >= set(self.suite.checks)

    def report(self) -> list[Line]:
        return [
            Line(check=name, wanted=wanted, outcome=self._outcome(name), problems=self._of(name))
            for name, wanted in self.suite.checks.items()
        ]

    def _outcome(self, name: str) -> str:
        if self._of(name):
            return "failed"
        return "passed" if name in self.seen else "not tried"

    def _of(self, name: str) -> list[str]:
        found = list(self.problems.get(name, []))
        if not found and name not in self.seen and name not in self.suite.optional:
            found.append("It was not seen.")
        return found

    @property
    def failed(self) -> bool:
        return any(line["outcome"] == "failed" for line in self.report())
