"""What becomes of a turn, by what OpenCode tells of it."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.api import Api
from tests.sessions.test_control import made

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.opencode.permissions import REPEATED
from orchestrator.opencode.schemas import Message, PermissionRequest
from orchestrator.runtimes.running import Seat
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.listening import TurnListener
from orchestrator.sessions.prompts import Prompt
from orchestrator.sessions.stalls import AgentLoops, Limits
from orchestrator.sessions.states import Status

CONVERSATION = "ses_mine"


def message(id_: str, role: str, **facts: Any) -> Message:
    info = {"id": id_, "sessionID": CONVERSATION, "role": role, "time": {"created": 1, "completed": 2}}
    return Message.model_validate({"info": info | facts, "parts": []})


class OpenCode:
    """A turn that stands still at a repeated call; when that is refused it is over, and nothing says so."""

    def __init__(self) -> None:
        facts = {"id": "per_1", "sessionID": CONVERSATION, "permission": REPEATED, "patterns": ["bash"], "always": []}
        self.asked = [PermissionRequest.model_validate(facts | {"metadata": {}})]
        self.prompts = 0

    async def list_permissions(self, _: str) -> list[PermissionRequest]:
        return self.asked

    async def list_questions(self, _: str) -> list[object]:
        return []

    async def reply_permission(self, *_: object) -> None:
        self.asked = []

    async def list_messages(self, *_: str) -> list[Message]:
        return [message("msg_1", "user"), message("msg_2", "assistant", parentID="msg_1", finish="tool-calls")]

    async def statuses(self, _: str) -> dict[str, str]:
        return {CONVERSATION: "busy"} if self.asked else {}

    async def prompt_async(self, *_: object, **__: object) -> None:
        self.prompts += 1

    async def abort(self, *_: str) -> None:
        """Nothing runs any more."""


async def test_a_repetition_that_is_refused_ends_the_turn_also_where_opencode_does_not_say_so(api: Api) -> None:
    """The prompt was sent five times then, each time to the same end, and the failure named no cause."""
    session = await made(api, Status.RUNNING)
    opencode, tenant_id = OpenCode(), api.actors.admin.tenant_id
    router = SimpleNamespace(top_of=str, activity=lambda _: SimpleNamespace(age=lambda: 0.0))
    runtime = SimpleNamespace(router=router, ended=asyncio.Event())
    seat = cast(Seat, SimpleNamespace(client=opencode, directory="/w", runtime=runtime))
    services = cast(Services, SimpleNamespace(database=api.database))
    listener = TurnListener(
        services,
        seat,
        SessionKey(tenant_id, session.id, session.attempt),
        CONVERSATION,
        cast(Prompt, SimpleNamespace(message_id="msg_1", part_id="prt_1", text="Go.", agent=None, model=None, system=None)),
        asyncio.Queue(),
        frozenset(),
        Limits(stall_seconds=600, max_steps=10),
    )
    with tenant_scope(tenant_id), pytest.raises(AgentLoops, match="bash"):
        await listener.until_over()
    assert opencode.prompts == 0
