"""Badges of external agents: the orchestrator stands in for itself, looks at the agent, and writes down what it saw.

A check lives in the process that began it; its result is a row. An agent that never comes leaves none.
"""

import asyncio
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator import __version__
from orchestrator.eap.findings import OF_AGENTS, SUITE_VERSION, Line
from orchestrator.eap.messages import PROTOCOL_VERSION
from orchestrator.eap.standin import Expected, Standin
from orchestrator.eap.standin_routes import Call, answered
from orchestrator.events import log as events
from orchestrator.events.log import ORCHESTRATOR
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import NotFound
from orchestrator.kit.http import DATABASE_TROUBLE
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.marketplace.cards import Protocol, card_of
from orchestrator.marketplace.errors import ChecksBusy, NotCheckable
from orchestrator.marketplace.models import Check, ListingKind
from orchestrator.marketplace.reading import Found
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

log = get_logger(__name__)

PATH = "/eap-check"
MOST_AT_ONCE, LONGEST_SECONDS = 4, 180
_KEPT_SECONDS = 900
"""A check that is over can be read for so long."""
_LOOK_SECONDS = 0.2
_THREADS_OF_ONE = 3


class CheckStatus(StrEnum):
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    NOBODY_CAME = "nobody_came"


@dataclass
class Run:
    id: UUID
    secret: str = field(repr=False)
    tenant_id: UUID
    version_id: UUID
    listing: str
    version: str
    actor: str
    standin: Standin = field(repr=False)
    ends_at: datetime
    end: float
    status: CheckStatus = CheckStatus.RUNNING
    final: list[Line] | None = None

    @property
    def report(self) -> list[Line]:
        return self.standin.findings.report() if self.final is None else self.final

    def outcome(self) -> CheckStatus | None:
        """None while it goes on."""
        findings = self.standin.findings
        if not findings.is_complete() and monotonic() < self.end:
            return None
        if not findings.seen and not findings.problems:
            return CheckStatus.NOBODY_CAME
        return CheckStatus.FAILED if findings.failed else CheckStatus.PASSED


class Conformance:
    """Of one process of the API."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runs: dict[UUID, Run] = {}
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE * _THREADS_OF_ONE, thread_name_prefix="eap-check")

    def begin(self, principal: Principal, found: Found, base: str) -> Run:
        """Raises NotCheckable, ChecksBusy."""
        running = [one for one in self._runs.values() if one.status is CheckStatus.RUNNING]
        if len(running) >= MOST_AT_ONCE or any(one.version_id == found.version.id for one in running):
            raise ChecksBusy(listing=found.listing.name)
        check_id, secret = new_id(), secrets.token_urlsafe(12)
        standin = Standin(f"{base.rstrip('/')}{PATH}/{check_id}-{secret}", _expected(found))
        run = Run(
            id=check_id,
            secret=secret,
            tenant_id=found.listing.tenant_id,
            version_id=found.version.id,
            listing=found.listing.name,
            version=found.version.version,
            actor=principal.actor,
            standin=standin,
            ends_at=now() + timedelta(seconds=LONGEST_SECONDS),
            end=monotonic() + LONGEST_SECONDS,
        )
        self._runs[check_id] = run
        return run

    def read(self, principal: Principal, check_id: UUID) -> Run:
        """Of the tenant alone. Raises NotFound."""
        run = self._runs.get(check_id)
        if run is None or run.tenant_id != principal.tenant_id:
            raise NotFound
        return run

    def called(self, name: str) -> Run:
        """By the name in its address. An agent that was seen is still answered when its check is over. Raises NotFound."""
        for run in self._runs.values():
            is_it = secrets.compare_digest(f"{run.id}-{run.secret}".encode(), name.encode())
            if is_it and run.status is not CheckStatus.NOBODY_CAME:
                return run
        raise NotFound

    async def answer(self, run: Run, call: Call) -> tuple[int, bytes] | None:
        return await asyncio.get_running_loop().run_in_executor(self._threads, answered, run.standin, call)

    async def run(self) -> None:
        """Writes down what has ended, until it is cancelled."""
        try:
            while True:
                await asyncio.sleep(_LOOK_SECONDS)
                for run in list(self._runs.values()):
                    await self._look_at(run)
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _look_at(self, run: Run) -> None:
        if run.status is not CheckStatus.RUNNING and monotonic() > run.end + _KEPT_SECONDS:
            del self._runs[run.id]
        if run.status is not CheckStatus.RUNNING or (outcome := run.outcome()) is None:
            return
        run.final = run.report
        try:
            if outcome is not CheckStatus.NOBODY_CAME:
                with tenant_scope(run.tenant_id):
                    async with self._database.transaction() as db:
                        await _keep(db, run, passed=outcome is CheckStatus.PASSED, report=run.report)
        except DATABASE_TROUBLE as error:
            log.warning("check_not_kept", problem=str(error).split("\n")[0])
            return
        run.status = outcome


def _expected(found: Found) -> Expected:
    if found.manifest.kind is not ListingKind.EXTERNAL:
        raise NotCheckable(listing=found.listing.name, why="it is no external agent")
    card = card_of(found.version.files)
    if card.protocol is not Protocol.EAP:
        raise NotCheckable(listing=found.listing.name, why="its card says that it speaks A2A")
    return Expected(found.listing.agent, found.version.version, card.public_key)


async def _keep(db: AsyncSession, run: Run, *, passed: bool, report: Sequence[Line]) -> None:
    about = {"protocol": PROTOCOL_VERSION, "orchestrator": __version__, "checks": list(report)}
    IndustrialRepository(db).add(
        Check(
            id=run.id,
            version_id=run.version_id,
            suite=OF_AGENTS.name,
            suite_version=SUITE_VERSION,
            passed=passed,
            report=about,
            checked_at=now(),
        )
    )
    await db.flush()
    told = {"listing": run.listing, "version": run.version, "suite": OF_AGENTS.name, "passed": passed}
    audit.record(db, run.tenant_id, run.actor, "listing.check", f"check:{run.id}", None, told)
    events.append(db, run.tenant_id, "listing.check", actor=ORCHESTRATOR, session_id=None, check_id=str(run.id), **told)
