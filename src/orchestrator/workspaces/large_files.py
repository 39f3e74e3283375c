"""Files of Git LFS on their way: from the repository that a session names into the mirror's store, and back to it.

Where they come from follows from the repository's own address alone. What a repository says of other places, in
`.lfsconfig` or in its history, is not read.
"""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.workspaces.errors import LfsAbsent, LfsContentElsewhere, LfsUnavailable
from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.layout import TenantFolders
from orchestrator.workspaces.lfs import LfsReader, Pointer, Store, place_of
from orchestrator.workspaces.lfs_filters import plain_attributes
from orchestrator.workspaces.lfs_server import LfsServer, lfs_server, lfs_url
from orchestrator.workspaces.lfs_ssh import ask_over_ssh
from orchestrator.workspaces.locks import locked
from orchestrator.workspaces.mirror import Base, Mirrors
from orchestrator.workspaces.packs import PACK_SECONDS
from orchestrator.workspaces.repository import Origin, parse_reference

LFS_SECONDS = 1800.0
MOST_BYTES = 2 * 1024 * 1024 * 1024


_TAKE = (
    "!f() { d=$(git rev-parse --path-format=absolute --git-common-dir)/lfs/objects/$1; "
    '[ -f "$d/$2" ] || { mkdir -p "$d" && cat > "$d/$2.tmp" && mv -f "$d/$2.tmp" "$d/$2"; }; }; f'
)


@dataclass(frozen=True)
class LargeFilesState:
    """`attributes` is None for a repository without Git LFS; `lacking` says why some files are mere pointers."""

    attributes: str | None = None
    lacking: str = ""


class LargeFiles:
    def __init__(
        self, git: Git, mirrors: Mirrors, most_bytes: int = MOST_BYTES, shared: ArtifactStore | None = None
    ) -> None:
        """`shared` has what sessions made and no server has yet, for the other nodes."""
        self._git = git
        self._mirrors = mirrors
        self._most_bytes = most_bytes
        self._shared = shared
        self._shared_already: set[str] = set()
        self._reader = LfsReader(git)

    async def ready(self, folders: TenantFolders, base: Base, commit: str) -> LargeFilesState:
        """Have the files of the commit in the mirror's store, as far as they can be had.

        Raises LfsUnavailable, LfsContentElsewhere, and what a refusal of the remote means.
        """
        mirror = folders.mirror(base.repository_key)
        if not await self._reader.uses(mirror, base.commit):
            return LargeFilesState()
        store = Store(mirror)
        await asyncio.to_thread(store.make)
        at_base = await self._reader.of_commit(mirror, base.commit)
        here = at_base if commit == base.commit else await self._reader.of_commit(mirror, commit)
        await self._take_shared(folders, mirror, store, commit)
        lacking = await self._fetch_missing(folders, mirror, store, sorted(here.pointers, key=lambda one: one.oid))
        _refuse_lost(store.lacks(here.pointers - at_base.pointers))
        return LargeFilesState(plain_attributes(at_base.plain), lacking)

    async def _fetch_missing(self, folders: TenantFolders, mirror: Path, store: Store, pointers: Sequence[Pointer]) -> str:
        """Why some of them are not here, or nothing."""
        if not await asyncio.to_thread(store.lacks, pointers):
            return ""
        total = sum(pointer.size for pointer in pointers)
        if total > self._most_bytes:
            return f"together they have {total} bytes, and a session may have {self._most_bytes} (ORCHESTRATOR_LFS_BYTES)"
        async with locked(mirror.with_suffix(".lfs-lock"), timeout_seconds=LFS_SECONDS):
            missing = await asyncio.to_thread(store.lacks, pointers)
            try:
                await self._fetch(folders, mirror, store, missing)
            except LfsAbsent as error:
                return error.message
            left = await asyncio.to_thread(store.lacks, missing)
        return f"{len(left)} of {len(pointers)} are not in the repository's own store" if left else ""

    async def _fetch(self, folders: TenantFolders, mirror: Path, store: Store, missing: Sequence[Pointer]) -> None:
        location = self._mirrors.location_of(mirror)
        if location is None or not missing:
            return
        origin = parse_reference(location)
        if origin.path is not None:
            source = Store(await self._git_folder(origin.path))
            await asyncio.to_thread(_copy, source, store, missing)
            return
        async with self._server(folders, origin, "download") as server:
            await server.download(missing, store)

    async def upload(self, folders: TenantFolders, base: Base, origin: Origin, commit: str) -> None:
        """What the result brings along, before the branch that points to it. Raises LfsUnavailable and the like."""
        mirror = folders.mirror(base.repository_key)
        if not await self._reader.uses(mirror, base.commit):
            return
        store, new = Store(mirror), await self._reader.new_in(mirror, commit)
        await asyncio.to_thread(store.make)
        await self._take_shared(folders, mirror, store, commit)
        lacking = set(await asyncio.to_thread(store.lacks, new))
        _refuse_lost(lacking - (await self._reader.of_commit(mirror, base.commit)).pointers if lacking else lacking)
        if sendable := [pointer for pointer in new if pointer not in lacking]:
            async with self._server(folders, origin, "upload") as server:
                await server.upload(sendable, store)

    async def hand_over(self, folders: TenantFolders, base: Base, commit: str, there: GitOptions) -> None:
        """Into the person's repository that `there` names, with the rights of its owner. Raises GitFailed."""
        mirror = folders.mirror(base.repository_key)
        if not await self._reader.uses(mirror, base.commit):
            return
        store, new = Store(mirror), await self._reader.new_in(mirror, commit)
        lacking = set(await asyncio.to_thread(store.lacks, new))
        for pointer in new:
            if pointer not in lacking:
                options = replace(there, stdin_file=store.path(pointer.oid), timeout_seconds=PACK_SECONDS)
                words = (str(Path(place_of(pointer.oid)).parent), pointer.oid)
                await self._git.run(None, "-c", f"alias.take-large-file={_TAKE}", "take-large-file", *words, options=options)

    async def share(self, folders: TenantFolders, base: Base, commit: str) -> None:
        """What the commit has and no server, for other nodes. Raises ArtifactStoreUnusable."""
        mirror = folders.mirror(base.repository_key)
        if self._shared is None or not await self._reader.uses(mirror, base.commit):
            return
        store = Store(mirror)
        for pointer in await self._reader.new_in(mirror, commit):
            path, file = _shared_path(folders, pointer), store.path(pointer.oid)
            if path not in self._shared_already and file.is_file():
                await asyncio.to_thread(self._shared.put, path, file)
                self._shared_already.add(path)

    async def _take_shared(self, folders: TenantFolders, mirror: Path, store: Store, commit: str) -> None:
        if self._shared is None:
            return
        for pointer in await asyncio.to_thread(store.lacks, await self._reader.new_in(mirror, commit)):
            draft = await asyncio.to_thread(store.draft)
            try:
                await asyncio.to_thread(self._shared.get, _shared_path(folders, pointer), draft)
                await asyncio.to_thread(store.admit, draft, pointer.oid)
            except FileNotFoundError:
                continue
            finally:
                draft.unlink(missing_ok=True)

    @asynccontextmanager
    async def _server(self, folders: TenantFolders, origin: Origin, operation: str) -> AsyncGenerator[LfsServer]:
        location = str(origin.location)
        try:
            async with asyncio.timeout(LFS_SECONDS):
                if location.startswith(("https://", "http://")):
                    async with (
                        self._mirrors.talking_to(folders, origin) as access,
                        lfs_server(lfs_url(location), access, {}) as server,
                    ):
                        yield server
                    return
                async with self._mirrors.talking_to(folders, origin) as access:
                    told = await ask_over_ssh(self._git, location, operation, access)
                async with self._mirrors.talking_to(folders, parse_reference(told.href)) as way:
                    # What it says is not of the tenant's naming, so no other credential of the tenant goes there.
                    way = replace(way, login=access.login, authorization="", secrets=tuple(told.header.values()))
                    async with lfs_server(told.href, way, told.header) as server:
                        yield server
        except TimeoutError:
            raise LfsUnavailable(url=location, problem=f"it took longer than {LFS_SECONDS:.0f} seconds") from None

    async def _git_folder(self, path: Path) -> Path:
        options = GitOptions(foreign=path, env={"GIT_CEILING_DIRECTORIES": str(path.parent)})
        return Path(await self._git.text(None, "rev-parse", "--path-format=absolute", "--git-common-dir", options=options))


def _shared_path(folders: TenantFolders, pointer: Pointer) -> str:
    """Of all sessions of the tenant: the name is the content's."""
    return f"{folders.root.name}/lfs/{pointer.oid}"


def _refuse_lost(own: Collection[Pointer]) -> None:
    """Files that no server has, so that a pointer to them is worth nothing."""
    if own:
        raise LfsContentElsewhere(count=len(own), oid=min(one.oid for one in own)[:12])


def _copy(source: Store, store: Store, pointers: Sequence[Pointer]) -> None:
    for pointer in pointers:
        store.take(source.path(pointer.oid), pointer.oid, pointer.size)
