"""Files of the artifact store as answers."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.responses import StreamingResponse

from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.errors import NotFound

_PIECE = 1 << 20


async def downloaded(store: ArtifactStore, path: str | None, media_type: str) -> StreamingResponse:
    """A file of the artifact store as an answer. Raises NotFound."""
    if path is None:
        raise NotFound
    descriptor, name = await asyncio.to_thread(tempfile.mkstemp, prefix="orchestrator-download-")
    os.close(descriptor)
    file = Path(name)
    try:
        await asyncio.to_thread(store.get, path, file)
    except FileNotFoundError:
        file.unlink()
        raise NotFound from None
    except BaseException:
        file.unlink()
        raise
    size = file.stat().st_size
    return StreamingResponse(_content(file), media_type=media_type, headers={"content-length": str(size)})


async def _content(file: Path) -> AsyncIterator[bytes]:
    try:
        with file.open("rb") as source:
            file.unlink()
            while piece := await asyncio.to_thread(source.read, _PIECE):
                yield piece
    finally:
        file.unlink(missing_ok=True)
