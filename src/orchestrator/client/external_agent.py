"""A client of the External Agent Protocol: join with an enrolment token, take tasks, do them, hand in the work.

    agent = ExternalAgent.join("https://orchestrator.example", "oen_…", name="fixer", capabilities=["bug-fix"])
    agent.work(lambda task: task.result(summary="Nothing to do."))

The agent's identity (its id and private key) is kept in a file, so that a process which starts again is the same agent.
"""

import base64
import contextlib
import hashlib
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orchestrator.client.agent_identity import Identity

__all__ = ["BASE", "Dropped", "ExternalAgent", "Identity", "Refused", "Task", "git"]

BASE = "/api/v1/agents/external"
_LONG_SECONDS, _AGAIN_SECONDS, _MOST_TRIES = 90.0, 2.0, 10


class Refused(Exception):
    """The orchestrator refused a call."""

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        self.status, self.code, self.hint = status, str(error.get("code")), error.get("hint")
        self.message = str(error.get("message"))
        super().__init__(f"{self.code}: {self.message}")

    @property
    def is_passing(self) -> bool:
        """The same call may be taken a little later."""
        return self.status >= 500 or self.status == 429


class Dropped(Exception):
    """Raised by who does a task and hands nothing in: its lease runs out, and others take it."""


class ExternalAgent:
    def __init__(self, identity: Identity, client: httpx.Client | None = None) -> None:
        self.identity = identity
        self._http = client or httpx.Client(base_url=identity.url, timeout=_LONG_SECONDS)
        self._token = ""
        self._tasks: dict[str, Task] = {}
        self._interval = 5.0
        self.stopping = threading.Event()
        self.desired = "continue"

    @classmethod
    def join(cls, url: str, enrolment_token: str, *, name: str, file: Path | None = None, **about: Any) -> "ExternalAgent":
        """`about`: version, agent_type, description, capabilities, max_tasks, metadata. Raises Refused."""
        key = Ed25519PrivateKey.generate()
        public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
        body = {"protocol_version": "1.0", "name": name, "public_key": public, **about}
        http = httpx.Client(base_url=url, timeout=_LONG_SECONDS)
        with contextlib.ExitStack() as unless_joined:
            unless_joined.callback(http.close)
            headers = {"Authorization": f"Bearer {enrolment_token}"}
            told = _checked(http.post(f"{BASE}/register", json=body, headers=headers)).json()
            agent = cls(Identity(url, told["agent_id"], key), http)
            agent._token, agent._interval = told["auth_token"], told["heartbeat_interval_seconds"]
            if file is not None:
                agent.identity.save(file)
            signature = base64.b64encode(key.sign(told["challenge"].encode())).decode()
            agent.call("POST", "/prove", json={"signature": signature})
            unless_joined.pop_all()
        return agent

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """With a token that is good; raises Refused, and httpx's errors."""
        if not self._token:  # It comes back: an empty one could not even be sent.
            self._buy_token()
        answer = self._once(method, path, **options)
        if answer.status_code == 401:
            self._buy_token()
            answer = self._once(method, path, **options)
        return _checked(answer)

    def _buy_token(self) -> None:
        bought = self._http.post(f"{BASE}/token", json={"assertion": self.identity.assertion()})
        self._token = _checked(bought).json()["auth_token"]

    def _once(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._http.request(method, f"{BASE}/{self.identity.agent_id}{path}", headers=headers, **options)

    def heartbeat(self, status: str = "healthy", last_error: str | None = None) -> dict[str, Any]:
        """Renews the leases of the tasks in hand, and tells those that are not ours any more to stop."""
        held = [{"task_id": one.id, "lease_epoch": one.epoch} for one in list(self._tasks.values())]
        body = {"status": status, "current_load": len(held), "tasks_in_progress": held, "last_error": last_error}
        told = self.call("POST", "/heartbeat", json=body).json()
        for task_id in told["cancel"]:
            if task := self._tasks.get(task_id):
                task.cancelled.set()
        self._interval, self.desired = told["heartbeat_interval_seconds"], told["desired_state"]
        return told

    def lease(self, wait: float = 30) -> "Task | None":
        answer = self.call("POST", "/tasks/lease", params={"wait": wait})
        if answer.status_code == 204:
            return None
        task = Task(self, answer.json())
        self._tasks[task.id] = task
        return task

    def work(self, do: "Callable[[Task], dict[str, Any]]", *, most: int | None = None, wait: float = 30) -> int:
        """Takes tasks and does them one after the other, until it is stopped or has done `most`. What `do` answers is the
        result; when it raises, the task has failed. `wait` are the seconds that one call waits for a task."""
        done = 0
        with self.beating():
            while not self.stopping.is_set() and done != most:
                try:
                    task = self.lease(wait)
                    if task is not None:
                        self._do(task, do)
                        done += 1
                except httpx.TransportError:
                    self.stopping.wait(_AGAIN_SECONDS)
                except Refused as refused:
                    if not refused.is_passing:
                        raise
                    self.stopping.wait(_AGAIN_SECONDS)
        return done

    def _do(self, task: "Task", do: "Callable[[Task], dict[str, Any]]") -> None:
        began = time.monotonic()
        told: dict[str, Any]
        try:
            told = do(task)
        except Dropped:
            self.forget(task)
            return
        except Exception as error:  # noqa: BLE001 - whatever the agent's own code raises is the task's failure.
            told = {"status": "failed", "error": f"{type(error).__name__}: {error}"}
        told.setdefault("execution_time_ms", round((time.monotonic() - began) * 1000))
        with contextlib.suppress(Refused):  # It is somebody else's by now, or nobody's.
            try:
                task.finish(**told)
            except Refused as refused:  # Else it would be done again, to the same end.
                if refused.status in (401, 403, 404) or refused.code in ("stale_lease", "result_conflict"):
                    raise
                task.finish(status="failed", error=f"The result was refused: {refused}"[:2_000])

    @contextlib.contextmanager
    def beating(self) -> Generator[None]:
        """Heartbeats in a thread of their own."""
        over = threading.Event()

        def beat() -> None:
            while True:  # At once: who was offline before gets work again.
                with contextlib.suppress(httpx.TransportError, Refused):
                    self.heartbeat()
                if over.wait(min(self._interval, 15.0)):
                    return

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(5)
            with contextlib.suppress(httpx.TransportError, Refused):
                self.heartbeat("offline")

    def close(self) -> None:
        self._http.close()

    def forget(self, task: "Task") -> None:
        self._tasks.pop(task.id, None)


class Task:
    """One assignment, as it was leased."""

    def __init__(self, agent: ExternalAgent, told: dict[str, Any]) -> None:
        self.agent, self.told = agent, told
        self.id, self.epoch = str(told["task_id"]), int(told["lease_epoch"])
        self.prompt = str(told["input_data"]["prompt"])
        self.cancelled = threading.Event()
        self._seq = 0

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.agent.call(method, f"/tasks/{self.id}{path}", **options)

    def clone(self, folder: Path) -> Path:
        """The repository at the task's commit, in a new clone."""
        branch = self.told["repository"]["branch"]
        with tempfile.NamedTemporaryFile(suffix=".bundle") as bundle:
            bundle.write(self.call("GET", "/repository", params={"lease_epoch": self.epoch}).content)
            bundle.flush()
            git(None, "clone", "--quiet", "--branch", branch, bundle.name, str(folder))
        return folder

    def patch_of(self, folder: Path) -> str:
        """All that differs from the task's commit in a clone of it, new files as well."""
        git(folder, "add", "--all")
        return git(folder, "diff", "--cached", "--binary", self.told["repository"]["commit"])

    def tell(self, text: str, kind: str = "text", **data: Any) -> None:
        self.tell_all([{"kind": kind, "text": text, "data": data}])

    def tell_all(self, events: list[dict[str, Any]]) -> None:
        """At most 500 at once. What was told in vain before is left out, so that there is no gap."""
        numbered = [{"seq": self._seq + number, **event} for number, event in enumerate(events, 1)]
        answer = self.call("POST", "/events", json={"lease_epoch": self.epoch, "events": numbered})
        self._seq = answer.json()["expected_seq"] - 1

    def upload(self, name: str, content: bytes, media_type: str = "application/octet-stream", piece: int = 3_000_000) -> str:
        """As an artifact, whose name it answers; to be named in the result."""
        about = {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "media_type": media_type}
        declared = self.call("POST", "/artifacts", json={"lease_epoch": self.epoch, **about}).json()
        received, path = declared["received"], f"/artifacts/{declared['artifact_id']}"
        while received < len(content) or (not content and not declared["complete"]):
            part = content[received : received + piece]
            declared = self.call("PUT", path, params={"offset": received}, content=part).json()
            received = declared["received"]
        return name

    def result(self, **told: Any) -> dict[str, Any]:
        return {"status": "completed", **told}

    def finish(self, **told: Any) -> dict[str, Any]:
        """Said again after a broken connection and while the orchestrator is in trouble: it is answered the same. Raises
        Refused when the lease is over."""
        body = {"lease_epoch": self.epoch, "status": "completed", **told}
        try:
            for _ in range(_MOST_TRIES):
                try:
                    return self.call("PUT", "/result", json=body).json()
                except httpx.TransportError:
                    time.sleep(_AGAIN_SECONDS)
                except Refused as refused:
                    if not refused.is_passing:
                        raise
                    time.sleep(_AGAIN_SECONDS)
            raise httpx.ConnectError("the orchestrator does not answer")
        finally:
            self.agent.forget(self)


def git(folder: Path | None, *words: str) -> str:
    where = () if folder is None else ("-C", str(folder))
    done = subprocess.run(("git", *where, *words), check=True, capture_output=True, text=True, timeout=600)
    return done.stdout


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError):
        error = {"code": f"http_{answer.status_code}", "message": answer.text[:200]}
    raise Refused(answer.status_code, error)
