"""Plans that need a person: they wait for an approval, stand still, or came to something that nobody has seen yet."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from orchestrator.sessions.states import Verification
from orchestrator.tasks.states import PlanStatus

_MOST_NAMED = 10
"""Tasks that failed or were cancelled; how many there are besides is told."""
_MOST_GOAL_CHARS = 500

_UNDONE = "t.status in ('failed', 'cancelled')"
_UNPUSHED = "coalesce(p.status = 'completed' and p.push ->> 'state' = 'failed', false)"
PLANS = f"""
    select case when p.status = 'awaiting_approval' then 'plan_approval' when {_UNPUSHED} then 'plan_push_failed'
            else 'plan_' || p.status end, 'plan:' || p.id,
        case when p.status = 'completed' and verified.verification = 'verified' and not {_UNPUSHED} then 0 else 1 end,
        case when p.status in ('completed', 'failed') then p.finished_at else p.updated_at end, null::uuid, p.repository,
        coalesce(p.user_subject, '') = :subject or p.created_by = :actor, null, null,
        jsonb_build_object('plan_id', p.id, 'goal', left(p.goal, {_MOST_GOAL_CHARS}), 'status', p.status,
            'reason', p.status_reason, 'unpushed', case when {_UNPUSHED} then p.push ->> 'reason' end,
            'verification', verified.verification, 'user_subject', p.user_subject, 'created_by', p.created_by,
            'undone', undone.keys, 'undone_count', undone.n, 'tasks', undone.tasks)
    from plans p
    left join lateral (
        select s.verification from plan_merges m join sessions s on s.tenant_id = m.tenant_id and s.id = m.session_id
        where m.tenant_id = p.tenant_id and m.plan_id = p.id and m.status = 'merged' order by m.number desc limit 1
    ) verified on true
    cross join lateral (
        select count(*) as tasks, count(*) filter (where {_UNDONE}) as n,
            (array_agg(t.key order by t.position) filter (where {_UNDONE}))[1:{_MOST_NAMED}] as keys
        from plan_tasks t where t.tenant_id = p.tenant_id and t.plan_id = p.id
    ) undone
    where p.tenant_id = :tenant_id and (p.status in ('awaiting_approval', 'blocked')
        or (p.status in ('completed', 'failed') and p.seen_at is null))
"""  # noqa: S608 - made of constants alone.
"""The index plans_needing has the words of the last lines."""

ACTIONS: Mapping[str, Sequence[str]] = {
    "plan_approval": ("approve", "cancel"),
    "plan_blocked": ("resume", "cancel"),
    "plan_failed": ("see",),
    "plan_completed": ("see",),
    "plan_push_failed": ("push", "see"),
}


class InboxPlan(BaseModel):
    id: UUID
    goal: str = Field(description=f"Its first {_MOST_GOAL_CHARS} characters.")
    status: Literal["awaiting_approval", "blocked", "failed", "completed"]
    verification: Verification | None = Field(
        description="Of what is on its branch, by its last merge; null: nothing is there."
    )
    repository: str | None
    owner: str
    owner_name: str | None
    hint: str = Field(description="What helps, in words.")

    @classmethod
    def of(cls, row: Mapping[str, Any], names: Mapping[str, str]) -> "InboxPlan":
        detail: dict[str, Any] = row["detail"]
        owner = detail["user_subject"] or detail["created_by"]
        return cls(
            id=detail["plan_id"],
            goal=detail["goal"],
            status=detail["status"],
            verification=detail["verification"],
            repository=row["repository"],
            owner=owner,
            owner_name=names.get(owner),
            hint=_PUSH_AGAIN if detail["unpushed"] else what_helps(PlanStatus(detail["status"]), _named(detail)),
        )


_PUSH_AGAIN = "Put right what the reason names and push it again, or leave it: the branch is kept here."


def summary_of(detail: Mapping[str, Any]) -> str:
    if detail["status"] == "awaiting_approval":
        return f"It waits for an approval, with {detail['tasks']} {'task' if detail['tasks'] == 1 else 'tasks'}"
    if detail["unpushed"]:
        return f"It completed and was not pushed: {detail['unpushed']}"
    return str(detail["reason"])


def why(detail: Mapping[str, Any]) -> str:
    match detail["status"]:
        case "awaiting_approval":
            return "nothing of it begins before"
        case "completed":
            return f"what is on its branch is {detail['verification'] or 'not verified'}"
        case "failed":
            return "what is missing on its branch was not done"
        case _:
            return "nothing of it goes on by itself"


def what_helps(status: PlanStatus, undone: str) -> str:
    match status:
        case PlanStatus.AWAITING_APPROVAL:
            return "Look at its tasks, change what is not right, and approve it."
        case PlanStatus.COMPLETED:
            return "Read its diff and its report; its branch can be pushed."
        case PlanStatus.FAILED:
            return f"Try {undone} again, or leave it: what was merged stays on its branch."
        case _ if undone:
            return f"Try {undone} again, and what depends on it goes on; or cancel the plan."
        case _:
            return "Put right what the reason names, then resume the plan; or cancel it."


def _named(detail: Mapping[str, Any]) -> str:
    keys: list[str] = detail["undone"] or []
    more = detail["undone_count"] - len(keys)
    return ", ".join(keys) + (f" and {more} more" if more else "")
