"""The control groups of this node, each with a record, so that the next start removes what a crash left."""

import asyncio
import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from orchestrator.kit.cgroups import Cgroup, Hierarchy, Limits, make_parent, open_hierarchy, processes_in
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.process_table import boot_id, is_alive, process_start_ticks

log = get_logger(__name__)

NODE_PREFIX = "orchestrator-"
_OWNER_PREFIX = "owner-"
_KILL_SECONDS = 10.0
_REMOVE_SECONDS = 5.0


class GroupNotMade(OrchestratorError):
    """The control group of a sandbox could not be made: {problem}."""

    status = 503
    code = "sandbox_limits_failed"
    hint = "Look at the folder it names; ORCHESTRATOR_LIMITS=prlimit does without control groups."


@dataclass(frozen=True)
class GroupRecord:
    folders: tuple[str, ...]
    purpose: str
    owner_pid: int
    owner_start_ticks: int
    boot_id: str
    tenant_id: str
    session_id: str | None

    @property
    def cgroup(self) -> Cgroup:
        return Cgroup(tuple(Path(folder) for folder in self.folders))

    @property
    def owner_alive(self) -> bool:
        return self.boot_id == boot_id() and is_alive(self.owner_pid, self.owner_start_ticks)


_RECORD = TypeAdapter(GroupRecord)


class OwnedGroup:
    """A group of ours, from its making to its end."""

    def __init__(self, record: GroupRecord, path: Path) -> None:
        self.record = record
        self.cgroup = record.cgroup
        self.path = path

    @property
    def name(self) -> str:
        return self.cgroup.folders[0].name

    async def close(self) -> None:
        await asyncio.to_thread(self.end)

    def end(self) -> None:
        """Nobody in it lives on. Blocking; repeating it does nothing."""
        _end(self.record, self.path)


class GroupLedger:
    """A folder with one record a group. `name` is that of this node, below which its groups lie, a folder a tenant."""

    def __init__(self, folder: Path, name: str, hierarchies: Sequence[Hierarchy]) -> None:
        self.folder = folder
        self.hierarchies = tuple(hierarchies)
        self.name = name

    def open(self) -> None:
        """Once, before the first group. Raises OSError where groups cannot be made after all."""
        for hierarchy in self.hierarchies:
            open_hierarchy(hierarchy)
            _clear_dead(hierarchy)
            make_parent(hierarchy, hierarchy.base / self.name)
            (hierarchy.base / self.name / _owner(os.getpid())).mkdir(exist_ok=True)

    def tenant_folders(self, tenant_id: str) -> tuple[Path, ...]:
        """Made when they are not there. All groups of the tenant on this node lie in them, and no other's."""
        folders = tuple(hierarchy.base / self.name / tenant_id for hierarchy in self.hierarchies)
        for hierarchy, folder in zip(self.hierarchies, folders, strict=True):
            make_parent(hierarchy, folder)
        return folders

    def make(
        self,
        tenant_id: str,
        name: str,
        limits: Limits,
        *,
        purpose: str,
        session_id: str | None = None,
        entered_by: tuple[int, int] | None = None,
    ) -> OwnedGroup:
        """Blocking, for milliseconds. Whatever an earlier group of that name holds is ended first. Raises GroupNotMade.

        `entered_by` is a user and a group whose own processes may go into it; else this process's user alone may.
        """
        parents = tuple(hierarchy.base / self.name / tenant_id for hierarchy in self.hierarchies)
        record = GroupRecord(
            folders=tuple(str(parent / name) for parent in parents),
            purpose=purpose,
            owner_pid=os.getpid(),
            owner_start_ticks=process_start_ticks(os.getpid()) or 0,
            boot_id=boot_id(),
            tenant_id=tenant_id,
            session_id=session_id,
        )
        group = OwnedGroup(record, self.folder / f"{name}-{uuid4().hex}.json")
        if any(folder.exists() for folder in group.cgroup.folders):
            group.end()
        self._write(group.path, record)
        try:
            self.tenant_folders(tenant_id)
            for folder in group.cgroup.folders:
                folder.mkdir(exist_ok=True)
            group.cgroup.bound(self.hierarchies, limits)
            if entered_by is not None and os.geteuid() == 0:
                self._let_in(parents, group.cgroup, entered_by)
        except OSError as error:
            group.end()
            raise GroupNotMade(problem=error) from error
        return group

    def _let_in(self, parents: Sequence[Path], cgroup: Cgroup, user: tuple[int, int]) -> None:
        """Version 2 also asks for the right to the group that the old and the new one have above them."""
        above = [p / "cgroup.procs" for h, p in zip(self.hierarchies, parents, strict=True) if h.version == 2]
        for file in (*cgroup.entrances, *above):
            os.chown(file, *user)

    def _write(self, path: Path, record: GroupRecord) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".tmp")
        draft.write_bytes(_RECORD.dump_json(record))
        draft.replace(path)

    def records(self) -> list[tuple[Path, GroupRecord]]:
        return [(path, record) for path in sorted(self.folder.glob("*.json")) if (record := _read(path)) is not None]

    def reap_orphans(self) -> int:
        """Ends the groups of dead processes of ours, and removes what a power cut tore; how many there were."""
        for path in self.folder.glob("*.json"):
            if _read(path) is None:
                path.unlink(missing_ok=True)
        orphans = [(path, record) for path, record in self.records() if not record.owner_alive]
        for path, record in orphans:
            _end(record, path)
        return len(orphans)

    def kill_own(self) -> None:
        for path, record in self.records():
            if record.owner_pid == os.getpid():
                _end(record, path)

    def close(self) -> None:
        """Ends what is left of this node's groups, when it stops. A folder in which something is left stays, with it."""
        self.kill_own()
        for hierarchy in self.hierarchies:
            top = hierarchy.base / self.name
            if top.is_dir():
                for folder in (*(one for one in top.iterdir() if one.is_dir()), top):
                    with contextlib.suppress(OSError):
                        folder.rmdir()


def _owner(pid: int) -> str:
    """The name of an empty group that says whose a node's folder is."""
    return f"{_OWNER_PREFIX}{pid}-{process_start_ticks(pid) or 0}"


def _clear_dead(hierarchy: Hierarchy) -> None:
    """Nodes that were killed and never started again leave empty folders."""
    for top in hierarchy.base.glob(f"{NODE_PREFIX}*/"):
        owners = [one.name.removeprefix(_OWNER_PREFIX).split("-") for one in top.glob(f"{_OWNER_PREFIX}*-*/")]
        groups = [*top.glob("*/*/"), *top.glob("*/"), top]
        dead = owners and not any(is_alive(int(pid), int(ticks)) for pid, ticks in owners)
        if dead and not any(processes_in(group) for group in groups):
            for group in groups:
                with contextlib.suppress(OSError):
                    group.rmdir()


def _end(record: GroupRecord, path: Path) -> None:
    ended = record.cgroup.kill(_KILL_SECONDS) and record.cgroup.remove(_REMOVE_SECONDS)
    if ended:
        path.unlink(missing_ok=True)
    else:
        log.error("cgroup_left", purpose=record.purpose, folders=record.folders, processes=len(record.cgroup.processes()))


def _read(path: Path) -> GroupRecord | None:
    try:
        return _RECORD.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
