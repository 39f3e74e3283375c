"""Which folders of tools outside /usr a sandbox may read: what PATH names, and no more.

The rule, entry by entry of PATH:
- below the system folders (/usr and its links): mounted anyway;
- below the folder of a known version manager (such as ~/.pyenv): that folder;
- the `bin` of a self-contained Python, Node or /opt installation: the installation;
- anything else: the entry's folder alone, and the installation that its links to known tools lead to.
Never mounted as a whole: a home, anything above one, and the folders in a home where programs keep data and secrets.
Left out: entries that are relative, missing, writable by everybody, or in places for data and devices, and the virtual
environment the orchestrator runs from.
"""

import os
import pwd
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from orchestrator.sandboxes.base import own_virtual_environment

SYSTEM_FOLDERS = tuple(Path(p) for p in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"))
_LEFT_OUT = tuple(Path(p) for p in ("/tmp", "/var", "/proc", "/sys", "/dev", "/run", "/mnt", "/media", "/etc"))  # noqa: S108 - folders that are refused.
_MANAGERS = (
    ".pyenv", ".nvm", ".asdf", ".volta", ".rbenv", ".nodenv", ".goenv", ".jenv", ".sdkman", ".bun", ".deno", ".fnm",
    ".rye", ".pixi", ".linuxbrew", "miniconda3", "anaconda3", "miniforge3", "mambaforge",
    ".local/share/mise", ".local/share/fnm", ".local/share/uv/python", ".local/share/pnpm",
)  # fmt: skip
_NEVER_WHOLE = (".local", ".local/share", ".config", ".cache", ".cargo", ".ssh", ".gnupg", ".aws", ".docker", ".kube")
_TOOLS = ("python3", "python", "pip3", "pip", "uv", "node", "npm", "npx", "pnpm", "yarn", "bun", "deno", "git", "make",
          "go", "ruby", "java", "mvn", "gradle", "cargo", "rustc", "cmake", "gcc", "g++", "clang")  # fmt: skip


@dataclass(frozen=True)
class Toolchain:
    """Folders to mount read-only at their own place, the PATH inside, and variables that the tools need."""

    folders: tuple[Path, ...]
    path: str
    env: dict[str, str] = field(default_factory=dict[str, str])


def host_toolchain(path: str | None = None) -> Toolchain:
    return _toolchain(path or os.environ.get("PATH", os.defpath), tuple(_homes()), os.geteuid() == 0)


@lru_cache(maxsize=8)
def _toolchain(path: str, homes: tuple[Path, ...], for_others: bool) -> Toolchain:
    entries = [entry for entry in _entries(path) if _allowed(entry, homes)]
    if for_others:
        entries = [entry for entry in entries if _public(entry, _installation(entry, homes) or entry)]
    entries = entries or [Path("/usr/bin"), Path("/bin")]
    if not any((entry / "python3").exists() for entry in entries):
        entries.append(Path(sys.base_prefix) / "bin")
    folders = {folder for entry in entries for folder in _folders(entry, homes)}
    env: dict[str, str] = {}
    rustup = _rustup(entries)
    if rustup:
        folders.add(rustup)
        env["RUSTUP_HOME"] = str(rustup)
    return Toolchain(_outermost(folders), os.pathsep.join(str(entry) for entry in entries), env)


def _homes() -> Iterator[Path]:
    yield Path("/root")
    yield Path.home()
    yield Path(pwd.getpwuid(os.getuid()).pw_dir) if _has_account() else Path.home()
    for parent in (Path("/home"), Path("/Users")):
        if parent.is_dir() and os.access(parent, os.R_OK):
            yield from sorted(parent.iterdir())


def _has_account() -> bool:
    try:
        pwd.getpwuid(os.getuid())
    except KeyError:
        return False
    return True


def _entries(path: str) -> Iterator[Path]:
    own = own_virtual_environment()
    for text in dict.fromkeys(path.split(os.pathsep)):
        entry = Path(os.path.normpath(text))
        if entry.is_absolute() and _is_folder(entry) and (own is None or not entry.is_relative_to(own)):
            yield entry


def _is_folder(entry: Path) -> bool:
    """What this user cannot even look at is of no use to an agent either."""
    try:
        return entry.is_dir()
    except PermissionError:
        return False


def _allowed(entry: Path, homes: Iterable[Path]) -> bool:
    if any(entry.is_relative_to(folder) for folder in _LEFT_OUT) or _too_wide(entry, homes):
        return False
    return not entry.stat().st_mode & 0o002


def _public(entry: Path, mounted: Path) -> bool:
    """Whether a tenant's identity, which is neither owner nor group, reaches the entry from the mounted folder."""
    way = [entry, *(parent for parent in entry.parents if parent.is_relative_to(mounted))]
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in way)


def _too_wide(folder: Path, homes: Iterable[Path]) -> bool:
    wide = any(home.is_relative_to(folder) for home in homes)
    return wide or any(folder == home / name for home in homes for name in _NEVER_WHOLE)


def _folders(entry: Path, homes: tuple[Path, ...]) -> Iterator[Path]:
    if _is_system(entry):
        yield from _link_targets(entry, homes)
        return
    yield _installation(entry, homes) or entry
    yield from _link_targets(entry, homes)


def _is_system(path: Path) -> bool:
    return any(path.is_relative_to(folder) for folder in SYSTEM_FOLDERS)


def _link_targets(entry: Path, homes: tuple[Path, ...]) -> Iterator[Path]:
    """Installations elsewhere that the entry's own tools are links into, as with ~/.local/bin/python3."""
    for name in _TOOLS:
        tool = entry / name
        if not tool.is_symlink() or not tool.exists():
            continue
        target = tool.resolve()
        if _is_system(target) or target.is_relative_to(entry):
            continue
        folder = _installation(target.parent, homes) or target.parent
        if not _too_wide(folder, homes):
            yield folder


def _installation(folder: Path, homes: tuple[Path, ...]) -> Path | None:
    """The installation that a folder of programs belongs to."""
    for home in homes:
        for name in _MANAGERS:
            if folder.is_relative_to(home / name):
                return home / name
    for prefix in folder.parents:
        if _too_wide(prefix, homes):
            return None
        if _is_self_contained(prefix):
            return prefix
    return None


def _is_self_contained(prefix: Path) -> bool:
    python = (prefix / "pyvenv.cfg").is_file() or ((prefix / "bin/python3").exists() and any(prefix.glob("lib/python3*")))
    node = (prefix / "bin/node").exists() and (prefix / "lib/node_modules").is_dir()
    return python or node or prefix.parent == Path("/opt")


def _rustup(entries: Iterable[Path]) -> Path | None:
    """rustup's programs find their compilers through the home folder, which a sandbox has not."""
    for entry in entries:
        if (entry / "rustup").exists():
            folder = Path(os.environ.get("RUSTUP_HOME", entry.parent.parent / ".rustup"))
            return folder if folder.is_dir() else None
    return None


def _outermost(folders: Iterable[Path]) -> tuple[Path, ...]:
    kept: list[Path] = []
    for folder in sorted(folders, key=lambda f: len(f.parts)):
        if not _is_system(folder) and not any(folder.is_relative_to(other) for other in kept):
            kept.append(folder)
    return tuple(kept)
