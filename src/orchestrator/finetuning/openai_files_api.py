"""HTTP of `/v1/files` in the form of OpenAI's API: training data is sent, listed, read and deleted."""

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from orchestrator.eap.downloads_api import downloaded
from orchestrator.finetuning import training_files
from orchestrator.finetuning.openai_schemas import FILE, FileDeleted, FileRead, Listed, listed, openai_id, row_id_of
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.errors import Invalid, OrchestratorError
from orchestrator.kit.ids import new_id
from orchestrator.kit.settings import Settings
from orchestrator.tenancy.dependencies import CallerDep, Db, IdempotencyKeyHeader, require_permission
from orchestrator.tenancy.idempotency import Deed, once
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import Principal

router = APIRouter(prefix="/v1/files", tags=["openai"])

Reader = Annotated[Principal, Depends(require_permission(Permission.DATASETS_READ))]
Writer = Annotated[Principal, Depends(require_permission(Permission.DATASETS_WRITE))]
PURPOSES = ("fine-tune",)
_LONGEST_NAME = 200
_FORM_BYTES = 64 * 1024
"""Of what is around the file."""
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/jsonl": {"schema": {"type": "string", "format": "binary"}}}}
}
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "purpose"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "purpose": {"type": "string", "enum": list(PURPOSES)},
                    },
                }
            }
        },
    }
}


class TrainingFileTooLarge(OrchestratorError):
    """The file is larger than the {most} bytes that one of training data may have."""

    status = 413
    code = "training_file_too_large"
    hint = "Send less, or ask the operator for a larger ORCHESTRATOR_TRAINING_FILE_BYTES."


async def artifacts_of(request: Request) -> ArtifactStore:
    settings: Settings = request.app.state.settings
    return ArtifactStore(settings.artifact_store_url)


ArtifactsDep = Annotated[ArtifactStore, Depends(artifacts_of)]


@dataclass(frozen=True)
class _Sent:
    file: Path
    filename: str
    purpose: str
    sha256: str


@router.post("", summary="Send a file of training data", status_code=201, openapi_extra=_FORM)
async def create(
    principal: Writer, request: Request, caller: CallerDep, artifacts: ArtifactsDep, key: IdempotencyKeyHeader = None
) -> FileRead:
    """JSON lines of chats, or of preferences; every line is read before the file is taken."""
    settings: Settings = request.app.state.settings
    async with _received(request, settings.training_file_bytes) as sent, AsyncExitStack() as unless_added:
        file_id = new_id()
        taken = await training_files.store(artifacts, principal.tenant_id, file_id, sent.file)
        unless_added.push_async_callback(training_files.forget, artifacts, principal.tenant_id, file_id)
        deed = Deed("POST /v1/files", {"filename": sent.filename, "purpose": sent.purpose, "sha256": sent.sha256})
        async with caller.in_tenant(principal.tenant_id) as db:

            async def make() -> UUID:
                return training_files.add(db, principal, file_id, sent.filename, sent.purpose, taken).id

            kept_id, _ = await once(db, principal, key, deed, make)
            await db.flush()
            row = await training_files.read(db, kept_id)
        if kept_id == file_id:
            unless_added.pop_all()
    return FileRead.of(row)


@router.get("", summary="List the files of training data, the newest first")
async def index(
    _: Reader,
    db: Db,
    after: Annotated[str | None, Query(description="The id of the last file of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
    purpose: Annotated[str | None, Query(max_length=50, pattern=r"^[^\x00]*$")] = None,
) -> Listed[FileRead]:
    last = row_id_of(FILE, after) if after is not None else None
    rows, more = await training_files.listed(db, last, limit, purpose)
    return listed([FileRead.of(row) for row in rows], more)


@router.get("/{file_id}", summary="Read what is known of a file")
async def read(file_id: str, _: Reader, db: Db) -> FileRead:
    return FileRead.of(await training_files.read(db, row_id_of(FILE, file_id)))


@router.get("/{file_id}/content", summary="The file as it was sent", response_class=StreamingResponse, responses=_CONTENT)
async def content(file_id: str, _: Reader, db: Db, artifacts: ArtifactsDep) -> StreamingResponse:
    row = await training_files.read(db, row_id_of(FILE, file_id))
    return await downloaded(artifacts, training_files.sent_path(row), "application/jsonl")


@router.delete("/{file_id}", summary="Delete a file; jobs that were trained on it stay")
async def delete(file_id: str, principal: Writer, db: Db, artifacts: ArtifactsDep) -> FileDeleted:
    row = await training_files.delete(db, principal, artifacts, row_id_of(FILE, file_id))
    return FileDeleted(id=openai_id(FILE, row.id))


@asynccontextmanager
async def _received(request: Request, most: int) -> AsyncGenerator[_Sent]:
    """The form of the request; its file is there until the block ends. Raises Invalid, TrainingFileTooLarge."""
    limited = Request(request.scope, _at_most(request, most))
    try:
        form = await limited.form(max_files=1, max_fields=20)
    except HTTPException as error:
        raise Invalid(problem=str(error.detail)) from error
    try:
        with tempfile.TemporaryDirectory(prefix="orchestrator-upload-") as folder:
            sent, purpose = form.get("file"), form.get("purpose")
            if not isinstance(sent, UploadFile):
                raise Invalid(problem="file: a file is needed, as multipart/form-data")
            if not isinstance(purpose, str) or purpose not in PURPOSES:
                raise Invalid(problem=f"purpose: one of {', '.join(PURPOSES)}")
            file = Path(folder) / "sent"
            digest = await asyncio.to_thread(_copied, sent, file)
            yield _Sent(file, _name_of(sent), purpose, digest)
    finally:
        await form.close()


def _at_most(request: Request, most: int) -> Receive:
    left = most + _FORM_BYTES

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TrainingFileTooLarge(most=most)
        return message

    return receive


def _copied(sent: UploadFile, file: Path) -> str:
    """Its SHA-256."""
    with file.open("wb") as target:
        shutil.copyfileobj(sent.file, target)
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _name_of(sent: UploadFile) -> str:
    """The last part of what was told, printable; nothing is opened by it."""
    told = (sent.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in told if one.isprintable())[:_LONGEST_NAME] or "data.jsonl"
