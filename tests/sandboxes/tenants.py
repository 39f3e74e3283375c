"""A tenant's folders, and a way to run in its sandbox as this user and, when that is root, as an ordinary one too."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orchestrator
from orchestrator.sandboxes import BubblewrapSandbox, Identity, Mount, SandboxSpec, tenant_identity

PASSWORD = "correct-horse-battery"
# `nobody`, whom root becomes to be an ordinary user to every check of the kernel.
NOBODY = Identity(65534, 65534)
USERS = ("root", "ordinary") if os.geteuid() == 0 else ("ordinary",)


@dataclass(frozen=True)
class Tenant:
    """Two sessions, `one` and `two`, a mirror, and the folders of a runtime."""

    home: Path
    user: str

    @property
    def workspace(self) -> Path:
        return self.home / "workspaces/one"

    @property
    def single(self) -> SandboxSpec:
        """What a verification command gets."""
        mounts = (
            Mount(self.workspace, "/workspaces/one", writable=True),
            Mount(self.home / "mirrors/m.git", "/mirrors/m.git"),
        )
        return SandboxSpec(mounts, "/workspaces/one", {"PORT": "41000"}, tenant_identity(7), left=self.left)

    @property
    def left(self) -> Path:
        """Where it is written down what commands of session `one` left running."""
        return self.home / "left/one"

    @property
    def runtime(self) -> SandboxSpec:
        """What an OpenCode server gets."""
        mounts = (
            Mount(self.home / "workspaces", "/workspaces", writable=True),
            Mount(self.home / "mirrors", "/mirrors"),
            Mount(self.home / "runtime", "/runtime", writable=True),
            Mount(self.home / "shell", "/shell"),
            Mount(self.home / "left", "/left", writable=True),
        )
        env = {"HOME": "/runtime", "OPENCODE_SERVER_PASSWORD": PASSWORD, "OPENCODE_CONFIG_CONTENT": PASSWORD}
        env["ORCHESTRATOR_WORKSPACE"] = "/workspaces/one"
        return SandboxSpec(mounts, "/workspaces/one", env, tenant_identity(7), nested=True)

    def argv(self, spec: SandboxSpec, *argv: str, what: str = "exec") -> list[str]:
        mounts = [{"source": str(m.source), "target": m.target, "writable": m.writable} for m in spec.mounts]
        given = {
            "mounts": mounts,
            "cwd": spec.cwd,
            "env": dict(spec.env),
            "identity": asdict(spec.identity) if spec.identity else None,
            "nested": spec.nested,
            "network": spec.network and {"folder": _text(spec.network.folder), "server": spec.network.server},
            "argv": argv,
        }
        return [
            *self._become(),
            sys.executable,
            str(Path(__file__).with_name("launch_probe.py")),
            what,
            json.dumps(given),
        ]

    def _become(self) -> tuple[str, ...]:
        """A view of the machine in which an ordinary user reaches the interpreter and the code, wherever they lie."""
        if self.user == "root" or os.geteuid() != 0:
            return ()
        code = Path(orchestrator.__file__).parent.parent
        readable = {Path(sys.prefix), Path(sys.base_prefix), code, Path(__file__).parent}
        mounts = (*(Mount(path, str(path)) for path in readable), Mount(self.home, str(self.home), writable=True))
        spec = SandboxSpec(mounts, "/", {"PATH": os.environ["PATH"]}, NOBODY, nested=True)
        return BubblewrapSandbox().launch(spec, ()).argv

    def run(self, spec: SandboxSpec, *argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.argv(spec, *argv), capture_output=True, text=True, timeout=60, check=False)

    def python(self, program: str) -> subprocess.CompletedProcess[str]:
        argv = [*self._become(), sys.executable, "-c", program]
        return subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)

    def command(self, command: str, cwd: str = "/workspaces/one", **env: str) -> subprocess.CompletedProcess[str]:
        """One command of an agent: through the wrapper, inside the runtime's sandbox."""
        runtime = replace(self.runtime, cwd=cwd, env={**self.runtime.env, **env})
        return self.run(runtime, "/shell/bash", "-c", command)


def _text(path: Path | None) -> str | None:
    return path and str(path)
