"""The whole product as a person runs it: `orchestrator up` in a process of its own, with a model that the test scripts."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

FINISHED = ("completed", "partially_completed", "failed", "timed_out", "stopped", "cancelled")
LOOK_SECONDS = 0.25
"""Between two looks at what takes seconds: a look costs processor time that the work waited for needs itself."""
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_answering(url: str) -> bool:
    try:
        with _DIRECT.open(url, timeout=2):
            return True
    except OSError:
        return False


@dataclass
class Tree:
    """`root` is a folder of the test's; it is also the only allowed root."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ("--no-demo",)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def log(self) -> Path:
        return self.root / "up.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        """Of the database that `up` embeds."""
        lines = (self.data / "postgres/postmaster.pid").read_text().splitlines()
        return f"postgresql://orchestrator@/orchestrator?host={quote(lines[4])}&port={lines[3]}"

    @property
    def key(self) -> str:
        return (self.data / "admin.key").read_text().strip()

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TERM") or k.startswith(("SSL_", "LC_"))}
        own = {
            "HOME": str(self.root / "home"),
            "ORCHESTRATOR_DATA_DIR": str(self.data),
            "ORCHESTRATOR_PORT": str(self.port),
            "ORCHESTRATOR_ALLOWED_ROOTS": str(self.root),
        }
        return kept | own | self.env

    def start(self, seconds: float = 60) -> "Tree":
        (self.root / "home").mkdir(exist_ok=True)
        orchestrator = str(Path(sys.executable).with_name("orchestrator"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [orchestrator, "up", *self.arguments],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + seconds
        while not self._is_ready():
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < end, self.log.read_text()[-3000:]
            time.sleep(0.05)
        return self

    def _is_ready(self) -> bool:
        return is_answering(f"{self.url}/health/ready")

    def until_said(self, words: str, seconds: float = 30) -> None:
        """Until the log has the words: what `up` prints comes just after it is ready."""
        end = time.monotonic() + seconds
        while words not in self.log.read_text():
            assert time.monotonic() < end, self.logs()
            time.sleep(0.05)

    def kill(self) -> None:
        """A power cut: everything is frozen first, so that nothing can restart or tidy up, and then gone."""
        assert self.process is not None
        tree = {self.process.pid, *self.members()}
        for number in (signal.SIGSTOP, signal.SIGKILL):
            tree |= self.members()
            for pid in tree:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
        self.process.wait(10)

    def stop(self, seconds: float = 30) -> set[int]:
        """Asks it to end; what is still there after that is returned, and killed."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        left = self.members()
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return left

    def members(self) -> set[int]:
        """Every living process below ours, and every one that names the test's folder."""
        assert self.process is not None
        found: set[int] = set()
        with contextlib.suppress(psutil.NoSuchProcess):
            found = {child.pid for child in psutil.Process(self.process.pid).children(recursive=True)}
        for other in psutil.process_iter(["pid", "cmdline", "status"]):
            words = " ".join(other.info["cmdline"] or [])
            if str(self.data) in words and other.info["status"] != psutil.STATUS_ZOMBIE:
                found.add(other.pid)
        return {pid for pid in found if _lives(pid)}

    def request(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)  # noqa: S310 - ours.
        try:
            with _DIRECT.open(request, timeout=30) as answer:
                return answer.status, _decoded(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _decoded(error.read())

    def create(self, **wanted: Any) -> dict[str, Any]:
        status, session = self.request("POST", "/sessions", wanted)
        assert status == 201, session
        return session

    def wait(
        self, session_id: str, statuses: tuple[str, ...] = FINISHED, seconds: float = 90, key: str | None = None
    ) -> dict[str, Any]:
        end = time.monotonic() + seconds
        session: dict[str, Any] = {}
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                session = self.request("GET", f"/sessions/{session_id}", key=key)[1]
                if session.get("status") in statuses:
                    return session
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"{session} after {seconds} s\n{self.logs()}")

    def logs(self) -> str:
        return self.log.read_text()[-3000:]


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")


def _lives(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def make_repository(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "start"]):
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@x", *words], cwd=folder, check=True, capture_output=True
        )
    return folder


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()
