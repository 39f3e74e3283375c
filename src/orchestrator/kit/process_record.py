"""What the ledger keeps of one process."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from orchestrator.kit.process_table import ProcessTree, boot_id, is_alive, process_start_ticks


@dataclass(frozen=True)
class ProcessRecord:
    pid: int
    start_ticks: int
    process_group: int
    purpose: str
    owner_pid: int
    owner_start_ticks: int
    tenant_id: str | None
    session_id: str | None
    node_id: str | None
    started_at: str
    argv0: str
    boot_id: str = ""
    mark: str = ""
    cgroups: tuple[str, ...] = ()

    @property
    def tree(self) -> ProcessTree:
        return ProcessTree(self.pid, self.start_ticks, self.mark)

    @property
    def owner_alive(self) -> bool:
        return is_alive(self.owner_pid, self.owner_start_ticks)

    @property
    def outlived_by_system(self) -> bool:
        """Whether the machine or container was started after this process, so that it cannot run any more."""
        first_ticks = process_start_ticks(1)
        return self.boot_id != boot_id() or (first_ticks is not None and self.start_ticks < first_ticks)

    @property
    def as_json(self) -> bytes:
        return _RECORD.dump_json(self)


_RECORD = TypeAdapter(ProcessRecord)


def read_record(path: Path) -> ProcessRecord | None:
    """None when it is gone or torn."""
    try:
        return _RECORD.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
