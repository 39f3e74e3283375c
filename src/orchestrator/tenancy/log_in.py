"""Logging in with OpenID Connect: to the provider and back, the log-in that comes of it, and its end.

Everything is in the database, so the answer to the browser may come from another process than the question.
"""

import hashlib
import re
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.tenancy import audit
from orchestrator.tenancy.keys import mint_key, parse_key
from orchestrator.tenancy.models import LoginSession, Membership, PendingLogIn, Tenant, User
from orchestrator.tenancy.oidc import Identity, LogInFailed, OpenIdProvider, provider_of
from orchestrator.tenancy.person import Belonging, Person
from orchestrator.tenancy.principal import Unauthenticated

log = get_logger(__name__)

PENDING_SECONDS = 600
_PREFIX = "ois"
_KEPT_AFTER_EXPIRY = timedelta(days=1)
# A path of this site alone: browsers read `//host` and `/\host` as another site, and drop tabs and line ends on the way.
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,1999}")


class LogInNotSetUp(OrchestratorError):
    """Logging in is not set up here; there are API keys only."""

    status = 404
    code = "log_in_not_set_up"
    hint = "An operator sets ORCHESTRATOR_OIDC_ISSUER and what belongs to it: docs/howto/log-in.md."


class ForeignNext(OrchestratorError):
    """`next` must be a path of the orchestrator itself."""

    status = 400
    code = "foreign_next"
    hint = "Send a path such as /sessions, with nothing before its first slash, or leave `next` out."


@dataclass(frozen=True)
class Departure:
    """`browser` is for the cookie by which the browser is known when it comes back."""

    url: str
    browser: str


@dataclass(frozen=True)
class Arrival:
    """`cookie` is shown to the browser once and stored nowhere."""

    cookie: str
    seconds: int
    next: str


class LogIns:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._provider = provider_of(settings)
        self._operators = settings.operators
        self._lasts = timedelta(hours=settings.log_in_hours)
        self.public_url = settings.public_url or ""

    @property
    def is_set_up(self) -> bool:
        return self._provider is not None

    @property
    def provider(self) -> OpenIdProvider:
        if self._provider is None:
            raise LogInNotSetUp
        return self._provider

    async def close(self) -> None:
        if self._provider is not None:
            await self._provider.close()

    async def depart(self, next_path: str, browser: str | None) -> Departure:
        """`browser` is its cookie from a log-in that it began in another tab, if any."""
        if not _OWN_PATH.fullmatch(next_path):
            raise ForeignNext
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        browser = browser or secrets.token_urlsafe(32)
        url = await self.provider.authorization_url(state, nonce, verifier)
        async with self._database.system_transaction() as db:
            await db.execute(delete(PendingLogIn).where(PendingLogIn.expires_at < now()))
            db.add(
                PendingLogIn(
                    state_sha256=_sha256(state),
                    browser_sha256=_sha256(browser),
                    nonce=nonce,
                    verifier=verifier,
                    next=next_path,
                    expires_at=now() + timedelta(seconds=PENDING_SECONDS),
                )
            )
        return Departure(url, browser)

    async def arrive(self, state: str, code: str, browser: str, request_id: str) -> Arrival:
        """Raises LogInFailed, OpenIdProviderUnreachable. A state is used up whatever comes of it."""
        provider = self.provider
        pending = await self._take(state, browser)
        identity = await provider.identity(code, pending.verifier, pending.nonce)
        minted, expires_at = mint_key(_PREFIX), now() + self._lasts
        async with self._transaction(request_id) as db:
            user_id = await _user_of(db, identity, identity.subject in self._operators)
            await db.execute(delete(LoginSession).where(LoginSession.expires_at < now() - _KEPT_AFTER_EXPIRY))
            db.add(
                LoginSession(
                    id=new_id(),
                    public_id=minted.public_id,
                    secret_sha256=minted.secret_sha256,
                    user_id=user_id,
                    created_at=now(),
                    expires_at=expires_at,
                )
            )
            await _record(db, user_id, "sign_in", {"by": "openid", "expires_at": expires_at})
        log.info("logged_in", user_id=str(user_id))
        return Arrival(minted.text, int(self._lasts.total_seconds()), pending.next)

    async def _take(self, state: str, browser: str) -> PendingLogIn:
        """Only the browser that left comes back, once and in time."""
        async with self._database.system_transaction() as db:
            taken = await db.execute(
                delete(PendingLogIn)
                .where(PendingLogIn.state_sha256 == _sha256(state), PendingLogIn.browser_sha256 == _sha256(browser))
                .returning(PendingLogIn)
            )
            pending = taken.scalar_one_or_none()
        if pending is None or pending.expires_at < now():
            raise LogInFailed(problem="this browser has not begun it, or too long ago, or has completed it already")
        return pending

    async def person(self, cookie: str) -> Person:
        """Read at each request, so that a log-out or a change of roles counts at once. Raises Unauthenticated."""
        parsed = parse_key(cookie, _PREFIX)
        if parsed is None or self._provider is None:
            raise Unauthenticated
        query = (
            select(LoginSession, User, Membership.role, Tenant)
            .join(User, User.id == LoginSession.user_id)
            .outerjoin(Membership, Membership.user_id == User.id)
            .outerjoin(Tenant, Tenant.id == Membership.tenant_id)
            .where(LoginSession.public_id == parsed.public_id, User.issuer == self._provider.issuer)
            .where(LoginSession.revoked_at.is_(None), LoginSession.expires_at > now())
            .order_by(Tenant.slug)
        )
        async with self._database.system_transaction() as db:
            rows = (await db.execute(query)).all()
        if not rows or not parsed.matches(rows[0][0].secret_sha256):
            raise Unauthenticated
        user = rows[0][1]
        belongings = tuple(Belonging(t.id, t.slug, t.name, role) for _, _, role, t in rows if t)
        # Both: who is taken off the list is no operator from the next start on, not only after the next log-in.
        is_operator = user.is_operator and user.subject in self._operators
        return Person(user.id, user.name, user.email, is_operator, belongings)

    async def log_out(self, cookie: str, request_id: str) -> None:
        """Nothing happens for a cookie that opens nothing."""
        parsed = parse_key(cookie, _PREFIX)
        if parsed is None:
            return
        query = select(LoginSession).where(
            LoginSession.public_id == parsed.public_id, LoginSession.revoked_at.is_(None), LoginSession.expires_at > now()
        )
        async with self._transaction(request_id) as db:
            found = (await db.execute(query.with_for_update())).scalar_one_or_none()
            if found is not None and parsed.matches(found.secret_sha256):
                found.revoked_at = now()
                await _record(db, found.user_id, "sign_out", None)
                log.info("logged_out", user_id=str(found.user_id))

    @asynccontextmanager
    async def _transaction(self, request_id: str) -> AsyncGenerator[AsyncSession]:
        async with self._database.system_transaction() as db:
            db.info[audit.REQUEST_ID] = request_id
            yield db


async def _record(db: AsyncSession, user_id: UUID, action: str, after: dict[str, Any] | None) -> None:
    """In each tenant that the person belongs to: a log-in opens all of them."""
    for tenant_id in (await db.execute(select(Membership.tenant_id).where(Membership.user_id == user_id))).scalars():
        audit.record(db, tenant_id, f"user:{user_id}", action, f"user:{user_id}", None, after)


async def _user_of(db: AsyncSession, identity: Identity, is_operator: bool) -> UUID:
    """The user with that issuer and subject, made at the first log-in and shown by the provider's names from then on."""
    shown = {"name": identity.name, "email": identity.email, "is_operator": is_operator}
    made = await db.execute(
        insert(User)
        .values(id=new_id(), issuer=identity.issuer, subject=identity.subject, created_at=now(), **shown)
        .on_conflict_do_update(index_elements=[User.issuer, User.subject], set_=shown)
        .returning(User.id)
    )
    return made.scalar_one()


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
