"""Where the pinned OpenCode is, and the ripgrep that its search tools need."""

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestrator.opencode.errors import OpenCodeMissing, OpenCodeWrongVersion, RipgrepMissing

PINNED_VERSION = "1.18.33"

_VERSION_SECONDS = 30.0
_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class OpenCodeInstall:
    """`folder` is the package to mount read-only in a sandbox; `binary` lies inside it."""

    binary: Path
    folder: Path
    version: str


def find_opencode(named: Path | None = None) -> OpenCodeInstall:
    """The named binary, else an npm package's. Blocks for a second when one outside a package is asked for its version."""
    install = _explicit(named) if named else _installed()
    if install.version != PINNED_VERSION:
        raise OpenCodeWrongVersion(found=install.version, path=install.binary, wanted=PINNED_VERSION)
    return install


def _explicit(named: Path) -> OpenCodeInstall:
    if not named.is_file():
        raise OpenCodeMissing(wanted=PINNED_VERSION, problem=f"there is no file {named}")
    binary = named.resolve()
    package = binary.parent.parent
    version = _package_version(package)
    if version is not None and binary.parent.name == "bin":
        return OpenCodeInstall(binary, package, version)
    return OpenCodeInstall(binary, binary.parent, _asked_version(binary))


def _asked_version(binary: Path) -> str:
    try:
        answer = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=_VERSION_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError) as problem:
        raise OpenCodeMissing(wanted=PINNED_VERSION, problem=f"{binary} does not run ({problem})") from problem
    return answer.stdout.strip()


def _installed() -> OpenCodeInstall:
    names = platform_packages()
    for modules in _node_modules():
        for name in names:
            binary = modules / name / "bin" / _executable("opencode")
            version = _package_version(modules / name)
            if version is not None and binary.is_file():
                return OpenCodeInstall(binary, modules / name, version)
    raise OpenCodeMissing(wanted=PINNED_VERSION, problem=f"no node_modules holds {' or '.join(names)}")


def platform_packages() -> tuple[str, ...]:
    """The npm packages whose binary runs here, best first. The baseline build needs no AVX2."""
    name = f"opencode-{_system()}-{_machine()}"
    libc = "-musl" if _is_musl() else ""
    if _machine() != "x64":
        return (name + libc,)
    baseline = f"{name}-baseline{libc}"
    return (name + libc, baseline) if _has_avx2() else (baseline,)


def find_ripgrep() -> Path:
    """OpenCode's grep and glob tools run `rg`, and download it from the internet when there is none."""
    for modules in _node_modules():
        shipped = modules / "@vscode" / f"ripgrep-{_ripgrep_platform()}" / "bin" / _executable("rg")
        if shipped.is_file():
            return shipped
    found = shutil.which("rg")
    if found is None:
        raise RipgrepMissing
    return Path(found).resolve()


def _ripgrep_platform() -> str:
    system = "win32" if _system() == "windows" else _system()
    return f"{system}-{_machine()}"


def _system() -> str:
    return _SYSTEMS.get(sys.platform, sys.platform)


def _machine() -> str:
    machine = platform.machine().lower()
    return _MACHINES.get(machine, machine)


def _executable(name: str) -> str:
    return f"{name}.exe" if sys.platform == "win32" else name


def _is_musl() -> bool:
    return sys.platform == "linux" and any(Path("/lib").glob("ld-musl-*"))


def _has_avx2() -> bool:
    if sys.platform != "linux":
        return True
    try:
        return " avx2" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False


def _node_modules() -> Iterator[Path]:
    """Upwards from the working folder, then from this package: the checkout in an editable install."""
    seen: set[Path] = set()
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            modules = folder / "node_modules"
            if modules not in seen and modules.is_dir():
                seen.add(modules)
                yield modules


def _package_version(package: Path) -> str | None:
    try:
        version = json.loads((package / "package.json").read_bytes()).get("version")
    except (OSError, ValueError, AttributeError):
        return None
    return version if isinstance(version, str) else None
