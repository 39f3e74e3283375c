"""What is done in a soak: kinds of sessions, what happens to them, and how each has to end."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.work import RIGHT, WRONG, repository_at
from tests.e2e.fleet import Fleet
from tests.e2e.test_sessions import VERIFY
from tests.e2e.tree import FINISHED

SESSION_SECONDS = 600.0
"""After that a session has not ended well, whatever it does."""


@dataclass(frozen=True)
class Kind:
    """`during` is asked of it once while it runs, `after` when it has ended; `end` is the status that is right."""

    prompt: str
    end: str = "completed"
    during: str | None = None
    after: str | None = None


KINDS = (
    Kind("Fix it", after="retry"),
    Kind("Break it", end="failed"),
    Kind("Take very long", end="cancelled", during="cancel"),
    Kind("Stumble"),
    Kind("Take very long", end="stopped", during="stop"),
    Kind("Fix it", after="fork"),
    Kind("Work a while", during="pause"),
    Kind("Print much"),
    Kind("Fix it", after="messages"),
)
_BODIES: dict[str, dict[str, Any]] = {"fork": {"prompt": "Print much"}, "messages": {"text": "Print much"}}


def write_scenarios(file: Path) -> Path:
    done = {"text": "That is all."}
    stumbles = [{"status": 500}, {"status": 429, "retry_after": 1}, "cut_stream"]
    scenarios = [
        {"name": "fix", "match": "Fix it", "steps": [_write(RIGHT), _run("date > note.txt"), done]},
        {"name": "break", "match": "Break it", "steps": [_write(WRONG), done]},
        {"name": "long", "match": "Take very long", "steps": [_run("sleep 300"), done]},
        {"name": "while", "match": "Work a while", "steps": [*(_run(f"sleep {n}") for n in (3, 4, 5)), done]},
        {"name": "print", "match": "Print much", "steps": [_run("seq 1 60000"), {"text": "It is long. " * 400}]},
        {
            "name": "stumble",
            "match": "Stumble",
            "steps": [*({**_run(f"echo {n}"), "fault": fault, "times": 1} for n, fault in enumerate(stumbles)), done],
        },
        {"name": "direct", "match": "Tell it", "steps": [{"text": "It goes on. " * 40, "chunk_delay_seconds": 0.02}]},
    ]
    file.write_text(json.dumps(scenarios))
    return file


def _run(command: str) -> dict[str, Any]:
    return {"tool": {"name": "bash", "arguments": {"command": command, "description": "Works"}}}


def _write(content: str) -> dict[str, Any]:
    return {"tool": {"name": "write", "arguments": {"filePath": "shop/price.py", "content": content}}}


@dataclass
class Doing:
    """One session, from its handing in to its end."""

    session_id: str
    kind: Kind
    began: float = field(default_factory=time.monotonic)
    asked: bool = False


class Work:
    """`ended` counts by the status; `otherwise` tells of what did not end as it should."""

    def __init__(self, fleet: Fleet, at_once: int) -> None:
        self.ended: dict[str, int] = {}
        self.otherwise: list[str] = []
        self._fleet, self._at_once = fleet, at_once
        self._repository = str(repository_at(fleet.root / "shop"))
        self._doing: list[Doing] = []
        self._number = 0

    def look(self, *, hand_in: bool) -> int:
        """Does what is due, and answers how many sessions are under way."""
        for doing in list(self._doing):
            self._follow(doing)
        while hand_in and len(self._doing) < self._at_once:
            kind = KINDS[self._number % len(KINDS)]
            self._number += 1
            verify = VERIFY if kind.prompt in ("Fix it", "Break it") else []
            wanted = {"prompt": kind.prompt, "repository": self._repository, "verify": verify, "max_feedback_rounds": 1}
            status, session = self._fleet.request("POST", "/sessions", wanted)
            if status != 201:  # The database is away: later.
                break
            self._doing.append(Doing(session["id"], kind))
        return len(self._doing)

    def told(self) -> str:
        under_way = ", ".join(f"{one.kind.prompt} for {time.monotonic() - one.began:.0f} s" for one in self._doing)
        return f"ended: {self.ended}, otherwise: {len(self.otherwise)}, under way: {under_way}"

    def _follow(self, doing: Doing) -> None:
        path = f"/sessions/{doing.session_id}"
        code, session = self._fleet.request("GET", path)
        if code != 200:
            return
        status = session["status"]
        if status in FINISHED:
            self._over(doing, session)
        elif time.monotonic() - doing.began > SESSION_SECONDS:
            self._end(doing, f"{doing.session_id} {doing.kind.prompt}: {status} ({session['status_reason']}) for too long")
        elif status == "paused":
            self._fleet.request("POST", f"{path}/resume")
        elif doing.kind.during and not doing.asked and status == "running" and session["usage"]["output_tokens"]:
            doing.asked = self._fleet.request("POST", f"{path}/{doing.kind.during}")[0] == 200

    def _over(self, doing: Doing, session: dict[str, Any]) -> None:
        right = session["status"] == doing.kind.end
        told = f"{doing.session_id} {doing.kind.prompt}: {session['status']} {session['failure']}"
        self.ended[session["status"]] = self.ended.get(session["status"], 0) + 1
        self._end(doing, None if right else told)
        if right and (after := doing.kind.after):
            code, new = self._fleet.request("POST", f"/sessions/{doing.session_id}/{after}", _BODIES.get(after))
            if code < 300:
                next_id = doing.session_id if after == "messages" else new["id"]
                self._doing.append(Doing(next_id, Kind(f"{doing.kind.prompt}, then {after}")))

    def _end(self, doing: Doing, otherwise: str | None) -> None:
        self._doing.remove(doing)
        if otherwise:
            self.otherwise.append(otherwise)
