"""Git as the control plane runs it: on our own mirrors, and for a moment on a person's repository, never in a `.git`
that an agent owns, because there hooks, fsmonitor and filters would be the agent's programs.
"""

import asyncio
import contextlib
import os
import shutil
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from orchestrator.kit.owned_process import OwnedProcess
from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import Identity
from orchestrator.workspaces.errors import GitFailed, GitTimedOut
from orchestrator.workspaces.layout import make_folder

LOCAL_SECONDS = 60.0
_DRAIN_SECONDS = 1.0
SSH = "ssh -F none -oBatchMode=yes -oConnectTimeout=15 -oIdentitiesOnly=yes -oIdentityAgent=none -oClearAllForwardings=yes"
SSH_WITHOUT_KEY = f"{SSH} -oIdentityFile=none -oStrictHostKeyChecking=accept-new -oUserKnownHostsFile=/dev/null"
"""Of the keys of the account that we run under, none is every tenant's to use."""
MOST_MEMORY = "4g"
"""In one piece: an object may say of itself that it is of any size, and git believes it. The list of the objects of the
largest repositories there are is one piece."""
NAME, EMAIL = "OpenCode Orchestrator", "orchestrator@localhost"

# Repositories with a long history hold objects that git itself once wrote in these forms; they are harmless.
_OLD_FORMS = (
    "badTimezone", "missingTimezone", "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "missingNameBeforeEmail",
    "missingEmail", "badEmail", "badDate", "badDateOverflow", "zeroPaddedDate", "zeroPaddedFilemode", "badFilemode",
    "missingTaggerEntry", "badTagName", "nullSha1", "duplicateEntries", "multipleAuthors", "missingAuthor",
)  # fmt: skip

_CONFIG: dict[str, str] = {
    "user.name": NAME,
    "user.email": EMAIL,
    "safe.directory": "*",
    "init.defaultBranch": "main",
    "init.templateDir": "",
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.fsync": "committed,loose-object,reference",
    "core.fsyncMethod": "batch",
    "core.logAllRefUpdates": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "advice.detachedHead": "false",
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "protocol.http.allow": "always",
    "protocol.ssh.allow": "always",
    "protocol.file.allow": "always",
    "http.followRedirects": "initial",
    "http.lowSpeedLimit": "100",
    "http.lowSpeedTime": "60",
    "fetch.fsckObjects": "true",
    **{f"fetch.fsck.{name}": "ignore" for name in _OLD_FORMS},
}

# What reaches a network fetch from the operator's environment: the way out of a company's network, no credentials.
_NETWORK_VARIABLES = (
    "http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO",
)  # fmt: skip


@dataclass(frozen=True)
class GitResult:
    exit_code: int
    stdout: bytes
    stderr: str
    truncated: bool = False

    @property
    def complaint(self) -> str:
        return tail(self.stderr) or f"exit code {self.exit_code}"

    @property
    def text(self) -> str:
        return self.stdout.decode("utf-8", "surrogateescape").strip()


@dataclass(frozen=True)
class GitOptions:
    """How one git command runs. `foreign` is a person's repository to run it in, and `user` that repository's owner,
    when we are root and the owner is not. `lock_fd` is a held lock that git keeps holding if it outlives us. `fds` are
    inherited by git as well, and `secrets` are what its words are cleared of before anybody reads them. `memory_bytes` is
    what each process of it may have, where the system can bound that.
    """

    timeout_seconds: float = LOCAL_SECONDS
    stdin: bytes = b""
    stdin_file: Path | None = None
    stdout_file: Path | None = None
    output_limit: int | None = None
    memory_bytes: int | None = None
    accept: tuple[int, ...] = (0,)
    user: Identity | None = None
    foreign: Path | None = None
    lock_fd: int | None = None
    fds: tuple[int, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    env: dict[str, str] = field(default_factory=dict[str, str])
    purpose: str = "git"


DEFAULT = GitOptions()
OF_A_COMMIT_SECONDS = 3_600.0
"""How long what a commit says is remembered: it never changes, but memory is not for ever."""


class Git:
    def __init__(self, data_dir: Path, ledger: ProcessLedger) -> None:
        self._home = data_dir / "git-home"
        self._config = data_dir / "gitconfig"
        self._ledger = ledger
        self._written = False

    async def run(self, git_dir: Path | None, *args: str, options: GitOptions = DEFAULT) -> GitResult:
        """Run `git <args>`; an exit code that is not in `options.accept` raises GitFailed with git's own words."""
        self._write_config()
        argv = [*_bounded(options.memory_bytes), "git", *_where(git_dir, options.foreign), *args]
        result = await self._execute(argv, args[0], options)
        if result.exit_code not in options.accept and not result.truncated:
            raise GitFailed(command=args[0], detail=result.complaint)
        return result

    async def text(self, git_dir: Path | None, *args: str, options: GitOptions = DEFAULT) -> str:
        return (await self.run(git_dir, *args, options=options)).text

    async def _execute(self, argv: Sequence[str], command: str, options: GitOptions) -> GitResult:
        with contextlib.ExitStack() as files:
            errors = files.enter_context(tempfile.TemporaryFile())
            source = files.enter_context(options.stdin_file.open("rb")) if options.stdin_file else None
            sink = files.enter_context(options.stdout_file.open("wb")) if options.stdout_file else PIPE
            owned = await self._ledger.spawn(
                argv,
                purpose=options.purpose,
                env=self._environment(options),
                cwd="/",
                stdin=source if source is not None else PIPE if options.stdin else DEVNULL,
                stdout=sink,
                stderr=errors,
                pass_fds=options.fds if options.lock_fd is None else (*options.fds, options.lock_fd),
                user=options.user.uid if options.user else None,
                group=options.user.gid if options.user else None,
                leaves_nobody=True,
            )
            output, truncated = await self._finish(owned, command, options)
            errors.seek(0)
            complaints = cleared(errors.read(1 << 16).decode(errors="replace"), options.secrets)
            return GitResult(owned.returncode or 0, _cleared(output, options.secrets), complaints, truncated)

    async def _finish(self, owned: OwnedProcess, command: str, options: GitOptions) -> tuple[bytes, bool]:
        done = False
        try:
            async with asyncio.timeout(options.timeout_seconds):
                output, truncated = await _communicate(owned, options)
                if not truncated:
                    await owned.process.wait()
                    done = True
        except TimeoutError:
            raise GitTimedOut(command=command, timeout_seconds=options.timeout_seconds) from None
        finally:
            # Our own git leaves no children behind when it ends well, so the search for some is saved then.
            await self._end(owned, done)
        return output, truncated

    async def _end(self, owned: OwnedProcess, done: bool) -> None:
        if done:
            self._ledger.remove(owned.record)
        else:
            await asyncio.shield(_cut_short(owned))

    def _environment(self, options: GitOptions) -> dict[str, str]:
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._home),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self._config),
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_ALLOC_LIMIT": MOST_MEMORY,
            "GIT_SSH_COMMAND": SSH_WITHOUT_KEY,
            "GIT_SSH_VARIANT": "ssh",
            # It overrules any protocol.*.allow that a repository's own configuration brings.
            "GIT_ALLOW_PROTOCOL": "file:http:https:ssh",
        }
        env.update({name: os.environ[name] for name in _NETWORK_VARIABLES if name in os.environ})
        if options.user is not None:
            env.update(_config_in_environment())
        return env | options.env

    def _write_config(self) -> None:
        if self._written and self._config.exists():
            return
        make_folder(self._home, mode=0o700)
        draft = self._config.with_name(f"gitconfig.{os.getpid()}.tmp")
        draft.write_text("".join(_config_lines()))
        draft.replace(self._config)
        self._written = True


def _bounded(memory_bytes: int | None) -> list[str]:
    prlimit = shutil.which("prlimit")
    return [prlimit, f"--data={memory_bytes}", "--core=0", "--"] if memory_bytes and prlimit else []


def _where(git_dir: Path | None, foreign: Path | None) -> list[str]:
    """A person's repository may name hooks and monitors in its own configuration; the command line overrules that."""
    if foreign is not None:
        return ["-C", str(foreign), "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"]
    return [] if git_dir is None else [f"--git-dir={git_dir}"]


async def _communicate(owned: OwnedProcess, options: GitOptions) -> tuple[bytes, bool]:
    if options.output_limit is None:
        output, _ = await owned.process.communicate(options.stdin or None)
        return output or b"", False
    stream, chunks = owned.process.stdout, bytearray()
    while stream is not None and (chunk := await stream.read(1 << 16)):
        chunks += chunk
        if len(chunks) > options.output_limit:
            return bytes(chunks[: options.output_limit]), True
    return bytes(chunks), False


async def _cut_short(owned: OwnedProcess) -> None:
    """Its pipe is read to its end as well: until then it stays open."""
    await owned.stop(grace_seconds=1)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while owned.process.stdout is not None and await owned.process.stdout.read(1 << 16):
                pass


def _config_lines() -> list[str]:
    lines: list[str] = []
    for key, value in _CONFIG.items():
        section, _, name = key.rpartition(".")
        head, _, sub = section.partition(".")
        heading = f'[{head} "{sub}"]' if sub else f"[{head}]"
        lines.append(f'{heading}\n\t{name} = "{value}"\n')
    return lines


def _config_in_environment() -> dict[str, str]:
    """The same configuration for a git that runs as another user, who cannot read our data directory."""
    env = {"GIT_CONFIG_GLOBAL": "/dev/null", "HOME": "/nonexistent", "GIT_CONFIG_COUNT": str(len(_CONFIG))}
    for number, (key, value) in enumerate(_CONFIG.items()):
        env[f"GIT_CONFIG_KEY_{number}"] = key
        env[f"GIT_CONFIG_VALUE_{number}"] = value
    return env


def cleared(text: str, secrets: Sequence[str]) -> str:
    """A server may say back what it was sent."""
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text


def _cleared(output: bytes, secrets: Sequence[str]) -> bytes:
    for secret in secrets:
        output = output.replace(secret.encode(), b"[secret]")
    return output


def tail(text: str, characters: int = 800) -> str:
    """The end of git's complaint on one line, without its prefixes for people at a terminal."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("hint:")]
    return " ".join(lines)[-characters:]
