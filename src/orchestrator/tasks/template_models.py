"""Table: the templates of a tenant's own."""

from datetime import datetime

from sqlalchemy.orm import Mapped

from orchestrator.kit.db import Base, TenantOwned


class PlanTemplate(TenantOwned, Base):
    __tablename__ = "plan_templates"

    name: Mapped[str]
    document: Mapped[str]
    """YAML, as somebody wrote it."""
    created_by: Mapped[str]
    updated_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
