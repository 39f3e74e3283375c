"""Where a tenant's git things lie in the data directory.

Only `mirrors/` (read-only) and `workspaces/` are ever mounted into a runtime; whatever judges an agent's work, or says
whether a workspace is whole, lies in the other folders, out of its reach.
"""

import os
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from orchestrator.kit.process_table import is_alive, process_start_ticks

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_SCRATCH = re.compile(r"(\d+)-(\d+)-[0-9a-f]+")


def safe_name(name: object) -> str:
    text = str(name)
    if not _NAME.fullmatch(text):
        raise ValueError(f"not usable as a folder name: {text!r}")
    return text


@dataclass(frozen=True)
class TenantFolders:
    root: Path

    @property
    def mirrors(self) -> Path:
        return self.root / "mirrors"

    @property
    def workspaces(self) -> Path:
        return self.root / "workspaces"

    @property
    def setups(self) -> Path:
        return self.root / "setup"

    @property
    def spares(self) -> Path:
        return self.root / "spare"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def scratch(self) -> Path:
        return self.root / "scratch"

    def mirror(self, key: str) -> Path:
        return self.mirrors / f"{safe_name(key)}.git"

    def workspace(self, slot: object) -> Path:
        return self.workspaces / safe_name(slot)

    def workspace_state(self, session_id: object) -> Path:
        return self.state / safe_name(session_id)

    def new_scratch(self) -> Path:
        """A fresh private folder; its name tells which process it belongs to, so that leftovers can be told apart."""
        pid = os.getpid()
        folder = self.scratch / f"{pid}-{process_start_ticks(pid) or 0}-{secrets.token_hex(8)}"
        make_folder(folder, mode=0o755)
        return folder

    def leftovers(self) -> list[Path]:
        if not self.scratch.is_dir():
            return []
        return [entry for entry in self.scratch.iterdir() if not _owner_lives(entry.name)]


@dataclass(frozen=True)
class Layout:
    data_dir: Path

    @property
    def tenants(self) -> Path:
        return self.data_dir / "tenants"

    def tenant(self, tenant_id: object) -> TenantFolders:
        return TenantFolders(self.tenants / safe_name(tenant_id))


def repository_key(location: str) -> str:
    return sha256(location.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def make_folder(folder: Path, mode: int = 0o755) -> None:
    """Make it with exactly this mode: the umask of whoever started us must not hide a mirror from the sandboxes."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o777 != mode:
        folder.chmod(mode)


def _owner_lives(name: str) -> bool:
    match = _SCRATCH.fullmatch(name)
    return match is not None and is_alive(int(match[1]), int(match[2]))
