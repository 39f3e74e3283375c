"""The product run apart, as on several machines: one PostgreSQL, an API, a gateway, and workers with folders of their own.

Every part is a process that a test can kill, freeze, thaw and start again. The model is the scripted one, unless `env`
names a provider.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
from tests.databases import make_careless
from tests.e2e.tree import Tree, free_port, is_answering

from orchestrator.kit.embedded_postgres import EmbeddedPostgres

QUICK = {"ORCHESTRATOR_NODE_HEARTBEAT_SECONDS": "0.5", "ORCHESTRATOR_NODE_DEATH_SECONDS": "3"}
"""A lost node is told from a slow one within seconds: for tests that wait for it."""
_DATABASE_SECONDS = 20.0


@dataclass
class Part:
    """One process of the fleet, with a data directory of its own."""

    name: str
    argv: list[str]
    env: dict[str, str]
    data: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Part":
        self.data.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def node_id(self) -> str:
        return (self.data / "node.id").read_text().strip()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def members(self) -> set[int]:
        """The process, what is below it, and whatever else names its folder."""
        if self.process is None:
            return set()
        found = {self.pid} if self.alive() else set[int]()
        with contextlib.suppress(psutil.NoSuchProcess):
            found |= {child.pid for child in psutil.Process(self.pid).children(recursive=True)}
        for other in psutil.process_iter(["pid", "cmdline", "status"]):
            if str(self.data) in " ".join(other.info["cmdline"] or []) and other.info["status"] != psutil.STATUS_ZOMBIE:
                found.add(other.pid)
        return found

    def kill(self) -> None:
        """`kill -9` of the process alone; what it started ends by the kernel's parent-death signal."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def cut(self) -> None:
        """A power cut of its machine: all its processes are frozen first, so that nothing tidies up, and then gone."""
        self.freeze()
        end = time.monotonic() + 10
        # What was being started when it was frozen shows itself a moment later.
        while members := self.members():
            _signal(members, signal.SIGKILL)
            assert time.monotonic() < end, members
            time.sleep(0.02)
        assert self.process is not None
        self.process.wait(10)

    def freeze(self) -> None:
        """All its processes stop where they are: a machine that hangs, or that the network has lost."""
        for _ in range(2):  # What was started while the first were being stopped.
            _signal(self.members(), signal.SIGSTOP)

    def thaw(self) -> None:
        _signal(self.members(), signal.SIGCONT)

    def stop(self, seconds: float = 30) -> None:
        """Asks it to end, and kills what is still there then."""
        if self.process is not None and self.process.poll() is None:
            self.thaw()
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)

    def said(self, word: str) -> bool:
        return word in self.log.read_text()


def _signal(pids: Iterable[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


@dataclass
class Fleet(Tree):
    """`scenarios` is the scripted model's file; `env` goes to every part."""

    scenarios: Path = field(default_factory=lambda: Path(__file__).with_name("scenarios.yml"))
    nodes: int = 2
    slots: int = 4
    parts: dict[str, Part] = field(default_factory=dict)
    workers: list[Part] = field(default_factory=list)
    postgres: EmbeddedPostgres | None = None
    gateway_port: int = field(default_factory=free_port)
    model_port: int = field(default_factory=free_port)

    @property
    def data(self) -> Path:
        return self.root / "control"

    @property
    def database_url(self) -> str:
        assert self.postgres is not None
        return self.postgres.url

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}/gateway/v1"

    def environment(self) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.database_url,
            "ORCHESTRATOR_GATEWAY_PORT": str(self.gateway_port),
            "ORCHESTRATOR_GATEWAY_URL": self.gateway_url,
            "ORCHESTRATOR_NODE_SLOTS": str(self.slots),
            "ORCHESTRATOR_ARTIFACTS_URL": str(self.root / "artifacts"),
            "ORCHESTRATOR_SCRIPTED_MODEL_URL": f"http://127.0.0.1:{self.model_port}/v1",
        }
        return super().environment() | own | self.env

    def start(self, seconds: float = 60) -> "Fleet":
        """The API comes first: it makes the database ready for all."""
        (self.root / "home").mkdir(exist_ok=True)
        (self.root / "artifacts").mkdir(exist_ok=True)
        self.start_postgres()
        model = ["-m", "orchestrator.opencode.scripted_model", "--scenarios", str(self.scenarios)]
        self._add("model", [sys.executable, *model, "--port", str(self.model_port)], self.data).start()
        self.until(lambda: is_answering(f"http://127.0.0.1:{self.model_port}/health"), seconds)
        self._add("api", [self._orchestrator, "api"], self.data).start()
        self.until(lambda: is_answering(f"{self.url}/health/ready"), seconds)
        self._add("gateway", [self._orchestrator, "gateway"], self.data).start()
        self.until(lambda: is_answering(f"http://127.0.0.1:{self.gateway_port}/health/live"), seconds)
        for _ in range(self.nodes):
            self.add_worker()
        self.until(lambda: all(worker.said("node_ready") for worker in self.workers), seconds)
        return self

    def start_postgres(self) -> None:
        """Also again, after `postgres.stop()`."""
        if self.postgres is None:
            (self.root / "database").mkdir(exist_ok=True)
            self.postgres = EmbeddedPostgres(self.root / "database")
        make_careless(self.postgres.start())

    def add_worker(self, **env: str) -> Part:
        """Started, and not waited for: `said("node_ready")` tells that it takes sessions."""
        number = len(self.workers) + 1
        worker = self._add(f"worker-{number}", [self._orchestrator, "worker"], self.root / f"node-{number}", env)
        self.workers.append(worker)
        return worker.start()

    @property
    def _orchestrator(self) -> str:
        return str(Path(sys.executable).with_name("orchestrator"))

    def _add(self, name: str, argv: list[str], data: Path, env: dict[str, str] | None = None) -> Part:
        environment = self.environment() | {"ORCHESTRATOR_DATA_DIR": str(data)} | (env or {})
        self.parts[name] = Part(name, argv, environment, data, self.root / f"{name}.log")
        return self.parts[name]

    def until(self, true: Callable[[], object], seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.logs()
            time.sleep(0.1)

    def worker_of(self, session_id: str) -> Part:
        node_id = self.one("select node_id::text from sessions where id = %s", session_id)
        return next(worker for worker in self.workers if worker.node_id == node_id)

    def other_than(self, worker: Part) -> Part:
        return next(other for other in self.workers if other is not worker)

    def one(self, query: str, *values: object) -> object:
        """The first column of the first row, past all tenants' walls; None when there is no row."""
        rows = self.rows(query, *values)
        return rows[0][0] if rows else None

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Waits for a server that is being started again."""
        end = time.monotonic() + _DATABASE_SECONDS
        while True:
            try:
                with psycopg.connect(self.database_url, autocommit=True) as connection:
                    return connection.execute(query.encode(), values).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def calls(self) -> Any:
        """What the scripted model was asked, and what it billed."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.model_port}/calls", timeout=10) as answer:
            return json.loads(answer.read())

    def logs(self) -> str:
        return "\n".join(f"--- {part.name}\n{part.log.read_text()[-2500:]}" for part in self.parts.values())

    def members(self) -> set[int]:
        return {pid for part in self.parts.values() for pid in part.members()}

    def kill(self) -> None:
        for part in self.parts.values():
            part.cut()

    def stop(self, seconds: float = 30) -> set[int]:
        for part in reversed(self.parts.values()):
            part.stop(seconds)
        left = self.members()
        _signal(left, signal.SIGKILL)
        if self.postgres is not None:
            self.postgres.stop()
        return left
