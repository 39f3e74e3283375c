"""What OpenCode lists as asked for, and whose it is."""

from types import SimpleNamespace
from typing import cast

from sqlalchemy import select
from tests.api import Api
from tests.sessions.test_control import made

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.opencode.schemas import PermissionRequest
from orchestrator.runtimes.running import Seat
from orchestrator.sessions.approval_rows import Approval
from orchestrator.sessions.asking import Approvals
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.states import Status

PARENTS = {"ses_child": "ses_mine", "ses_grandchild": "ses_child", "ses_mine": None, "ses_other": None}


def request(conversation: str) -> PermissionRequest:
    facts = {"id": f"per_{conversation}", "sessionID": conversation, "permission": "edit", "patterns": ["a.py"]}
    return PermissionRequest.model_validate(facts | {"always": [], "metadata": {}})


class OpenCode:
    """A server that lists what all conversations in a directory ask for, and knows who called whom."""

    async def list_permissions(self, _: str) -> list[PermissionRequest]:
        return [request(conversation) for conversation in ("ses_mine", "ses_grandchild", "ses_other", "ses_gone")]

    async def list_questions(self, _: str) -> list[object]:
        return []

    async def find_session(self, _: str, session_id: str) -> SimpleNamespace | None:
        if session_id not in PARENTS:
            return None
        return SimpleNamespace(parent_id=PARENTS[session_id], agent="explore")

    async def reply_permission(self, *_: object, **__: object) -> None:
        """Taken."""


async def test_a_session_waits_for_its_own_requests_and_those_of_its_subagents_alone(api: Api) -> None:
    """A worktree's folder is used again: what an earlier session asked for there was shown as the next one's."""
    session = await made(api, Status.RUNNING)
    runtime = SimpleNamespace(router=SimpleNamespace(top_of=str))
    seat = cast(Seat, SimpleNamespace(client=OpenCode(), directory="/w", runtime=runtime))
    services = cast(Services, SimpleNamespace(database=api.database))
    tenant_id = api.actors.admin.tenant_id
    with tenant_scope(tenant_id):
        await Approvals(services, seat, SessionKey(tenant_id, session.id, session.attempt), "ses_mine").look()
        async with api.database.transaction() as db:
            rows = (await db.execute(select(Approval.conversation).where(Approval.session_id == session.id))).scalars()
            assert sorted(rows) == ["ses_grandchild", "ses_mine"]
