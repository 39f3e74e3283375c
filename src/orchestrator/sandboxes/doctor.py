"""Which sandbox works here, found by really starting one, and why the better one does not."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import structlog

from orchestrator.sandboxes.base import Launch, Mount, Sandbox, SandboxSpec, SandboxUnavailable
from orchestrator.sandboxes.bubblewrap import BubblewrapSandbox
from orchestrator.sandboxes.identity import prepare_owner, tenant_identity
from orchestrator.sandboxes.leftovers import LEFT_FOLDER
from orchestrator.sandboxes.limits import CommandLimits
from orchestrator.sandboxes.network import PROXY_PORT, PROXY_SOCKET, SandboxNetwork, write_forwarder
from orchestrator.sandboxes.process import ProcessSandbox
from orchestrator.sandboxes.shell import WORKSPACE_VARIABLE

_TIMEOUT_SECONDS = 15
_log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


@dataclass(frozen=True)
class SandboxCheck:
    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class SandboxDiagnosis:
    """`reason` says why this sandbox is the one that works here."""

    name: Literal["bubblewrap", "process"]
    isolated: bool
    reason: str
    checks: tuple[SandboxCheck, ...]


def choose_sandbox(setting: Literal["auto", "bubblewrap", "process"], limits: CommandLimits | None = None) -> Sandbox:
    if setting == "process":
        _warn("ORCHESTRATOR_SANDBOX=process asks for it")
        return ProcessSandbox(limits)
    diagnosis = diagnose()
    if diagnosis.isolated:
        return BubblewrapSandbox(limits=limits)
    if setting == "bubblewrap":
        raise SandboxUnavailable(reason=diagnosis.reason)
    _warn(diagnosis.reason)
    return ProcessSandbox(limits)


def _warn(reason: str) -> None:
    _log.warning(
        "NO ISOLATION: agents run as this user and can read, change and delete everything that this user can",
        sandbox="process",
        reason=reason,
        hint=SandboxUnavailable.hint,
    )


@lru_cache(maxsize=1)
def diagnose() -> SandboxDiagnosis:
    """Blocking, a fraction of a second; the answer is kept for the life of this process."""
    checks: list[SandboxCheck] = []
    for check in _checks():
        checks.append(check())
        if not checks[-1].ok:
            return SandboxDiagnosis("process", isolated=False, reason=checks[-1].detail, checks=tuple(checks))
    reason = "bubblewrap starts, around a runtime and around each of its commands"
    return SandboxDiagnosis("bubblewrap", isolated=True, reason=reason, checks=tuple(checks))


def _checks() -> Sequence[Callable[[], SandboxCheck]]:
    return (_platform, _programs, _single_layer, _two_layers)


def _platform() -> SandboxCheck:
    linux = sys.platform.startswith("linux")
    return SandboxCheck("platform", linux, "Linux" if linux else f"bubblewrap needs Linux and this is {sys.platform}")


def _programs() -> SandboxCheck:
    needed = ("bwrap", "setpriv", "unshare") if os.geteuid() == 0 else ("bwrap",)
    missing = [name for name in needed if shutil.which(name) is None]
    if missing:
        return SandboxCheck("programs", ok=False, detail=f"not installed: {', '.join(missing)}")
    return SandboxCheck("programs", ok=True, detail=", ".join(str(shutil.which(name)) for name in needed))


def _single_layer() -> SandboxCheck:
    spec = SandboxSpec(mounts=(), cwd="/", identity=tenant_identity(0))
    return _try("single layer", BubblewrapSandbox().launch(spec, ["true"]))


def _two_layers() -> SandboxCheck:
    """Starts a runtime's sandbox and, through the shell wrapper in it, a command's: as an agent's command would."""
    sandbox, identity = BubblewrapSandbox(), tenant_identity(0)
    with tempfile.TemporaryDirectory(prefix="orchestrator-doctor-") as name:
        shell, workspaces = Path(name) / "shell", Path(name) / "workspaces"
        workspace = Mount(workspaces / "probe", "/workspaces/probe", writable=True)
        workspace.source.mkdir(parents=True)
        prepare_owner(workspace.source, identity)
        left = Mount(Path(name) / "left/probe", f"{LEFT_FOLDER}/probe", writable=True)
        left.source.mkdir(parents=True)
        prepare_owner(left.source, identity)
        command = SandboxSpec((workspace,), workspace.target, identity=identity, left=left.source)
        sandbox.write_shell(shell)
        sandbox.write_session_shell(shell, "probe", command)
        mounts = (workspace, left, Mount(shell, "/shell"))
        known = {WORKSPACE_VARIABLE: workspace.target}
        spec = SandboxSpec(mounts, workspace.target, known, identity, nested=True)
        return _try("two layers", sandbox.launch(spec, ["/shell/bash", "-c", "true"]))


class NetworkProbe:
    """Whether a sandbox can have a network of its own here. Success is remembered; a failure may have been the load."""

    def __init__(self) -> None:
        self._works = False

    def problem(self) -> str | None:
        """Blocking, for a fraction of a second."""
        if not self._works:
            check = diagnose_network()
            if not check.ok:
                return check.detail
            self._works = True
        return None


def diagnose_network() -> SandboxCheck:
    """Starts a sandbox whose command connects to the forwarder over a loopback of its own."""
    if not sys.platform.startswith("linux"):
        return _platform()
    if not (programs := _programs()).ok:
        return programs
    with tempfile.TemporaryDirectory(prefix="orchestrator-doctor-") as name:
        folder = Path(name) / "inside"
        folder.mkdir()
        folder.chmod(0o755)
        write_forwarder(folder)
        (folder / PROXY_SOCKET).touch()
        network = SandboxNetwork(folder)
        connect = f"import socket; socket.create_connection(('127.0.0.1', {PROXY_PORT}), 5)"
        spec = SandboxSpec((), "/", identity=tenant_identity(0), network=network)
        return _try("own network", BubblewrapSandbox().launch(spec, [network.python, "-I", "-S", "-c", connect]))


def _try(name: str, launch: Launch) -> SandboxCheck:
    try:
        done = subprocess.run(
            launch.argv, env=dict(launch.env), capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return SandboxCheck(name, ok=False, detail=f"{name}: no answer in {_TIMEOUT_SECONDS} s")
    if done.returncode == 0:
        return SandboxCheck(name, ok=True, detail="works")
    said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
    return SandboxCheck(name, ok=False, detail=f"{name}: {said}{explain(said)}")


_SWITCHES = (
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor forbids user namespaces to unprivileged programs"),
    ("kernel/unprivileged_userns_clone", "0", "user namespaces are switched off for ordinary users"),
    ("user/max_user_namespaces", "0", "user namespaces are switched off"),
)


def explain(said: str, root: Path = Path("/proc/sys")) -> str:
    """What stands behind bubblewrap's own words, as far as the machine tells."""
    if "Unknown option" in said:
        return " (this bubblewrap is older than 0.5)"
    for switch, forbidding, meaning in _SWITCHES:
        file = root / switch
        if file.is_file() and file.read_text().strip() == forbidding:
            return f" ({meaning}: sysctl {switch.replace('/', '.')}={forbidding})"
    if "mount proc" in said:
        return " (this container hides parts of /proc, so no sandbox in it can have its own)"
    if "not permitted" in said or "denied" in said or "No permissions" in said:
        return " (not permitted here: a container without the right to make namespaces?)"
    return ""
