"""Namespaces and the keys that sign what is published in them. A private key never comes here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, lock_until_commit
from orchestrator.kit.errors import Invalid, NotFound
from orchestrator.kit.ids import new_id
from orchestrator.marketplace.errors import NamespaceTaken, SigningKeyInvalid, SigningKeyKnown, TooManyNamespaces
from orchestrator.marketplace.models import Namespace, SigningKey
from orchestrator.marketplace.signing import fingerprint, is_claimed, is_public_key
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

MOST_NAMESPACES, MOST_KEYS = 20, 20
"""Of a tenant; of a namespace."""


@dataclass(frozen=True)
class NewKey:
    """`proof`: the namespace's claim, signed by the key itself."""

    public_key: str
    proof: str
    name: str


async def claim(db: AsyncSession, principal: Principal, name: str, key: NewKey) -> Namespace:
    """The first of those who want a name has it. Raises NamespaceTaken, TooManyNamespaces, SigningKeyInvalid."""
    _check_proof(name, key)
    rows = IndustrialRepository(db)
    await lock_until_commit(db, f"{rows.tenant_id}:market namespaces")
    mine = select(func.count()).select_from(Namespace).where(Namespace.tenant_id == rows.tenant_id)
    if (await db.execute(mine)).scalar_one() >= MOST_NAMESPACES:
        raise TooManyNamespaces(most=MOST_NAMESPACES)
    values = {
        "tenant_id": rows.tenant_id,
        "id": new_id(),
        "name": name,
        "created_by": principal.actor,
        "created_at": now(),
    }
    query = insert(Namespace).values(values).on_conflict_do_nothing(index_elements=[Namespace.name]).returning(Namespace)
    made = (await db.execute(query)).scalar_one_or_none()
    if made is None:
        raise NamespaceTaken(namespace=name)
    row = _key(rows, principal, made, key)
    await db.flush()
    _record(db, principal, "namespace.claim", made, after={"name": name, "key": fingerprint(row.public_key)})
    events.append(db, made.tenant_id, "namespace.claim", actor=principal.actor, name=name)
    return made


async def add_key(db: AsyncSession, principal: Principal, name: str, key: NewKey) -> SigningKey:
    """Raises NotFound, SigningKeyInvalid, SigningKeyKnown."""
    namespace = await called(db, name, lock=True)
    _check_proof(name, key)
    known = await keys_of(db, namespace)
    if len(known) >= MOST_KEYS:
        raise Invalid(problem=f"a namespace has at most {MOST_KEYS} keys")
    if any(one.public_key == key.public_key for one in known):
        raise SigningKeyKnown
    row = _key(IndustrialRepository(db), principal, namespace, key)
    await db.flush()
    _record(db, principal, "namespace.key.add", namespace, after=_facts(row))
    return row


async def retire_key(db: AsyncSession, principal: Principal, name: str, key_id: UUID) -> SigningKey:
    """It signs nothing new; what it signed stands."""
    namespace, row = await _locked_key(db, name, key_id)
    if row.retired_at is None and row.revoked_at is None:
        row.retired_at = now()
        await db.flush()
        _record(db, principal, "namespace.key.retire", namespace, after=_facts(row))
    return row


async def revoke_key(db: AsyncSession, principal: Principal, name: str, key_id: UUID, reason: str) -> SigningKey:
    """From now on nothing that it signed is installed."""
    namespace, row = await _locked_key(db, name, key_id)
    if row.revoked_at is None:
        row.revoked_at, row.reason = now(), reason
        await db.flush()
        _record(db, principal, "namespace.key.revoke", namespace, after=_facts(row) | {"reason": reason})
        events.append(
            db, row.tenant_id, "namespace.key_revoked", actor=principal.actor, name=name, key=fingerprint(row.public_key)
        )
    return row


async def listed(db: AsyncSession) -> Sequence[Namespace]:
    """Those of the tenant, by name."""
    return await IndustrialRepository(db).list(Namespace, order=(Namespace.name,))


async def called(db: AsyncSession, name: str, *, lock: bool = False) -> Namespace:
    """Of the tenant. Raises NotFound."""
    rows = IndustrialRepository(db)
    found = await rows.find(Namespace, Namespace.name == name)
    if found is None:
        raise NotFound
    if lock:
        await lock_until_commit(db, f"market namespace:{found.id}")
    return found


async def keys_of(db: AsyncSession, namespace: Namespace) -> Sequence[SigningKey]:
    """The oldest first."""
    order = (SigningKey.created_at, SigningKey.id)
    return await IndustrialRepository(db).list(SigningKey, SigningKey.namespace_id == namespace.id, order=order)


async def _locked_key(db: AsyncSession, name: str, key_id: UUID) -> tuple[Namespace, SigningKey]:
    namespace = await called(db, name)
    row = await IndustrialRepository(db).get(SigningKey, key_id, lock=True)
    if row.namespace_id != namespace.id:
        raise NotFound
    return namespace, row


def _check_proof(namespace: str, key: NewKey) -> None:
    if not is_public_key(key.public_key):
        raise SigningKeyInvalid(problem="it is no Ed25519 public key in base64")
    if not is_claimed(key.public_key, namespace, key.proof):
        raise SigningKeyInvalid(problem="its proof is not signed by it for this namespace")


def _key(rows: IndustrialRepository, principal: Principal, namespace: Namespace, key: NewKey) -> SigningKey:
    row = SigningKey(
        id=new_id(),
        namespace_id=namespace.id,
        name=key.name,
        public_key=key.public_key,
        created_by=principal.actor,
        created_at=now(),
    )
    return rows.add(row)


def _facts(row: SigningKey) -> dict[str, Any]:
    return {"key": fingerprint(row.public_key), "name": row.name}


def _record(db: AsyncSession, principal: Principal, action: str, namespace: Namespace, after: dict[str, Any]) -> None:
    audit.record(db, namespace.tenant_id, principal.actor, action, f"namespace:{namespace.id}", None, after)
