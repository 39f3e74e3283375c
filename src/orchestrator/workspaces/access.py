"""A credential for one git operation. Git reads it from memory: it is in no argument, variable, file or URL.

A token lies in an anonymous file that git inherits and its credential helper prints; a key in one that ssh opens
through our own `/proc` entry, since ssh closes what it inherits. Both are gone when the operation ends.
"""

import asyncio
import base64
import contextlib
import os
import shlex
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from orchestrator.workspaces.git import SSH, SSH_WITHOUT_KEY, GitOptions
from orchestrator.workspaces.reach import Reach

_HELPER = '!f() {{ test "$1" = get && cat /proc/self/fd/{fd}; }}; f'
"""`cat` opens the file anew, so that each call reads it from the beginning."""


@dataclass(frozen=True)
class Login:
    """What a remote asks for: a user and a password or token, or a private key and the host keys that are trusted.

    `learned` takes the host keys that were seen for the first time, where none was pinned. `of_whole_host` is one that
    opens whatever a server has, and so says nothing of whom the tenant knows there.
    """

    name: str
    username: str = ""
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    known_hosts: str = ""
    learned: Callable[[str], Awaitable[None]] | None = None
    of_whole_host: bool = False


Find = Callable[[str, str], Awaitable[Login | None]]
"""From a tenant's id and a URL to the login that the tenant has for it."""


async def nobody(_tenant_id: str, _url: str) -> Login | None:
    return None


@dataclass(frozen=True)
class Access:
    """How git reaches one remote for one operation. `login` is the credential's name, for what people read;
    `authorization` is what a request of HTTP carries that is not git's own.
    """

    login: str | None = None
    env: dict[str, str] = field(default_factory=dict[str, str])
    fds: tuple[int, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    authorization: str = field(default="", repr=False)

    def options(self, options: GitOptions) -> GitOptions:
        return replace(
            options, env=options.env | self.env, fds=options.fds + self.fds, secrets=options.secrets + self.secrets
        )


class Accesses:
    def __init__(self, find: Find = nobody, reach: Reach | None = None) -> None:
        self._find = find
        self._reach = reach

    async def trusts(self, tenant_id: str, location: str) -> bool:
        """Whether a person named the repository's owner: by a credential, or by a path on the orchestrator's machine."""
        if location.startswith("/"):
            return True
        login = await self._find(tenant_id, location)
        return login is not None and not login.of_whole_host

    @asynccontextmanager
    async def to(self, tenant_id: str, location: str | None, *, anonymous: bool = False) -> AsyncGenerator[Access]:
        """The access for one operation on this remote; a path needs none. Raises RepositoryAddressRefused."""
        if location is None or location.startswith("/"):
            yield Access()
            return
        as_whom = contextlib.nullcontext(Access()) if anonymous else self._as_whom(tenant_id, location)
        async with self._way_out(location) as (way_out, of_ssh), as_whom as access:
            yield replace(access, env={**access.env, **way_out, **_ssh_with(access, of_ssh)})

    @asynccontextmanager
    async def _way_out(self, location: str) -> AsyncGenerator[tuple[Mapping[str, str], tuple[str, ...]]]:
        """The variables, and the options of ssh."""
        if self._reach is None:
            yield {}, ()
            return
        of_ssh = await self._reach.check(location)
        async with self._reach.way_out(location) as variables:
            yield variables, of_ssh

    @asynccontextmanager
    async def _as_whom(self, tenant_id: str, location: str) -> AsyncGenerator[Access]:
        login = await self._find(tenant_id, location)
        if login is None:
            yield Access()
        elif login.private_key:
            async with _by_key(login) as access:
                yield access
        else:
            with _in_memory(f"username={login.username}\npassword={login.password}\n") as fd:
                yield _by_token(login, location, fd)


def _ssh_with(access: Access, options: Sequence[str]) -> dict[str, str]:
    name = "GIT_SSH_COMMAND"
    return {name: f"{access.env.get(name, SSH_WITHOUT_KEY)} {shlex.join(options)}"} if options else {}


def _by_token(login: Login, location: str, fd: int) -> Access:
    """The helper is asked for this scheme, host and port alone: where a redirect leads gets nothing."""
    parts = urlsplit(location)
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    env = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"credential.{origin}.helper",
        "GIT_CONFIG_VALUE_0": _HELPER.format(fd=fd),
    }
    pair = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
    return Access(login.name, env, (fd,), (login.password, pair), f"Basic {pair}")


@asynccontextmanager
async def _by_key(login: Login) -> AsyncGenerator[Access]:
    with tempfile.TemporaryDirectory(prefix="orchestrator-ssh-") as folder, _in_memory(login.private_key) as fd:
        hosts = Path(folder, "known_hosts")
        hosts.write_text(login.known_hosts)
        checking = "yes" if login.known_hosts.strip() else "accept-new"
        options = f"-oStrictHostKeyChecking={checking} -oUserKnownHostsFile={shlex.quote(str(hosts))}"
        command = f"{SSH} {options} -oGlobalKnownHostsFile=/dev/null -oHashKnownHosts=no -i /proc/{os.getpid()}/fd/{fd}"
        yield Access(login.name, {"GIT_SSH_COMMAND": command}, secrets=_lines_of(login.private_key))
        seen = await asyncio.to_thread(hosts.read_text)
        if login.learned is not None and not login.known_hosts.strip() and seen.strip():
            await login.learned(seen)


def _lines_of(key: str) -> tuple[str, ...]:
    return tuple(line for line in key.splitlines() if line and not line.startswith("-----"))


@contextlib.contextmanager
def _in_memory(content: str) -> Generator[int]:
    """A file that has never been on a disk, readable by our own account alone."""
    fd = os.memfd_create("credential", os.MFD_CLOEXEC)
    try:
        os.fchmod(fd, 0o600)
        with os.fdopen(os.dup(fd), "w") as file:
            file.write(content)
        yield fd
    finally:
        os.close(fd)
