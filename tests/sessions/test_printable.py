"""What programs, providers and repositories say is told whatever characters it has, and ends no session in silence."""

import json

import pytest
from tests.api import Api
from tests.sessions.test_control import made

from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.printable import printable
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.opencode.schemas import Message
from orchestrator.sessions import transcript
from orchestrator.sessions.failures import AgentFailed, ProviderRefused
from orchestrator.sessions.lifecycle import transition
from orchestrator.sessions.models import Session
from orchestrator.sessions.recovery import retry_or_fail
from orchestrator.sessions.states import Status
from orchestrator.workspaces.errors import SetupFailed

ODD = "caf\udce9 \x00 end"


@pytest.mark.parametrize(
    "error", [ProviderRefused(problem=ODD), AgentFailed(problem=ODD), SetupFailed(command="x", exit_code=1, output=ODD)]
)
async def test_a_failure_is_stored_with_what_was_said(api: Api, error: SetupFailed) -> None:
    """It was an error of the database while the failure was written: the session then ran again for nothing."""
    session = await made(api, Status.RUNNING)
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            row = await IndustrialRepository(db).get(Session, session.id, lock=True)
            await retry_or_fail(db, row, error, to=Status.FAILED)
    told = (await api.call("GET", f"/sessions/{session.id}")).json()
    assert told["status"] == "failed"
    assert printable(ODD) in json.dumps(told, ensure_ascii=False)


async def test_a_reason_is_stored_with_what_was_said(api: Api) -> None:
    session = await made(api, Status.RUNNING)
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            row = await IndustrialRepository(db).get(Session, session.id, lock=True)
            await transition(db, row, Status.DEGRADED, f"provider retrying: {ODD}")
    assert (await api.call("GET", f"/sessions/{session.id}")).json()["status_reason"].endswith(" end")


async def test_a_tool_is_stored_with_whatever_numbers_it_was_called_with(api: Api) -> None:
    """`1e999` is a number of JSON, is read as infinity, and was refused by the database: the turn could not be stored."""
    session = await made(api, Status.RUNNING)
    info = {"id": "msg_1", "sessionID": "ses_1", "role": "assistant", "time": {"created": 1, "completed": 2}}
    state = {"status": "completed", "input": {"limit": float("inf"), "least": float("nan")}, "output": "", "title": "read"}
    part = {"id": "prt_1", "sessionID": "ses_1", "messageID": "msg_1", "type": "tool", "tool": "read", "callID": "1"}
    message = Message.model_validate({"info": info, "parts": [part | {"state": state}]})
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            await transcript.record(db, session.id, [message], "agent")
    (stored,) = (await api.call("GET", f"/sessions/{session.id}/transcript")).json()["items"]
    assert stored["data"]["state"]["input"] == {"limit": "inf", "least": "nan"}
