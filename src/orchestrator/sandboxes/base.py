"""What a sandbox is: the folders, environment and identity a command gets, and how its command line is made."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from orchestrator.kit.errors import OrchestratorError
from orchestrator.sandboxes.limits import CommandLimits
from orchestrator.sandboxes.mounts import Mount
from orchestrator.sandboxes.network import SandboxNetwork


class SandboxUnavailable(OrchestratorError):
    """The bubblewrap sandbox was asked for and does not work here: {reason}."""

    status = 503
    code = "sandbox_unavailable"
    hint = (
        "Install bubblewrap 0.5 or newer (`apt install bubblewrap`, `dnf install bubblewrap`) and let it "
        "make user namespaces; `orchestrator doctor` shows every check. "
        "ORCHESTRATOR_SANDBOX=process runs agents without isolation."
    )


class SandboxNeedsIdentity(OrchestratorError):
    """A sandbox never runs a command as root, and no unprivileged identity was given for it."""

    code = "sandbox_needs_identity"
    hint = "Pass the tenant's identity (`tenant_identity`) in the sandbox's specification."


class PathNotInSandbox(OrchestratorError):
    """{path} is not mounted in this sandbox."""

    code = "path_not_in_sandbox"
    hint = "Mount the folder in the sandbox's specification, or name a path below one of its mounts."


class IdentityExhausted(OrchestratorError):
    """This machine's user namespace has no unprivileged user id left for tenant number {ordinal}."""

    status = 503
    code = "sandbox_identity_exhausted"
    hint = "Run the node as an ordinary user, or in a container whose user ids are not remapped."


@dataclass(frozen=True)
class Identity:
    """The unprivileged user that a tenant's processes run as when the orchestrator is root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class SandboxSpec:
    """`cwd` is a path inside. `nested` marks the layer around a runtime, in which command sandboxes start.

    Without a `network` of its own a sandbox has that of whoever starts it: the host's, or its runtime's.
    """

    mounts: tuple[Mount, ...]
    cwd: str
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    identity: Identity | None = None
    nested: bool = False
    network: SandboxNetwork | None = None
    groups: tuple[Path, ...] = ()
    """The control groups of a session, which its commands enter."""
    left: Path | None = None
    """Where it is written down what commands of the session leave running. Without it, a runtime runs none of them."""


@dataclass(frozen=True)
class Launch:
    """`env` is the whole environment to start `argv` with; `cwd` None means that `argv` changes there by itself.

    `pass_fds` are the descriptors that the process is to have besides the usual three.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str | None
    pass_fds: tuple[int, ...] = ()


class Sandbox(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def isolated(self) -> bool: ...

    @property
    def limits(self) -> CommandLimits | None:
        """What bounds commands; None when nothing does."""
        ...

    def launch(self, spec: SandboxSpec, argv: Sequence[str]) -> Launch: ...

    def inside(self, spec: SandboxSpec, host_path: Path) -> str:
        """Where the process sees a path of the host."""
        ...

    def write_shell(self, folder: Path) -> Path:
        """Writes the wrapper that a runtime gets as SHELL, and returns its path on the host."""
        ...

    def write_session_shell(self, folder: Path, session_id: str, spec: SandboxSpec) -> Path:
        """Prepares the sandbox of one session's commands: its mounts and environment, as the wrapper reads them."""
        ...


def seen_inside(spec: SandboxSpec, host_path: Path) -> str:
    """The path inside for a path of the host, through the deepest mount that holds it."""
    host_path = host_path.absolute()
    for mount in sorted(spec.mounts, key=lambda m: len(m.source.parts), reverse=True):
        source = mount.source.absolute()
        if host_path.is_relative_to(source):
            return str(PurePosixPath(mount.target) / host_path.relative_to(source).as_posix())
    raise PathNotInSandbox(path=host_path)


def seen_outside(spec: SandboxSpec, inside_path: str) -> Path:
    """The path on the host for a path inside; a path below no mount is the host's own already."""
    path = PurePosixPath(inside_path)
    for mount in sorted(spec.mounts, key=lambda m: len(PurePosixPath(m.target).parts), reverse=True):
        if path.is_relative_to(mount.target):
            return mount.source.absolute() / path.relative_to(mount.target)
    return Path(inside_path)


_LOCALE = ("LANG", "LANGUAGE", "TZ")
_CERTIFICATES = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "PIP_CERT",
)
# Only these folders of certificates are mounted, so a variable that names another place would break every request.
_CERTIFICATE_FOLDERS = ("/etc/ssl/certs", "/etc/ca-certificates", "/etc/pki", "/usr")


def host_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The few variables of the host that a sandbox may know: language, time zone, and public certificates."""
    known = {key: value for key, value in environ.items() if key in _LOCALE or key.startswith("LC_")}
    return {"LANG": "C.UTF-8"} | known | dict(_certificates(environ))


def _certificates(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key in _CERTIFICATES:
        value = environ.get(key)
        if value and any(Path(value).is_relative_to(folder) for folder in _CERTIFICATE_FOLDERS):
            yield key, value


def own_virtual_environment() -> Path | None:
    """The virtual environment the orchestrator itself runs from: no place for an agent's `python3`."""
    return Path(sys.prefix) if sys.prefix != sys.base_prefix else None
