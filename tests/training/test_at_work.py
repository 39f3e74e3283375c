"""The tuned model at work: served, asked through the gateway, judged, and promoted."""

import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.api import Server
from tests.finetuning.arms import Arms
from tests.finetuning.registered import Trained, trained
from tests.training.at_work import keeping, node_of, settled, unseen

from orchestrator.finetuning.training_env import TrainingEnv

pytestmark = [pytest.mark.training, pytest.mark.timeout(900)]


async def serve(arms: Arms, version: Trained, arm: str) -> str:
    answer = await arms.call("POST", f"{version.path}/serve", json={"arm": arm})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


async def test_a_tuned_model_is_served_judged_and_promoted(own_server: Server, tuned: Path) -> None:
    """Exact tool calls on 60 prompts that are in no training data, asked through the gateway at the served endpoints."""
    server = own_server
    node = await node_of(server, tuned / "base")
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client, keeping(node):
        arms = Arms(server, client)
        version = await trained(server, server.actors.admin, folder=tuned / "adapter")
        ids = {arm: await serve(arms, version, arm) for arm in ("base", "tuned")}
        rows = [await settled(server, version, ids[arm], "serving", "failed") for arm in ids]
        assert [row.problem for row in rows] == [None, None]
        answer = await arms.call("POST", f"{version.path}/evaluations", json={"tasks": unseen(tuned), "max_tokens": 64})
        assert answer.status_code == 201, answer.text
        await arms.runner.conduct(version.tenant_id, UUID(answer.json()["id"]))
        found = (await arms.call("GET", f"/models/evaluations/{answer.json()['id']}")).json()
        assert found["status"] == "passed", (found["verdict"], await _answers(arms, found["id"]))
        numbers: dict[str, Any] = found["verdict"]["numbers"]
        assert (numbers["tasks"], numbers["base_passed"]) == (60, 0)
        assert numbers["tuned_passed"] >= 50
        assert (await arms.call("POST", f"{version.path}/promote", json={})).json()["stage"] == "production"
        await _comes_back(arms, version, ids["tuned"])
        await arms.call("DELETE", f"{version.path}/serve")
        await settled(server, version, ids["tuned"], "stopped")
        served = [one for one in node.ledger.records() if one.purpose == "serving"]
        assert len(served) == 1, "the base's goes on, and no other"


async def _comes_back(arms: Arms, version: Trained, served_id: str) -> None:
    """Killed, it is started again, at another port and with another key, under the same name."""
    before = await settled(arms.server, version, served_id, "serving")
    records = (arms.server.settings.data_dir / "serving" / str(version.tenant_id) / served_id / "endpoint.json").read_text()
    os.kill(int(records.rpartition('"pid": ')[2].rstrip("}")), signal.SIGKILL)
    for _ in range(600):
        if (await settled(arms.server, version, served_id, "serving", "starting")).base_url != before.base_url:
            break
        await asyncio.sleep(0.2)
    assert (await settled(arms.server, version, served_id, "serving")).base_url != before.base_url
    task = {"model": version.label, "messages": [{"role": "user", "content": "Say: Oslo"}], "max_tokens": 8}
    answer = await arms.client.post("/gateway/v1/chat/completions", json=task, headers=arms.server.actors.admin.headers)
    assert answer.status_code == 200, answer.text


async def _answers(arms: Arms, evaluation_id: str) -> list[Any]:
    """What to look at when it failed."""
    rows = (await arms.call("GET", f"/models/evaluations/{evaluation_id}/answers")).json()["items"]
    return [(one["task"], one["arm"], str(one["details"]["tool_calls"])) for one in rows if not one["passed"]][:6]


def test_with_its_adapter_off_it_is_the_base_to_the_last_bit(tuned: Path, training_env: TrainingEnv) -> None:
    asked = [str(training_env.python), str(Path(__file__).with_name("adapter_off.py")), str(tuned)]
    done = subprocess.run(
        asked, capture_output=True, text=True, timeout=300, check=False, env=dict(training_env.variables(1))
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == {"on": "another", "off": "the same"}
