"""The artifact store that all processes share: files by path, in a folder or behind any URL of fsspec."""

import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import aiohttp
import fsspec  # pyright: ignore[reportMissingTypeStubs]

from orchestrator.kit.errors import OrchestratorError

_DRAFT = ".draft"


class ArtifactStoreUnusable(OrchestratorError):
    """The artifact store that ORCHESTRATOR_ARTIFACTS_URL names cannot be used: {problem}."""

    status = 503
    code = "artifact_store_unusable"
    hint = "Correct the URL, or install what its scheme needs: `pip install s3fs` for s3://, `gcsfs` for gs://."


class ArtifactStore:
    """Blocking: call it from a thread. A file is there whole or not at all, and written again it is replaced.

    Every method raises ArtifactStoreUnusable when the store cannot be reached or refuses.
    """

    def __init__(self, url: str) -> None:
        """A folder, or a URL of fsspec."""
        self.url = url
        self._opened: tuple[Any, str] | None = None

    def write(self, path: str, data: bytes) -> None:
        with self._at(path) as (system, full):
            if folder := _folder(system, full):
                with _drafted(folder, full) as draft:
                    draft.write_bytes(data)
            else:
                system.pipe_file(full, data)

    def put(self, path: str, file: Path) -> None:
        """A file of this machine, of any size."""
        with self._at(path) as (system, full):
            if folder := _folder(system, full):
                with _drafted(folder, full) as draft:
                    shutil.copyfile(file, draft)
            else:
                system.put_file(str(file), full)

    def read(self, path: str) -> bytes:
        """Raises FileNotFoundError."""
        with self._at(path) as (system, full):
            return cast(bytes, system.cat_file(full))

    def read_part(self, path: str, start: int, end: int) -> bytes:
        """Without what is at `end`. Raises FileNotFoundError."""
        with self._at(path) as (system, full):
            return cast(bytes, system.cat_file(full, start=start, end=end))

    def get(self, path: str, file: Path) -> None:
        """Into a file of this machine. Raises FileNotFoundError."""
        with self._at(path) as (system, full):
            system.get_file(full, str(file))

    def delete(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError), self._at(path) as (system, full):
            system.rm_file(full)

    def list(self, folder: str) -> list[str]:
        """The names of the files in it; those that are being written are not among them."""
        try:
            with self._at(folder) as (system, full):
                system.invalidate_cache(full)
                found = cast(list[dict[str, Any]], system.ls(full, detail=True))
        except FileNotFoundError:
            return []
        names = [str(one["name"]).rpartition("/")[2] for one in found if one["type"] == "file"]
        return sorted(name for name in names if not name.endswith(_DRAFT))

    @contextlib.contextmanager
    def _at(self, path: str) -> Generator[tuple[Any, str]]:
        try:
            system, root = self._open()
            yield system, f"{root}/{path}"
        except FileNotFoundError:
            raise
        except _errors_of_stores() as error:
            raise ArtifactStoreUnusable(problem=(str(error) or type(error).__name__)[:300]) from error

    def _open(self) -> tuple[Any, str]:
        if self._opened is None:
            try:
                system, root = cast(tuple[Any, str], fsspec.url_to_fs(self.url))  # pyright: ignore[reportUnknownMemberType]
            except (ImportError, ValueError) as error:
                raise ArtifactStoreUnusable(problem=str(error)[:300]) from error
            self._opened = system, root.rstrip("/")
        return self._opened


def _errors_of_stores() -> tuple[type[Exception], ...]:
    """fsspec has no error of its own for a store that cannot be reached: each backend lets its client's through."""
    botocore = sys.modules.get("botocore.exceptions")
    return (OSError, aiohttp.ClientError, *((botocore.BotoCoreError,) if botocore else ()))


def _folder(system: Any, full: str) -> Path | None:
    """Of a store that is a folder: there a file that is being written could be seen half."""
    return Path(full).parent if "file" in _protocols(system) else None


def _protocols(system: Any) -> tuple[str, ...]:
    protocol: str | tuple[str, ...] = system.protocol
    return (protocol,) if isinstance(protocol, str) else protocol


@contextlib.contextmanager
def _drafted(folder: Path, full: str) -> Generator[Path]:
    draft = folder / f"{secrets.token_hex(8)}{_DRAFT}"
    with contextlib.ExitStack() as unless_replaced:
        unless_replaced.callback(draft.unlink, missing_ok=True)
        _make_draft(draft)
        yield draft
        os.replace(draft, full)
        unless_replaced.pop_all()


def _make_draft(draft: Path) -> None:
    try:
        _make(draft)
    except FileNotFoundError:
        draft.parent.mkdir(parents=True, exist_ok=True)
        _make(draft)


def _make(file: Path) -> None:
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
