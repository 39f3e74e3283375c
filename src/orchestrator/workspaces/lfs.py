"""Files of Git LFS: the pointers of a commit, and the store beside a mirror's objects that has what they stand for.

The layout is git-lfs's own. A file is taken into the store only when its content is what its name says.
"""

import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from orchestrator.kit.remembered import Remembered
from orchestrator.workspaces.errors import LfsDamaged
from orchestrator.workspaces.git import OF_A_COMMIT_SECONDS, Git, GitOptions
from orchestrator.workspaces.layout import make_folder

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (0|[1-9][0-9]{0,17})\n"
)
_OID = re.compile(r"[0-9a-f]{64}")
_POINTER_BYTES = 200


@dataclass(frozen=True)
class Pointer:
    oid: str
    size: int


def read_pointer(content: bytes) -> Pointer | None:
    """Only in the form that is written today: of any other the same content would give another pointer."""
    found = _POINTER.fullmatch(content)
    return Pointer(found[1].decode(), int(found[2])) if found else None


def place_of(oid: str) -> str:
    return f"{oid[:2]}/{oid[2:4]}/{oid}"


class Store:
    """Blocking: call it from a thread."""

    def __init__(self, mirror: Path) -> None:
        self.folder = mirror / "lfs/objects"

    def make(self) -> None:
        make_folder(self.folder.parent)
        make_folder(self.folder)

    def path(self, oid: str) -> Path:
        return self.folder / place_of(oid)

    def lacks(self, pointers: Iterable[Pointer]) -> list[Pointer]:
        return [pointer for pointer in pointers if not self.path(pointer.oid).is_file()]

    def draft(self) -> Path:
        folder = self.folder.parent / "tmp"
        make_folder(folder, mode=0o700)
        return folder / secrets.token_hex(8)

    def take(self, source: Path, oid: str, size: int | None = None) -> bool:
        """Copy a file that somebody else owns; False when there is none. Raises LfsDamaged."""
        try:
            fd = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return False
        draft = self.draft()
        try:
            with os.fdopen(fd, "rb") as file, draft.open("wb") as target:
                if size is not None and os.fstat(fd).st_size != size:
                    raise LfsDamaged(oid=oid)
                shutil.copyfileobj(file, target, 1 << 20)
            self.admit(draft, oid)
        finally:
            draft.unlink(missing_ok=True)
        return True

    def admit(self, draft: Path, oid: str) -> None:
        """The draft becomes part of the store. Raises LfsDamaged."""
        with draft.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != oid:
                raise LfsDamaged(oid=oid)
            os.fsync(file.fileno())
        draft.chmod(0o644)
        target = self.path(oid)
        make_folder(target.parent.parent)
        make_folder(target.parent)
        draft.replace(target)

    def take_all(self, folder: Path) -> None:
        """Whatever lies in a folder of the same layout."""
        for source in folder.glob("??/??/*"):
            if _OID.fullmatch(source.name) and not self.path(source.name).is_file():
                self.take(source, source.name)


@dataclass(frozen=True)
class LfsFiles:
    """`plain` are files that the attributes give to Git LFS, and that were committed as they are all the same."""

    pointers: frozenset[Pointer]
    plain: tuple[bytes, ...]


class LfsReader:
    def __init__(self, git: Git) -> None:
        self._git = git
        self._uses = Remembered[tuple[Path, str], bool](OF_A_COMMIT_SECONDS)

    async def uses(self, mirror: Path, commit: str) -> bool:
        return await self._uses.get((mirror, commit), partial(self._ask_whether_used, mirror, commit))

    async def _ask_whether_used(self, mirror: Path, commit: str) -> bool:
        options = GitOptions(accept=(0, 1))
        arguments = ("grep", "--quiet", "-E", "filter=lfs", commit, "--", ":(glob)**/.gitattributes")
        return (await self._git.run(mirror, *arguments, options=options)).exit_code == 0

    async def of_commit(self, mirror: Path, commit: str) -> LfsFiles:
        with tempfile.TemporaryDirectory(prefix="orchestrator-lfs-") as folder:
            options = GitOptions(env={"GIT_INDEX_FILE": f"{folder}/index"})
            await self._git.run(mirror, "read-tree", commit, options=options)
            listing = (await self._git.run(mirror, "ls-files", "-s", "-z", options=options)).stdout
            blobs = _regular_files(listing)
            asked = replace(options, stdin=b"".join(path + b"\0" for path in blobs))
            arguments = ("check-attr", "--cached", "-z", "--stdin", "filter")
            answer = (await self._git.run(mirror, *arguments, options=asked)).stdout.split(b"\0")
        ours = [path for path, value in zip(answer[::3], answer[2::3], strict=False) if value == b"lfs"]
        known = await self._among(mirror, sorted({blobs[path] for path in ours}))
        plain = tuple(path for path in ours if blobs[path] not in known)
        return LfsFiles(frozenset(known.values()), plain)

    async def new_in(self, mirror: Path, commit: str) -> list[Pointer]:
        """Those of the commit and its history that no branch or tag of the origin leads to."""
        arguments = ("rev-list", "--objects", "--no-object-names", commit, "--not", "--remotes=origin", "--tags")
        found = await self._among(mirror, (await self._git.text(mirror, *arguments)).split())
        return sorted(set(found.values()), key=lambda pointer: pointer.oid)

    async def _among(self, mirror: Path, objects: Sequence[str]) -> dict[str, Pointer]:
        """By the object's name."""
        asked = GitOptions(stdin="".join(f"{name}\n" for name in objects).encode())
        facts = await self._git.text(
            mirror, "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", options=asked
        )
        lines = [line.split() for line in facts.splitlines()]
        small = [name for name, kind, size in lines if kind == "blob" and int(size) <= _POINTER_BYTES]
        asked = GitOptions(stdin="".join(f"{name}\n" for name in small).encode())
        contents = (await self._git.run(mirror, "cat-file", "--batch", options=asked)).stdout
        return {name: pointer for name, content in _batch(contents) if (pointer := read_pointer(content))}


def _regular_files(listing: bytes) -> dict[bytes, str]:
    files: dict[bytes, str] = {}
    for line in filter(None, listing.split(b"\0")):
        facts, _, path = line.partition(b"\t")
        mode, name, _ = facts.split(b" ")
        if mode.startswith(b"100"):
            files[path] = name.decode()
    return files


def _batch(answer: bytes) -> list[tuple[str, bytes]]:
    """Each object has a line with its name, kind and size, then its content and a newline."""
    found: list[tuple[str, bytes]] = []
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        name, _, size = answer[at:end].split(b" ")
        found.append((name.decode(), answer[end + 1 : end + 1 + int(size)]))
        at = end + 2 + int(size)
    return found
