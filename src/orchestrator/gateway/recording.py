"""The record of one call: its request and the bytes of its answer, kept before who asked has the last of them."""

import time
from dataclasses import asdict

from orchestrator.gateway.callers import Caller
from orchestrator.gateway.requests import ModelRequest
from orchestrator.gateway.tabs import Course, Tab
from orchestrator.gateway.trajectories import Trajectories
from orchestrator.gateway.trajectory_codec import RecordedCall
from orchestrator.kit.clock import now
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)

_MOST_BYTES = 32 * 1024 * 1024
"""A longer answer passes like any other and is not kept: nothing is to be learnt from it."""


class Recording:
    def __init__(self, trajectories: Trajectories, caller: Caller, request: ModelRequest) -> None:
        self._trajectories = trajectories
        self._caller = caller
        self._request = request
        self._answer: list[bytes] | None = []
        self._length = 0

    def add(self, chunk: bytes) -> None:
        self._length += len(chunk)
        if self._length > _MOST_BYTES:
            self._answer = None
        elif self._answer is not None:
            self._answer.append(chunk)

    async def keep(self, tab: Tab, course: Course, *, complete: bool) -> None:
        """The first time counts. A record that cannot be written does not take the answer from who asked for it."""
        answer, self._answer = self._answer, None
        if answer is None or course.status is None:
            return
        usage, detail, first = course.reader.usage, tab.quote.detail, course.first_byte_at
        call = RecordedCall(
            request_id=tab.request_id,
            tenant_id=tab.tenant_id,
            session_id=self._caller.payer.session_id,
            conversation=self._caller.conversation,
            format=self._request.format,
            alias=detail.model,
            provider=detail.provider,
            model=detail.provider_model,
            http_status=course.status,
            complete=complete,
            finished_at=now(),
            duration_ms=round((time.monotonic() - course.began) * 1000),
            first_byte_ms=None if first is None else round((first - course.began) * 1000),
            price_version=detail.price_version,
            usage=asdict(usage) if usage is not None else {},
            request=self._request.body.text.encode(),
            response=b"".join(answer),
        )
        try:
            await self._trajectories.record(call)
        except OSError as error:
            log.error("trajectory_not_kept", request_id=str(tab.request_id), problem=error.strerror)
