"""A fleet whose processes are killed at random moments, and started again as systemd would."""

import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from tests.e2e.fleet import Fleet, Part
from tests.e2e.tree import FINISHED

LOOK_SECONDS = 0.05
KINDS = ("worker", "api", "gateway", "opencode", "postgres")


@dataclass
class Storm:
    """`random` decides who dies and when; the same seed gives the same order of victims and pauses. Of five in a row each is
    of another kind."""

    fleet: Fleet
    random: random.Random
    kills: list[str] = field(default_factory=list)

    def blow(self, kills: int, longest_pause_seconds: float) -> None:
        waiting: list[str] = []
        for _ in range(kills):
            waiting = waiting or self.random.sample(KINDS, len(KINDS))
            self.rest(self.random.uniform(0, longest_pause_seconds))
            self.kill(waiting.pop())

    def rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.keep()
            time.sleep(LOOK_SECONDS)

    def keep(self) -> None:
        """Starts again what has ended. PostgreSQL is our own child; it ends with the thread that started it."""
        postgres = self.fleet.postgres
        assert postgres is not None
        if not postgres.alive():
            postgres.start()
        for part in self.fleet.parts.values():
            if not part.alive():
                part.start()

    def kill(self, kind: str) -> None:
        """`kill -9` of one process of that kind: which of several is the storm's choice too."""
        dice = self.random.random()
        found = sorted(self._pids(kind))
        if not found:
            self.kills.append(f"{kind} (none was there)")
            return
        pid = found[int(dice * len(found))]
        self.kills.append(f"{kind} {pid}")
        try:
            psutil.Process(pid).kill()
        except psutil.NoSuchProcess:
            self.kills[-1] += " (it had ended)"

    def _pids(self, kind: str) -> set[int]:
        if kind == "opencode":
            return opencode_servers(self.fleet)
        if kind == "postgres":
            return _servers(self.fleet.root / "database" / "postgres")
        return {part.pid for part in self.fleet.parts.values() if part.name.startswith(kind) and part.alive()}

    def until_over(self, session_ids: list[str], seconds: float) -> None:
        """Every session has ended, every hold is booked, and nothing of a workflow is left to do."""
        end = time.monotonic() + seconds
        names = ", ".join(f"'{name}'" for name in FINISHED)
        query = f"select count(*) from sessions where id::text = any(%s) and status in ({names})"  # noqa: S608
        self.rest(0.5)  # The last one killed may be PostgreSQL, and nobody else starts it again.
        while self.fleet.one(query, session_ids) != len(session_ids) or self._unbooked():
            assert time.monotonic() < end, self._standing()
            self.rest(0.5)

    def _standing(self) -> str:
        """What keeps it from being over."""
        sessions = self.fleet.rows("select id::text, status, status_reason, queue_reason, attempt, failure from sessions")
        holds = self.fleet.rows("select request_id::text, reached_provider, expires_at from budget_holds")
        workflows = self.fleet.rows(
            "select workflow_uuid, status, executor_id from dbos.workflow_status where status <> 'SUCCESS'"
        )
        told = [str(row) for rows in (sessions, holds, workflows) for row in rows]
        return "\n".join([*self.kills, *told, self.fleet.logs()])

    def _unbooked(self) -> bool:
        return bool(
            self.fleet.rows("select 1 from budget_holds")
            or self.fleet.rows("select 1 from dbos.workflow_status where status in ('PENDING', 'ENQUEUED')")
        )


def opencode_servers(fleet: Fleet) -> set[int]:
    return {pid for worker in fleet.workers for pid in _below(worker) if _name(pid).startswith("opencode")}


def _below(part: Part) -> set[int]:
    try:
        return {child.pid for child in psutil.Process(part.pid).children(recursive=True)}
    except psutil.NoSuchProcess:
        return set()


def _name(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.NoSuchProcess:
        return ""


def _servers(data: Path) -> set[int]:
    """The first process of the server, by the file in which it says its number."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return set()
    return {pid} if _name(pid) == "postgres" else set()


def processes_of(folder: Path) -> dict[int, str]:
    """Whatever lives and has to do with the folder: by its command, its working directory or its environment."""
    found: dict[int, str] = {}
    for one in psutil.process_iter():
        try:
            if one.status() != psutil.STATUS_ZOMBIE and str(folder) in " ".join(
                (*one.cmdline(), one.cwd(), *one.environ().values())
            ):
                found[one.pid] = " ".join(one.cmdline())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
