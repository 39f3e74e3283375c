"""Submodules of a repository: what its `.gitmodules` may name, and the mirrors that their files come from.

The control plane fetches them, each into a mirror of the tenant's, with the tenant's credential for that address. Where
they come from is read at the base commit, where no agent can have written it. But a stranger may have: so a repository
whose owner the tenant does not know is lent no credential for what belongs to somebody else.
"""

import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.remembered import Remembered
from orchestrator.workspaces.config import RepositoryConfig
from orchestrator.workspaces.errors import GitFailed, SubmoduleRefused, SubmoduleUnavailable
from orchestrator.workspaces.git import OF_A_COMMIT_SECONDS, Git, GitOptions
from orchestrator.workspaces.layout import TenantFolders
from orchestrator.workspaces.mirror import Base, Mirrors
from orchestrator.workspaces.repository import Origin, RepositoryChecks, parse_reference

FILE = ".gitmodules"
MOST, DEEPEST = 50, 5
_SCP = re.compile(r"(?P<host>[^/:]+@[^/:]+):(?P<path>.*)")
_NOT_LENT = "{problem} No credential was lent for it: no credential of the tenant is for the owner of {own}."
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Part:
    """Files of another repository at a path of the worktree."""

    path: str
    commit: str
    mirror: Path


@dataclass(frozen=True)
class _Declared:
    path: str
    url: str


class Submodules:
    def __init__(self, git: Git, mirrors: Mirrors, checks: RepositoryChecks) -> None:
        self._git = git
        self._mirrors = mirrors
        self._checks = checks
        self._known = Remembered[tuple[Path, str], list[_Declared]](OF_A_COMMIT_SECONDS)

    async def ready(self, folders: TenantFolders, base: Base, commit: str, config: RepositoryConfig) -> tuple[Part, ...]:
        """Those of the commit, fetched. Raises SubmoduleRefused and SubmoduleUnavailable.

        A commit that an agent made up for one of them is left out: its folder stays empty.
        """
        if not config.submodules:
            return ()
        found: list[Part] = []
        await self._collect(folders, folders.mirror(base.repository_key), base.commit, commit, found)
        return tuple(found)

    async def paths(self, mirror: Path, commit: str) -> list[str]:
        declared = await self._declared(mirror, commit)
        return sorted(await self._pointers(mirror, commit, declared))

    async def _collect(
        self,
        folders: TenantFolders,
        mirror: Path,
        base: str,
        commit: str,
        found: list[Part],
        above: str = "",
        depth: int = 1,
    ) -> None:
        declared = await self._declared(mirror, base)
        known = await self._pointers(mirror, base, declared)
        pointers = known if commit == base else await self._pointers(mirror, commit, declared)
        for one in declared:
            if (pointer := pointers.get(one.path)) is None:
                continue
            path = f"{above}{one.path}"
            if len(found) >= MOST or depth > DEEPEST:
                raise SubmoduleRefused(path=path, problem=f"there are more than {MOST}, or they lie too deep")
            try:
                part = await self._fetched(folders, mirror, one, pointer)
            except SubmoduleUnavailable:
                if known.get(one.path) == pointer:
                    raise
                continue
            found.append(Part(path, pointer, part))
            await self._collect(folders, part, pointer, pointer, found, f"{path}/", depth + 1)

    async def _fetched(self, folders: TenantFolders, parent: Path, declared: _Declared, pointer: str) -> Path:
        own, origin = self._mirrors.location_of(parent) or "", await self._origin(parent, declared)
        if origin.url is not None and _owner(own) != _owner(origin.url) and not await self._mirrors.trusts(folders, own):
            origin = replace(origin, anonymous=True)
        try:
            await self._mirrors.prepare(folders, origin, pointer)
        except OrchestratorError as error:
            problem = error.message if not origin.anonymous else _NOT_LENT.format(problem=error.message, own=own)
            raise SubmoduleUnavailable(path=declared.path, url=declared.url, problem=problem) from error
        return folders.mirror(origin.key)

    async def _declared(self, mirror: Path, commit: str) -> list[_Declared]:
        return await self._known.get((mirror, commit), partial(self._read_declared, mirror, commit))

    async def _read_declared(self, mirror: Path, commit: str) -> list[_Declared]:
        options = GitOptions(accept=(0, 1, 128))
        present = await self._git.run(mirror, "cat-file", "-t", f"{commit}:{FILE}", options=options)
        if present.text != "blob":
            return []
        try:
            listing = await self._git.run(mirror, "config", "--blob", f"{commit}:{FILE}", "-z", "--list")
        except GitFailed as error:
            raise SubmoduleRefused(path=FILE, problem="it is no configuration that git can read") from error
        return _read(listing.stdout.decode("utf-8", "replace"))

    async def _pointers(self, mirror: Path, commit: str, declared: list[_Declared]) -> dict[str, str]:
        if not declared:
            return {}
        options = GitOptions(env={"GIT_LITERAL_PATHSPECS": "1"})
        paths = [one.path for one in declared]
        listing = await self._git.run(mirror, "ls-tree", "-z", "--full-tree", commit, "--", *paths, options=options)
        found: dict[str, str] = {}
        for line in filter(None, listing.stdout.decode("utf-8", "replace").split("\0")):
            facts, _, path = line.partition("\t")
            mode, _, oid = facts.split(" ")[:3]
            if mode == "160000":
                found[path] = oid
        return found

    async def _origin(self, parent: Path, declared: _Declared) -> Origin:
        own = self._mirrors.location_of(parent) or ""
        problem = SubmoduleRefused(
            path=declared.path, problem=f"its address {declared.url[:200]!r} is not one to fetch from"
        )
        location = _resolved(own, declared.url)
        if location is None:
            raise problem
        try:
            origin = parse_reference(location)
            if origin.path is not None:
                # A path of this machine is named by people, never by a repository that came from elsewhere.
                if not own.startswith("/") or location.startswith("file:"):
                    raise problem
                return await self._checks.check(location)
        except SubmoduleRefused:
            raise
        except OrchestratorError as error:
            raise SubmoduleRefused(path=declared.path, problem=error.message) from error
        return origin


def _read(listing: str) -> list[_Declared]:
    """Raises SubmoduleRefused for a name or path that git itself would refuse, or that could be taken for an option."""
    values: dict[str, dict[str, str]] = {}
    for entry in filter(None, listing.split("\0")):
        key, _, value = entry.partition("\n")
        if key.startswith("submodule."):
            name, _, field = key.removeprefix("submodule.").rpartition(".")
            values.setdefault(name, {})[field] = value
    declared = [_Declared(fields["path"], fields["url"]) for fields in values.values() if {"path", "url"} <= set(fields)]
    for name, fields in values.items():
        for text in (name, fields.get("path", name), fields.get("url", "x")):
            if text.startswith("-") or _CONTROL.search(text) or not text:
                raise SubmoduleRefused(
                    path=name, problem="its name, path or address begins with a dash or holds strange characters"
                )
        for text in (name, fields.get("path", name)):
            parts = text.split("/")
            if text.startswith("/") or "\\" in text or {"..", ".", ".git"} & {part.lower() for part in parts}:
                raise SubmoduleRefused(path=name, problem="its name or path leads out of the repository")
    if len(declared) > MOST:
        raise SubmoduleRefused(path=FILE, problem=f"it names more than {MOST}")
    return declared


def _resolved(own: str, url: str) -> str | None:
    """A relative address begins where the repository itself comes from; None when it climbs too high."""
    if not url.startswith(("./", "../")):
        return url
    head, path = _split(own)
    parts = [part for part in path.split("/") if part]
    for step in url.split("/"):
        if step == "..":
            if not parts:
                return None
            parts.pop()
        elif step not in ("", "."):
            parts.append(step)
    return head + "/".join(parts) if parts else None


def _owner(location: str) -> tuple[str, str]:
    """The server, and the first part of the path where a repository is not right at the top."""
    head, path = _split(location)
    owner, below, _ = path.strip("/").partition("/")
    return head.rpartition("://")[2].rpartition("@")[2].strip("/:").lower(), owner.lower() if below else ""


def _split(location: str) -> tuple[str, str]:
    if location.startswith("/"):
        return "/", location
    if "://" in location:
        parts = urlsplit(location)
        return f"{parts.scheme}://{parts.netloc}/", parts.path
    found = _SCP.fullmatch(location)
    return (f"{found['host']}:", found["path"]) if found else ("", "")
