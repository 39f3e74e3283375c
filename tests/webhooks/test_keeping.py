"""What is kept of deliveries, and what the keeper of them lives through."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import update
from tests.api import Api
from tests.webhooks.receiver import receiving
from tests.webhooks.test_delivery import add, come_true, deliveries, happen, make_due, until

from orchestrator.events.models import Event
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import make_master_key
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.webhooks import dispatch, fan_out
from orchestrator.webhooks.keeper import tidy
from orchestrator.webhooks.models import DeliveryStatus, WebhookDelivery
from orchestrator.webhooks.sending import Message, Outcome

DISK_FULL = """
create function full_disk() returns trigger language plpgsql as
    $$ begin raise 'could not extend the file' using errcode = 'disk_full'; end $$;
create trigger full_disk before update on webhook_deliveries for each row
    when (new.last_problem is not null) execute function full_disk()
"""


def days_ago(days: float) -> Any:
    return now() - timedelta(days=days)


async def test_what_waited_for_long_is_kept_from_when_it_was_delivered_or_given_up(api: Api) -> None:
    """Its webhook was switched off for 40 days."""
    make_key(api)
    stays: dict[str, dict[str, Any]] = {
        "waits": {"status": DeliveryStatus.PENDING, "next_attempt_at": days_ago(-1)},
        "just delivered": {
            "status": DeliveryStatus.DELIVERED,
            "first_attempt_at": days_ago(39),
            "delivered_at": days_ago(6),
        },
        "just given up": {"status": DeliveryStatus.DEAD, "first_attempt_at": days_ago(30.5)},
    }
    goes: dict[str, dict[str, Any]] = {
        "delivered": {"status": DeliveryStatus.DELIVERED, "first_attempt_at": days_ago(8), "delivered_at": days_ago(8)},
        "given up": {"status": DeliveryStatus.DEAD, "first_attempt_at": days_ago(32)},
    }
    async with receiving() as receiver:
        webhook = await add(api, receiver, "session.status")
        for _ in stays | goes:
            await happen(api, "session.status")
        rows = await until(api, webhook, *["delivered"] * len(stays | goes))
    named = dict(zip(stays | goes, rows, strict=True))
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            for name, values in (stays | goes).items():
                one = update(WebhookDelivery).where(WebhookDelivery.id == named[name].id)
                await db.execute(one.values(values | {"created_at": days_ago(40)}))

    await tidy(api.database)

    left = {row.id for row in await deliveries(api, webhook)}
    assert {name for name, row in named.items() if row.id in left} == stays.keys()


async def test_a_full_disk_while_a_missing_key_is_written_down_ends_no_process(own_api: Api, database_url: str) -> None:
    """What went wrong with the key could not be written down either: that ended the task of all loops of the API."""
    make_key(own_api)
    file = own_api.app.state.settings.data_dir / "master.key"
    async with receiving() as receiver:
        webhook = await add(own_api, receiver, "session.status")
        key = file.read_text()
        file.unlink()
        with psycopg.connect(database_url, autocommit=True) as owner:
            # In threads: both wait for transactions of the application, which is in this very loop.
            await asyncio.to_thread(owner.execute, DISK_FULL)
            await happen(own_api, "session.status")

            async def is_tried_again() -> bool:
                await make_due(own_api)
                return any(row.attempts > 2 for row in await deliveries(own_api, webhook))

            await come_true(is_tried_again)
            await asyncio.to_thread(owner.execute, "drop trigger full_disk on webhook_deliveries")
        file.write_text(key)

        async def is_delivered() -> bool:
            await make_due(own_api)
            return [row.status for row in await deliveries(own_api, webhook)] == [DeliveryStatus.DELIVERED]

        await come_true(is_delivered)


def make_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


async def test_what_is_wrong_with_one_event_or_delivery_ends_the_news_of_nobody_else(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of our own, such as a body that cannot be made, and a receiver that breaks the client itself."""
    make_key(api)
    real_body, real_send = fan_out.body_of_event, dispatch.send

    def faulty_body(event: Event) -> str:
        if event.type == "plan.faulty":
            raise KeyError("a fault of the orchestrator")
        return real_body(event)

    async def faulty_send(message: Message, *rest: Any) -> Outcome:
        if "session.faulty" in message.body:
            raise RuntimeError("a fault of the orchestrator")
        return await real_send(message, *rest)

    monkeypatch.setattr(fan_out, "body_of_event", faulty_body)
    monkeypatch.setattr(dispatch, "send", faulty_send)
    async with receiving() as receiver:
        await add(api, receiver, "plan.*")
        await add(api, receiver, "session.*")
        await happen(api, "plan.faulty")
        await happen(api, "session.faulty", new_id())
        for number in range(3):
            await happen(api, "session.status", new_id(), number=number)
        await receiver.until(3)
    assert {json.loads(call.body)["type"] for call in receiver.calls} == {"session.status"}
