"""What happens in a tenant reaches its receivers: signed, in order, once each, and after all that goes wrong on the way."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web
from sqlalchemy import select, text, update
from standardwebhooks import Webhook, WebhookVerificationError
from tests.api import Api
from tests.webhooks.receiver import Received, Receiver, receiving

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.ids import new_id
from orchestrator.kit.sealing import Sealer, make_master_key
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.webhooks import fan_out as fanning
from orchestrator.webhooks.dispatch import MOST_OF_ONE_ENDPOINT, Dispatcher
from orchestrator.webhooks.guard import Guard
from orchestrator.webhooks.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from orchestrator.webhooks.resealing import reseal_webhooks


@pytest.fixture(autouse=True)
def _master_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


async def add(api: Api, receiver: Receiver, *kinds: str) -> dict[str, Any]:
    body = {"url": receiver.url, "events": list(kinds) or ["*"]}
    answer = await api.call("POST", "/webhooks", api.actors.admin, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def happen(api: Api, kind: str, session_id: UUID | None = None, **data: Any) -> None:
    tenant_id = api.actors.admin.tenant_id
    with tenant_scope(tenant_id):
        async with api.database.transaction() as db:
            events.append(db, tenant_id, kind, actor="test", session_id=session_id, **data)


async def deliveries(api: Api, webhook: dict[str, Any]) -> list[WebhookDelivery]:
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            own = WebhookDelivery.endpoint_id == UUID(webhook["id"])
            return list((await db.execute(select(WebhookDelivery).where(own).order_by(WebhookDelivery.number))).scalars())


async def until(api: Api, webhook: dict[str, Any], *statuses: str) -> list[WebhookDelivery]:
    """Until they stand so; whoever writes it down does so after the receiver was told."""

    async def look() -> bool:
        return tuple(one.status.value for one in await deliveries(api, webhook)) == statuses

    await come_true(look)
    return await deliveries(api, webhook)


async def come_true(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await look():  # noqa: ASYNC110 - Nothing but the table tells of it.
            await asyncio.sleep(0.05)


async def make_due(api: Api, **changes: Any) -> None:
    """As if the time had passed: waits are of minutes and hours."""
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            waiting = update(WebhookDelivery).where(WebhookDelivery.status == DeliveryStatus.PENDING)
            await db.execute(waiting.values(next_attempt_at=now(), **changes))


async def test_a_session_is_told_of_as_the_streams_tell_it(api: Api, receiver: Receiver) -> None:
    webhook = await add(api, receiver, "session.*")
    session = await api.create(start=False)
    (call,) = await receiver.until(1)

    told = Webhook(webhook["secret"]).verify(call.body, call.headers)
    (event,) = [one for one in await api.events() if one["type"] == "session.created"]
    assert told == {
        "type": "session.created",
        "timestamp": event["created_at"].replace("Z", "+00:00"),
        "tenant_id": str(api.actors.admin.tenant_id),
        "seq": event["seq"],
        "session_id": session["id"],
        "actor": event["actor"],
        "data": event["data"],
    }
    assert call.headers["content-type"] == "application/json"
    (row,) = await until(api, webhook, "delivered")
    assert (str(row.id), row.attempts, row.last_status_code) == (call.id, 1, 204)


async def test_a_changed_body_another_secret_and_an_old_time_do_not_verify(api: Api, receiver: Receiver) -> None:
    webhook = await add(api, receiver)
    await happen(api, "session.status", to="running")
    (call,) = await receiver.until(1)
    late = call.headers | {"webhook-timestamp": str(int(call.headers["webhook-timestamp"]) - 600)}
    other = await add(api, receiver, "plan.created")
    for secret, body, headers in (
        (webhook["secret"], call.body.replace("running", "stopped"), call.headers),
        (other["secret"], call.body, call.headers),
        (webhook["secret"], call.body, late),
        (webhook["secret"], call.body, call.headers | {"webhook-id": "another"}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


async def test_only_what_was_asked_for_only_from_then_on_and_only_of_its_tenant(api: Api, receiver: Receiver) -> None:
    await happen(api, "session.status", was="before")
    await add(api, receiver, "session.status", "plan.*")
    await api.create(api.actors.other, start=False)
    for kind in ("session.message", "plan.created", "webhook.given_up", "session.status"):
        await happen(api, kind)
    calls = await receiver.until(2)
    assert sorted(json.loads(call.body)["type"] for call in calls) == ["plan.created", "session.status"]


async def test_of_one_session_in_order_and_each_once_whatever_fails(api: Api, receiver: Receiver) -> None:
    """Every third call fails for the first time. Of each session nothing overtakes what waits."""
    failed: set[str] = set()

    def answer(call: Received) -> web.Response:
        number = json.loads(call.body)["data"]["number"]
        if number % 3 == 0 and call.id not in failed:
            failed.add(call.id)
            return web.Response(status=503)
        return web.Response(status=200)

    receiver.answer = answer
    webhook = await add(api, receiver, "session.status")
    sessions = [new_id() for _ in range(3)]
    for number in range(12):
        await happen(api, "session.status", sessions[number % 3], number=number)
    async with asyncio.timeout(30):
        while any(one.status is not DeliveryStatus.DELIVERED for one in await deliveries(api, webhook)) or len(failed) < 4:
            await make_due(api)
            await asyncio.sleep(0.1)

    taken: dict[str, list[int]] = {}
    for call in receiver.calls:
        told = json.loads(call.body)
        taken.setdefault(told["session_id"], []).append(told["data"]["number"])
    ids = {call.body: call.id for call in receiver.calls}
    assert len(ids) == 12
    assert all(call.id == ids[call.body] for call in receiver.calls), "a retry has the id of the first try"
    assert {key: sorted(dict.fromkeys(numbers)) == list(dict.fromkeys(numbers)) for key, numbers in taken.items()} == {
        str(one): True for one in sessions
    }


async def test_what_fails_waits_and_is_given_up_after_a_day_told_and_sent_again(api: Api, receiver: Receiver) -> None:
    receiver.answer = lambda _: web.Response(status=500)
    webhook = await add(api, receiver, "session.status")
    await happen(api, "session.status", to="running")
    await receiver.until(1)

    async def has_failed() -> bool:
        return (await deliveries(api, webhook))[0].last_status_code == 500

    await come_true(has_failed)
    (waiting,) = await deliveries(api, webhook)
    assert waiting.next_attempt_at - now() < timedelta(seconds=6)
    await make_due(api, first_attempt_at=now() - timedelta(hours=25))
    await until(api, webhook, "dead")
    (given_up,) = [one for one in await api.events() if one["type"] == "webhook.given_up"]
    assert given_up["data"]["problem"] == "it answered 500"

    receiver.answer = lambda _: web.Response(status=204)
    path = f"/webhooks/{webhook['id']}/deliveries"
    assert (await api.call("GET", f"/webhooks/{webhook['id']}", api.actors.admin)).json()["dead"] == 1
    again = await api.call("POST", f"{path}/{waiting.id}/send-again", api.actors.admin)
    assert (again.status_code, again.json()["status"]) == (200, "pending")
    await until(api, webhook, "delivered")
    assert {call.id for call in receiver.calls} == {str(waiting.id)}
    assert (await api.call("POST", f"{path}/send-dead-again", api.actors.admin)).json() == {"sent_again": 0}


async def test_a_receiver_that_is_gone_is_not_called_again(api: Api, receiver: Receiver) -> None:
    receiver.answer = lambda _: web.Response(status=410)
    webhook = await add(api, receiver, "session.status")
    await happen(api, "session.status")
    await receiver.until(1)
    path = f"/webhooks/{webhook['id']}"

    async def read() -> dict[str, Any]:
        return (await api.call("GET", path, api.actors.admin)).json()

    async def is_disabled() -> bool:
        return (await read())["status"] == "disabled"

    await come_true(is_disabled)
    assert (await read())["disabled_reason"] == "its receiver answered 410 Gone"
    await make_due(api)
    await happen(api, "session.status", missed=True)
    receiver.answer = lambda _: web.Response(status=204)

    assert (await api.call("PATCH", path, api.actors.admin, json={"enabled": True})).status_code == 200
    await until(api, webhook, "delivered", "delivered")
    assert json.loads(receiver.calls[-1].body)["data"] == {"missed": True}
    assert len(receiver.calls) == 3


async def test_both_secrets_sign_while_they_change(api: Api, receiver: Receiver) -> None:
    webhook = await add(api, receiver, "session.status")
    path = f"/webhooks/{webhook['id']}/rotate"
    new = (await api.call("POST", path, api.actors.admin, json={"grace_seconds": 3600})).json()["secret"]
    await happen(api, "session.status")
    (call,) = await receiver.until(1)
    assert len(call.headers["webhook-signature"].split()) == 2
    for secret in (webhook["secret"], new):
        Webhook(secret).verify(call.body, call.headers)

    newest = (await api.call("POST", path, api.actors.admin, json={"grace_seconds": 0})).json()["secret"]
    await happen(api, "session.status", second=True)
    call = (await receiver.until(2))[-1]
    Webhook(newest).verify(call.body, call.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(call.body, call.headers)


async def test_secrets_are_sealed_with_the_newest_master_key_at_a_start(own_api: Api, receiver: Receiver) -> None:
    settings = own_api.app.state.settings
    settings.data_dir.mkdir(exist_ok=True)
    make_master_key(settings)
    webhook = await add(own_api, receiver, "session.status")
    file = settings.data_dir / "master.key"
    older = file.read_text()
    file.unlink()
    make_master_key(settings)
    file.write_text(file.read_text() + older)
    await reseal_webhooks(own_api.database, settings)
    with tenant_scope(own_api.actors.admin.tenant_id):
        async with own_api.database.transaction() as db:
            row = (await db.execute(select(WebhookEndpoint))).scalar_one()
    assert not Sealer(settings).is_stale(row.secret_sealed)
    await happen(own_api, "session.status")
    Webhook(webhook["secret"]).verify((await receiver.until(1))[0].body, receiver.calls[0].headers)


def another_process(api: Api) -> Dispatcher:
    """Takes deliveries beside the API's own, as that of a second API would."""
    return Dispatcher(api.database, Guard(api.app.state.settings), Sealer(api.app.state.settings))


async def test_several_processes_send_each_once_and_never_flood_one_receiver(api: Api, receiver: Receiver) -> None:
    receiver.slow_seconds = 0.02
    webhook = await add(api, receiver, "session.status")
    for number in range(40):
        await happen(api, "session.status", new_id(), number=number)
    second, third = another_process(api), another_process(api)
    async with asyncio.TaskGroup() as group, asyncio.timeout(30):
        while len(receiver.calls) < 40:
            await asyncio.gather(fanning.fan_out(api.database), second.dispatch(group), third.dispatch(group))
            await asyncio.sleep(0.02)
    await until(api, webhook, *["delivered"] * 40)
    assert len({call.id for call in receiver.calls}) == len(receiver.calls) == 40
    assert receiver.most_at_once <= 3 * MOST_OF_ONE_ENDPOINT


async def test_who_is_killed_after_taking_leaves_it_to_the_others(api: Api, receiver: Receiver) -> None:
    """Its time as taken is over: the next one sends it, under the same id."""
    webhook = await add(api, receiver, "session.status")
    await happen(api, "session.status")
    (row,) = await until(api, webhook, "delivered")
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            taken = text("update webhook_deliveries set status = 'pending', next_attempt_at = now() where id = :id")
            await db.execute(taken, {"id": row.id})
    await receiver.until(2)
    assert [call.id for call in receiver.calls] == [str(row.id)] * 2


async def test_a_receiver_that_is_down_holds_up_its_own_news_alone(
    api: Api, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its deliveries do not grow without an end either: what comes after stays in the log."""
    monkeypatch.setattr(fanning, "MOST_WAITING", 5)
    down = Receiver(port=1024)
    waiting = await add(api, down, "session.status")
    await add(api, receiver, "session.status")
    for number in range(20):
        await happen(api, "session.status", new_id(), number=number)
        await fanning.fan_out(api.database)
    await receiver.until(20)
    assert len(await deliveries(api, waiting)) < 20
    assert {one.last_problem for one in await deliveries(api, waiting)} <= {None, "nothing takes connections there"}
