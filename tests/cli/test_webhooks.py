"""Webhooks on the command line, against a real server and a real receiver."""

import asyncio
import re
from pathlib import Path

import pytest
from standardwebhooks import Webhook
from tests.api import Server
from tests.cli.test_cli import refused, run
from tests.cli.test_tenancy import printed
from tests.webhooks.receiver import receiving

from orchestrator.kit.sealing import make_master_key

Env = dict[str, str | None]


@pytest.fixture
def env(server: Server, tmp_path: Path) -> Env:
    data = {"ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path), "NO_COLOR": "1", "COLUMNS": "200"}
    return {**data, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.admin.key}


async def test_a_webhook_is_added_tried_changed_and_removed(env: Env, server: Server) -> None:
    async def webhooks(*arguments: str) -> str:
        return await asyncio.to_thread(printed, env, "webhooks", *arguments)

    settings = server.app.state.settings
    settings.data_dir.mkdir(exist_ok=True)
    make_master_key(settings)
    async with receiving() as receiver:
        first, secret = (await webhooks("add", receiver.url, "--event", "plan.*", "--event", "session.status")).splitlines()
        webhook = first.split()[0]
        assert re.search(rf"{webhook[-12:]} +active +0 +0 +0 +plan\.\*, session\.status +http://127", await webhooks("list"))
        sent = (await webhooks("test", webhook[-12:])).split()[0]
        (call,) = await receiver.until(1)
    assert call.id == sent
    assert Webhook(secret).verify(call.body, call.headers)["type"] == "webhook.test"
    assert re.search(rf"{sent[-12:]} +webhook\.test", await webhooks("deliveries", webhook))
    other = (await webhooks("rotate", webhook, "--grace-hours", "0")).splitlines()[-1]
    assert other.startswith("whsec_")
    assert other != secret
    assert await webhooks("set", webhook, "--off") == f"{webhook} is disabled\n"
    assert "switched off by" in await webhooks("list")
    assert await webhooks("send-again", webhook, "--all-dead") == "0 are on their way again\n"
    assert await webhooks("remove", webhook) == f"{webhook} is removed\n"


async def test_what_is_refused_is_one_clear_error(env: Env) -> None:
    for arguments, code in (
        (("add", "https://127.0.0.2/"), "webhook_address_refused"),
        (("add", "nonsense"), "webhook_address_invalid"),
        (("add", "https://1.1.1.1/", "--event", "Nonsense"), "event_pattern_invalid"),
        (("test", "0190"), "not_found"),
        (("send-again", "0190"), "argument_wrong"),
    ):
        refused(await asyncio.to_thread(run, env, "webhooks", *arguments), code)
