"""No isolation: commands run as the orchestrator's own user. It cleans the environment, and that is all it does."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestrator.sandboxes.base import Launch, SandboxSpec, host_environment, seen_outside
from orchestrator.sandboxes.limits import CommandLimits
from orchestrator.sandboxes.network import SandboxNetworkUnavailable
from orchestrator.sandboxes.shell import plain_session_script, write_plain_wrapper, write_session_file
from orchestrator.sandboxes.toolchain import host_toolchain


class ProcessSandbox:
    name = "process"
    isolated = False

    def __init__(self, limits: CommandLimits | None = None) -> None:
        self.limits = limits

    def launch(self, spec: SandboxSpec, argv: Sequence[str]) -> Launch:
        if spec.network is not None:
            raise SandboxNetworkUnavailable(reason="the sandbox `process` isolates nothing")
        cwd = str(seen_outside(spec, spec.cwd))
        bounds = () if self.limits is None or spec.nested else (*self.limits.before(), *self.limits.inside())
        return Launch((*bounds, *argv), self._environment(cwd, spec.env), cwd)

    def inside(self, spec: SandboxSpec, host_path: Path) -> str:
        return str(host_path.absolute())

    def write_shell(self, folder: Path) -> Path:
        return write_plain_wrapper(folder, self.limits)

    def write_session_shell(self, folder: Path, session_id: str, spec: SandboxSpec) -> Path:
        workspace = seen_outside(spec, spec.cwd)
        environment = self._environment(str(workspace), spec.env)
        shell = shutil.which("bash") or "/bin/sh"
        # A folder that is not there makes the wrapper refuse.
        left = spec.left or folder / "nowhere"
        script = plain_session_script(workspace, environment, shell, left, spec.groups, self.limits)
        return write_session_file(folder, session_id, script)

    def _environment(self, cwd: str, env: Mapping[str, str]) -> dict[str, str]:
        toolchain = host_toolchain()
        user = os.environ.get("USER", "agent")
        temporary = tempfile.gettempdir()
        base = {"PATH": toolchain.path, "HOME": temporary, "TMPDIR": temporary, "USER": user, "LOGNAME": user}
        return base | {"TERM": "dumb", "SHELL": "/bin/sh", "PWD": cwd} | toolchain.env | host_environment() | dict(env)
