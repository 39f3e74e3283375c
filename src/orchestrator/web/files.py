"""The built dashboard, straight from the package: which file an address means, its bytes, its type and how long it keeps."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

DIST = Path(__file__).parent / "dist"
INDEX = "index.html"
ASSETS = "assets"

# Named here, since Python's `mimetypes` reads the machine's own tables, which differ.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
_PACKED_ALREADY = (".png", ".webp", ".woff2", ".ico")
_WORTH_PACKING_BYTES = 500
_LEVEL = 6
_FOREVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"


@dataclass(frozen=True)
class Served:
    """`packed` is the gzip of the content, where that is shorter."""

    content: bytes
    packed: bytes | None
    media_type: str
    cache_control: str
    etag: str


class Dist:
    def __init__(self, folder: Path = DIST) -> None:
        self._folder = folder

    def is_built(self) -> bool:
        return (self._folder / INDEX).is_file()

    def find(self, path: str) -> Served | None:
        """The file of that name; the one page for what is a view of it; None for a file that is not there."""
        name = PurePosixPath(path)
        file = self._file(path)
        if file is None and (name.parts[:1] == (ASSETS,) or name.suffix in _TYPES):
            return None
        file = file or self._folder / INDEX
        stat = file.stat()
        return _read(file, stat.st_mtime_ns, stat.st_size, file.parent == self._folder / ASSETS)

    def _file(self, path: str) -> Path | None:
        """None for what is no file of the folder, such as a way out of it."""
        if not path or "\\" in path or "\0" in path or len(path) > 1000:
            return None
        try:
            file = (self._folder / path).resolve()
            return file if file.is_relative_to(self._folder.resolve()) and file.is_file() else None
        except OSError:  # Such as a name that is longer than the file system's names are.
            return None


@lru_cache(maxsize=1000)
def _read(file: Path, mtime_ns: int, size: int, is_hashed: bool) -> Served:
    """Kept by time and size, so that a new build is seen; all of the dashboard is a few megabytes."""
    content = file.read_bytes()
    packed = None
    if file.suffix not in _PACKED_ALREADY and len(content) >= _WORTH_PACKING_BYTES:
        packed = gzip.compress(content, _LEVEL, mtime=0)
    return Served(
        content,
        packed,
        _TYPES.get(file.suffix, "application/octet-stream"),
        _FOREVER if is_hashed else _ASK_EACH_TIME,
        f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    )
