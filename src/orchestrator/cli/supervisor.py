"""Keeps a handful of forked processes alive. They share the supervisor's memory pages and imports.

The supervisor has no event loop and no thread, so that it can fork again at any time.
"""

import ctypes
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from types import FrameType

from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

_FIRST_BACKOFF_SECONDS = 0.2
_LONGEST_BACKOFF_SECONDS = 5.0
_STEADY_SECONDS = 30.0
_STOP_SECONDS = 15.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Role:
    """A process that is started again when it dies; `once` runs to its end and is left alone."""

    name: str
    run: Callable[[], None]
    once: bool = False
    process: BaseProcess | None = None
    started: float = 0.0
    backoff_seconds: float = _FIRST_BACKOFF_SECONDS
    retry_at: float = field(default=0.0)

    def start(self) -> None:
        self.process = _new_process(self.name, self.run)
        self.process.start()
        self.started = time.monotonic()

    def alive(self) -> bool:
        return self.process is not None and self.process.is_alive()

    def stop(self) -> None:
        if self.process is None:
            return
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(_STOP_SECONDS)
        if self.process.is_alive():
            log.warning("role_killed", role=self.name, reason="it did not end by itself")
            self.process.kill()
            self.process.join(_STOP_SECONDS)
        self.process.close()
        self.process = None


def _new_process(name: str, run: Callable[[], None]) -> BaseProcess:
    """Forked on Linux; elsewhere a fork without exec is not safe, so a fresh interpreter is started."""
    if sys.platform == "linux":
        return multiprocessing.get_context("fork").Process(target=_enter, args=(run, os.getpid()), name=name)
    return multiprocessing.get_context("spawn").Process(target=_enter, args=(run, os.getpid()), name=name)


def run_to_end(name: str, run: Callable[[], None]) -> int:
    """Runs the function in a process of its own, so that nothing it leaves behind gets into later forks."""
    process = _new_process(name, run)
    process.start()
    process.join()
    return process.exitcode or 0


class Supervisor:
    def __init__(self, watch: Callable[[], None]) -> None:
        """`watch` is called about once a second: what is no role but has to live is looked after there."""
        self.roles: list[Role] = []
        self._watch = watch
        self._stopping = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    @property
    def stopping(self) -> bool:
        return self._stopping

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def add(self, role: Role) -> None:
        self.roles.append(role)
        role.start()

    def run(self) -> None:
        while not self._stopping:
            self._wait_for_an_end(1.0)
            if not self._stopping:
                self._watch()
                for role in list(self.roles):
                    self._look_after(role)

    def pause(self, seconds: float) -> None:
        """Waits, but not past a request to stop."""
        end = time.monotonic() + seconds
        while not self._stopping and (rest := end - time.monotonic()) > 0:
            time.sleep(min(rest, 0.1))

    def stop(self) -> None:
        for role in reversed(self.roles):
            role.stop()

    def _wait_for_an_end(self, timeout_seconds: float) -> None:
        sentinels = [role.process.sentinel for role in self.roles if role.process is not None]
        if any(role.process is None for role in self.roles) or not sentinels:
            time.sleep(0.1)
            return
        multiprocessing.connection.wait(sentinels, timeout_seconds)

    def _look_after(self, role: Role) -> None:
        if role.alive():
            if time.monotonic() - role.started > _STEADY_SECONDS:
                role.backoff_seconds = _FIRST_BACKOFF_SECONDS
            return
        if role.process is not None:
            self._take_note_of_end(role)
        elif time.monotonic() >= role.retry_at:
            role.start()

    def _take_note_of_end(self, role: Role) -> None:
        exit_code = role.process.exitcode if role.process else None
        role.stop()
        if role.once:
            self.roles.remove(role)
            return
        log.warning("role_ended", role=role.name, exit_code=exit_code, again_in_seconds=role.backoff_seconds)
        role.retry_at = time.monotonic() + role.backoff_seconds
        role.backoff_seconds = min(role.backoff_seconds * 2, _LONGEST_BACKOFF_SECONDS)


def _enter(run: Callable[[], None], parent: int) -> None:
    """The first thing in a forked process: end with the parent, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() == parent:
        run()
