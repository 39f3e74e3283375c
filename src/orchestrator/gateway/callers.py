"""Who makes a call, and which session it belongs to: from the key and from the conversation that OpenCode names.

An answer is remembered for a second, so a revoked key or an ended session gets no further than that.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.gateway.accounts import Payer
from orchestrator.gateway.faults import KeyInvalid, SessionLeaves, SessionRequired, SessionUnknown
from orchestrator.gateway.virtual_keys import ASSIGNMENT_PREFIX, EVALUATION_PREFIX, VIRTUAL_PREFIX
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.groups import Groups, NextMayGo
from orchestrator.kit.remembered import Remembered
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.tenancy.key_uses import KeyUses
from orchestrator.tenancy.keys import ParsedKey, parse_key
from orchestrator.tenancy.permissions import Permission
from orchestrator.tenancy.principal import PermissionRequired, Unauthenticated
from orchestrator.tenancy.service import authenticate

_CACHE_SECONDS = 1.0
_CONVERSATION_SECONDS = 2.0
"""A first call can come before the row that tells of its conversation."""
_LOOK_AGAIN_SECONDS = 0.05
_LEAVING_SECONDS, _LEAVING_LOOK_SECONDS = 20.0, 0.25

# The session is looked for in the same statement: most calls need no other. A runtime that a power cut ended could not
# revoke its key, so the end of its row ends the key as well, and so does the death of its node.
_BY_KEYS = b"""
select given.number, found.*
from unnest(%(public_ids)s::text[], %(conversations)s::text[]) with ordinality as given (public_id, conversation, number)
cross join lateral (
    select k.tenant_id, k.secret_sha256, r.node_id, r.session_id as only_session, s.id as session_id,
        s.user_subject, s.created_by, s.repository_key, s.agent, s.max_tokens, s.max_cost_micro_usd,
        coalesce(s.requested = 'drain', false) as leaves
    from gateway_keys k
    join runtimes r on r.tenant_id = k.tenant_id and r.id = k.runtime_id and r.stopped_at is null
    join nodes n on n.id = r.node_id and n.incarnation = r.incarnation and n.died_at is null
    left join sessions s on s.tenant_id = k.tenant_id and s.opencode_session_id = given.conversation
        and s.node_id = r.node_id and (r.session_id is null or r.session_id = s.id)
        and s.status in ('running', 'waiting', 'degraded', 'verifying')
    where k.public_id = given.public_id and k.revoked_at is null
    order by s.started_at desc nulls last
    limit 1
) found
"""
# An external agent's key is good for its assignment's session, while that is leased to it.
_BY_ASSIGNMENT = b"""
select k.tenant_id, k.secret_sha256, s.id as session_id, s.user_subject, s.created_by, s.repository_key, s.agent,
    s.max_tokens, s.max_cost_micro_usd
from gateway_keys k
join assignments a on a.tenant_id = k.tenant_id and a.id = k.assignment_id and a.status = 'leased' and a.lease_until > now()
join sessions s on s.tenant_id = a.tenant_id and s.id = a.session_id
    and s.status in ('running', 'waiting', 'degraded', 'verifying')
where k.public_id = %(public_id)s and k.revoked_at is null
"""
# An evaluation's key is good while it is conducted; who asked for it pays.
_BY_EVALUATION = b"""
select k.tenant_id, k.secret_sha256, e.id as evaluation_id, e.created_by
from gateway_keys k
join model_evaluations e on e.tenant_id = k.tenant_id and e.id = k.evaluation_id and e.status = 'running'
where k.public_id = %(public_id)s and k.revoked_at is null
"""
# A session of the runtime by its own conversation or by that of one of its children.
_BY_CONVERSATION = text(
    """
    select s.id as session_id, s.user_subject, s.created_by, s.repository_key, s.agent, s.max_tokens, s.max_cost_micro_usd
    from sessions s
    where s.tenant_id = :tenant_id and s.node_id = :node_id
        and (cast(:only_session as uuid) is null or s.id = :only_session)
        and s.status in ('running', 'waiting', 'degraded', 'verifying')
        and (s.opencode_session_id = :conversation or exists (
            select 1 from child_conversations c
            where c.tenant_id = s.tenant_id and c.session_id = s.id and c.opencode_session_id = :conversation
        ))
    order by (s.opencode_session_id = :conversation) desc nulls last, s.started_at desc nulls last
    limit 1
    """
)
_REMEMBER_CHILD = text(
    """
    insert into child_conversations (tenant_id, opencode_session_id, session_id, created_at)
    values (:tenant_id, :conversation, :session_id, :at)
    on conflict (tenant_id, opencode_session_id) do update set session_id = excluded.session_id
    where not exists (
        select 1 from sessions s where s.tenant_id = child_conversations.tenant_id and s.id = child_conversations.session_id
            and s.status in ('running', 'waiting', 'degraded', 'verifying')
    )
    """
)


@dataclass(frozen=True)
class Credentials:
    """What a call brings along. `conversation` and `parent` are OpenCode's `x-session-id` and `x-parent-session-id`."""

    key: str | None
    conversation: str | None = None
    parent: str | None = None
    tenant: str | None = None


@dataclass(frozen=True)
class Caller:
    """`sticky`: calls with the same one go to the same target of a model; None has a new choice each time."""

    payer: Payer
    sticky: str | None
    conversation: str | None = None

    @property
    def tenant_id(self) -> UUID:
        return self.payer.tenant_id


@dataclass(frozen=True)
class _Runtime:
    tenant_id: UUID
    node_id: UUID
    only_session: UUID | None


_Asked = tuple[str, str | None]
"""The public id of a runtime's key, and the conversation."""


class Callers:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.key_uses = KeyUses(database)
        self._remembered = Remembered[tuple[Credentials, bool], Caller](_CACHE_SECONDS)
        self._looking = Groups[str, _Asked, Mapping[str, Any] | None](self._look)

    async def identify(self, given: Credentials, *, needs_session: bool = True) -> Caller:
        """Raises KeyInvalid, SessionLeaves, SessionRequired, SessionUnknown, PermissionRequired, TenantNotFound."""
        return await self._remembered.get((given, needs_session), partial(self._identify, given, needs_session))

    def tenant_of(self, given: Credentials) -> UUID | None:
        """Whose these credentials were when they were last used in such a call: good for a guess, and for nothing else."""
        known = self._remembered.peek((given, True))
        return known.tenant_id if known else None

    async def _identify(self, given: Credentials, needs_session: bool) -> Caller:
        leased = parse_key(given.key, ASSIGNMENT_PREFIX) if given.key else None
        if leased is not None:
            return await self._external(leased, given)
        asking = parse_key(given.key, EVALUATION_PREFIX) if given.key else None
        if asking is not None:
            return await self._evaluation(asking)
        virtual = parse_key(given.key, VIRTUAL_PREFIX) if given.key else None
        return await (self._runtime(virtual, given, needs_session) if virtual else self._person(given))

    async def _person(self, given: Credentials) -> Caller:
        try:
            principal = await authenticate(self._database, given.key, given.tenant)
        except Unauthenticated:
            raise KeyInvalid from None
        self.key_uses.note(principal)
        if Permission.MODELS_CALL not in principal.scopes:
            raise PermissionRequired(permission=Permission.MODELS_CALL.value, has=principal.role.value)
        return Caller(Payer(principal.tenant_id, principal.subject), None)

    async def _external(self, key: ParsedKey, given: Credentials) -> Caller:
        """Whatever conversation it names: its key is of one session."""
        found = await self._database.look(_BY_ASSIGNMENT, public_id=key.public_id)
        if not found or not key.matches(found[0]["secret_sha256"]):
            raise KeyInvalid
        return _caller(found[0]["tenant_id"], found[0], given)

    async def _evaluation(self, key: ParsedKey) -> Caller:
        """It belongs to no session, and stands where the agent does in what was used."""
        found = await self._database.look(_BY_EVALUATION, public_id=key.public_id)
        if not found or not key.matches(found[0]["secret_sha256"]):
            raise KeyInvalid
        row = found[0]
        return Caller(Payer(row["tenant_id"], row["created_by"], agent=f"evaluation:{row['evaluation_id']}"), None)

    async def _runtime(self, key: ParsedKey, given: Credentials, needs_session: bool) -> Caller:
        if "\0" in (given.conversation or ""):
            raise SessionUnknown  # PostgreSQL takes no such text, and would refuse the looks of others with it.
        row = await self._row(key, given)
        tenant_id: UUID = row["tenant_id"]
        if row["session_id"] is not None:
            return _caller(tenant_id, dict(row), given)
        if not needs_session:
            return Caller(Payer(tenant_id, f"runtime:{row['node_id']}"), None)
        if not given.conversation:
            raise SessionRequired
        return await self._wait_for_session(_Runtime(tenant_id, row["node_id"], row["only_session"]), given)

    async def _row(self, key: ParsedKey, given: Credentials) -> Mapping[str, Any]:
        """A call of a session that leaves its node is held: the node ends the turn now, and the call is made elsewhere.

        Not those of its subagents: they belong to a tool that may come to its end.
        """
        end = time.monotonic() + _LEAVING_SECONDS
        while True:
            row = await self._looking.add("", (key.public_id, given.conversation))
            if row is None or not key.matches(row["secret_sha256"]):
                raise KeyInvalid
            if not row["leaves"]:
                return row
            if time.monotonic() > end:
                raise SessionLeaves
            await asyncio.sleep(_LEAVING_LOOK_SECONDS)

    async def _look(self, _: str, asked: Sequence[_Asked], _next: NextMayGo) -> list[Mapping[str, Any] | None]:
        """What is remembered of many sessions runs out together when their tenant was quiet: one statement for all."""
        public_ids, conversations = zip(*asked, strict=True)
        found = await self._database.look(_BY_KEYS, public_ids=[*public_ids], conversations=[*conversations])
        rows = {row["number"]: row for row in found}
        return [rows.get(number) for number in range(1, len(asked) + 1)]

    async def _wait_for_session(self, runtime: _Runtime, given: Credentials) -> Caller:
        end = time.monotonic() + _CONVERSATION_SECONDS
        with tenant_scope(runtime.tenant_id):
            while True:
                async with self._database.transaction() as db:
                    row = await _session_of(db, runtime, given)
                if row is not None:
                    return _caller(runtime.tenant_id, row, given)
                if time.monotonic() > end:
                    raise SessionUnknown
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)


async def _session_of(db: AsyncSession, runtime: _Runtime, given: Credentials) -> Mapping[str, Any] | None:
    """By the conversation, or by that of its parent; a child found so is remembered, unless it is a living session's."""
    values = {"tenant_id": runtime.tenant_id, "node_id": runtime.node_id, "only_session": runtime.only_session}
    for conversation in (given.conversation, given.parent):
        if not conversation:
            continue
        found = await db.execute(_BY_CONVERSATION, values | {"conversation": conversation})
        row = found.mappings().one_or_none()
        if row is not None and conversation != given.conversation:
            child = {"conversation": given.conversation, "session_id": row["session_id"], "at": now()}
            await db.execute(_REMEMBER_CHILD, {"tenant_id": runtime.tenant_id} | child)
        if row is not None:
            return dict(row)
    return None


def _caller(tenant_id: UUID, row: Mapping[str, Any], given: Credentials) -> Caller:
    payer = Payer(
        tenant_id,
        row["user_subject"] or row["created_by"],
        row["session_id"],
        row["repository_key"],
        row["agent"],
        row["max_tokens"],
        row["max_cost_micro_usd"],
    )
    return Caller(payer, str(row["session_id"]), given.conversation)
