"""Whether one version asks for more than another. Pure; in doubt it is more."""

from collections.abc import Iterator, Sequence
from functools import cache

from orchestrator.marketplace.manifest import Asks, PermissionAsk

_ALLOWANCE = {"deny": 0, "ask": 1, "allow": 2}


def beyond(wanted: Asks, consented: Asks) -> list[str]:
    """What `wanted` asks for that `consented` does not cover, a line each; none when it asks for the same or less."""
    return [
        *_permissions(wanted.permissions, consented.permissions),
        *_added("network", wanted.network, consented.network),
        *_added("MCP server", wanted.mcp_servers, consented.mcp_servers),
        *_added("secret", wanted.secrets, consented.secrets),
        *_added("model", wanted.models, consented.models),
        *_price(wanted.price_micro_usd, consented.price_micro_usd),
    ]


def differences(wanted: Asks, consented: Asks) -> list[str]:
    """Where the two are not exactly the same, a line each."""
    if wanted == consented:
        return []
    told = beyond(wanted, consented)
    told += [f"{line}, which is consented to and not asked for" for line in beyond(consented, wanted)]
    return told or ["the two are not the same, though neither is more"]


def _permissions(wanted: Sequence[PermissionAsk], consented: Sequence[PermissionAsk]) -> Iterator[str]:
    if narrows(wanted, consented):
        return
    fallen = [rule for rule in consented if rule not in wanted and rule.action != "allow"]
    added = [rule for rule in wanted if rule not in consented and rule.action != "deny"]
    yield from (f"permission without {rule}" for rule in fallen)
    yield from (f"permission {rule}" for rule in added)
    if not fallen and not added:
        yield "permissions in another order, of which the first that fits counts"


def narrows(wanted: Sequence[PermissionAsk], consented: Sequence[PermissionAsk]) -> bool:
    """Whether nothing is allowed by `wanted` that `consented` does not allow, whatever a tool is called with.

    The first rule that fits counts, and what none fits is as if it were allowed. So it holds when the rules of `consented`
    are there in their order, each as it was or stricter; one that allows may be missing, for nothing is more than that; and
    others stand between them that loosen none of those that follow.
    """

    @cache
    def covered(at: int, old: int) -> bool:
        if all(rule.action == "allow" for rule in consented[old:]):
            return True
        if consented[old].action == "allow" and covered(at, old + 1):
            return True
        if at == len(wanted):
            return False
        if _at_most(wanted[at], consented[old]) and covered(at + 1, old + 1):
            return True
        return _loosens_none(wanted[at], consented[old:]) and covered(at + 1, old)

    return covered(0, 0)


def _loosens_none(added: PermissionAsk, following: Sequence[PermissionAsk]) -> bool:
    return all(
        _ALLOWANCE[added.action] <= _ALLOWANCE[rule.action] or _are_for_others(added.permission, rule.permission)
        for rule in following
    )


def _are_for_others(one: str, other: str) -> bool:
    return one != other and not set("*?") & {*one, *other}


def _at_most(rule: PermissionAsk, other: PermissionAsk) -> bool:
    same = (rule.permission, rule.pattern) == (other.permission, other.pattern)
    return same and _ALLOWANCE[rule.action] <= _ALLOWANCE[other.action]


def _added(what: str, wanted: Sequence[object], consented: Sequence[object]) -> Iterator[str]:
    return (f"{what} {one}" for one in wanted if one not in consented)


def _price(wanted: int, consented: int) -> Iterator[str]:
    if wanted > consented:
        yield f"price {wanted / 1_000_000:g} USD a session, not {consented / 1_000_000:g}"
