"""What a tenant's sandboxes may reach: chosen by its ADMINs, within what the operator set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.events.models import Event
from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository, lock_until_commit
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.network_policy import HostPattern, NetworkMode, NetworkPolicy
from orchestrator.kit.versions import check_match, etag_of
from orchestrator.tenancy import audit
from orchestrator.tenancy.models import TenantNetwork
from orchestrator.tenancy.principal import Principal
from orchestrator.tenancy.tenants import get_tenant

REFUSED = "network.refused"
"""The type of the event that a sandbox asked for a host it may not reach."""
MOST_HOSTS = 500
_MOST_SHOWN = 50


class NetworkTooLoose(OrchestratorError):
    """The operator of this installation does not let sandboxes reach that much: {problem}."""

    status = 403
    code = "network_too_loose"
    hint = "`orchestrator network show` says what may be chosen; the operator sets it with ORCHESTRATOR_NETWORK(_HOSTS)."


@dataclass(frozen=True)
class Chosen:
    """By the tenant; None is what the operator set."""

    mode: NetworkMode | None = None
    hosts: tuple[HostPattern, ...] | None = None
    updated_at: datetime | None = None

    @property
    def etag(self) -> str:
        return etag_of(_told(self))

    def within(self, operators: NetworkPolicy) -> NetworkPolicy:
        """What holds. The operator may have tightened his settings since the tenant chose."""
        own = NetworkPolicy(self.mode or operators.mode, operators.hosts if self.hosts is None else self.hosts)
        return NetworkPolicy(own.mode, own.hosts, operators.private).tightened(operators.mode, operators.hosts)


@dataclass(frozen=True)
class RefusedHost:
    host: str
    port: int
    reason: str
    at: datetime


async def chosen_network(db: AsyncSession) -> Chosen:
    """Of the tenant in scope."""
    row = await db.get(TenantNetwork, IndustrialRepository(db).tenant_id)
    if row is None:
        return Chosen()
    hosts = None if row.allowed_hosts is None else tuple(HostPattern.parse(one) for one in row.allowed_hosts)
    return Chosen(row.mode, hosts, row.updated_at)


async def change_network(
    db: AsyncSession,
    principal: Principal,
    operators: NetworkPolicy,
    wanted: Mapping[str, Any],
    if_match: str | None = None,
) -> Chosen:
    """`wanted` has `mode` and `allowed_hosts`, or one of them; None goes back to what the operator set.

    Raises BadHost, NetworkTooLoose, and ChangedMeanwhile when `if_match` is not the tag of what stands there. What runs
    already keeps its network until its turn is over.
    """
    tenant_id = (await get_tenant(db, IndustrialRepository(db).tenant_id)).id
    await lock_until_commit(db, f"network:{tenant_id}")
    before = await chosen_network(db)
    check_match(if_match, before.etag)
    hosts = _parsed(wanted["allowed_hosts"]) if "allowed_hosts" in wanted else before.hosts
    after = Chosen(wanted.get("mode", before.mode), hosts, now())
    _check(after, operators, wanted)
    values = {"mode": after.mode, "allowed_hosts": _texts(after.hosts), "updated_at": after.updated_at}
    upsert = insert(TenantNetwork).values(tenant_id=tenant_id, **values)
    await db.execute(upsert.on_conflict_do_update(index_elements=["tenant_id"], set_=values))
    audit.record(db, tenant_id, principal.actor, "network.change", f"tenant:{tenant_id}", _told(before), _told(after))
    return after


def _check(after: Chosen, operators: NetworkPolicy, wanted: Mapping[str, Any]) -> None:
    if "mode" in wanted and after.mode and after.mode.at_least(operators.mode) is not after.mode:
        raise NetworkTooLoose(problem=f"`{operators.mode}` is the least that may be chosen")
    if "allowed_hosts" in wanted and operators.hosts:
        beyond = [one for one in after.hosts or () if not any(offered.covers(one) for offered in operators.hosts)]
        if beyond:
            raise NetworkTooLoose(problem=f"{beyond[0]} is not among the hosts that may be allowed")


def _parsed(hosts: Sequence[str] | None) -> tuple[HostPattern, ...] | None:
    return None if hosts is None else tuple(dict.fromkeys(HostPattern.parse(one) for one in hosts))


def _texts(hosts: Sequence[HostPattern] | None) -> list[str] | None:
    return None if hosts is None else [str(one) for one in hosts]


def _told(chosen: Chosen) -> dict[str, Any]:
    hosts = None if chosen.hosts is None else ", ".join(map(str, chosen.hosts))
    return {"mode": chosen.mode, "allowed_hosts": hosts}


async def refused_hosts(db: AsyncSession) -> list[RefusedHost]:
    """What sandboxes asked for and did not get, the newest first, each once."""
    tenant_id: UUID = IndustrialRepository(db).tenant_id
    query = select(Event).where(Event.tenant_id == tenant_id, Event.type == REFUSED).order_by(Event.seq.desc())
    found: dict[tuple[str, int], RefusedHost] = {}
    for event in (await db.execute(query.limit(_MOST_SHOWN * 4))).scalars():
        one = RefusedHost(event.data["host"], event.data["port"], event.data["reason"], event.created_at)
        found.setdefault((one.host, one.port), one)
    return list(found.values())[:_MOST_SHOWN]
