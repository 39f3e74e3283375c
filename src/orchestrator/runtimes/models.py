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
    disk_full: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]


class Runtime(TenantOwned, Base):
    """A running `opencode serve`, owned by one node and one tenant."""

    __tablename__ = "runtimes"

    node_id: Mapped[UUID]
    isolation: Mapped[str]
    session_id: Mapped[UUID | None]
    pid: Mapped[int | None]
    process_started_ticks: Mapped[int | None]
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str | None]
