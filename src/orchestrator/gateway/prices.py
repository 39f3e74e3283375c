"""What tokens cost, in whole micro-USD: by the kept price list, or by the route's own prices."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

from orchestrator.gateway.usage_counts import Usage
from orchestrator.kit.clock import now

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

_MILLION = 1_000_000
_CACHE_TIME = timedelta(seconds=60)
"""Some prices depend on the time of the day."""
_CACHE_ENTRIES = 2000


@dataclass(frozen=True)
class Rate:
    """Micro-USD per million tokens: `base`, or that of the highest step whose input the call's input exceeds."""

    base: int
    steps: tuple[tuple[int, int], ...] = ()

    def at(self, input_tokens: int) -> int:
        rate = self.base
        for above, price in self.steps:
            if input_tokens > above:
                rate = price
        return rate

    def dearest(self, input_tokens: int) -> int:
        """Of all that a call of at most so much input may be billed at."""
        return max([self.base, *(price for above, price in self.steps if input_tokens > above)])


@dataclass(frozen=True)
class Prices:
    """`version` names the list or the own prices that these are from."""

    version: str
    input: Rate
    output: Rate
    cached_input: Rate
    cache_write: Rate
    cache_write_1h: Rate
    reasoning: Rate
    per_request: int = 0
    """Micro-USD."""

    def cost(self, usage: Usage) -> int:
        """Micro-USD, rounded up."""
        size = usage.input_tokens
        written_5m = usage.cache_write_tokens - usage.cache_write_1h_tokens
        plain = size - usage.cached_input_tokens - usage.cache_write_tokens
        total = (
            plain * self.input.at(size)
            + usage.cached_input_tokens * self.cached_input.at(size)
            + written_5m * self.cache_write.at(size)
            + usage.cache_write_1h_tokens * self.cache_write_1h.at(size)
            + (usage.output_tokens - usage.reasoning_tokens) * self.output.at(size)
            + usage.reasoning_tokens * self.reasoning.at(size)
        )
        return self.per_request + -(-total // _MILLION)

    def worst_input(self, tokens: int) -> int:
        """Micro-USD of so much input at its dearest: the highest tier it may reach, all of it written to the cache."""
        rates = (self.input, self.cached_input, self.cache_write, self.cache_write_1h)
        return self.per_request + -(-tokens * max(rate.dearest(tokens) for rate in rates) // _MILLION)

    def worst_output(self, tokens: int, input_tokens: int) -> int:
        return -(-tokens * max(rate.dearest(input_tokens) for rate in (self.output, self.reasoning)) // _MILLION)


@functools.lru_cache(1_000)
def own_prices(
    input_price: int, output_price: int, cached_input_price: int | None = None, cache_write_price: int | None = None
) -> Prices:
    """Micro-USD per million tokens; what the cache costs is the input's price when it is not said."""
    given = f"{input_price}:{output_price}:{cached_input_price}:{cache_write_price}"
    plain, output = Rate(input_price), Rate(output_price)
    write = plain if cache_write_price is None else Rate(cache_write_price)
    return Prices(
        version=f"own:{hashlib.sha256(given.encode()).hexdigest()[:12]}",
        input=plain,
        output=output,
        cached_input=plain if cached_input_price is None else Rate(cached_input_price),
        cache_write=write,
        cache_write_1h=write,
        reasoning=output,
    )


class PriceList:
    """The list that comes with genai-prices. What was looked up is remembered for a minute."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], tuple[datetime, Prices | None]] = {}

    def find(self, provider: str, model: str, body: Mapping[str, Any] | None = None) -> Prices | None:
        """`provider` is an id of the list or a base URL. None: the list has no such model, or no price of its tokens.

        `body`: the request, for what it says of its own price (a service tier).
        """
        tier = _tier(body)
        key, moment = (provider, model, tier), now()
        known = self._known.get(key)
        if known and known[0] > moment:
            return known[1]
        if len(self._known) >= _CACHE_ENTRIES:
            self._known.clear()
        found = _listed(provider, model, tier, moment)
        self._known[key] = (moment + _CACHE_TIME, found)
        return found


def _tier(body: Mapping[str, Any] | None) -> str:
    """The price variant that the request asks for: `service_tier=priority`, or nothing."""
    for name in ("service_tier", "speed"):
        value = (body or {}).get(name)
        if isinstance(value, str) and 0 < len(value) <= 20:
            return f"{name}={value}"
    return ""


def _listed(provider: str, model: str, tier: str, moment: datetime) -> Prices | None:
    from genai_prices import __version__  # Read only where it is needed: the list is large.
    from genai_prices.data_snapshot import get_snapshot

    named = (provider, None) if "://" not in provider else (None, provider)
    try:
        _, info = get_snapshot().find_provider_model(model, None, *named)
    except LookupError:
        return None
    plain = _prices_of(info, f"genai-prices {__version__}", moment, {})
    if plain is None or not tier:
        return plain
    name, _, value = tier.partition("=")
    special = _prices_of(info, plain.version, moment, {name: value})
    return plain if special is None or special == plain else replace(special, version=f"{plain.version} {tier}")


def _prices_of(info: "ModelInfo", version: str, moment: datetime, context: Mapping[str, str]) -> Prices | None:
    price = info.get_prices(moment, context)
    plain, output = _rate(price.input_mtok), _rate(price.output_mtok)
    if plain is None or output is None:
        return None
    write = _rate(_of(price, "cache_write_mtok")) or plain
    return Prices(
        version=version,
        input=plain,
        output=output,
        cached_input=_rate(_of(price, "cache_read_mtok")) or plain,
        cache_write=write,
        cache_write_1h=_rate(_of(price, "cache_write_1h_mtok")) or write,
        reasoning=_rate(_of(price, "output_reasoning_mtok")) or output,
        per_request=_per_request(_of(price, "requests_kcount")),
    )


def _of(price: "ModelPrice", name: str) -> "Decimal | TieredPrices | None":
    return getattr(price, name)


def _rate(price: "Decimal | TieredPrices | None") -> Rate | None:
    if price is None:
        return None
    if isinstance(price, Decimal):
        return Rate(_micro(price))
    return Rate(_micro(price.base), tuple((tier.start, _micro(tier.price)) for tier in price.tiers))


def _per_request(per_thousand: "Decimal | TieredPrices | None") -> int:
    if per_thousand is None:
        return 0
    price = per_thousand if isinstance(per_thousand, Decimal) else per_thousand.base
    return _micro(price / 1000)


def _micro(usd: Decimal) -> int:
    return int((usd * _MILLION).to_integral_value(ROUND_CEILING))
