"""What the check of a server does with the one task that it gets."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from orchestrator.cli.eap_calls import Caller, Member, Off
from orchestrator.eap.messages import (
    ArtifactRead,
    AssignmentMessage,
    EventsAnswer,
    HeartbeatAnswer,
    Renewed,
    ResultAnswer,
)

_CONTENT = b"What the check sends.\n"
_BAD_NAMES = ("../up.txt", "a/b.txt", ".git", "..")
Try = Callable[[str, Callable[[], None]], bool]


class TaskChecks:
    def __init__(self, calls: Caller, me: Member, other: Member | None, task: AssignmentMessage) -> None:
        self._calls, self._me, self._other, self._task = calls, me, other, task
        self._id, self._epoch = str(task.task_id), task.lease_epoch

    def run(self, try_: Try) -> None:
        """Raises Off for what is wrong with the lease itself."""
        self._repository()
        if self._me.call("POST", "/tasks/lease", params={"wait": 0}).status_code != 204:
            self._calls.findings.wrong("lease", "It gives a second task to an agent that said it works on one at once.")
        if self._other is not None:
            self._of_another(self._other)
        steps = {"renew": self._renew, "events": self._events, "artifacts": self._artifacts, "result": self._result}
        for name, step in steps.items():
            try_(name, step)
        try_("stale", self._stale)

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._me.call(method, f"/tasks/{self._id}{path}", **options)

    def _refused(self, check: str, answer: httpx.Response, status: int, code: str) -> None:
        self._calls.refused(check, answer, status, code)

    def _repository(self) -> None:
        told = self._task.repository
        answer = self._call("GET", "/repository", params={"lease_epoch": self._epoch})
        if not answer.is_success:
            raise Off(f"The task's repository is answered with {answer.status_code}.")
        if len(answer.content) != told.bytes or hashlib.sha256(answer.content).hexdigest() != told.sha256:
            raise Off("The task's repository has not the bytes and sha256 that the task says.")
        late = self._call("GET", "/repository", params={"lease_epoch": self._epoch + 1})
        self._refused("lease", late, 409, "stale_lease")

    def _of_another(self, other: Member) -> None:
        """Whoever else has joined learns nothing of the task."""
        calls: list[tuple[str, str, dict[str, Any]]] = [
            ("GET", f"/repository?lease_epoch={self._epoch}", {}),
            ("POST", "/renew", {"json": {"lease_epoch": self._epoch}}),
            ("POST", "/events", {"json": self._told((1, "another's"))}),
            ("PUT", "/result", {"json": {"lease_epoch": self._epoch, "status": "completed"}}),
        ]
        for method, path, options in calls:
            answer = other.call(method, f"/tasks/{self._id}{path}", **options)
            self._refused("borders", answer, 404, "not_found")

    def _renew(self) -> None:
        answer = self._calls.good(Renewed, self._call("POST", "/renew", json={"lease_epoch": self._epoch}))
        if answer.lease_expires_at <= datetime.now(UTC):
            raise Off("The renewed lease has ended already.")
        self._refused("renew", self._call("POST", "/renew", json={"lease_epoch": self._epoch + 1}), 409, "stale_lease")
        held = {"task_id": self._id, "lease_epoch": self._epoch}
        beat = self._me.call("POST", "/heartbeat", json={"tasks_in_progress": [held]})
        if self._calls.good(HeartbeatAnswer, beat).cancel:
            raise Off("A heartbeat cancels the task that the agent has.")

    def _told(self, *events: tuple[int, str]) -> dict[str, Any]:
        told = [{"seq": seq, "kind": "log", "text": text} for seq, text in events]
        return {"lease_epoch": self._epoch, "events": told}

    def _events(self) -> None:
        steps = (
            ([1, 2], 3, "two events"),
            ([1, 2], 3, "the same two again"),
            ([5], 3, "one behind a gap"),
            ([4, 3], 5, "the two that follow"),
        )
        for numbers, wanted, what in steps:
            answer = self._call("POST", "/events", json=self._told(*((one, f"Event {one}.") for one in numbers)))
            found = self._calls.good(EventsAnswer, answer).expected_seq
            if found != wanted:
                raise Off(f"After {what} it expects {found}, not {wanted}.")
        late = self._told((5, "late")) | {"lease_epoch": self._epoch + 1}
        self._refused("events", self._call("POST", "/events", json=late), 409, "stale_lease")

    def _declare(self, name: str, size: int, content: bytes = _CONTENT) -> httpx.Response:
        sha256 = hashlib.sha256(content).hexdigest()
        return self._call("POST", "/artifacts", json={**self._lease(), "name": name, "size": size, "sha256": sha256})

    def _lease(self) -> dict[str, int]:
        return {"lease_epoch": self._epoch}

    def _declared(self, name: str, size: int = len(_CONTENT), content: bytes = _CONTENT) -> str:
        return str(self._calls.good(ArtifactRead, self._declare(name, size, content)).artifact_id)

    def _send(self, artifact: str, content: bytes, offset: int = 0) -> httpx.Response:
        return self._call("PUT", f"/artifacts/{artifact}", params={"offset": offset}, content=content)

    def _artifacts(self) -> None:
        for name in _BAD_NAMES:
            self._refused("artifacts", self._declare(name, 1), 422, "artifact_refused")
        too_large = self._me.told.limits.most_artifact_bytes + 1
        self._refused("artifacts", self._declare("large.bin", too_large), 422, "artifact_refused")
        self._differs("hash.txt", self._declared("hash.txt", content=b"another"), _CONTENT)
        self._differs("long.txt", self._declared("long.txt", len(_CONTENT) - 1), _CONTENT)
        self._short()
        self._right()

    def _differs(self, name: str, artifact: str, content: bytes) -> None:
        self._refused("artifacts", self._send(artifact, content), 409, "artifact_mismatch")
        read = self._calls.good(ArtifactRead, self._call("GET", f"/artifacts/{artifact}"))
        if read.complete or read.received:
            raise Off(f"Of {name}, which is not what was declared, something was kept.")

    def _short(self) -> None:
        artifact = self._declared("short.txt", len(_CONTENT) + 10)
        read = self._calls.good(ArtifactRead, self._send(artifact, _CONTENT))
        if read.complete or read.received != len(_CONTENT):
            raise Off("A file of which a part has come is told as whole, or `received` is wrong.")
        self._refused("artifacts", self._send(artifact, b"x", len(_CONTENT) + 5), 409, "offset_wrong")
        self._refused("artifacts", self._hand_in(artifacts=["short.txt"]), 409, "artifact_incomplete")
        self._refused("artifacts", self._hand_in(artifacts=["never.txt"]), 422, "artifact_refused")

    def _right(self) -> None:
        artifact, half = self._declared("check.txt"), len(_CONTENT) // 2
        if self._declared("check.txt") != artifact:
            raise Off("The same declaration again makes another artifact.")
        for offset, piece in ((0, _CONTENT[:half]), (0, _CONTENT[:half]), (half, _CONTENT[half:])):
            read = self._calls.good(ArtifactRead, self._send(artifact, piece, offset))
        if not read.complete:
            raise Off("A file that has come whole, in two pieces of which one came twice, is not told as whole.")

    def _hand_in(self, **told: Any) -> httpx.Response:
        body = {**self._lease(), "status": "failed", "error": "A check of the protocol: nothing was done.", **told}
        return self._call("PUT", "/result", json=body)

    def _result(self) -> None:
        self._refused("result", self._hand_in(lease_epoch=self._epoch + 1), 409, "stale_lease")
        named = ["check.txt"] if "artifacts" in self._calls.findings.seen else []
        first = self._hand_in(artifacts=named)
        self._calls.good(ResultAnswer, first)
        again = self._hand_in(artifacts=named)
        if again.status_code != first.status_code or again.json() != first.json():
            raise Off(f"The same result again is answered otherwise, with {again.status_code}.")
        self._refused("result", self._hand_in(error="Another result."), 409, "result_conflict")

    def _stale(self) -> None:
        for path, body in (
            ("/renew", self._lease()),
            ("/events", self._told((5, "late"))),
            ("/artifacts", {**self._lease(), "name": "late.txt", "size": 0, "sha256": hashlib.sha256().hexdigest()}),
        ):
            self._refused("stale", self._call("POST", path, json=body), 409, "stale_lease")
        other = {**self._lease(), "lease_epoch": self._epoch + 1, "status": "completed", "summary": str(uuid4())}
        self._refused("stale", self._call("PUT", "/result", json=other), 409, "stale_lease")
        held = {"task_id": self._id, "lease_epoch": self._epoch}
        beat = self._me.call("POST", "/heartbeat", json={"tasks_in_progress": [held]})
        if [str(one) for one in self._calls.good(HeartbeatAnswer, beat).cancel] != [self._id]:
            raise Off("A heartbeat that names the task after its end does not cancel it.")
