"""The file of a checkpoint in the artifact store: what a node that knows nothing of the session needs to go on with it.

A tar archive with `checkpoint.json` (whose it is), `conversation.json.zst` and `children/*.json.zst` (as `opencode export`
prints them), and `commits.pack`: the git objects that the origin lacks. Its name holds the digest of its content, so a
file never changes, and two that write at once never meet. Large packs build upon that of an earlier checkpoint, the
anchor, and upon no more than that one.
"""

import asyncio
import hashlib
import io
import json
import tarfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import zstandard

from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.clock import now
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.ids import new_id
from orchestrator.opencode.snapshots import Exported
from orchestrator.sessions.errors import CheckpointUnusable
from orchestrator.sessions.models import Checkpoint, CheckpointKind
from orchestrator.workspaces import Base, Workspaces, checkpoint_ref, remove_tree

FORMAT = 1
ANCHOR_BYTES = 1024 * 1024
"""Commits below this size are stored whole each time."""
_CONVERSATION, _CHILDREN, _FACTS, _PACK = "conversation.json.zst", "children/", "checkpoint.json", "commits.pack"


class CheckpointDamaged(OrchestratorError):
    """The checkpoint {path} cannot be used: {problem}."""

    status = 500
    code = "checkpoint_damaged"
    hint = "The session goes on from the one before; bring the file back from a copy of the artifact store to keep this one."


@dataclass(frozen=True)
class Owner:
    """Whose checkpoint it is; `number` counts within the session."""

    tenant_id: UUID
    session_id: UUID
    attempt: int
    number: int

    @property
    def folder(self) -> str:
        return f"{self.tenant_id}/sessions/{self.session_id}"

    @property
    def ref(self) -> str:
        return checkpoint_ref(self.session_id, self.number)


@dataclass(frozen=True)
class Anchor:
    """A checkpoint whose pack holds everything that the origin lacks at its commit."""

    commit: str
    path: str
    sha256: str
    pack_bytes: int


@dataclass(frozen=True)
class Stored:
    path: str
    sha256: str
    bytes: int
    pack_bytes: int
    anchor: Anchor | None = None


@dataclass(frozen=True)
class Kept:
    """What a row says of its file."""

    path: str
    sha256: str
    anchor_path: str | None = None
    anchor_sha256: str | None = None


@dataclass(frozen=True)
class Contents:
    """`packs` are to be taken in one upon the other."""

    conversation: bytes
    children: tuple[bytes, ...]
    packs: list[Path]


class CheckpointStore:
    def __init__(self, artifacts: ArtifactStore, workspaces: Workspaces) -> None:
        self._artifacts = artifacts
        self._workspaces = workspaces

    async def save(self, owner: Owner, base: Base, commit: str, exported: Exported, anchor: Anchor | None) -> Stored:
        """Raises ArtifactStoreUnusable, and OSError when this node's disk takes no more."""
        await self._workspaces.share(str(owner.tenant_id), base, commit)
        async with self._scratch(owner.tenant_id) as folder:
            anchor = await self._pack(owner, base, commit, anchor, folder / _PACK)
            facts = {"format": FORMAT, "session": str(owner.session_id), "number": owner.number, "commit": commit}
            facts |= {"attempt": owner.attempt, "base": base.commit, "anchor": anchor and anchor.path}
            file = folder / "checkpoint.tar"
            sha256 = await asyncio.to_thread(_write, file, facts, exported, folder / _PACK)
            path = f"{owner.folder}/{owner.number:06d}-{sha256[:16]}.tar"
            await asyncio.to_thread(self._artifacts.put, path, file)
            return Stored(path, sha256, file.stat().st_size, _size(folder / _PACK), anchor)

    async def _pack(self, owner: Owner, base: Base, commit: str, anchor: Anchor | None, pack: Path) -> Anchor | None:
        """The anchor that the pack builds upon: one that has grown half as large as its anchor is made whole again."""
        mirror = self._workspaces.mirror(str(owner.tenant_id), base)
        transfers = self._workspaces.transfers
        if anchor is not None:
            await transfers.pack(mirror, base.commit, commit, anchor.commit, pack)
            if _size(pack) <= anchor.pack_bytes // 2:
                return anchor
        await transfers.pack(mirror, base.commit, commit, None, pack)
        return None

    @asynccontextmanager
    async def open(self, tenant_id: UUID, kept: Kept) -> AsyncGenerator[Contents]:
        """The files of it exist within the block. Raises CheckpointDamaged, and ArtifactStoreUnusable."""
        async with self._scratch(tenant_id) as folder:
            files = [(kept.path, kept.sha256)]
            if kept.anchor_path and kept.anchor_sha256:
                files.insert(0, (kept.anchor_path, kept.anchor_sha256))
            contents: list[Contents] = []
            for number, (path, sha256) in enumerate(files):
                contents.append(await asyncio.to_thread(self._read, path, sha256, folder / str(number)))
            packs = [pack for one in contents for pack in one.packs]
            yield Contents(contents[-1].conversation, contents[-1].children, packs)

    def _read(self, path: str, sha256: str, folder: Path) -> Contents:
        folder.mkdir()
        file = folder / "checkpoint.tar"
        try:
            self._artifacts.get(path, file)
        except FileNotFoundError:
            raise CheckpointDamaged(path=path, problem="its file is missing") from None
        if _digest(file) != sha256:
            raise CheckpointDamaged(path=path, problem="its content is not what was written")
        return _unpacked(file, folder / _PACK)

    async def delete(self, path: str) -> None:
        await asyncio.to_thread(self._artifacts.delete, path)

    async def names(self, tenant_id: UUID, session_id: UUID) -> list[str]:
        """The paths of all files of a session, those of half-made checkpoints as well."""
        folder = Owner(tenant_id, session_id, 0, 0).folder
        return [f"{folder}/{name}" for name in await asyncio.to_thread(self._artifacts.list, folder)]

    @asynccontextmanager
    async def _scratch(self, tenant_id: UUID) -> AsyncGenerator[Path]:
        folder = self._workspaces.folders(str(tenant_id)).new_scratch()
        folder.chmod(0o700)
        try:
            yield folder
        finally:
            await asyncio.shield(remove_tree(folder))


def kept_of(row: Checkpoint) -> Kept:
    if row.path is None or row.sha256 is None:
        raise AssertionError("only checkpoints with a file are opened")
    return Kept(row.path, row.sha256, row.anchor_path, row.anchor_sha256)


def name_file(row: Checkpoint, stored: Stored) -> None:
    row.path, row.sha256, row.bytes, row.pack_bytes = stored.path, stored.sha256, stored.bytes, stored.pack_bytes
    if stored.anchor is not None:
        row.anchor_path, row.anchor_sha256 = stored.anchor.path, stored.anchor.sha256


def following(before: Checkpoint, owner: Owner, commit: str, base_commit: str | None, stored: Stored) -> Checkpoint:
    """The next one without a turn between: another commit, with the conversation and the totals of the one before."""
    row = Checkpoint(
        id=new_id(),
        session_id=owner.session_id,
        number=owner.number,
        attempt=owner.attempt,
        turn=before.turn,
        kind=CheckpointKind.TURN,
        commit=commit,
        ref=owner.ref,
        base_commit=base_commit,
        changed=commit != base_commit,
        opencode_session_id=before.opencode_session_id,
        input_tokens=before.input_tokens,
        output_tokens=before.output_tokens,
        cost_micro_usd=before.cost_micro_usd,
        created_at=now(),
    )
    name_file(row, stored)
    return row


def is_usable(row: Checkpoint) -> bool:
    return row.path is not None and row.damaged_at is None


def usable(row: Checkpoint) -> Checkpoint:
    """Raises CheckpointUnusable."""
    if not is_usable(row):
        raise CheckpointUnusable(number=row.number)
    return row


def number_of(path: str) -> int:
    """The number in the name of a checkpoint's file; of any other file 0."""
    digits = path.rpartition("/")[2].partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def _write(file: Path, facts: dict[str, Any], exported: Exported, pack: Path) -> str:
    with tarfile.open(file, "w") as archive:
        _add(archive, _FACTS, json.dumps(facts).encode())
        _add(archive, _CONVERSATION, zstandard.compress(exported.content))
        for child in exported.children:
            _add(archive, f"{_CHILDREN}{child.info['id']}.json.zst", zstandard.compress(child.content))
        if pack.exists():
            archive.add(pack, _PACK, filter=_anonymous)
    return _digest(file)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """The same content gives the same file."""
    entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname, entry.mode = 0, 0, 0, "", "", 0o644
    return entry


def _unpacked(file: Path, pack: Path) -> Contents:
    """Its digest is right, so what is in it is what we wrote."""
    with tarfile.open(file) as archive:
        names = archive.getnames()
        conversation = _content(archive, _CONVERSATION)
        children = tuple(_content(archive, name) for name in names if name.startswith(_CHILDREN))
        if _PACK in names:
            entry = archive.getmember(_PACK)
            entry.name = pack.name
            archive.extract(entry, pack.parent, filter="data")
    return Contents(conversation, children, [pack] if _PACK in names else [])


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    source = archive.extractfile(name)
    if source is None:
        raise AssertionError(f"{name} is a file")
    return zstandard.ZstdDecompressor().stream_reader(source).readall()


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
