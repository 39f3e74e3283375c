"""Access tokens of agents, and the signed assertions that buy them (after RFC 7523)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.eap.errors import AssertionInvalid, ProofInvalid
from orchestrator.eap.keys import check_signature, decoded
from orchestrator.eap.members import member
from orchestrator.eap.models import AccessToken, ExternalAgent, UsedAssertion
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.tenancy.agent_tokens import AGENT_TOKEN_PREFIX
from orchestrator.tenancy.keys import mint_key

TOKEN_SECONDS, LONGEST_ASSERTION_SECONDS = 15 * 60, 5 * 60
AUDIENCE = "eap"
_CLOCK_SKEW_SECONDS = 60
_KEY_OF = b"""
select tenant_id, public_key from external_agents where id = %(id)s and revoked_at is null and public_key is not null
"""


def add_token(db: AsyncSession, agent: ExternalAgent) -> tuple[str, datetime]:
    """Another access token; its text is told once."""
    minted, moment = mint_key(AGENT_TOKEN_PREFIX), now()
    expires_at = moment + timedelta(seconds=TOKEN_SECONDS)
    IndustrialRepository(db).add(
        AccessToken(
            id=new_id(),
            public_id=minted.public_id,
            secret_sha256=minted.secret_sha256,
            external_agent_id=agent.id,
            expires_at=expires_at,
            created_at=moment,
        )
    )
    return minted.text, expires_at


class Claims(BaseModel):
    model_config = ConfigDict(strict=True)

    iss: str
    sub: str
    aud: str
    iat: int
    exp: int
    jti: str


async def token_for(database: Database, assertion: str) -> tuple[UUID, UUID, Claims]:
    """Whose assertion it is: tenant and agent. Raises AssertionInvalid."""
    agent_id = _claimed_agent(assertion)
    found: list[dict[str, Any]] = await database.look(_KEY_OF, id=agent_id)
    if len(found) != 1:
        raise AssertionInvalid(problem="there is no such agent")
    claims = _verified(assertion, bytes(found[0]["public_key"]))
    return found[0]["tenant_id"], agent_id, claims


async def exchange(db: AsyncSession, agent_id: UUID, claims: Claims) -> tuple[str, datetime]:
    """A token for an assertion that was never used before. Raises AssertionInvalid."""
    row = await member(db, agent_id)
    used = insert(UsedAssertion).values(
        tenant_id=row.tenant_id,
        external_agent_id=row.id,
        jti=claims.jti,
        expires_at=datetime.fromtimestamp(claims.exp + _CLOCK_SKEW_SECONDS, UTC),
    )
    if (await db.execute(used.on_conflict_do_nothing().returning(UsedAssertion.jti))).first() is None:
        raise AssertionInvalid(problem="its jti was used before")
    return add_token(db, row)


def _claimed_agent(assertion: str) -> UUID:
    """Who it says it is from, before anything is believed."""
    try:
        return UUID(_parsed(decoded(assertion.split(".")[1])).iss)
    except (ValueError, IndexError):
        raise AssertionInvalid(problem="it is no JWT with the claims that are asked for") from None


def _verified(assertion: str, public_key: bytes) -> Claims:
    """By the one algorithm that there is (RFC 8037): its header chooses nothing."""
    try:
        header, payload, signature = assertion.split(".")
        if json.loads(decoded(header)).get("alg") not in ("EdDSA", "Ed25519"):
            raise AssertionInvalid(problem="its algorithm is not EdDSA")
        check_signature(public_key, signature, f"{header}.{payload}")
        claims = _parsed(decoded(payload))
    except (ValueError, AttributeError, RecursionError):
        raise AssertionInvalid(problem="it is no JWT that there is") from None
    except ProofInvalid as invalid:
        raise AssertionInvalid(problem=str(invalid.fields["problem"])) from None
    return _in_time(claims)


def _in_time(claims: Claims) -> Claims:
    moment = now().timestamp()
    wrong = {
        "its aud is another": claims.aud != AUDIENCE,
        "iss and sub differ": claims.iss != claims.sub,
        "it has expired": claims.exp <= moment - _CLOCK_SKEW_SECONDS,
        "its iat lies in the future": claims.iat > moment + _CLOCK_SKEW_SECONDS,
        "it is good for too long": claims.exp > moment + LONGEST_ASSERTION_SECONDS + _CLOCK_SKEW_SECONDS,
        "its jti has a length that is not taken": not 8 <= len(claims.jti) <= 200 or "\0" in claims.jti,
    }
    if problem := next((words for words, is_so in wrong.items() if is_so), None):
        raise AssertionInvalid(problem=problem)
    return claims


def _parsed(content: bytes) -> Claims:
    try:
        return Claims.model_validate_json(content)
    except ValidationError as problem:
        raise ValueError from problem
