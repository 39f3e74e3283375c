"""The batch API of a Git LFS server, with its `basic` transfers: https://github.com/git-lfs/git-lfs/tree/main/docs/api

Not by git-lfs itself: that one connects to loopback addresses without a proxy, wherever a server's answer leads it, and
takes as many bytes as a server sends. Here every connection goes the way that the repository's own address allows.
"""

import asyncio
import hashlib
import urllib.request
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel, ValidationError

from orchestrator.kit.errors import OrchestratorError
from orchestrator.workspaces.access import Access
from orchestrator.workspaces.errors import (
    LfsAbsent,
    LfsDamaged,
    LfsUnavailable,
    RepositoryCredentialMissing,
    RepositoryCredentialRefused,
)
from orchestrator.workspaces.git import cleared
from orchestrator.workspaces.lfs import Pointer, Store

_TYPE = "application/vnd.git-lfs+json"
_EACH, _ANSWER_BYTES, _CHUNK_BYTES = 100, 8 * 1024 * 1024, 1 << 20
_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=15, sock_read=60)
_NO_LFS = (404, 405, 410, 501)


class _Action(BaseModel):
    href: str
    header: dict[str, str] = {}


class _Error(BaseModel):
    code: int = 0
    message: str = ""


class _Object(BaseModel):
    oid: str
    actions: dict[str, _Action] = {}
    error: _Error | None = None


class _Answer(BaseModel):
    objects: list[_Object] = []


class LfsServer:
    def __init__(self, session: aiohttp.ClientSession, url: str, access: Access, header: dict[str, str]) -> None:
        self._session = session
        self._url = url
        self._access = access
        self._own = header | ({"Authorization": access.authorization} if access.authorization and not header else {})

    async def download(self, pointers: Sequence[Pointer], store: Store) -> None:
        """What the server does not have is left out."""
        sizes = {pointer.oid: pointer.size for pointer in pointers}
        async for one in self._objects("download", pointers):
            action = one.actions.get("download")
            if action is not None and one.oid in sizes:
                await self._download(action, Pointer(one.oid, sizes[one.oid]), store)

    async def upload(self, pointers: Sequence[Pointer], store: Store) -> None:
        """What the server has already is not sent. Raises LfsUnavailable, also when it will not take one."""
        sizes = {pointer.oid: pointer.size for pointer in pointers}
        async for one in self._objects("upload", pointers):
            if one.error is not None:
                raise self._failed(f"it does not take {one.oid[:12]}: {one.error.code} {one.error.message}")
            upload, verify = one.actions.get("upload"), one.actions.get("verify")
            if upload is None or one.oid not in sizes:
                continue
            await self._upload(upload, Pointer(one.oid, sizes[one.oid]), store)
            if verify is not None:
                await self._ask(verify.href, {"oid": one.oid, "size": sizes[one.oid]}, verify.header)

    async def _objects(self, operation: str, pointers: Sequence[Pointer]) -> AsyncGenerator[_Object]:
        for start in range(0, len(pointers), _EACH):
            objects = [{"oid": one.oid, "size": one.size} for one in pointers[start : start + _EACH]]
            wanted = {"operation": operation, "transfers": ["basic"], "objects": objects, "hash_algo": "sha256"}
            answer = await self._ask(f"{self._url}/objects/batch", wanted, {})
            try:
                found = _Answer.model_validate_json(answer).objects
            except ValidationError as problem:
                raise self._failed("its answer is not one of the batch API") from problem
            for one in found:
                yield one

    async def _ask(self, url: str, body: object, header: dict[str, str]) -> bytes:
        headers = {"Accept": _TYPE, "Content-Type": _TYPE} | self._headers(url, header)
        async with self._connected("POST", url, headers=headers, json=body, allow_redirects=False) as answer:
            content = bytearray()
            async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                content += chunk
                if len(content) > _ANSWER_BYTES:
                    raise self._failed("its answer is too long")
            return bytes(content)

    async def _download(self, action: _Action, pointer: Pointer, store: Store) -> None:
        draft = await asyncio.to_thread(store.draft)
        try:
            headers = self._headers(action.href, action.header)
            async with self._connected("GET", action.href, headers=headers, max_redirects=5) as answer:
                await _receive(answer, draft, pointer)
            await asyncio.to_thread(store.admit, draft, pointer.oid)
        finally:
            draft.unlink(missing_ok=True)

    async def _upload(self, action: _Action, pointer: Pointer, store: Store) -> None:
        sent = {"Content-Type": "application/octet-stream", "Content-Length": str(pointer.size)}
        headers = sent | self._headers(action.href, action.header)
        body = _chunks(store.path(pointer.oid))
        async with self._connected("PUT", action.href, headers=headers, data=body, allow_redirects=False):
            pass

    def _headers(self, url: str, header: dict[str, str]) -> dict[str, str]:
        """The credential goes to the scheme, host and port of the repository alone, and gives way to the server's own."""
        given = any(name.lower() == "authorization" for name in header)
        return header if given or _origin(url) != _origin(self._url) else self._own | header

    @asynccontextmanager
    async def _connected(self, method: str, url: str, **options: object) -> AsyncGenerator[aiohttp.ClientResponse]:
        if not url.startswith(("https://", "http://")):
            raise self._failed("it leads to an address that is neither https nor http")
        try:
            proxy = self._access.env.get("https_proxy") or _operators_proxy(url)
            async with self._session.request(method, url, proxy=proxy, **options) as answer:  # pyright: ignore[reportArgumentType]
                if answer.status not in (200, 201, 202, 204):
                    raise self._refused(answer.status)
                yield answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            raise self._failed(str(problem) or type(problem).__name__) from problem

    def _refused(self, status: int) -> OrchestratorError:
        if status in (401, 403) and self._access.login is None:
            return RepositoryCredentialMissing(repository=self._url)
        if status in (401, 403):
            detail = f"its Git LFS answered {status}"
            return RepositoryCredentialRefused(repository=self._url, credential=self._access.login, detail=detail)
        problem = "it offers no Git LFS" if status in _NO_LFS else "it could not answer"
        return self._failed(f"{problem} ({status})", absent=status in _NO_LFS)

    def _failed(self, problem: str, *, absent: bool = False) -> LfsUnavailable:
        kind = LfsAbsent if absent else LfsUnavailable
        return kind(url=self._url, problem=cleared(problem, self._access.secrets)[:500])


@asynccontextmanager
async def lfs_server(url: str, access: Access, header: dict[str, str]) -> AsyncGenerator[LfsServer]:
    async with aiohttp.ClientSession(timeout=_TIMEOUT, auto_decompress=False) as session:
        yield LfsServer(session, url, access, header)


def lfs_url(location: str) -> str:
    trimmed = location.rstrip("/")
    return f"{trimmed}/info/lfs" if trimmed.endswith(".git") else f"{trimmed}.git/info/lfs"


async def _receive(answer: aiohttp.ClientResponse, draft: Path, pointer: Pointer) -> None:
    digest, received = hashlib.sha256(), 0
    with draft.open("wb") as file:
        async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
            received += len(chunk)
            if received > pointer.size:
                break
            await asyncio.to_thread(file.write, chunk)
            digest.update(chunk)
    if received != pointer.size or digest.hexdigest() != pointer.oid:
        raise LfsDamaged(oid=pointer.oid)


async def _chunks(path: Path) -> AsyncGenerator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
            yield chunk


def _operators_proxy(url: str) -> str | None:
    """Where it names one, there is none of ours. aiohttp itself would also look for a login in `.netrc`."""
    parts = urlsplit(url)
    if not parts.hostname or urllib.request.proxy_bypass(parts.hostname):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc.rpartition("@")[2]
