"""Signing a browser in with an API key, or with a link that stands for one, once.

The browser's session is the key's own: its tenant, its role, and its end. Of what the browser holds, the database has the
SHA-256 alone.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.ids import new_id
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings
from orchestrator.tenancy import audit
from orchestrator.tenancy.attempts import Attempts, network_of
from orchestrator.tenancy.keys import mint_key, parse_key
from orchestrator.tenancy.models import ApiKey, KeySignIn, SignInLink
from orchestrator.tenancy.principal import Principal, Unauthenticated
from orchestrator.tenancy.service import KEY_AND_OWNER, is_usable, opened_key, principal_of

log = get_logger(__name__)

LINK_SECONDS = 900
COOKIE_PREFIX = "oik"
_LINK_PREFIX = "oil"
_FORMER_LINK_PREFIX = "oit"
"""Of links that were made before an upgrade, which live for some minutes more. Tokens of sessions' tools have it now."""
_KEPT_AFTER_EXPIRY = timedelta(days=1)


class SignInLinkUseless(OrchestratorError):
    """This sign-in link has been used, is too old, or never was one."""

    status = 401
    code = "sign_in_link_useless"
    hint = "Make another one with `orchestrator sign-in-link`, or sign in with an API key."


class SignInLinkNeedsKey(OrchestratorError):
    """A sign-in link is made with the API key itself, not from a browser."""

    status = 403
    code = "sign_in_link_needs_key"
    hint = "Run `orchestrator sign-in-link`, or send the key as `Authorization: Bearer <key>`."


@dataclass(frozen=True)
class SignedIn:
    """`cookie` is shown to the browser once."""

    cookie: str
    seconds: int


@dataclass(frozen=True)
class MadeLink:
    token: str
    expires_at: datetime


class SignIns:
    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._attempts = Attempts(database)
        self._lasts = timedelta(hours=settings.log_in_hours)

    async def by_key(self, text: str, source: str, request_id: str) -> SignedIn:
        """Raises Unauthenticated, TooManySignIns."""
        parsed = parse_key(text.strip())
        try:
            async with self._transaction(request_id) as db:
                key, *_ = await opened_key(db, text.strip())
                is_current = parsed is not None and parsed.matches(key.secret_sha256)
                return self._sign_in(db, key, "key", None if is_current else key.previous_until)
        except Unauthenticated as error:
            await self._attempts.failed(source, error)
            if parsed is not None:
                await self._record_refusal(parsed.public_id, network_of(source), request_id)
            raise

    async def _record_refusal(self, public_id: str, source: str, request_id: str) -> None:
        """Of a key that is known, and so its tenant: a wrong secret, or one that has ended. Of others only the log tells."""
        async with self._transaction(request_id) as db:
            key = (await db.execute(select(ApiKey).where(ApiKey.public_id == public_id))).scalar_one_or_none()
            if key is not None:
                after = {"by": "key", "from": source, "is_usable": is_usable(key)}
                audit.record(db, key.tenant_id, "unknown", "sign_in.refuse", f"key:{key.id}", None, after)

    async def by_token(self, token: str, source: str, request_id: str) -> SignedIn:
        """The link is used up. Raises SignInLinkUseless, TooManySignIns."""
        try:
            return await self._by_link(token, request_id)
        except SignInLinkUseless as error:
            await self._attempts.failed(source, error)
            raise

    async def _by_link(self, token: str, request_id: str) -> SignedIn:
        async with self._transaction(request_id) as db:
            link = await _used_up(db, token)
            query = select(ApiKey).where(ApiKey.tenant_id == link.tenant_id, ApiKey.id == link.key_id)
            key = (await db.execute(query.where(ApiKey.secret_sha256 == link.key_sha256))).scalar_one_or_none()
            if key is None or not is_usable(key):
                raise SignInLinkUseless
            return self._sign_in(db, key, "link", None)

    def _sign_in(self, db: AsyncSession, key: ApiKey, by: str, ends: datetime | None) -> SignedIn:
        """`ends`: when the secret that was shown ends, if the key has another one by now."""
        minted = mint_key(COOKIE_PREFIX)
        expires_at = min(filter(None, (now() + self._lasts, key.expires_at, ends)))
        db.add(
            KeySignIn(
                id=new_id(),
                public_id=minted.public_id,
                secret_sha256=minted.secret_sha256,
                tenant_id=key.tenant_id,
                key_id=key.id,
                key_sha256=key.secret_sha256,
                created_at=now(),
                expires_at=expires_at,
            )
        )
        key.last_used_at = now()
        _record(db, key.tenant_id, key.id, "sign_in", {"by": by, "expires_at": expires_at})
        return SignedIn(minted.text, max(1, int((expires_at - now()).total_seconds())))

    async def principal(self, cookie: str, tenant: str | None) -> Principal:
        """Read at each request, so that the end of the key, of its secret or of the sign-in counts at once.

        Raises Unauthenticated, TenantNotFound.
        """
        parsed = parse_key(cookie, COOKIE_PREFIX)
        if parsed is None:
            raise Unauthenticated
        of_the_key = and_(KeySignIn.tenant_id == ApiKey.tenant_id, KeySignIn.key_id == ApiKey.id)
        query = (
            KEY_AND_OWNER.add_columns(KeySignIn.secret_sha256)
            .join(KeySignIn, of_the_key)
            .where(KeySignIn.public_id == parsed.public_id, KeySignIn.key_sha256 == ApiKey.secret_sha256)
            .where(KeySignIn.revoked_at.is_(None), KeySignIn.expires_at > now())
        )
        async with self._database.system_transaction() as db:
            row = (await db.execute(query)).one_or_none()
        if row is None or not parsed.matches(row[3]) or not is_usable(row[0]):
            raise Unauthenticated
        key, owner, role_of_user, _ = row
        return principal_of(key, owner, role_of_user, tenant)

    async def make_link(self, principal: Principal, request_id: str) -> MadeLink:
        """For the key that asks; it has no power that the key has not. Raises SignInLinkNeedsKey."""
        if principal.key_id is None:
            raise SignInLinkNeedsKey
        minted, expires_at = mint_key(_LINK_PREFIX), now() + timedelta(seconds=LINK_SECONDS)
        of_it = ApiKey.tenant_id == principal.tenant_id, ApiKey.id == principal.key_id
        async with self._transaction(request_id) as db:
            await db.execute(delete(SignInLink).where(SignInLink.expires_at < now()))
            secret = (await db.execute(select(ApiKey.secret_sha256).where(*of_it))).scalar_one()
            db.add(
                SignInLink(
                    id=new_id(),
                    public_id=minted.public_id,
                    secret_sha256=minted.secret_sha256,
                    tenant_id=principal.tenant_id,
                    key_id=principal.key_id,
                    key_sha256=secret,
                    expires_at=expires_at,
                )
            )
            _record(db, principal.tenant_id, principal.key_id, "sign_in_link.create", {"expires_at": expires_at})
        return MadeLink(minted.text, expires_at)

    async def sign_out(self, cookie: str, request_id: str) -> None:
        """Nothing happens for a cookie that opens nothing."""
        parsed = parse_key(cookie, COOKIE_PREFIX)
        if parsed is None:
            return
        query = select(KeySignIn).where(
            KeySignIn.public_id == parsed.public_id, KeySignIn.revoked_at.is_(None), KeySignIn.expires_at > now()
        )
        async with self._transaction(request_id) as db:
            found = (await db.execute(query.with_for_update())).scalar_one_or_none()
            if found is not None and parsed.matches(found.secret_sha256):
                found.revoked_at = now()
                _record(db, found.tenant_id, found.key_id, "sign_out", None)
                log.info("signed_out", key_id=str(found.key_id))

    @asynccontextmanager
    async def _transaction(self, request_id: str) -> AsyncGenerator[AsyncSession]:
        async with self._database.system_transaction() as db:
            db.info[audit.REQUEST_ID] = request_id
            await db.execute(delete(KeySignIn).where(KeySignIn.expires_at < now() - _KEPT_AFTER_EXPIRY))
            yield db


def _record(db: AsyncSession, tenant_id: UUID, key_id: UUID, action: str, after: dict[str, Any] | None) -> None:
    audit.record(db, tenant_id, f"key:{key_id}", action, f"key:{key_id}", None, after)


async def _used_up(db: AsyncSession, token: str) -> SignInLink:
    """The link, which is gone then. Of two who use it at once the second waits for the first, and finds nothing."""
    parsed = parse_key(token, _LINK_PREFIX) or parse_key(token, _FORMER_LINK_PREFIX)
    if parsed is None:
        raise SignInLinkUseless
    found = await db.execute(select(SignInLink).where(SignInLink.public_id == parsed.public_id).with_for_update())
    link = found.scalar_one_or_none()
    if link is None or not parsed.matches(link.secret_sha256) or link.expires_at <= now():
        raise SignInLinkUseless
    await db.execute(delete(SignInLink).where(SignInLink.public_id == parsed.public_id))
    return link
