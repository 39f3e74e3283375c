"""What the API gives of checks."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from orchestrator.eap.findings import OF_AGENTS, SUITE_VERSION
from orchestrator.eap.messages import PROTOCOL_VERSION
from orchestrator.marketplace.conformance import CheckStatus, Run


class CheckLine(BaseModel):
    check: str
    wanted: str
    outcome: str = Field(description="passed, failed, or not tried: of what an agent need not do.")
    problems: list[str]


class ListingCheckRead(BaseModel):
    id: UUID
    listing: str
    version: str
    suite: str = OF_AGENTS.name
    suite_version: str = SUITE_VERSION
    protocol: str = PROTOCOL_VERSION
    status: CheckStatus
    ends_at: datetime = Field(description="What was not seen by then has failed; an agent that never came leaves no badge.")
    checks: list[CheckLine]

    @classmethod
    def of(cls, run: Run) -> Self:
        return cls(**_fields(run))


class ListingCheckBegun(ListingCheckRead):
    url: str = Field(description="Where the agent finds the orchestrator that it is to join.")
    token: str = Field(description="Enrols it, under the listing's name and in the listing's version.")

    @classmethod
    def begun(cls, run: Run) -> Self:
        return cls(**_fields(run), url=run.standin.url, token=run.standin.enrolment)


def _fields(run: Run) -> dict[str, Any]:
    names = ("id", "listing", "version", "status", "ends_at")
    return {name: getattr(run, name) for name in names} | {"checks": [CheckLine(**one) for one in run.report]}
