"""A stand-in for an orchestrator that an agent is pointed at: it gives three tasks, makes trouble, and looks what it does.

The first task's result is answered by a broken connection, the second task is cancelled while its repository is fetched,
the third one's lease is over when anything is told of it.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from orchestrator.eap.findings import Findings
from orchestrator.eap.messages import DeclareArtifact, Events, Heartbeat, Prove, Register, Result, TokenRequest

INTERVAL_SECONDS, LEASE_SECONDS, TOKEN_SECONDS = 1.0, 30.0, 4.0
KINDS = ("plain", "cancel", "stale")
COMMIT = "8c6c40759e27a9b3d312bc942e69ea0ef15f75ab"
BUNDLE = base64.b64decode(
    "IyB2MiBnaXQgYnVuZGxlCjhjNmM0MDc1OWUyN2E5YjNkMzEyYmM5NDJlNjllYTBlZjE1Zjc1YWIgcmVmcy9oZWFkcy9jaGVjawoK"
    "UEFDSwAAAAIAAAADnAl4nJXLTQrCMBBA4X1OMXtBJskk04CU4k3S6aQN2h9K9PyKN/BtvtVrpyooFttRIpYyhs7zlCJZweISs1eM"
    "wVNC58nkV1v2E2RRecDtx6D5uNbtnZ916sFyZOdCRIQLfjOyr2ttTf+azF3nupkP8kotE6UCeJwzNDAwMzFRCHJ1dPF11ctNYbj+"
    "Pnr1t/VCMxc4stXkFP/+4yP/RBUA7B0Oxjh4nFNWcM5ITc7mAgAJNwIsoztqzkKp4poqv5vFKXeqfZe+9uo="
)
"""A repository with one file, README.md, and one commit on the branch `check`."""
_MISSING, _MOST_LATE_CALLS, _HOLD_SECONDS = 4.0, 3, 10.0
LIMITS = {
    "most_events_a_batch": 500,
    "most_event_bytes": 64_000,
    "most_patch_characters": 2_000_000,
    "most_artifact_bytes": 10_000_000,
    "most_artifacts_bytes": 10_000_000,
    "most_piece_bytes": 4_000_000,
}


class Refusal(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"code": code, "message": message, "hint": "See docs/reference/eap.md.", "request_id": ""}}


class Broken(Exception):
    """The connection is to be closed without an answer."""


@dataclass(frozen=True)
class Expected:
    """Who is to register; None: whoever comes."""

    name: str
    version: str
    public_key: str | None

    def problem_with(self, told: Register) -> str | None:
        if (told.name, told.version) != (self.name, self.version):
            return f"It registers as {told.name} {told.version}, not as {self.name} {self.version}."
        if self.public_key is not None and told.public_key.rstrip("=") != self.public_key.rstrip("="):
            return "It registers with another key than its card has."
        return None


class Given:
    """One task as it was given out."""

    def __init__(self, kind: str) -> None:
        self.kind, self.id, self.epoch, self.at = kind, str(uuid4()), 7, time.monotonic()
        self.next_seq, self.late_calls = 1, 0
        self.over = self.ended = False
        self.named = threading.Event()
        self.result: Result | None = None
        self.artifacts: dict[str, tuple[DeclareArtifact, bytearray]] = {}


class Standin:
    """What the HTTP side calls, one call at a time but for a repository that is held back."""

    def __init__(self, url: str, expected: Expected | None = None) -> None:
        self._expected = expected
        self.url, self.enrolment, self.agent_id = url, f"oen_{secrets.token_urlsafe(16)}", str(uuid4())
        self.findings, self.lock = Findings(), threading.RLock()
        self._key: Ed25519PublicKey | None = None
        self._challenge = secrets.token_urlsafe(24)
        self._token, self._token_until, self._expired_calls = "", 0.0, 0
        self._jtis: set[str] = set()
        self._given: list[Given] = []
        self._beat_at = 0.0

    def register(self, body: bytes, bearer: str) -> dict[str, Any]:
        if self._key is not None or bearer != self.enrolment:
            self.findings.wrong("register", "It registers with another token, or a second time.")
            raise Refusal(401, "enrolment_invalid", "The token opens nothing.")
        told: Register = self._parsed(Register, body, "register")
        if self._expected is not None and (problem := self._expected.problem_with(told)):
            self.findings.wrong("register", problem)
            raise Refusal(403, "agent_expected", problem)
        try:
            self._key = Ed25519PublicKey.from_public_bytes(base64.b64decode(told.public_key))
        except ValueError:
            self.findings.wrong("register", "public_key is not the 32 bytes of an Ed25519 key in base64.")
            raise Refusal(422, "public_key_invalid", "The public key cannot be used.") from None
        self.findings.ok("register")
        self._beat_at = time.monotonic()
        times = {"heartbeat_interval_seconds": INTERVAL_SECONDS, "lease_seconds": LEASE_SECONDS}
        return {"agent_id": self.agent_id, "challenge": self._challenge, "limits": LIMITS, **times, **self._new_token()}

    def _new_token(self) -> dict[str, Any]:
        self._token, self._token_until, self._expired_calls = secrets.token_urlsafe(16), time.monotonic() + TOKEN_SECONDS, 0
        return {"auth_token": self._token, "token_expires_at": _later(TOKEN_SECONDS)}

    def _parsed(self, model: type[Any], body: bytes, check: str) -> Any:
        try:
            return model.model_validate_json(body)
        except ValueError as error:
            first = str(error).splitlines()
            self.findings.wrong(check, f"A message is not as the schema says: {' '.join(first[:3])}")
            raise Refusal(422, "invalid", "The message is not as the schema says.") from None

    def token(self, body: bytes) -> dict[str, Any]:
        problem = self._wrong_with(self._parsed(TokenRequest, body, "token").assertion)
        if problem:
            self.findings.wrong("token", problem)
            raise Refusal(401, "assertion_invalid", problem)
        self.findings.ok("token")
        return self._new_token()

    def _wrong_with(self, assertion: str) -> str | None:
        try:
            head, words, signature = assertion.split(".")
            claims, kind = json.loads(_raw(words)), json.loads(_raw(head))
            if self._key is None:
                return "An assertion comes before the registration."
            self._key.verify(_raw(signature), f"{head}.{words}".encode())
            seconds = claims["exp"] - time.time()
            wanted = (kind["alg"], claims["iss"], claims["sub"], claims["aud"])
            jti = str(claims["jti"])
        except (ValueError, KeyError, TypeError):
            return "An assertion is no JWT with iss, sub, aud, exp and jti."
        except InvalidSignature:
            return "An assertion is not signed by the registered key."
        if wanted != ("EdDSA", self.agent_id, self.agent_id, "eap") or not 0 < seconds <= 300:
            return "An assertion's alg, iss, sub, aud or exp is wrong."
        if jti in self._jtis:
            return "An assertion's jti was used before."
        self._jtis.add(jti)
        return None

    def authorise(self, bearer: str) -> None:
        if bearer == self._token and time.monotonic() < self._token_until:
            return
        self._expired_calls += 1
        if self._expired_calls > _MOST_LATE_CALLS:
            self.findings.wrong("token", "It goes on with a token that has ended.")
        raise Refusal(401, "unauthenticated", "The token has ended; buy another one with an assertion.")

    def prove(self, body: bytes) -> dict[str, Any]:
        signature = self._parsed(Prove, body, "prove").signature
        try:
            if self._key is not None:
                self._key.verify(base64.b64decode(signature), self._challenge.encode())
        except (InvalidSignature, ValueError):
            self.findings.wrong("prove", "The challenge is not signed by the registered key.")
            raise Refusal(403, "proof_invalid", "The signature does not prove the key.") from None
        self.findings.ok("prove")
        return {"agent_id": self.agent_id, "proven_at": _later(0)}

    def heartbeat(self, body: bytes) -> dict[str, Any]:
        told, moment = self._parsed(Heartbeat, body, "heartbeat"), time.monotonic()
        named = {str(one.task_id): one.lease_epoch for one in told.tasks_in_progress}
        if moment - self._beat_at > _MISSING * INTERVAL_SECONDS:
            self.findings.wrong("heartbeat", f"{moment - self._beat_at:.1f} s passed between two of them.")
        self._beat_at, now = moment, self._current()
        if now is not None and not now.over and moment - now.at > 2 * INTERVAL_SECONDS and named.get(now.id) != now.epoch:
            self.findings.wrong("heartbeat", "A task that it has is not in tasks_in_progress, or under another lease_epoch.")
        cancel = [one.id for one in self._given if one.id in named and (one.over or one.kind == "cancel")]
        for one in self._given:
            if one.id in named:
                self.findings.ok("heartbeat")
                one.over = one.over or one.kind == "cancel"
                one.named.set()
        times = {"heartbeat_interval_seconds": INTERVAL_SECONDS, "lease_seconds": LEASE_SECONDS}
        return {"desired_state": "continue", "cancel": cancel, **times}

    def _current(self) -> Given | None:
        return self._given[-1] if self._given and not self._given[-1].ended else None

    def lease(self) -> dict[str, Any] | None:
        if "prove" not in self.findings.seen:
            self.findings.wrong("prove", "It asks for tasks before it has proven its key.")
            raise Refusal(403, "key_not_proven", "The key is not proven.")
        if (now := self._current()) is not None:
            self._leaves(now)
        if len(self._given) == len(KINDS):
            return None
        task = Given(KINDS[len(self._given)])
        self._given.append(task)
        return self._message(task)

    def _leaves(self, task: Given) -> None:
        task.ended = True
        if task.kind == "plain":
            self.findings.wrong("result", "It goes on to the next task without a result that was taken.")
        elif task.over:
            self.findings.ok(task.kind)
        else:
            self.findings.wrong(task.kind, "It asks for another task before this one was over.")

    def _message(self, task: Given) -> dict[str, Any]:
        own = f"{self.url}/api/v1/agents/external/{self.agent_id}/tasks/{task.id}/repository?lease_epoch={task.epoch}"
        about = {"branch": "check", "commit": COMMIT, "bytes": len(BUNDLE), "url": own, "format": "git-bundle"}
        return {
            **{"task_id": task.id, "session_id": str(uuid4()), "lease_epoch": task.epoch, "attempt": 1},
            **{"task_type": "coding", "context": {}, "requirements": {}, "timeout_seconds": 60, "gateway": None},
            "input_data": {"prompt": "Write a line into check.txt."},
            "lease_expires_at": _later(LEASE_SECONDS),
            "repository": {**about, "sha256": hashlib.sha256(BUNDLE).hexdigest()},
        }

    def held(self, task_id: str, epoch: int | None = None) -> Given:
        task = next((one for one in self._given if one.id == task_id), None)
        if task is None:
            raise Refusal(404, "not_found", "There is no such task.")
        if task.over:
            task.late_calls += 1
            if task.late_calls > _MOST_LATE_CALLS:
                self.findings.wrong(task.kind, f"It goes on with a task that is over: {task.late_calls} calls and more.")
            raise Refusal(409, "stale_lease", "The lease is over.")
        if epoch is not None and epoch != task.epoch:
            self.findings.wrong("lease", "It sends another lease_epoch than it was given.")
            raise Refusal(409, "stale_lease", "The lease is another one's.")
        return task

    def repository(self, task: Given) -> bytes:
        """Without the lock: that of a task to be cancelled waits for a heartbeat which names it."""
        if task.kind == "cancel" and not task.named.wait(_HOLD_SECONDS):
            self.findings.wrong("heartbeat", "No heartbeat names a task while its repository is on its way.")
        if task.kind == "stale":
            task.over = True
        self.findings.ok("lease")
        return BUNDLE

    def events(self, task_id: str, body: bytes) -> dict[str, Any]:
        told = self._parsed(Events, body, "events")
        task = self.held(task_id, told.lease_epoch)
        for one in told.events:
            if one.seq > task.next_seq:
                self.findings.wrong("events", f"Event {one.seq} comes where {task.next_seq} was expected.")
            elif one.seq == task.next_seq:
                task.next_seq += 1
        self.findings.ok("events")
        return {"expected_seq": task.next_seq}

    def declare(self, task_id: str, body: bytes) -> dict[str, Any]:
        told = self._parsed(DeclareArtifact, body, "artifacts")
        task, artifact_id = self.held(task_id, told.lease_epoch), str(uuid4())
        task.artifacts[artifact_id] = told, bytearray()
        return _artifact(artifact_id, told, 0)

    def piece(self, task_id: str, artifact_id: str, offset: int, content: bytes) -> dict[str, Any]:
        told, whole = self.held(task_id).artifacts[artifact_id]
        if offset != len(whole):
            self.findings.wrong("artifacts", f"A piece of {told.name} begins at {offset}, where {len(whole)} was expected.")
            raise Refusal(409, "offset_wrong", "Go on where `received` says.")
        whole.extend(content)
        if len(whole) >= told.size:
            if len(whole) != told.size or hashlib.sha256(whole).hexdigest() != told.sha256:
                self.findings.wrong("artifacts", f"{told.name} is not what was declared.")
                raise Refusal(409, "artifact_mismatch", "It is not what was declared.")
            self.findings.ok("artifacts")
        return _artifact(artifact_id, told, len(whole))

    def result(self, task_id: str, body: bytes) -> dict[str, Any]:
        told: Result = self._parsed(Result, body, "result")
        task = self.held(task_id, told.lease_epoch)
        if task.result is None:
            task.result = told
            raise Broken
        if told != task.result:
            self.findings.wrong("result", "The result that was sent again is another one.")
            raise Refusal(409, "result_conflict", "Another result came before.")
        self.findings.ok("result")
        task.ended = task.over = True
        digest = hashlib.sha256(body).hexdigest()
        return {"task_id": task.id, "status": told.status, "result_sha256": digest, "accepted_at": _later(0)}


def _artifact(artifact_id: str, told: DeclareArtifact, received: int) -> dict[str, Any]:
    about = {"name": told.name, "media_type": told.media_type, "size": told.size, "sha256": told.sha256}
    return {"artifact_id": artifact_id, **about, "received": received, "complete": received == told.size}


def _later(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
