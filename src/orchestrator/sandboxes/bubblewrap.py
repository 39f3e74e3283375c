"""Isolation with bubblewrap: explicit read-only binds, an unprivileged user, private /tmp, and an end with the parent.

Every sandbox has a process namespace and a /proc of its own; its first process dies with the one that started the
sandbox, and everything in it with that. Around a runtime (`nested=True`) that /proc has to be whole, or the kernel
refuses the sandboxes inside one of their own. As root, bubblewrap covers parts of the /proc that it mounts: so there
`unshare` makes the namespace and mounts /proc, and bubblewrap binds it.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from orchestrator.sandboxes.base import (
    Identity,
    Launch,
    Mount,
    SandboxNeedsIdentity,
    SandboxSpec,
    SandboxUnavailable,
    host_environment,
    seen_inside,
)
from orchestrator.sandboxes.limits import CommandLimits
from orchestrator.sandboxes.shell import env_program, write_record_file, write_session_file, write_wrapper
from orchestrator.sandboxes.system_calls import filter_file
from orchestrator.sandboxes.toolchain import SYSTEM_FOLDERS, Toolchain, host_toolchain

# Public parts of /etc that tools need. Not among them: accounts, keys, and configuration that may hold a credential.
_ETC = (
    "alternatives", "ca-certificates", "crypto-policies", "fonts", "gai.conf", "host.conf", "hosts", "ld.so.cache",
    "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "os-release", "pki/ca-trust",
    "pki/tls/certs", "pki/tls/cert.pem", "protocols", "resolv.conf", "services", "ssl/certs", "ssl/cert.pem",
    "ssl/openssl.cnf", "terminfo", "timezone",
)  # fmt: skip
_ETC_PATTERNS = ("java-*", "python3*")
_SCRATCH = "/scratch"
# The accounts are made up, so that nothing of the host's users is seen and the identity still has a name.
_WITH_ACCOUNTS = """exec "$@" 8<<'PASSWD' 9<<'GROUP'{system_calls}
root:x:0:0:root:/:/bin/sh
agent:x:{uid}:{gid}:agent:/tmp:/bin/sh
PASSWD
root:x:0:
agent:x:{gid}:
GROUP
"""


class BubblewrapSandbox:
    name = "bubblewrap"
    isolated = True

    def __init__(self, toolchain: Toolchain | None = None, limits: CommandLimits | None = None) -> None:
        self._toolchain = toolchain
        self.limits = limits

    @property
    def toolchain(self) -> Toolchain:
        return self._toolchain or host_toolchain()

    def launch(self, spec: SandboxSpec, argv: Sequence[str]) -> Launch:
        """A child is killed with the *thread* that started it: start it from one that lives as long as the process."""
        identity = _identity(spec.identity)
        outside = _own_processes() if spec.nested and os.geteuid() == 0 else ()
        environment, variables = self._split_environment(spec)
        before, bounds = self._bounds(spec)
        command = (*bounds, *variables, *argv)
        inside = (*_become(spec.identity), *(spec.network.wrap(command) if spec.network else command))
        system_calls = filter_file(os.getpid())
        filtered = ("--seccomp", "7") if system_calls else ()
        bubblewrap = (*before, *outside, _program("bwrap"), *filtered, *self._arguments(spec), "--", *inside)
        accounts = _WITH_ACCOUNTS.format(
            uid=identity.uid,
            gid=identity.gid,
            system_calls=f" 7<{system_calls}" if system_calls else "",
        )
        descriptors = () if spec.network is None or spec.network.server is None else (spec.network.server,)
        return Launch(("/bin/sh", "-c", accounts, "sandbox", *bubblewrap), environment, None, descriptors)

    def _bounds(self, spec: SandboxSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Of a command that we start ourselves; a runtime bounds each of its commands.

        Root makes no user namespace, so there all processes of the tenant count together, and may be some more.
        """
        if self.limits is None or spec.nested:
            return (), ()
        processes = self.limits.limits.pids * (4 if os.geteuid() == 0 else 1)
        return self.limits.before(), self.limits.inside(processes)

    def inside(self, spec: SandboxSpec, host_path: Path) -> str:
        return seen_inside(spec, host_path)

    def write_shell(self, folder: Path) -> Path:
        return write_wrapper(folder, bubblewrap=_program("bwrap"), shell=_shell(), limits=self.limits)

    def write_session_shell(self, folder: Path, session_id: str, spec: SandboxSpec) -> Path:
        prepared = write_session_file(folder, session_id, _words(self.command_arguments(session_id, spec)))
        write_session_file(folder, session_id, _words(self.command_arguments(session_id, _looking_on(spec))), ".server")
        write_record_file(folder, session_id, spec.left)
        return prepared

    def command_arguments(self, session_id: str, spec: SandboxSpec) -> list[str]:
        """Arguments for the bubblewrap around one command.

        It runs inside the runtime's, so each mount is bound from where that one has it: from its target.

        A writable mount at /scratch/<session id> becomes the command's /tmp and keeps what it writes there; without
        one every command has a fresh /tmp.
        """
        scratch = f"{_SCRATCH}/{session_id}"
        mounts = [Mount(Path(m.target), "/tmp" if m.target == scratch else m.target, m.writable) for m in spec.mounts]  # noqa: S108 - the sandbox's own /tmp.
        environment = self._environment(spec.cwd, _variables(spec))
        return [
            *("--die-with-parent", "--new-session", "--unshare-all", "--share-net", "--cap-drop", "ALL"),
            *_filesystem(["--ro-bind", "/etc", "/etc"], ["--proc", "/proc"], self.toolchain.folders, mounts),
            "--clearenv",
            *(word for key, value in environment.items() for word in ("--setenv", key, value)),
        ]

    def _arguments(self, spec: SandboxSpec) -> Iterator[str]:
        made_outside = spec.nested and os.geteuid() == 0
        yield from ("--die-with-parent", "--unshare-ipc", "--unshare-uts")
        if not made_outside:
            yield "--unshare-pid"
        if not spec.nested:
            # A runtime's commands go into groups beside its own, which lie outside of a namespace of groups.
            yield "--unshare-cgroup-try"
            # A runtime stays in the process group it is started in, so that a polite signal to the group reaches it.
            yield "--new-session"
        if os.geteuid() != 0:
            # Root needs no user namespace: its mounts are out of reach because it becomes somebody else.
            yield from ("--unshare-user", "--cap-drop", "ALL")
        if spec.network is not None:
            yield "--unshare-net"
        mounts = (*spec.mounts, *(spec.network.mounts if spec.network else ()))
        proc = ["--bind", "/proc", "/proc"] if made_outside else ["--proc", "/proc"]
        yield from _filesystem(list(_etc()), proc, self.toolchain.folders, mounts)
        yield from ("--chdir", spec.cwd)

    def _split_environment(self, spec: SandboxSpec) -> tuple[dict[str, str], tuple[str, ...]]:
        """What the programs that make the sandbox have, and the words that set the rest inside it.

        A repository chooses variables of its commands, such as LD_PRELOAD: those programs run outside, and as root, so
        they must not know them. A runtime's are all our own, and secrets among them must not stand in a command line.
        """
        if spec.nested:
            return self._environment(spec.cwd, _variables(spec)), ()
        pairs = tuple(f"{key}={value}" for key, value in _variables(spec).items())
        return self._environment(spec.cwd, {}), (env_program(), *pairs) if pairs else ()

    def _environment(self, cwd: str, env: Mapping[str, str]) -> dict[str, str]:
        toolchain = self.toolchain
        base = {"PATH": toolchain.path, "HOME": "/tmp", "TMPDIR": "/tmp", "USER": "agent", "LOGNAME": "agent"}  # noqa: S108 - the sandbox's own /tmp.
        return base | {"TERM": "dumb", "SHELL": _shell(), "PWD": cwd} | toolchain.env | host_environment() | dict(env)


def _variables(spec: SandboxSpec) -> dict[str, str]:
    """What the specification says has the last word."""
    return {**(spec.network.variables if spec.network else {}), **spec.env}


def _own_processes() -> tuple[str, ...]:
    die_with_parent = (_program("setpriv"), "--pdeathsig=KILL", "--")
    return (*die_with_parent, _program("unshare"), "--pid", "--fork", "--kill-child", "--mount-proc", "--")


def _become(identity: Identity | None) -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    someone = _identity(identity)
    ids = (f"--reuid={someone.uid}", f"--regid={someone.gid}", "--clear-groups")
    return (_program("setpriv"), *ids, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--")


def _identity(identity: Identity | None) -> Identity:
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid())
    if identity is None or identity.uid == 0 or identity.gid == 0:
        raise SandboxNeedsIdentity()
    return identity


def _words(arguments: Iterable[str]) -> str:
    return "".join(f"{word}\0" for word in arguments)


def _looking_on(spec: SandboxSpec) -> SandboxSpec:
    """For what runs beside the agent's commands and its file tools: of the session's own it may write to /tmp alone."""
    mounts = (replace(one, writable=one.writable and one.target.startswith(f"{_SCRATCH}/")) for one in spec.mounts)
    return replace(spec, mounts=tuple(mounts))


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SandboxUnavailable(reason=f"the program `{name}` is not installed")
    return found


def _shell() -> str:
    return next((path for path in ("/usr/bin/bash", "/bin/bash") if Path(path).exists()), "/bin/sh")


def _filesystem(etc: list[str], proc: list[str], toolchain: Iterable[Path], mounts: Iterable[Mount]) -> Iterator[str]:
    mounts = sorted(mounts, key=lambda mount: len(PurePosixPath(mount.target).parts))
    folders = [folder for folder in toolchain if not _holds_data(folder, mounts)]
    yield from _system()
    yield from ("--perms", "0755", "--dir", "/etc", *etc, *proc, "--dev", "/dev")
    for private in ("/dev/shm", "/tmp", "/var/tmp"):  # noqa: S108 - private ones, made for this sandbox.
        yield from (*_parents([private]), "--perms", "1777", "--tmpfs", private)
    yield from _parents([*map(str, folders), *(mount.target for mount in mounts)])
    for folder in folders:
        yield from ("--ro-bind-try", str(folder), str(folder))
    for mount in mounts:
        yield from ("--bind" if mount.writable else "--ro-bind", str(mount.source), mount.target)
    yield from ("--remount-ro", "/")


def _holds_data(folder: Path, mounts: Iterable[Mount]) -> bool:
    """A folder of tools that holds what agents write would show the data of others beside it."""
    return any(mount.writable and mount.source.absolute().is_relative_to(folder) for mount in mounts)


def _system() -> Iterator[str]:
    for folder in SYSTEM_FOLDERS:
        if folder.is_symlink():
            yield from ("--symlink", os.readlink(folder), str(folder))
        elif folder.is_dir():
            yield from ("--ro-bind", str(folder), str(folder))


def _etc() -> Iterator[str]:
    yield from (
        "--perms",
        "0644",
        "--ro-bind-data",
        "8",
        "/etc/passwd",
        "--perms",
        "0644",
        "--ro-bind-data",
        "9",
        "/etc/group",
    )
    root = Path("/etc")
    found = [root / name for name in _ETC] + [path for pattern in _ETC_PATTERNS for path in sorted(root.glob(pattern))]
    existing = [str(path) for path in found if path.exists()]
    yield from (word for word in _parents(existing))
    for path in existing:
        yield from ("--ro-bind", path, path)


def _parents(targets: Iterable[str]) -> Iterator[str]:
    """Folders above mounts are made first: those that bubblewrap makes by itself nobody but their owner may pass."""
    made = {"/", "/etc", "/dev", "/tmp", "/usr"}  # noqa: S108 - made before.
    for target in targets:
        for parent in reversed(PurePosixPath(target).parents):
            if str(parent) not in made:
                made.add(str(parent))
                yield from ("--perms", "0755", "--dir", str(parent))
