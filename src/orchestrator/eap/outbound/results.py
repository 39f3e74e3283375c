"""What a task there has made, taken in as the result of its assignment: as an agent that speaks EAP hands it in."""

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BufferedRandom
from pathlib import Path

from a2a.types import Message, Part, Task
from google.protobuf.json_format import MessageToDict

from orchestrator.eap import artifacts, results
from orchestrator.eap.artifacts import MOST_PIECE_BYTES, check_name
from orchestrator.eap.errors import ArtifactRefused
from orchestrator.eap.messages import DeclareArtifact, Result
from orchestrator.eap.outbound.runs import Keeping
from orchestrator.eap.outbound.sending import BUNDLE_TYPE, PATCH_TYPE
from orchestrator.eap.outbound.wire import NOT_REACHED
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import Database
from orchestrator.kit.outbound import Limits, hindrance, pieces
from orchestrator.kit.printable import printable
from orchestrator.kit.settings import Settings
from orchestrator.webhooks.guard import Guard

PATCH_NAME, BUNDLE_NAME = "a2a-work.patch", "a2a-work.bundle"
MOST_FILES = 50
_PATCH_TYPES = frozenset({PATCH_TYPE, "text/x-patch", "application/x-patch"})
_DOWNLOAD_SECONDS = 300.0
_MOST_SUMMARY = 20_000


@dataclass
class Work:
    """Of all parts: what each one is taken for."""

    patches: list[Part] = field(default_factory=list[Part])
    bundles: list[Part] = field(default_factory=list[Part])
    files: list[tuple[str, Part]] = field(default_factory=list[tuple[str, Part]])
    words: list[str] = field(default_factory=list[str])


def sorted_out(answer: Task | Message) -> Work:
    """By media type, else by the end of the file's name; text that is neither is the summary. Raises ArtifactRefused."""
    work = Work()
    for title, part in _parts_of(answer):
        media, name = part.media_type.partition(";")[0].strip().lower(), part.filename or title
        if media in _PATCH_TYPES or (not media and name.endswith((".patch", ".diff"))):
            work.patches.append(part)
        elif media == BUNDLE_TYPE or (not media and name.endswith(".bundle")):
            work.bundles.append(part)
        elif part.HasField("text") and not part.filename:
            work.words.append(part.text)
        else:
            work.files.append((name, part))
    if len(work.patches) + len(work.bundles) > 1:
        raise ArtifactRefused(problem="the task hands in more than one patch or bundle")
    if len(work.files) > MOST_FILES:
        raise ArtifactRefused(problem=f"the task hands in more than {MOST_FILES} files")
    return work


def _parts_of(answer: Task | Message) -> list[tuple[str, Part]]:
    if isinstance(answer, Message):
        return [("", part) for part in answer.parts]
    said = list(answer.status.message.parts) if answer.status.HasField("message") else []
    made = [(one.name, part) for one in answer.artifacts for part in _joined(one.parts)]
    return [*(("", part) for part in said), *made]


def _joined(parts: Sequence[Part]) -> Sequence[Part]:
    """A patch that was streamed in pieces is one."""
    if len(parts) > 1 and all(part.HasField("text") and part.media_type in _PATCH_TYPES for part in parts):
        return [Part(text="".join(part.text for part in parts), media_type=PATCH_TYPE)]
    return parts


class Taking:
    def __init__(self, database: Database, settings: Settings, guard: Guard, keeping: Keeping) -> None:
        self._database, self._settings, self._guard, self._keeping = database, settings, guard, keeping
        self._store = ArtifactStore(settings.artifact_store_url)

    async def result_of(self, answer: Task | Message) -> Result:
        """Its files are here whole then. Raises ArtifactRefused and the errors of artifacts and of addresses."""
        work = sorted_out(answer)
        patch = await self._one(PATCH_NAME, work.patches, PATCH_TYPE)
        bundle = await self._one(BUNDLE_NAME, work.bundles, BUNDLE_TYPE)
        names = [await self._keep(name, part) for name, part in _named(work.files)]
        told = {
            "lease_epoch": self._keeping.remote.lease_epoch,
            "status": "completed",
            "summary": printable("\n".join(work.words))[:_MOST_SUMMARY],
            "patch_artifact": patch,
            "bundle_artifact": bundle,
            "artifacts": names,
        }
        return Result.model_validate(told)

    async def _one(self, name: str, parts: Sequence[Part], media_type: str) -> str | None:
        return await self._keep(name, parts[0], media_type) if parts else None

    async def _keep(self, name: str, part: Part, media_type: str = "") -> str:
        with tempfile.TemporaryFile(prefix="orchestrator-a2a-") as file:
            await self._write(part, file)
            await self._hand_in(name, media_type or _media_type_of(part), file)
        return name

    async def _write(self, part: Part, file: BufferedRandom) -> None:
        if part.HasField("url"):
            await self._download(part.url, file)
        else:
            await asyncio.to_thread(file.write, _content_of(part))

    async def _download(self, url: str, file: BufferedRandom) -> None:
        """Through the guard, and without the agent's credential."""
        await self._guard.check(url)
        limits = Limits(seconds=_DOWNLOAD_SECONDS, answer_bytes=self._settings.eap_artifact_bytes)
        try:
            async with (
                self._guard.outbound() as outbound,
                outbound.opened("GET", url, headers={"accept": "*/*"}, limits=limits) as answer,
            ):
                if answer.status != 200:
                    raise ArtifactRefused(problem=f"the address of its file answers with the status {answer.status}")
                async for piece in pieces(answer, limits.answer_bytes):
                    await asyncio.to_thread(file.write, piece)
        except NOT_REACHED as error:
            raise ArtifactRefused(problem=f"its file could not be fetched: {hindrance(error)}") from error

    async def _hand_in(self, name: str, media_type: str, file: BufferedRandom) -> None:
        remote = self._keeping.remote
        file.seek(0)
        digest = await asyncio.to_thread(hashlib.file_digest, file, "sha256")
        told = DeclareArtifact(
            lease_epoch=remote.lease_epoch, name=name, size=file.tell(), sha256=digest.hexdigest(), media_type=media_type
        )
        async with self._database.transaction() as db:
            made = await artifacts.declare(db, self._settings, remote.external_agent_id, remote.assignment_id, told)
        ids, offset = (remote.assignment_id, made.id), made.received
        while made.path is None:
            file.seek(offset)
            piece = await asyncio.to_thread(file.read, MOST_PIECE_BYTES)
            async with self._database.transaction() as db:
                made = await artifacts.take_piece(db, self._store, remote.external_agent_id, ids, offset, piece)
            offset = made.received

    async def finish(self, told: Result) -> None:
        """The result, and that the task there has ended, or neither. Raises NotOurs and what results raise."""
        remote = self._keeping.remote
        async with self._database.transaction() as db:
            await self._keeping.end(db)
            await results.finish(db, remote.external_agent_id, remote.assignment_id, told)


def _named(files: Sequence[tuple[str, Part]]) -> list[tuple[str, Part]]:
    """Plain names, each once: what is no plain name gets one."""
    taken = {PATCH_NAME, BUNDLE_NAME}
    named: list[tuple[str, Part]] = []
    for number, (given, part) in enumerate(files, 1):
        name = Path(given).name[:150] if _is_plain(given) else f"artifact-{number}"
        if name in taken:
            name = f"{number}-{name}"
        taken.add(name)
        named.append((name, part))
    return named


def _is_plain(name: str) -> bool:
    try:
        check_name(name)
    except ArtifactRefused:
        return False
    return bool(name)


def _content_of(part: Part) -> bytes:
    if part.HasField("raw"):
        return part.raw
    if part.HasField("text"):
        return part.text.encode()
    return json.dumps(MessageToDict(part.data), indent=1).encode()


def _media_type_of(part: Part) -> str:
    given = part.media_type[:200]
    if given and given.isprintable():
        return given
    return "application/json" if part.HasField("data") else "application/octet-stream"
