"""Which target a name leads to, and whose names a tenant sees."""

import asyncio
import base64
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import update
from tests.actors import make_tenant
from tests.api import settings_for
from tests.gateway.catalogs import Shelf

from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.catalog_models import Provider
from orchestrator.gateway.providers import SETTINGS_PROVIDER, provider_from
from orchestrator.gateway.resealing import prepare_sealing
from orchestrator.gateway.routing import PLATFORM, ApiFormat, ModelUnusable, OwnPrices, ProviderKind, UnknownModel
from orchestrator.kit.clock import now
from orchestrator.kit.db import Database
from orchestrator.kit.sealing import MasterKeyMissing, MasterKeyWrong
from orchestrator.kit.settings import Settings

MASTER = base64.b64encode(bytes(range(32))).decode()


def catalog_with(database: Database, tmp_path: Path, **changes: Any) -> Catalog:
    return Catalog(database, settings_for(tmp_path, **{"master_key": SecretStr(MASTER)} | changes))


@pytest.fixture
async def shelf(database: Database, tmp_path: Path) -> Shelf:
    return Shelf(database, catalog_with(database, tmp_path))


@pytest.fixture
async def tenant(database: Database) -> UUID:
    return await make_tenant(database, "mine")


async def test_a_split_of_90_to_10_holds_and_a_session_stays_where_it_is(shelf: Shelf, tenant: UUID) -> None:
    await shelf.alias(tenant, "coder", (await shelf.provider(tenant), 90), (await shelf.provider(tenant, "q"), 10))

    async def models() -> list[str]:
        return [(await shelf.catalog.route(tenant, "coder", f"session-{n}")).model for n in range(10_000)]

    first = await models()
    assert 8_900 <= Counter(first)["coder-0"] <= 9_100
    shelf.catalog.forget(tenant)
    assert await models() == first


async def test_a_target_that_leaves_moves_its_own_sessions_alone(shelf: Shelf, tenant: UUID) -> None:
    providers = [await shelf.provider(tenant, name) for name in "abc"]
    await shelf.alias(tenant, "coder", *((one, 1) for one in providers))
    before = {n: (await shelf.catalog.route(tenant, "coder", f"s{n}")).endpoint.provider_id for n in range(300)}
    async with shelf.database.system_transaction() as db:
        await db.execute(update(Provider).where(Provider.id == providers[1]).values(enabled=False))
    shelf.catalog.forget(tenant)
    for number, provider in before.items():
        after = (await shelf.catalog.route(tenant, "coder", f"s{number}")).endpoint.provider_id
        assert after != providers[1]
        assert provider in (after, providers[1])


async def test_names_of_the_tenant_hide_the_platforms_and_those_the_settings(shelf: Shelf, tenant: UUID) -> None:
    other = await make_tenant(shelf.database, "other")
    ours, theirs = await shelf.provider(PLATFORM, "everybodys"), await shelf.provider(tenant, "mine")
    await shelf.alias(PLATFORM, "shared", (ours, 1), platform_provider=True)
    await shelf.alias(PLATFORM, "scripted-model", (ours, 1), platform_provider=True)
    await shelf.alias(tenant, "shared", (theirs, 1))
    await shelf.alias(tenant, "private", (ours, 1), platform_provider=True, model="shared-0")
    route = shelf.catalog.route
    assert (await route(tenant, "shared", "s")).endpoint.name == "mine"
    assert (await route(other, "shared", "s")).endpoint.name == "everybodys"
    assert (await route(tenant, "private", "s")).endpoint.name == "everybodys"
    assert (await route(tenant, "scripted-model", "s")).endpoint.name == "everybodys"
    assert [one.name for one in await shelf.catalog.offers(tenant)] == ["private", "scripted-model", "shared"]
    assert [one.name for one in await shelf.catalog.offers(other)] == ["scripted-model", "shared"]
    with pytest.raises(UnknownModel) as refused:
        await route(other, "private", "s")
    assert "scripted-model, shared" in refused.value.hint_text


async def test_without_rows_the_settings_provider_is_all_there_is(database: Database, tmp_path: Path, tenant: UUID) -> None:
    catalog = catalog_with(
        database, tmp_path, provider_base_url="http://127.0.0.1:9/v1/", provider_model="m", provider_input_price=1.5
    )
    route = await catalog.route(tenant, "m", None)
    assert (route.endpoint.tenant_id, route.endpoint.provider_id) == (PLATFORM, SETTINGS_PROVIDER)
    assert (route.endpoint.base_url, route.endpoint.kind) == ("http://127.0.0.1:9/v1", ProviderKind.OPENAI_COMPATIBLE)
    assert route.prices == OwnPrices(1_500_000, 0)
    assert (await catalog.offer(tenant, None)).name == "m"


async def test_models_of_openai_speak_responses_too_and_keep_the_price_list(
    database: Database, tmp_path: Path, tenant: UUID
) -> None:
    catalog = catalog_with(database, tmp_path, openai_api_key="sk-canary")
    route = await catalog.route(tenant, "gpt-5", "s")
    assert (route.format, route.prices) == (ApiFormat.CHAT, None)
    assert [route.speaks(one) for one in ApiFormat] == [True, True, False]
    offer = await catalog.offer(tenant, "gpt-5")
    assert offer.prices is not None
    assert offer.prices.input > 100_000
    assert "sk-canary" not in repr(route)


async def test_nothing_left_to_choose_is_a_clear_error(shelf: Shelf, tenant: UUID) -> None:
    off, on = await shelf.provider(tenant, "off", enabled=False), await shelf.provider(tenant, "on")
    await shelf.alias(tenant, "coder", (off, 5), (on, 0))
    with pytest.raises(ModelUnusable):
        await shelf.catalog.route(tenant, "coder", "s")
    assert "coder" not in [one.name for one in await shelf.catalog.offers(tenant)]


async def test_an_offer_promises_what_every_target_keeps(shelf: Shelf, tenant: UUID) -> None:
    provider = await shelf.provider(tenant)
    await shelf.alias(tenant, "coder", (provider, 1), (provider, 1), input_price=3, output_price=9)
    offer = await shelf.catalog.offer(tenant, "coder")
    assert (offer.context_tokens, offer.output_tokens, offer.prices) == (7_999, 1_000, OwnPrices(3, 9))


async def test_a_warm_answer_asks_no_database(shelf: Shelf, tenant: UUID) -> None:
    await shelf.alias(tenant, "coder", (await shelf.provider(tenant, key="sk"), 1))
    await shelf.catalog.route(tenant, "coder", "s")
    working, shelf.catalog._database = shelf.catalog._database, Database("postgresql://nobody@127.0.0.1:9/none")
    began = time.perf_counter()
    for number in range(100):
        assert (await shelf.catalog.route(tenant, "coder", str(number))).endpoint.api_key == "sk"
    assert time.perf_counter() - began < 0.5
    await shelf.catalog._database.close()
    shelf.catalog._database = working


async def test_another_process_sees_a_change_within_a_second(shelf: Shelf, tenant: UUID, tmp_path: Path) -> None:
    elsewhere = catalog_with(shelf.database, tmp_path)
    with pytest.raises(UnknownModel):
        await elsewhere.route(tenant, "coder", "s")
    await shelf.alias(tenant, "coder", (await shelf.provider(tenant), 1))
    async with asyncio.timeout(1.5):
        while "coder" not in [one.name for one in await elsewhere.offers(tenant)]:
            continue


async def test_exhausted_providers_are_passed_by_and_block_a_name_that_has_no_other(shelf: Shelf, tenant: UUID) -> None:
    first, second = await shelf.provider(tenant, "a"), await shelf.provider(tenant, "b")
    await shelf.alias(tenant, "coder", (first, 99), (second, 1))
    later, earlier = now() + timedelta(minutes=5), now() - timedelta(seconds=1)
    await shelf.state(tenant, first, exhausted_at=now(), reset_at=later)
    assert (await shelf.catalog.route(tenant, "coder", "s")).endpoint.provider_id == second
    assert await shelf.catalog.blocked_models(tenant) == frozenset()
    await shelf.state(tenant, second, exhausted_at=now(), reset_at=later)
    assert await shelf.catalog.blocked_models(tenant) == {"coder"}
    assert (await shelf.catalog.route(tenant, "coder", "s")).alias == "coder"
    await shelf.state(tenant, first, exhausted_at=now(), reset_at=earlier)
    assert await shelf.catalog.blocked_models(tenant) == frozenset()
    await shelf.state(PLATFORM, SETTINGS_PROVIDER, exhausted_at=now(), reset_at=later)
    assert await shelf.catalog.blocked_models(tenant) == {"scripted-model"}


async def test_the_master_key_matters_only_where_a_key_is_opened(shelf: Shelf, tenant: UUID, tmp_path: Path) -> None:
    await shelf.alias(tenant, "sealed", (await shelf.provider(tenant, "a", key="sk-1"), 1))
    await shelf.alias(tenant, "open", (await shelf.provider(tenant, "b"), 1))
    assert (await shelf.catalog.route(tenant, "sealed", "s")).endpoint.api_key == "sk-1"
    wrong = SecretStr(base64.b64encode(bytes(32)).decode())
    for changes, error in (({"master_key": wrong}, MasterKeyWrong), ({"master_key": None}, MasterKeyMissing)):
        catalog = catalog_with(shelf.database, tmp_path, **changes)
        assert (await catalog.route(tenant, "open", "s")).endpoint.api_key is None
        with pytest.raises(error):
            await catalog.route(tenant, "sealed", "s")


async def test_a_start_with_a_newer_master_key_seals_everything_anew(shelf: Shelf, tenant: UUID, tmp_path: Path) -> None:
    await shelf.alias(tenant, "mine", (await shelf.provider(tenant, key="sk-1"), 1))
    await shelf.alias(PLATFORM, "ours", (await shelf.provider(PLATFORM, "q", key="sk-2"), 1), platform_provider=True)
    new = base64.b64encode(bytes([7] * 32)).decode()
    await prepare_sealing(shelf.database, settings_for(tmp_path, master_key=SecretStr(f"{new},{MASTER}")))
    catalog = catalog_with(shelf.database, tmp_path, master_key=SecretStr(new))
    assert (await catalog.route(tenant, "mine", "s")).endpoint.api_key == "sk-1"
    assert (await catalog.route(tenant, "ours", "s")).endpoint.api_key == "sk-2"
    await prepare_sealing(shelf.database, settings_for(tmp_path, master_key=SecretStr(MASTER)))  # Opens nothing, ends well.


def test_errors_name_the_provider_of_the_settings_and_not_its_address() -> None:
    """They said "The provider provider"; agents read them."""
    settings = Settings(provider_base_url="http://ada:hush@vllm.example:8000/v1", provider_model="m")
    assert provider_from(settings).endpoint.name == "default"
