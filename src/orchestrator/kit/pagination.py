"""Cursors over lists that are ordered by (created_at, id), newest first."""

import base64
import binascii
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from orchestrator.kit.errors import OrchestratorError

Item = TypeVar("Item")


class CursorInvalid(OrchestratorError):
    """The cursor is not one that this list gave out."""

    status = 422
    code = "cursor_invalid"
    hint = "Use the next_cursor of the page before, unchanged, or leave it out to begin at the newest."


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None = None


def encode_cursor(created_at: datetime, row_id: UUID) -> str:
    return base64.urlsafe_b64encode(f"{created_at.isoformat()}|{row_id}".encode()).decode()


def decode_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        created_at, row_id = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        moment = datetime.fromisoformat(created_at)
        if moment.tzinfo is None:
            raise CursorInvalid
        return moment, UUID(row_id)
    except (ValueError, binascii.Error) as error:
        raise CursorInvalid from error
