"""External agents on the command line, against a real server and an agent that joins by the package's client."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from tests.api import Api, Server
from tests.cli.test_cli import refused, run
from tests.cli.test_tenancy import printed
from tests.eap.joined import Joined, assign

from orchestrator.client.external_agent import ExternalAgent, Refused

Env = dict[str, str | None]


@pytest.fixture
def env(server: Server, tmp_path: Path) -> Env:
    data = {"ORCHESTRATOR_DATA_DIR": str(tmp_path / "data"), "HOME": str(tmp_path), "NO_COLOR": "1", "COLUMNS": "220"}
    return {**data, "ORCHESTRATOR_URL": server.url, "ORCHESTRATOR_API_KEY": server.actors.admin.key}


def external(env: Env, *arguments: str) -> str:
    return printed(env, "external", *arguments)


def join(env: Env, name: str, *enrolment: str, capabilities: list[str]) -> ExternalAgent:
    token = re.search(r"oen_\S+", external(env, "enrol", *enrolment))
    assert token is not None
    about = {"agent_type": "script", "capabilities": capabilities}
    return ExternalAgent.join(str(env["ORCHESTRATOR_URL"]), token[0], name=name, **about)


def test_an_agent_joins_is_seen_told_what_to_do_and_shut_out(env: Env) -> None:
    agent = join(env, "outsider", "--capability", "testing", capabilities=["testing"])
    agent.heartbeat("degraded", "no disk left")
    short = agent.identity.agent_id[-12:]
    assert re.search(rf"{short} +outsider +script +live +degraded +0 +0/1 +no disk left", external(env, "list"))
    for wanted, listed in (("degraded", True), ("healthy", False)):
        filters = "--status", wanted, "--name", "outsider", "--liveness", "live", "--capability", "testing"
        assert (short in external(env, "list", *filters)) is listed
    assert re.search(rf"a new name +testing +\S+ +\S+ +{short}", external(env, "enrolments"))
    for command, state in (("drain", "drain"), ("pause", "pause"), ("continue", "continue")):
        assert external(env, command, "outsider") == f"outsider ({agent.identity.agent_id}) is to {state}\n"
        assert agent.heartbeat()["desired_state"] == state
    shown = external(env, "show", short)
    assert re.search(r"last error +no disk left", shown)
    assert re.search(r"leases +0 of 1", shown)
    assert "is shut out" in external(env, "revoke", short)
    with pytest.raises(Refused):
        agent.heartbeat()
    assert re.search(rf"{short} +outsider +script +revoked", external(env, "list"))
    agent.close()


async def test_what_was_given_and_what_came_of_it_are_listed(env: Env, server: Server, tmp_path: Path) -> None:
    agent = await asyncio.to_thread(lambda: join(env, "lister", capabilities=[]))
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        assert server.app is not None
        api = Api(server.app, client, server.database, server.actors, tmp_path)
        made = await assign(api, Joined(client, agent.identity.agent_id, "", agent.identity.key, {}))
    task = await asyncio.to_thread(agent.lease, 5)
    assert task is not None
    await asyncio.to_thread(task.tell, "I begin.")
    await asyncio.to_thread(lambda: task.finish(summary="It is done.", execution_time_ms=3000))
    for arguments in (("assignments", "--session", str(made.session_id)), ("show", "lister")):
        row = await asyncio.to_thread(external, env, *arguments)
        ids = rf"{str(made.id)[-12:]} +{str(made.session_id)[-12:]} +0 +{agent.identity.agent_id[-12:]}"
        assert re.search(rf"{ids} +completed +1 +1 +0 +3 +It is done\.", row), row
    agent.close()


def test_an_enrolment_is_taken_back(env: Env) -> None:
    token = external(env, "enrol").splitlines()[1]
    [enrolment] = [line.split()[0] for line in external(env, "enrolments").splitlines()[1:2]]
    assert "lets nobody join" in external(env, "take-back", enrolment)
    with pytest.raises(Refused, match="enrolment_invalid"):
        ExternalAgent.join(str(env["ORCHESTRATOR_URL"]), token, name="late")


def test_what_is_refused_is_one_clear_error(env: Env) -> None:
    for arguments, code in (
        (("show", "nobody"), "not_found"),
        (("revoke", "nobody"), "not_found"),
        (("take-back", "0190"), "not_found"),
        (("enrol", "--agent", "No name"), "invalid"),
        (("assignments", "--session", "0190"), "invalid"),
        (("run", "--token", "oen_x", "--name", "one"), "argument_wrong"),
        (("run", "--preset", "nobodys", "--token", "oen_x", "--name", "one"), "argument_wrong"),
        (("run", "--command", "true", "--name", "one"), "argument_wrong"),
        (("run", "--command", "true", "--token", "oen_nonsense", "--name", "one"), "enrolment_invalid"),
    ):
        refused(run(env, "external", *arguments), code)
