"""Ratings: sums of what the orchestrator verified, over so many outcomes and tenants that none can be told from them."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from tests.actors import Actor, make_actor, make_tenant
from tests.api import Api
from tests.marketplace.shop import READER, Publisher, install
from tests.tenancy.test_isolation import session_row

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.marketplace.ratings import lower_bound, refresh
from orchestrator.sessions.grading import measured
from orchestrator.sessions.states import Decision, Rating, Status, Verification
from orchestrator.tenancy.models import Role


@dataclass
class Shoppers:
    """Tenants that install a listing and work with it."""

    api: Api
    publisher: Publisher
    actors: list[Actor] = field(default_factory=list[Actor])
    installs: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def come(self, count: int) -> None:
        for _ in range(count):
            slug = f"s-{uuid4().hex}"
            actor = await make_actor(self.api.database, await make_tenant(self.api.database, slug), slug, Role.ADMIN)
            self.actors.append(actor)
            self.installs.append(await install(self.api, actor, self.publisher))

    def work(self, at: int, successes: int, failures: int, **changes: Any) -> None:
        """Of the tenant at that place, with the version that it has now."""
        worked(self.api, self.actors[at], self.installs[at], successes, failures, **changes)

    async def rating(self, version: str = "1.0.0") -> dict[str, Any]:
        await refresh(self.api.database)
        path = f"{self.publisher.path()}/versions/{version}"
        return (await self.api.call("GET", path, self.api.actors.viewer)).json()["rating"]


def worked(
    api: Api,
    actor: Actor,
    installed: dict[str, Any],
    successes: int,
    failures: int,
    capabilities: str = '["review"]',
    success: bool | None = None,
) -> None:
    """Outcomes as `sessions/grading.py` writes them, of sessions that are not there."""
    query = """
        insert into agent_outcomes (tenant_id, session_id, version_id, capabilities, success, verified, reason,
            cost_micro_usd, seconds, feedback_rounds, ended_at)
        select v.tenant_id, gen_random_uuid(), v.id, %(capabilities)s, coalesce(%(success)s, one.verified), one.verified,
            'x', 0, 0, 0, clock_timestamp()
        from (select n <= %(successes)s as verified from generate_series(1, %(all)s) n) one
        join agent_versions v on v.tenant_id = %(tenant)s and v.agent_id = %(agent)s
        join agents a on a.tenant_id = v.tenant_id and a.id = v.agent_id and a.version = v.number
    """
    values = {"capabilities": capabilities, "success": success, "successes": successes, "all": successes + failures}
    with psycopg.connect(api.database.url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(query, {**values, "tenant": actor.tenant_id, "agent": UUID(installed["agent_id"])})


async def test_three_tenants_and_thirty_outcomes_are_the_fewest(api: Api, publisher: Publisher) -> None:
    await publisher.publish()
    shoppers = Shoppers(api, publisher)
    await shoppers.come(3)
    for at in (0, 1):
        shoppers.work(at, 50, 0)
    assert (await shoppers.rating())["overall"] is None, "two tenants"
    shoppers.work(2, 1, 0)
    told = await shoppers.rating()
    assert (told["overall"]["n"], told["overall"]["successes"]) == (101, 101)
    assert told["overall"]["lower_bound"] == round(lower_bound(101, 101), 4)
    assert told["by_capability"]["review"] == told["overall"]


async def test_with_fewer_than_thirty_nothing_is_shown_and_nothing_is_stored(api: Api, publisher: Publisher) -> None:
    await publisher.publish()
    shoppers = Shoppers(api, publisher)
    await shoppers.come(3)
    for at in range(3):
        shoppers.work(at, 9, 0)
    shoppers.work(0, 1, 1)
    assert (await shoppers.rating())["overall"] is None
    with psycopg.connect(api.database.url) as connection:
        query = "select count(*) from market_scores where tenant_id = %s"
        assert connection.execute(query, [publisher.actor.tenant_id]).fetchone() == (0,)
    shoppers.work(1, 0, 1)
    told = (await shoppers.rating())["overall"]
    assert (told["n"], told["successes"]) == (30, 28)


async def test_its_publishers_own_work_moves_nothing(api: Api, publisher: Publisher) -> None:
    await publisher.publish()
    shoppers = Shoppers(api, publisher)
    await shoppers.come(3)
    own = await install(api, publisher.actor, publisher)
    worked(api, publisher.actor, own, 1_000, 0)
    for at in (0, 1):
        shoppers.work(at, 20, 20)
    assert (await shoppers.rating())["overall"] is None, "two tenants and the publisher"
    shoppers.work(2, 10, 10)
    before = (await shoppers.rating())["overall"]
    worked(api, publisher.actor, own, 1_000, 0)
    after = (await shoppers.rating())["overall"]
    assert (before["n"], before["successes"]) == (after["n"], after["successes"]) == (100, 50)


async def test_what_nobody_but_people_judged_moves_nothing(api: Api, publisher: Publisher) -> None:
    await publisher.publish()
    shoppers = Shoppers(api, publisher)
    await shoppers.come(3)
    for at in range(3):
        shoppers.work(at, 10, 10, success=True)
        with psycopg.connect(api.database.url) as connection:
            query = "update agent_outcomes set verified = null where tenant_id = %s and not verified"
            connection.execute(query, [shoppers.actors[at].tenant_id])
    told = (await shoppers.rating())["overall"]
    assert (told["n"], told["successes"]) == (30, 30)


def test_a_persons_word_is_not_what_the_orchestrator_found() -> None:
    verified = {"status": Status.COMPLETED, "verification": Verification.VERIFIED}
    for changes, found in (
        (verified, True),
        (verified | {"decision": Decision.REJECTED}, True),
        (verified | {"rating": {"value": Rating.BAD}}, True),
        (verified | {"reverted": {"counts": True}}, False),
        ({"status": Status.COMPLETED, "decision": Decision.ACCEPTED}, None),
        ({"status": Status.COMPLETED, "rating": {"value": Rating.GOOD}}, None),
        ({"status": Status.PARTIALLY_COMPLETED, "decision": Decision.ACCEPTED}, False),
        ({"status": Status.FAILED, "failure": {"class": "verification"}}, False),
        ({"status": Status.FAILED, "failure": {"class": "internal"}}, None),
    ):
        assert measured(session_row(**changes))[0] is found, changes


async def test_capabilities_are_summed_apart(api: Api, publisher: Publisher) -> None:
    await publisher.publish()
    shoppers = Shoppers(api, publisher)
    await shoppers.come(3)
    for at in range(3):
        shoppers.work(at, 10, 0)
        shoppers.work(at, 0, 10, capabilities='["review", "testing"]')
    shoppers.work(0, 30, 0, capabilities='["secret-project"]')
    told = await shoppers.rating()
    counts = {name: (one["n"], one["successes"]) for name, one in told["by_capability"].items()}
    assert counts == {"review": (60, 30), "testing": (30, 0)}, "what one tenant alone asks for is not told"
    assert (told["overall"]["n"], told["overall"]["successes"]) == (90, 60)


async def test_a_new_version_begins_anew_even_with_the_same_files(api: Api, publisher: Publisher) -> None:
    await publisher.publish("1.0.0")
    shoppers = Shoppers(api, publisher)
    await shoppers.come(3)
    for at in range(3):
        shoppers.work(at, 20, 0)
    manifest = publisher.signed("1.0.0")["manifest"]
    made = await publisher.publish("1.0.1", manifest=manifest | {"source": "https://git.example.com/reader"})
    body = {"version": "1.0.1", "digest": made["digest"]}
    for actor, installed in zip(shoppers.actors, shoppers.installs, strict=True):
        answer = await api.call("POST", f"/marketplace/installs/{installed['id']}/update", actor, json=body)
        assert answer.status_code == 200, answer.text
    assert (await shoppers.rating("1.0.1"))["overall"] is None
    for at in range(3):
        shoppers.work(at, 0, 15)
    assert (await shoppers.rating("1.0.1"))["overall"]["n"] == 45
    assert (await shoppers.rating("1.0.0"))["overall"]["successes"] == 60
    listing = (await api.call("GET", publisher.path(), api.actors.viewer)).json()
    assert listing["rating"]["overall"]["n"] == 45


async def test_a_version_that_the_tenant_made_itself_counts_for_nobody(api: Api, publisher: Publisher) -> None:
    await publisher.publish()
    shoppers = Shoppers(api, publisher)
    await shoppers.come(3)
    changed = {"definition": {"prompt": "Mine now."}}
    for at, installed in enumerate(shoppers.installs):
        await api.call("POST", f"/agents/{installed['agent_id']}/versions", shoppers.actors[at], json=changed)
        shoppers.work(at, 50, 0)
    assert (await shoppers.rating())["overall"] is None


async def test_what_is_taken_back_later_is_forgotten(api: Api, publisher: Publisher) -> None:
    await publisher.publish()
    shoppers = Shoppers(api, publisher)
    await shoppers.come(3)
    for at in range(3):
        shoppers.work(at, 10, 0)
    assert (await shoppers.rating())["overall"]["n"] == 30
    with psycopg.connect(api.database.url) as connection:
        connection.execute("delete from agent_outcomes where tenant_id = %s", [shoppers.actors[0].tenant_id])
    assert (await shoppers.rating())["overall"] is None


async def test_a_tenant_sees_sums_and_nobodys_rows(api: Api, publisher: Publisher) -> None:
    """As the app's own role, past all of our code."""
    await publisher.publish()
    shoppers = Shoppers(api, publisher)
    await shoppers.come(3)
    for at in range(3):
        shoppers.work(at, 10, 0)
    await refresh(api.database)
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            connection = await db.connection()
            for table, count in (("market_scores", 2), ("market_pins", 0), ("market_installs", 0), ("agent_outcomes", 0)):
                query = f"select count(*) from {table}"  # noqa: S608
                if table == "market_scores":
                    query += f" where tenant_id = '{publisher.actor.tenant_id}'"
                assert (await connection.exec_driver_sql(query)).scalar_one() == count, table


async def test_of_ten_thousand_outcomes_the_order_is_that_of_the_true_shares(api: Api, publisher: Publisher) -> None:
    """C12, through the database: three agents, and what four tenants did with them."""
    chance, shares = random.Random(370), {"fair": 0.6, "good": 0.8, "best": 0.9}
    tenants = [
        await make_actor(api.database, await make_tenant(api.database, slug), slug, Role.ADMIN)
        for slug in (f"t-{uuid4().hex}" for _ in range(4))
    ]
    for name, share in shares.items():
        made = await publisher.publish(agent=name, document=READER.replace("Reads", f"Reads {name}"))
        asks = made["manifest"]["asks"]
        body = {"listing": made["listing"], "version": "1.0.0", "digest": made["digest"], "consent": asks}
        for actor in tenants:
            installed = (await api.call("POST", "/marketplace/installs", actor, json=body)).json()
            successes = sum(chance.random() < share for _ in range(833))
            worked(api, actor, installed, successes, 833 - successes)
    await refresh(api.database)
    params = {"q": publisher.namespace, "order": "rating", "capability": "review"}
    rows = (await api.call("GET", "/marketplace/listings", api.actors.viewer, params=params)).json()["items"]
    assert [one["agent"] for one in rows] == ["best", "good", "fair"]
    assert [one["rating"]["by_capability"]["review"]["n"] for one in rows] == [3_332] * 3
    high = (await api.call("GET", "/marketplace/listings", api.actors.viewer, params=params | {"min_rating": 0.7})).json()
    assert [one["agent"] for one in high["items"]] == ["best", "good"]
