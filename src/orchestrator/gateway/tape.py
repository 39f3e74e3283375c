"""What one call leaves for later: its request, the provider's bytes as they came, and the facts about it."""

import time

from orchestrator.gateway.callers import Caller
from orchestrator.gateway.requests import ModelRequest
from orchestrator.gateway.tabs import Course, Tab
from orchestrator.gateway.trajectories import Trajectories
from orchestrator.gateway.trajectory_codec import RecordedCall
from orchestrator.kit.clock import now
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

MOST_BYTES = 64 * 1024 * 1024
"""Of an answer longer than this the beginning is kept, and the call is not complete."""


class Tape:
    def __init__(self, trajectories: Trajectories, caller: Caller, request: ModelRequest, tab: Tab) -> None:
        self._trajectories = trajectories
        self._caller = caller
        self._request = request
        self._tab = tab
        self._pieces: list[bytes] = []
        self._size = 0
        self._is_cut = False
        self._is_saved = False

    def add(self, chunk: bytes) -> None:
        if self._size + len(chunk) > MOST_BYTES:
            self._is_cut = True
        else:
            self._pieces.append(chunk)
            self._size += len(chunk)

    async def save(self, course: Course, *, complete: bool) -> None:
        """The first time counts. A disk that takes no more costs the record, not the call."""
        if self._is_saved:
            return
        self._is_saved = True
        try:
            await self._trajectories.record(self._recorded(course, complete=complete and not self._is_cut))
        except OSError as error:
            log.error("trajectory_not_recorded", request_id=str(self._tab.request_id), problem=error.strerror)

    def _recorded(self, course: Course, *, complete: bool) -> RecordedCall:
        detail, used, over = self._tab.quote.detail, course.reader.usage, time.monotonic()
        first_byte_ms = None if course.first_byte_at is None else round((course.first_byte_at - course.began) * 1000)
        return RecordedCall(
            request_id=self._tab.request_id,
            tenant_id=self._caller.tenant_id,
            session_id=self._caller.payer.session_id,
            conversation=self._caller.conversation,
            format=self._request.format,
            alias=detail.model,
            provider=detail.provider,
            model=detail.provider_model,
            http_status=course.status or 0,
            complete=complete,
            finished_at=now(),
            duration_ms=round((over - course.began) * 1000),
            first_byte_ms=first_byte_ms,
            price_version=detail.price_version,
            usage={} if used is None else {name: count for name, count in vars(used).items() if count},
            request=self._request.body.text.encode(),
            response=b"".join(self._pieces),
        )
