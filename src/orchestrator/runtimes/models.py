"""Machines that host runtimes, and the runtimes themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, TenantOwned


class Node(Base):
    __tablename__ = "nodes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hostname: Mapped[str]
    pid: Mapped[int]
    slots: Mapped[int]
    sandbox: Mapped[str]
    version: Mapped[str | None]
    """With the next, what it runs; None of a node that has not started since these are kept."""
    opencode_version: Mapped[str | None]
    disk_full: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    heartbeats: Mapped[int] = mapped_column(default=0)
    """Counted, so that a node's life can be told without comparing clocks."""
    incarnation: Mapped[int] = mapped_column(default=1)
    """One more each time that it joins after it was declared dead."""
    died_at: Mapped[datetime | None]
    draining_since: Mapped[datetime | None]


class Runtime(TenantOwned, Base):
    """A running `opencode serve`, owned by one node and one tenant."""

    __tablename__ = "runtimes"

    node_id: Mapped[UUID]
    incarnation: Mapped[int] = mapped_column(default=1)
    """The node's at the time: a runtime of an earlier one is nobody's, and its key opens nothing."""
    isolation: Mapped[str]
    session_id: Mapped[UUID | None]
    pid: Mapped[int | None]
    process_started_ticks: Mapped[int | None]
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None]
