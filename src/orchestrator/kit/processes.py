"""The ledger of every process we start: a small file each, so that the next start reaps what a crash left."""

import asyncio
import contextlib
import os
import shutil
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from signal import Signals
from typing import IO, Any, TypeAlias
from uuid import uuid4

from orchestrator.kit.cgroups import Limits
from orchestrator.kit.clock import now
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.group_ledger import GroupLedger, OwnedGroup
from orchestrator.kit.owned_process import KILL_SECONDS, OwnedProcess
from orchestrator.kit.process_launch import entering, find_setpriv, launch_argv
from orchestrator.kit.process_record import ProcessRecord, read_record
from orchestrator.kit.process_table import MARK, boot_id, process_start_ticks

Stream: TypeAlias = int | IO[Any]


class ProcessNotStarted(OrchestratorError):
    """Could not start {program}: {problem}."""

    code = "process_not_started"
    hint = "Check that the program is installed and executable, and that its working folder exists."


class ProcessLedger:
    """A folder with one record a live child. Our crash leaves its records there."""

    def __init__(self, folder: Path, groups: GroupLedger | None = None) -> None:
        self.folder = folder
        self.groups = groups

    async def spawn(
        self,
        argv: Sequence[str],
        *,
        purpose: str,
        env: Mapping[str, str],
        cwd: Path | str | None = None,
        tenant_id: str | None = None,
        session_id: str | None = None,
        node_id: str | None = None,
        stdin: Stream = DEVNULL,
        stdout: Stream = PIPE,
        stderr: Stream = STDOUT,
        pass_fds: Sequence[int] = (),
        user: int | None = None,
        group: int | None = None,
        die_with_parent: Signals | None = Signals.SIGKILL,
        leaves_nobody: bool = False,
        limits: Limits | None = None,
    ) -> OwnedProcess:
        """Start a child that leads its own session. Call it on the main thread's event loop: see launch_argv.

        With `limits` it has a control group of its own, where the ledger has any, in which nobody outlives it.

        With the default `stdout`, whoever calls reads the output: a full pipe blocks the child. To `env` comes a
        mark by which the child's offspring is known. `leaves_nobody` says that the child's own exit is also that of
        all it started, as in a pid namespace: nobody is looked for then, which costs a walk through all processes.
        """
        program = _find_program(argv[0], env, cwd)
        await asyncio.to_thread(find_setpriv)
        mark = uuid4().hex
        words = [program, *argv[1:]]
        owned = await self._group(f"{purpose}-{mark}", purpose, limits, tenant_id, session_id)
        if owned is not None:
            words = entering(owned.cgroup.entrances, words)
        command = launch_argv(words, die_with_parent=die_with_parent, user=user, group=group)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                cwd=cwd,
                env={**env, MARK: mark},
                pass_fds=tuple(pass_fds),
                start_new_session=True,
            )
        except OSError as problem:
            if owned is not None:
                await owned.close()
            raise ProcessNotStarted(program=argv[0], problem=problem.strerror) from problem
        folders = owned.record.folders if owned is not None else ()
        record = self.enter(process.pid, purpose, argv[0], tenant_id, session_id, node_id, mark, folders)
        return OwnedProcess(process, record, self.remove, leaves_nobody, owned)

    async def _group(
        self, name: str, purpose: str, limits: Limits | None, tenant_id: str | None, session_id: str | None
    ) -> OwnedGroup | None:
        if limits is None or self.groups is None or not self.groups.hierarchies or tenant_id is None:
            return None
        make = partial(self.groups.make, tenant_id, name, limits, purpose=purpose, session_id=session_id)
        return await asyncio.to_thread(make)

    def enter(
        self,
        pid: int,
        purpose: str,
        argv0: str,
        tenant_id: str | None = None,
        session_id: str | None = None,
        node_id: str | None = None,
        mark: str = "",
        cgroups: tuple[str, ...] = (),
    ) -> ProcessRecord:
        """Record a child of ours that leads its own session; one that has ended already leaves no file."""
        ticks = process_start_ticks(pid)
        record = ProcessRecord(
            pid=pid,
            start_ticks=ticks or 0,
            process_group=pid,
            purpose=purpose,
            owner_pid=os.getpid(),
            owner_start_ticks=process_start_ticks(os.getpid()) or 0,
            tenant_id=tenant_id,
            session_id=session_id,
            node_id=node_id,
            started_at=now().isoformat(),
            argv0=argv0,
            boot_id=boot_id(),
            mark=mark,
            cgroups=cgroups,
        )
        if ticks is not None:
            self._write(record)
        return record

    def _write(self, record: ProcessRecord) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(record)
        draft = path.with_suffix(".tmp")
        draft.write_bytes(record.as_json)
        draft.replace(path)

    def remove(self, record: ProcessRecord) -> None:
        self._path(record).unlink(missing_ok=True)

    def _path(self, record: ProcessRecord) -> Path:
        return self.folder / f"{record.pid}-{record.start_ticks}.json"

    def records(self) -> list[ProcessRecord]:
        read = (read_record(path) for path in sorted(self.folder.glob("*.json")))
        return [record for record in read if record is not None]

    def reap_orphans(self) -> list[ProcessRecord]:
        """Kill what dead processes of ours left behind; answer the records of those that still ran."""
        self._drop_torn_files()
        if self.groups is not None:
            self.groups.reap_orphans()
        return [record for record in self.records() if not record.owner_alive and self._reap(record)]

    def kill_own(self) -> None:
        """Everything that this process has started, at once."""
        own = os.getpid(), process_start_ticks(os.getpid()) or 0
        for record in self.records():
            if (record.owner_pid, record.owner_start_ticks) == own:
                self._reap(record)
        if self.groups is not None:
            self.groups.kill_own()

    def _reap(self, record: ProcessRecord) -> bool:
        if record.outlived_by_system:
            self.remove(record)
            return False
        tree = record.tree
        had_members = bool(tree.members())
        if tree.kill():
            self.remove(record)
        return had_members

    def _drop_torn_files(self) -> None:
        """A power cut leaves empty records and drafts; a draft that is being written now is young."""
        torn = [path for path in self.folder.glob("*.json") if read_record(path) is None]
        for path in [*torn, *self.folder.glob("*.tmp")]:
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > KILL_SECONDS:
                    path.unlink()


def _find_program(name: str, env: Mapping[str, str], cwd: Path | str | None) -> str:
    """Look the program up before the launcher does: a missing one is an error here, not an exit code."""
    if os.sep in name:
        there = Path(cwd or ".") / name
        if not there.exists():
            raise ProcessNotStarted(program=name, problem="no such file")
        return name
    found = shutil.which(name, path=env.get("PATH", os.defpath))
    if found is None:
        raise ProcessNotStarted(program=name, problem="not found on PATH")
    return found
