"""Table: which calls are recorded, and where."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base


class Trajectory(Base):
    """`path` is below the artifact store, `sha256` and `bytes` are of the file. `base_request_id`: the call whose history
    this one's begins with, so that its file must stay."""

    __tablename__ = "trajectories"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID | None]
    conversation: Mapped[str | None]
    base_request_id: Mapped[UUID | None]
    model: Mapped[str]
    path: Mapped[str]
    sha256: Mapped[str]
    bytes: Mapped[int]
    created_at: Mapped[datetime]
