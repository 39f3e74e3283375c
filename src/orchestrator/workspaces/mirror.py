"""The bare mirror of a repository, one a tenant: the only place that is fetched into and that publishes.

Refs: `refs/remotes/origin/*` and `refs/tags/*` follow the origin; `refs/heads/orchestrator/*` are results,
`refs/orchestrator/*` are bases, checkpoints and other commits that must never get lost. No fetch prunes those.
"""

import contextlib
import json
import os
import re
import secrets
import time
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from orchestrator.workspaces.access import Access, Accesses
from orchestrator.workspaces.asking import ask, asking
from orchestrator.workspaces.errors import (
    GitFailed,
    RefNotFound,
    RepositoryUnreachable,
)
from orchestrator.workspaces.git import EMAIL, NAME, Git, GitOptions
from orchestrator.workspaces.layout import TenantFolders, make_folder
from orchestrator.workspaces.locks import locked
from orchestrator.workspaces.refs import Refs
from orchestrator.workspaces.remotes import unreachable
from orchestrator.workspaces.removal import remove_tree
from orchestrator.workspaces.repository import Origin
from orchestrator.workspaces.slugs import PREFIX

FETCH_SECONDS = 900.0
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF_NAME = re.compile(r"(?!-)(?!.*(\.\.|@\{|//|\.lock(/|$)|[\x00-\x20\x7f~^:?*\[\\]))[^/].*(?<![/.])")
_NOTHING = sha256(b"").hexdigest()
_ORIGIN_FILE = "orchestrator-origin.json"


@dataclass(frozen=True)
class Base:
    """What a session starts from: a commit, the name under which it was found, and the key of its mirror."""

    repository_key: str
    base_ref: str
    commit: str


@dataclass(frozen=True)
class _Remote:
    """What the origin answered last: its HEAD, as a branch when it is one, and a digest of all its refs."""

    location: str | None
    head_ref: str | None
    head: str | None
    digest: str
    branches: tuple[str, ...] = ()
    object_format: str = "sha1"

    @property
    def empty(self) -> bool:
        return self.digest == _NOTHING


class Mirrors:
    def __init__(self, git: Git, accesses: Accesses) -> None:
        self._git = git
        self._accesses = accesses
        self.refs = Refs(git)
        self._asked_at: dict[Path, float] = {}

    async def prepare(self, folders: TenantFolders, origin: Origin, base_ref: str | None) -> Base:
        base_ref = None if base_ref in ("", "HEAD") else base_ref
        if base_ref is not None and not _REF_NAME.fullmatch(base_ref):
            raise RefNotFound(ref=base_ref, branches="(not asked: this is no name that git allows)")
        mirror = folders.mirror(origin.key)
        if not (base_ref and _COMMIT.fullmatch(base_ref) and await self.refs.commit_at(mirror, base_ref)):
            await self._refresh(folders, mirror, origin)
            await self._fetch_missing(folders, mirror, origin, base_ref)
        name, commit = await self._resolve(mirror, base_ref)
        os.utime(mirror)  # Its age is the time since it was used last.
        await self.refs.point(mirror, f"refs/orchestrator/bases/{commit}", commit)
        return Base(origin.key, name, commit)

    async def _refresh(self, folders: TenantFolders, mirror: Path, origin: Origin) -> None:
        """Ask the origin; a question that began after this call did answers for this call too."""
        called_at = time.monotonic()
        make_folder(folders.mirrors)
        async with locked(mirror.with_suffix(".fetch-lock")):
            if self._asked_at.get(mirror, -1.0) < called_at:
                asked_at = time.monotonic()
                await self._ask_and_fetch(folders, mirror, origin)
                self._asked_at[mirror] = asked_at

    async def _ask_and_fetch(self, folders: TenantFolders, mirror: Path, origin: Origin) -> None:
        if origin.location is None:
            remote = _Remote(None, "refs/heads/main", None, _NOTHING)
        else:
            remote = await self._ask(folders, origin)
        await self._create(mirror, remote.object_format)
        if self.origin_of(mirror) == remote:
            return
        if remote.empty:
            await self._settle_empty(mirror, remote)
        else:
            await self._fetch(folders, mirror, origin, remote)
        self._remember(mirror, remote)

    async def _ask(self, folders: TenantFolders, origin: Origin) -> _Remote:
        names = ("HEAD", "refs/heads/*", "refs/tags/*")
        async with self.talking_to(folders, origin) as access:
            options = access.options(asking())
            answer = await ask(self._git, str(origin.location), *names, flags=("--symref",), options=options)
        return await self._read_answer(origin, answer)

    async def trusts(self, folders: TenantFolders, location: str) -> bool:
        return await self._accesses.trusts(folders.root.name, location)

    @contextlib.asynccontextmanager
    async def talking_to(self, folders: TenantFolders, origin: Origin) -> AsyncGenerator[Access]:
        """One operation on the origin, with the tenant's credential for as long as it takes."""
        async with self._accesses.to(folders.root.name, origin.location, anonymous=origin.anonymous) as access:
            try:
                yield access
            except GitFailed as failure:
                raise unreachable(origin, failure, access) from failure

    async def _read_answer(self, origin: Origin, answer: bytes) -> _Remote:
        head_ref = head = None
        branches: list[str] = []
        for line in answer.decode("utf-8", "surrogateescape").splitlines():
            value, _, name = line.partition("\t")
            if name == "HEAD" and value.startswith("ref: "):
                head_ref = value.removeprefix("ref: ")
            elif name == "HEAD":
                head = value
            elif name.startswith("refs/heads/"):
                branches.append(name.removeprefix("refs/heads/"))
        if head_ref is None and head is None and origin.path is not None:
            head_ref = await self._unborn_branch(origin.path)
        kind = "sha256" if re.match(rb"(ref: [^\n]*\n)?[0-9a-f]{64}\t", answer) else "sha1"
        return _Remote(origin.location, head_ref, head, sha256(answer).hexdigest(), tuple(branches[:20]), kind)

    async def _unborn_branch(self, path: Path) -> str | None:
        options = GitOptions(foreign=path, accept=(0, 1, 128))
        return await self._git.text(None, "symbolic-ref", "--quiet", "HEAD", options=options) or None

    async def _fetch(self, folders: TenantFolders, mirror: Path, origin: Origin, remote: _Remote) -> None:
        refspecs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
        if remote.head is not None and remote.head_ref is None:
            refspecs.append("+HEAD:refs/orchestrator/origin-head")
        await self._fetch_refspecs(folders, mirror, origin, ["--prune", "--no-tags"], refspecs)

    async def _fetch_missing(self, folders: TenantFolders, mirror: Path, origin: Origin, base_ref: str | None) -> None:
        """A commit that no branch or tag leads to; most servers give it, some do not, and then it is not found."""
        if not (base_ref and origin.location and _COMMIT.fullmatch(base_ref)):
            return
        if await self.refs.commit_at(mirror, base_ref) is None:
            refspec = f"{base_ref}:refs/orchestrator/bases/{base_ref}"
            with contextlib.suppress(RepositoryUnreachable):
                await self._fetch_refspecs(folders, mirror, origin, ["--no-tags"], [refspec])

    async def _fetch_refspecs(
        self, folders: TenantFolders, mirror: Path, origin: Origin, flags: list[str], refspecs: list[str]
    ) -> None:
        arguments = (
            "fetch", "--quiet", "--no-write-fetch-head", "--no-auto-maintenance", "--refmap=",
            "--no-recurse-submodules", *flags, "--", str(origin.location), *refspecs,
        )  # fmt: skip

        async with self.talking_to(folders, origin) as access:

            async def fetch(lock_fd: int) -> None:
                options = GitOptions(timeout_seconds=FETCH_SECONDS, lock_fd=lock_fd, purpose="git fetch")
                await self._git.run(mirror, *arguments, options=access.options(options))

            await self.refs.writing(mirror, fetch)

    async def _create(self, mirror: Path, object_format: str) -> None:
        """A new mirror appears whole by a rename; in one that lost a part of its frame `git init` puts it back."""
        if all((mirror / part).exists() for part in ("HEAD", "config", "objects", "refs")):
            return
        for torn in mirror.parent.glob(f"{mirror.name}.*.tmp"):
            await remove_tree(torn)
        draft = mirror if mirror.exists() else mirror.with_name(f"{mirror.name}.{secrets.token_hex(4)}.tmp")
        arguments = ("init", "--quiet", "--bare", "--shared=0644", f"--object-format={object_format}")
        await self._git.run(None, *arguments, "--", str(draft))
        if draft != mirror:
            draft.chmod(0o755)
            draft.rename(mirror)

    async def _settle_empty(self, mirror: Path, remote: _Remote) -> None:
        """An empty repository gets one empty root commit, the same in every mirror, to be its base."""
        await self._git.run(mirror, "hash-object", "-t", "tree", "-w", "--stdin", options=GitOptions(stdin=b""))
        who = {"NAME": NAME, "EMAIL": EMAIL, "DATE": "2000-01-01T00:00:00Z"}
        env = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
        commit = await self._git.text(
            mirror, "commit-tree", EMPTY_TREE, "-m", "Empty repository", options=GitOptions(env=env)
        )
        branch = (remote.head_ref or "refs/heads/main").removeprefix("refs/heads/")
        await self.refs.point(mirror, f"refs/remotes/origin/{branch}", commit)

    async def _resolve(self, mirror: Path, base_ref: str | None) -> tuple[str, str]:
        remote = self.origin_of(mirror)
        name, candidates = _named(base_ref) if base_ref is not None else _default(remote)
        if found := await self.refs.first(mirror, candidates):
            return name or found, found
        raise RefNotFound(ref=base_ref or "HEAD", branches=await self._branches(mirror))

    async def in_default_branch(self, mirror: Path, commit: str) -> bool:
        """Whether people took the commit over. In a local repository one of our results may be checked out, which nobody
        has looked at yet.
        """
        name, candidates = _default(self.origin_of(mirror))
        tip = None if name.startswith(PREFIX) else await self.refs.first(mirror, candidates)
        if tip is None:
            return False
        options = GitOptions(accept=(0, 1))
        return (await self._git.run(mirror, "merge-base", "--is-ancestor", commit, tip, options=options)).exit_code == 0

    def default_tip(self, mirror: Path) -> str | None:
        """Where the origin's default branch stood when it was asked last; None where one of our results is checked out."""
        remote = self.origin_of(mirror)
        ours = remote is None or (remote.head_ref or "").removeprefix("refs/heads/").startswith(PREFIX)
        return None if remote is None or ours else remote.head

    async def _branches(self, mirror: Path) -> str:
        arguments = ("for-each-ref", "--count=10", "--format=%(refname:lstrip=3)", "refs/remotes/origin/")
        return ", ".join((await self._git.text(mirror, *arguments)).split("\n")) or "none"

    def origin_of(self, mirror: Path) -> _Remote | None:
        try:
            known = json.loads((mirror / _ORIGIN_FILE).read_text())
            return _Remote(**known | {"branches": tuple(known["branches"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def location_of(self, mirror: Path) -> str | None:
        remote = self.origin_of(mirror)
        return remote.location if remote else None

    @staticmethod
    def _remember(mirror: Path, remote: _Remote) -> None:
        draft = mirror / f"{_ORIGIN_FILE}.{secrets.token_hex(4)}.tmp"
        draft.write_text(json.dumps(asdict(remote)))
        draft.replace(mirror / _ORIGIN_FILE)


def _default(remote: _Remote | None) -> tuple[str, list[str]]:
    """The branch that the origin's HEAD names; a detached HEAD has none, and then the commit is its own name."""
    if remote is not None and remote.head_ref is None and remote.head is not None:
        return "", ["refs/orchestrator/origin-head"]
    branch = (remote.head_ref if remote and remote.head_ref else "refs/heads/main").removeprefix("refs/heads/")
    return branch, [f"refs/remotes/origin/{branch}"]


def _named(base_ref: str) -> tuple[str, list[str]]:
    """Where a name may be found: among the origin's branches, our own results, its tags, then as a commit."""
    if base_ref.startswith("refs/tags/"):
        return base_ref, [base_ref]
    short = base_ref.removeprefix("refs/heads/")
    candidates = [space + short for space in ("refs/remotes/origin/", "refs/heads/", "refs/tags/")]
    return base_ref, candidates + ([base_ref] if re.fullmatch(r"[0-9a-f]{7,64}", base_ref) else [])
