"""Answers in the form of OpenAI's API, so that its clients work unchanged. Ids carry what they are: `file-…`, `ftjob-…`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from orchestrator.finetuning.job_models import TrainingFile
from orchestrator.kit.errors import NotFound

FILE, JOB, EVENT = "file", "ftjob", "ftevent"


class OpenAiObject(BaseModel):
    id: str


Item = TypeVar("Item", bound=OpenAiObject)


def openai_id(kind: str, row_id: UUID) -> str:
    return f"{kind}-{row_id.hex}"


def row_id_of(kind: str, told: str) -> UUID:
    """Raises NotFound for what is no such id."""
    prefix, _, digits = told.partition("-")
    if prefix != kind or len(digits) != 32:
        raise NotFound
    try:
        return UUID(hex=digits)
    except ValueError:
        raise NotFound from None


def seconds_of(moment: datetime) -> int:
    return int(moment.timestamp())


class Listed(BaseModel, Generic[Item]):
    object: Literal["list"] = "list"
    data: Sequence[Item]
    has_more: bool
    first_id: str | None = None
    last_id: str | None = None


def listed(items: Sequence[Item], has_more: bool) -> Listed[Item]:
    first, last = (items[0].id, items[-1].id) if items else (None, None)
    return Listed(data=items, has_more=has_more, first_id=first, last_id=last)


class FileRead(OpenAiObject):
    id: str = Field(examples=["file-0198c0ffee007000800000000000dead"])
    object: Literal["file"] = "file"
    bytes: int = Field(description="Of its rows, as they are kept.")
    created_at: int = Field(description="Seconds since 1970.")
    filename: str
    purpose: str
    status: Literal["processed"] = Field(default="processed", description="Files are read before they are taken.")

    @classmethod
    def of(cls, row: TrainingFile) -> "FileRead":
        return cls(
            id=openai_id(FILE, row.id),
            bytes=row.bytes,
            created_at=seconds_of(row.created_at),
            filename=row.filename,
            purpose=row.purpose,
        )


class FileDeleted(OpenAiObject):
    object: Literal["file"] = "file"
    deleted: Literal[True] = True
