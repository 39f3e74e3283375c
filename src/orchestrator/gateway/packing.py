"""Packs recorded calls into the artifact store, in a process of its own: `python -m orchestrator.gateway.packing`.

In a thread of the gateway it took a quarter of the interpreter from the calls under way. It ends when its standard input
does. An order and its outcome are JSON, each behind four bytes that say how long it is; one is answered before the next
is read.
"""

import os
import sys
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from pydantic import TypeAdapter

from orchestrator.gateway.trajectory_codec import Base, RecordedCall, pack
from orchestrator.gateway.trajectory_files import path_of, read_spooled
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.clock import now
from orchestrator.kit.errors import OrchestratorError

MOST_DEPTH = 19
"""A file and at most so many others are read for one request: every twentieth of a conversation is whole."""
SIZE_BYTES = 4
STORE_URL = "ORCHESTRATOR_ARTIFACTS_URL"
_CONVERSATIONS = 256
_BASE_HOURS = 12
"""Retention is a day at least, so what is this young is not being deleted."""
_NICENESS = 10

Conversation = tuple[UUID, str]


@dataclass(frozen=True)
class Order:
    """Reads `files` of a spool, if any; else packs those of the calls read last that `request_ids` names."""

    files: list[Path] = field(default_factory=list[Path])
    request_ids: list[UUID] = field(default_factory=list[UUID])
    forget: bool = False
    """First: what was packed so far may not be there, so that nothing is built upon it."""


@dataclass(frozen=True)
class Kept:
    """The row of a call that is in the store now."""

    tenant_id: UUID
    request_id: UUID
    session_id: UUID | None
    conversation: str | None
    base_request_id: UUID | None
    model: str
    path: str
    sha256: str
    bytes: int
    created_at: datetime


@dataclass(frozen=True)
class Outcome:
    """`calls`: tenant and request id of what was read. `problem`: why the order was not carried out."""

    calls: list[tuple[UUID, UUID]] = field(default_factory=list[tuple[UUID, UUID]])
    kept: list[Kept] = field(default_factory=list[Kept])
    problem: str = ""


ORDER = TypeAdapter(Order)
OUTCOME = TypeAdapter(Outcome)


class Packer:
    def __init__(self, store: ArtifactStore) -> None:
        self._store = store
        self._read: dict[UUID, RecordedCall] = {}
        self._bases: OrderedDict[Conversation, Base] = OrderedDict()

    def carry_out(self, order: Order) -> Outcome:
        try:
            if order.forget:
                self._bases.clear()
            return self._read_files(order.files) if order.files else self._pack(order.request_ids)
        except (OSError, OrchestratorError) as error:
            return Outcome(problem=str(error) or type(error).__name__)

    def _read_files(self, files: Sequence[Path]) -> Outcome:
        self._read = {call.request_id: call for file in files for call in read_spooled(file).calls}
        return Outcome(calls=[(call.tenant_id, call.request_id) for call in self._read.values()])

    def _pack(self, request_ids: Sequence[UUID]) -> Outcome:
        return Outcome(kept=[self._keep(self._read[request_id]) for request_id in request_ids])

    def _keep(self, call: RecordedCall) -> Kept:
        packed, path = pack(call, self._base(call), MOST_DEPTH), path_of(call)
        self._store.write(path, packed.data)
        self._remember(call, packed.base)
        return Kept(
            tenant_id=call.tenant_id,
            request_id=call.request_id,
            session_id=call.session_id,
            conversation=call.conversation,
            base_request_id=packed.base_request_id,
            model=call.alias,
            path=path,
            sha256=sha256(packed.data).hexdigest(),
            bytes=len(packed.data),
            created_at=call.finished_at,
        )

    def _base(self, call: RecordedCall) -> Base | None:
        base = self._bases.get((call.tenant_id, call.conversation or ""))
        return base if base and base.finished_at > now() - timedelta(hours=_BASE_HOURS) else None

    def _remember(self, call: RecordedCall, base: Base | None) -> None:
        if base is None or not call.conversation:
            return
        key = (call.tenant_id, call.conversation)
        self._bases[key] = base
        self._bases.move_to_end(key)
        while len(self._bases) > _CONVERSATIONS:
            self._bases.popitem(last=False)


def main(orders: BinaryIO, outcomes: BinaryIO) -> None:
    os.nice(_NICENESS)  # Nobody waits for it.
    packer = Packer(ArtifactStore(os.environ[STORE_URL]))
    while size := orders.read(SIZE_BYTES):
        told = OUTCOME.dump_json(packer.carry_out(ORDER.validate_json(orders.read(int.from_bytes(size)))))
        outcomes.write(len(told).to_bytes(SIZE_BYTES) + told)
        outcomes.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
