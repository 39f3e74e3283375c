"""Work that is pushed: signed, leased to whom it is sent, and given back when nobody takes it."""

import asyncio
import json
from datetime import timedelta

import pytest
from aiohttp import web
from standardwebhooks import Webhook
from tests.api import Api
from tests.eap.joined import Joined, assign, join
from tests.eap.test_leases import read
from tests.webhooks.receiver import Receiver, receiving

from orchestrator.eap.models import AssignmentStatus
from orchestrator.kit.clock import now
from orchestrator.kit.sealing import make_master_key


@pytest.fixture(autouse=True)
def _master_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


async def pushed_to(api: Api, receiver: Receiver, **told: object) -> Joined:
    one = await join(api, endpoint_url=receiver.url, **told)
    assert one.answer["webhook_secret"].startswith("whsec_")
    return one


async def test_work_is_sent_signed_and_is_then_the_agents(api: Api) -> None:
    async with receiving() as receiver:
        one = await pushed_to(api, receiver)
        made = await assign(api, one)
        (call,) = await receiver.until(1)
        Webhook(one.answer["webhook_secret"]).verify(call.body, call.headers)
        told = json.loads(call.body)
        assert (told["task_id"], told["lease_epoch"]) == (str(made.id), 1)
        assert call.headers["webhook-id"] == f"{made.id}.1"
        assert (await one.result(told)).status_code == 200


async def test_who_does_not_take_it_gives_it_back_and_no_try_is_counted(api: Api) -> None:
    async with receiving() as receiver:
        receiver.answer = lambda _: web.Response(status=503)
        one = await pushed_to(api, receiver)
        made = await assign(api, one)
        await receiver.until(1)
        for _ in range(200):  # The answer is written down a moment after it was given.
            if (row := await read(api, made.id)).not_before is not None:
                break
            await asyncio.sleep(0.05)
        assert (row.status, row.tries) == (AssignmentStatus.QUEUED, 0)
        assert row.not_before is not None
        assert row.not_before > now() + timedelta(seconds=2)
        told = (await api.call("GET", f"/agents/external/{one.id}")).json()
        assert "503" in told["last_error"]
