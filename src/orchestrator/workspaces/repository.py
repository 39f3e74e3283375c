"""What a session may name as its repository: nothing, a path below an allowed root, or a URL without credentials."""

import asyncio
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from orchestrator.workspaces.errors import (
    GitFailed,
    RefNotFound,
    RepositoryNotFound,
    RepositoryNotGit,
    RepositoryOutsideRoots,
    RepositoryShallow,
    RepositoryUrlUnsupported,
)
from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.layout import repository_key

_SCP_LIKE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:(?![-/]?-)[^\s\x00-\x1f\x7f]+")
_SCHEMES = ("https", "http", "ssh")
_MAX_LENGTH = 2_000

_COMMIT = re.compile(r"[0-9a-f]{7,64}")


@dataclass(frozen=True)
class Origin:
    """Where a repository comes from. All `None`: there is none, and the session begins with an empty one.

    `anonymous` is what is fetched as anybody may, into a mirror of its own: one that a credential opened has more.
    """

    url: str | None = None
    path: Path | None = None
    anonymous: bool = False

    @property
    def location(self) -> str | None:
        return str(self.path) if self.path is not None else self.url

    @property
    def key(self) -> str:
        return repository_key(f"anonymous {self.location}" if self.anonymous else self.location or "")


def parse_reference(repository: str | None) -> Origin:
    """Read the reference without touching the disk or the network."""
    if repository is None or not repository.strip():
        return Origin()
    text = repository.strip()
    if len(text) > _MAX_LENGTH or re.search(r"[\x00-\x1f\x7f]", text):
        raise RepositoryUrlUnsupported(problem="it is too long or holds control characters")
    if text.startswith("file://"):
        return Origin(path=_path_of(text))
    if text.startswith(("/", "~")):
        return Origin(path=_expanded(text))
    if _SCP_LIKE.fullmatch(text):
        return Origin(url=text)
    return Origin(url=_checked_url(text))


def _path_of(text: str) -> Path:
    parts = urlsplit(text)
    if parts.netloc not in ("", "localhost"):
        raise RepositoryUrlUnsupported(problem="file:// cannot name another machine")
    return Path(unquote(parts.path))


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise RepositoryNotFound(repository=text[:200]) from None


def _checked_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise RepositoryUrlUnsupported(problem="it is not a well-formed URL") from None
    if parts.scheme not in _SCHEMES or not text.startswith(f"{parts.scheme}://"):
        raise RepositoryUrlUnsupported(problem="it is neither an absolute path nor a URL of a known kind")
    if not host or host.startswith("-") or not parts.path.strip("/") or " " in text:
        raise RepositoryUrlUnsupported(problem="a host and a path are needed")
    if parts.password is not None or (parts.username is not None and parts.scheme != "ssh"):
        raise RepositoryUrlUnsupported(problem="it carries a user name or password")
    if parts.username is not None and parts.username.startswith("-"):
        raise RepositoryUrlUnsupported(problem="the user name begins with a dash")
    return text


def _holds_pipes(git_dir: Path) -> bool:
    """Where git looks for files. It opens whatever is there, and of a pipe or a device waits for what may never come."""
    places = [git_dir, git_dir / "info", git_dir / "objects/info"]
    places += [Path(folder) for folder, _, _ in os.walk(git_dir / "refs")]
    return any(_is_special(place / name) for place in places if place.is_dir() for name in os.listdir(place))


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISSOCK(mode))


class RepositoryChecks:
    def __init__(self, git: Git, data_dir: Path, allowed_roots: tuple[Path, ...]) -> None:
        self._git = git
        self._data_dir = data_dir.resolve()
        self._roots = tuple(root.resolve() for root in allowed_roots)

    async def check(self, repository: str | None) -> Origin:
        """The origin with its path resolved; raises what is wrong with it. Never uses the network."""
        origin = parse_reference(repository)
        return origin if origin.path is None else Origin(path=await self._checked_path(origin.path))

    async def check_ref(self, origin: Origin, base_ref: str) -> None:
        """Of a local repository only, where it costs no network: raises RefNotFound."""
        if origin.path is None:
            return
        options = GitOptions(foreign=origin.path, accept=(0, 1, 128))
        if not base_ref.startswith("-") and not set(base_ref) & set("~^:"):
            whole = [base_ref] if base_ref.startswith("refs/") or _COMMIT.fullmatch(base_ref) else []
            for name in (f"refs/heads/{base_ref}", f"refs/tags/{base_ref}", *whole):
                arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
                if await self._git.text(None, *arguments, options=options):
                    return
        listing = ("for-each-ref", "--count=10", "--format=%(refname:lstrip=2)", "refs/heads/")
        branches = ", ".join((await self._git.text(None, *listing, options=options)).split("\n"))
        raise RefNotFound(ref=base_ref[:200], branches=branches or "none")

    async def _checked_path(self, path: Path) -> Path:
        if not path.is_absolute():
            raise RepositoryUrlUnsupported(problem="a path has to be absolute")
        lexical = Path(os.path.normpath(path))
        resolved = self._resolve(lexical)
        self._inside_roots(resolved, lexical)
        if not resolved.is_dir():
            raise RepositoryNotFound(repository=lexical)
        if await asyncio.to_thread(_holds_pipes, resolved / ".git" if (resolved / ".git").is_dir() else resolved):
            raise RepositoryNotGit(repository=lexical)
        for folder in await self._git_folders(resolved, lexical):
            # A `.git` file or symlink can lead anywhere, also to another tenant's mirror.
            self._inside_roots(folder, lexical)
        return resolved

    def _resolve(self, path: Path) -> Path:
        try:
            return path.resolve(strict=True)
        except (OSError, RuntimeError):
            # Outside the roots the answer is the same for what exists and what does not.
            self._inside_roots(path.resolve(strict=False), path)
            raise RepositoryNotFound(repository=path) from None

    def _inside_roots(self, folder: Path, named: Path) -> None:
        """The data directory is out of bounds below any root that holds it; a root inside it is meant as it is."""
        roots_of_it = [root for root in self._roots if folder.is_relative_to(root)]
        inside_data = folder.is_relative_to(self._data_dir)
        meant = [r for r in roots_of_it if not inside_data or (r != self._data_dir and r.is_relative_to(self._data_dir))]
        if not meant:
            roots = ", ".join(map(str, self._roots)) or "none"
            raise RepositoryOutsideRoots(repository=named, roots=roots)

    async def _git_folders(self, path: Path, named: Path) -> list[Path]:
        """The git directory, and the one it shares with other worktrees; the ceiling keeps git from looking above.

        Nothing can be fetched from a shallow clone into a mirror that is none: git leaves its branches out without a word.
        """
        options = GitOptions(foreign=path, env={"GIT_CEILING_DIRECTORIES": str(path.parent)})
        arguments = ("rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--is-shallow-repository")
        try:
            found = await self._git.text(None, *arguments, options=options)
        except GitFailed as failure:
            raise RepositoryNotGit(repository=named) from failure
        *folders, is_shallow = found.split("\n")
        if is_shallow == "true":
            raise RepositoryShallow(repository=named)
        return [Path(line).resolve() for line in folders]
