"""Prices: those of the list to the micro-USD, and a route's own."""

import random
import time
from decimal import ROUND_CEILING

import genai_prices
from genai_prices.data_snapshot import get_snapshot

from orchestrator.gateway.prices import PriceList, own_prices
from orchestrator.gateway.usage_counts import Usage


def test_the_price_of_every_listed_model_is_that_of_the_list_rounded_up() -> None:
    """Some prices of the list have more than six decimals, and are rounded up themselves."""
    prices, dice, compared = PriceList(), random.Random(1), 0
    for provider in get_snapshot().providers:
        for model in provider.models:
            found = prices.find(provider.id, model.id)
            if found is None:
                continue
            size = dice.choice((2_000, 500_000))
            cached, written = dice.randrange(size // 2), dice.randrange(size // 2)
            listed = genai_prices.Usage(
                input_tokens=size, cache_read_tokens=cached, cache_write_tokens=written, output_tokens=3000
            )
            calculation = genai_prices.calc_price(listed, model.id, provider_id=provider.id)
            if calculation.model.id == model.id:
                expected = int((calculation.total_price * 1_000_000).to_integral_value(ROUND_CEILING))
                assert 0 <= found.cost(Usage(size, cached, written, 3000)) - expected <= 1, (provider.id, model.id)
                compared += 1
    assert compared > 1500


def test_a_worst_case_is_never_below_what_such_a_call_costs() -> None:
    """A gateway that reserved without the tier above 272,000 tokens admitted four calls on the money for three."""
    prices, dice = PriceList(), random.Random(2)
    known = [prices.find(p.id, m.id) for p in get_snapshot().providers for m in p.models]
    for one in (price for price in known if price):
        most, output = dice.choice((1_000, 300_000)), dice.randrange(10_000)
        worst = one.worst_input(most) + one.worst_output(output, most)
        for size in (most, most // 2, 200_001 if most > 200_001 else 1):
            cached, reasoning = dice.randrange(size // 2 + 1), dice.randrange(output + 1)
            written = dice.randrange(size // 2 + 1)
            usage = Usage(size, cached, written, output, reasoning, dice.randrange(written + 1))
            assert one.cost(usage) <= worst


def test_a_tier_a_cache_and_an_hours_cache() -> None:
    sonnet = PriceList().find("anthropic", "claude-sonnet-4-5")
    assert sonnet is not None
    assert sonnet.cost(Usage(1000, 0, 0, 100)) == 3000 + 1500
    assert sonnet.cost(Usage(1000, 1000, 0, 0)) == 300
    assert sonnet.cost(Usage(1000, 0, 1000, 0)) == 3750
    assert sonnet.cost(Usage(1000, 0, 1000, 0, 0, 1000)) == 6000
    assert sonnet.cost(Usage(200_001, 0, 0, 0)) == 1_200_006
    assert sonnet.version == f"genai-prices {genai_prices.__version__}"


def test_the_tier_that_a_request_asks_for() -> None:
    prices = PriceList()
    plain = prices.find("openai", "gpt-5")
    fast = prices.find("openai", "gpt-5", {"service_tier": "priority"})
    assert plain is not None
    assert fast is not None
    assert fast.input.base > plain.input.base
    assert fast.version.endswith("service_tier=priority")
    for odd in ("auto", "x" * 500, "", 7, None, ["priority"]):
        assert prices.find("openai", "gpt-5", {"service_tier": odd}) == plain


def test_what_is_not_on_the_list_has_no_price() -> None:
    prices = PriceList()
    assert prices.find("openai", "ft:somebodys-own") is None
    assert prices.find("nobody", "gpt-5") is None
    assert prices.find("http://127.0.0.1:9/v1", "gpt-5") is None
    assert prices.find("https://api.openai.com/v1", "gpt-5") == prices.find("openai", "gpt-5")


def test_own_prices_have_a_version_of_their_own_and_round_up() -> None:
    own = own_prices(1, 3_000_000)
    assert own.cost(Usage(1, 0, 0, 1)) == 4
    assert own.cost(Usage(0, 0, 0, 0)) == 0
    assert own_prices(0, 0).cost(Usage(10**6, 0, 0, 10**6)) == 0
    assert own.version.startswith("own:")
    assert own.version != own_prices(2, 3_000_000).version
    cached = own_prices(2_000_000, 0, 1_000_000, 5_000_000)
    assert cached.cost(Usage(10, 4, 3, 0)) == 3 * 2 + 4 * 1 + 3 * 5
    assert cached.worst_input(10) == 50


def test_a_price_is_found_quickly() -> None:
    prices = PriceList()
    prices.find("openai", "gpt-5")
    began = time.process_time()
    for _ in range(1000):
        prices.find("openai", "gpt-5")
    assert time.process_time() - began < 0.1
