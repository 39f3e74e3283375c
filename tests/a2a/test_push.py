"""Where callers have the news of their tasks sent: kept for themselves, guarded, and told until it has arrived."""

import json

import pytest
from aiohttp import web
from sqlalchemy import select
from tests.a2a.faces import VERSION, error_of, message, result, rpc, send
from tests.api import Api, code_of
from tests.webhooks.receiver import Received, receiving

from orchestrator.a2a.models import A2aPushConfig
from orchestrator.kit.sealing import make_master_key
from orchestrator.kit.tenant_scope import tenant_scope


@pytest.fixture(autouse=True)
def _master_key(api: Api) -> None:
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)


GET, CREATE = "GetTaskPushNotificationConfig", "CreateTaskPushNotificationConfig"
LIST, DELETE = "ListTaskPushNotificationConfigs", "DeleteTaskPushNotificationConfig"


async def test_a_change_is_told_until_it_has_arrived(api: Api) -> None:
    async with receiving() as receiver:

        def second_time(_: Received) -> web.Response:
            return web.Response(status=204 if len(receiver.calls) > 1 else 500)

        receiver.answer = second_time
        config = {"url": receiver.url, "token": "mine"} | {"authentication": {"scheme": "Bearer", "credentials": "theirs"}}
        configuration = {"returnImmediately": True, "taskPushNotificationConfig": config}
        params = {"message": message(), "configuration": configuration}
        task = (await result(api, "SendMessage", params))["task"]
        await result(api, "CancelTask", {"id": task["id"]})
        first, second = await receiver.until(2)
    assert first.body == second.body
    update = json.loads(second.body)["statusUpdate"]
    assert (update["taskId"], update["contextId"]) == (task["id"], task["contextId"])
    assert update["status"]["state"] == "TASK_STATE_CANCELED"
    assert second.headers["x-a2a-notification-token"] == "mine"
    assert second.headers["authorization"] == "Bearer theirs"


async def test_configurations_are_kept_for_who_made_them(api: Api) -> None:
    task = await send(api)
    config = {"taskId": task["id"], "id": "one", "url": "https://example.com/hook", "token": "secret"}
    assert (await result(api, CREATE, config))["token"] == "secret"
    named = {"taskId": task["id"], "id": "one"}
    assert (await result(api, GET, named))["url"] == config["url"]
    assert (await result(api, LIST, {"taskId": task["id"]}, api.actors.admin)).get("configs", []) == []
    assert error_of(await rpc(api, GET, named, api.actors.admin)) == (-32001, "TASK_NOT_FOUND")
    assert error_of(await rpc(api, CREATE, config, api.actors.other)) == (-32001, "TASK_NOT_FOUND")
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            query = select(A2aPushConfig).where(A2aPushConfig.tenant_id == api.actors.member.tenant_id)
            assert b"secret" not in ((await db.execute(query)).scalar_one().secret_sealed or b"secret")
    assert (await rpc(api, CREATE, config, api.actors.viewer)).status_code == 403
    for _ in range(2):
        await result(api, DELETE, named)
    assert error_of(await rpc(api, GET, named)) == (-32001, "TASK_NOT_FOUND")


async def test_they_lead_to_nothing_inside(api: Api) -> None:
    task = await send(api)
    rest = f"/a2a/build/tasks/{task['id']}/pushNotificationConfigs"
    headers = api.actors.member.headers | VERSION
    for url in ("http://169.254.169.254/", "https://[::ffff:10.0.0.1]/", "https://0x7f000002/"):
        config = {"taskId": task["id"], "url": url}
        sent = {"message": message(), "configuration": {"taskPushNotificationConfig": config}}
        for method, params in ((CREATE, config), ("SendMessage", sent)):
            assert code_of(await rpc(api, method, params)) == (403, "webhook_address_refused"), url
        assert (await api.client.post(rest, json={"url": url}, headers=headers)).status_code == 403
    plain = {"taskId": task["id"], "url": "ftp://example.com/"}
    assert error_of(await rpc(api, CREATE, plain)) == (-32602, "INVALID_PARAMS")
    smuggled = {"taskId": task["id"], "url": "https://example.com/", "token": "a\r\nHost: inside"}
    assert error_of(await rpc(api, CREATE, smuggled)) == (-32602, "INVALID_PARAMS")
