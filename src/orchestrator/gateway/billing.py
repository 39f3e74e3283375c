"""What a call may cost at most, and what it did cost: exact where the provider counted, else estimated, and marked so."""

import asyncio
from dataclasses import dataclass
from functools import cached_property

from orchestrator.gateway.accounts import Amount, CallDetail, Payer, Source
from orchestrator.gateway.prices import PriceList, Prices, own_prices
from orchestrator.gateway.requests import ModelRequest
from orchestrator.gateway.routing import ProviderKind, Route
from orchestrator.gateway.token_ratios import ENOUGH_SAMPLES, TokenRatios
from orchestrator.gateway.usage import UsageReader
from orchestrator.gateway.usage_counts import Usage
from orchestrator.gateway.worst_case import FRAME_TOKENS, ModelLimits, WorstCase, worst_case

BYTES_A_TOKEN = 3
"""For estimates: English and code have about four, so what is estimated is rather too much than too little."""

# Names of the price list; an endpoint of any other kind is looked for by its address.
_LISTED = {
    ProviderKind.OPENAI: "openai",
    ProviderKind.ANTHROPIC: "anthropic",
    ProviderKind.AZURE_OPENAI: "azure",
    ProviderKind.BEDROCK: "aws",
    ProviderKind.VERTEX: "google",
}


@dataclass(frozen=True)
class Quote:
    """Made before the call. `prices` is None when nobody knows any."""

    payer: Payer
    route: Route
    worst: WorstCase
    prices: Prices | None
    usual_input_tokens: int
    """What the input is taken for when the provider does not count it."""

    @cached_property
    def amount(self) -> Amount:
        return self.worst.amount(self.prices)

    @cached_property
    def detail(self) -> CallDetail:
        version = self.prices.version if self.prices else ""
        output = self.worst.output(self.prices)
        return CallDetail(self.route.alias, self.route.endpoint.name, self.route.model, version, output)


@dataclass(frozen=True)
class Bill:
    usage: Usage
    cost_micro_usd: int
    source: Source


class Quotes:
    def __init__(self, ratios: TokenRatios) -> None:
        self._ratios = ratios
        self._list = PriceList()
        self._list_is_loaded = False

    async def make(self, payer: Payer, request: ModelRequest, route: Route) -> Quote:
        ratio = await self._ratios.find(payer.tenant_id, route.endpoint.name, route.model)
        limits = ModelLimits(route.model, route.context_tokens, route.output_tokens)
        worst = worst_case(request.format, request.body.values, request.size_bytes, limits, ratio)
        usual = worst.input_tokens
        if worst.text_bytes is not None and (ratio is None or ratio.samples < ENOUGH_SAMPLES):
            usual = min(usual, worst.text_bytes // BYTES_A_TOKEN + FRAME_TOKENS)
        return Quote(payer, route, worst, await self._prices(request, route), usual)

    async def _prices(self, request: ModelRequest, route: Route) -> Prices | None:
        if (own := route.prices) is not None:
            return own_prices(own.input, own.output, own.cached_input, own.cache_write)
        provider = _LISTED.get(route.endpoint.kind, route.endpoint.base_url)
        if self._list_is_loaded:
            return self._list.find(provider, route.model, request.body.values)
        # The list is large: the first look would hold all other calls up.
        found = await asyncio.to_thread(self._list.find, provider, route.model, request.body.values)
        self._list_is_loaded = True
        return found


def bill(quote: Quote, reader: UsageReader) -> Bill:
    """Of an answer as far as it came. What the provider counted stays, explicit zeros included."""
    counted = reader.usage
    if counted is not None and reader.finished:
        return _billed(quote, counted, Source.PROVIDER)
    written = -(-reader.output_bytes // BYTES_A_TOKEN)
    if counted is None:
        return _billed(quote, Usage(quote.usual_input_tokens, output_tokens=_at_most(quote, written)), Source.ESTIMATED)
    # The count of a stream that broke off is that of its beginning.
    output = max(counted.output_tokens, _at_most(quote, written))
    partial = Usage(
        counted.input_tokens,
        counted.cached_input_tokens,
        counted.cache_write_tokens,
        output,
        counted.reasoning_tokens,
        counted.cache_write_1h_tokens,
    )
    return _billed(quote, partial, Source.PARTIAL)


def _at_most(quote: Quote, tokens: int) -> int:
    return min(tokens, quote.worst.output_tokens)


def _billed(quote: Quote, usage: Usage, source: Source) -> Bill:
    return Bill(usage, quote.prices.cost(usage) if quote.prices else 0, source)
