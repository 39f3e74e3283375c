"""What the inbox gives: what needs a person, how much care it asks for, and what may be decided by whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from orchestrator.overview import inbox_plans
from orchestrator.overview.inbox import OF_PLANS, RESULTS, InboxKind
from orchestrator.overview.inbox_plans import InboxPlan
from orchestrator.overview.risk import LEVELS, Level, ResultFacts, risk_of
from orchestrator.sessions.states import Status, Verification
from orchestrator.tenancy.models import Role
from orchestrator.tenancy.permissions import ALLOWED, Permission
from orchestrator.tenancy.principal import Principal

_RESULT_ACTIONS = ("accept", "reject", "message", "retry", "fork")


class InboxRisk(BaseModel):
    level: Level
    reasons: list[str] = Field(description="In words; none for a low risk.")


class InboxSession(BaseModel):
    id: UUID
    title: str
    status: Status
    repository: str | None
    owner: str
    owner_name: str | None


class InboxApproval(BaseModel):
    id: UUID
    tool: str
    asker: str
    patterns: list[str]


class InboxBudget(BaseModel):
    """An account of this month that is used up to four fifths or more."""

    scope: Literal["tenant", "user", "repository"]
    subject: str
    label: str | None
    spent_tokens: int
    limit_tokens: int | None
    spent_micro_usd: int
    limit_micro_usd: int | None


class InboxAction(BaseModel):
    name: str = Field(
        description="What can be decided, as the routes are called; raise_budget is PUT /budgets or the quotas."
    )
    role: Role = Field(description="The least role that may.")
    or_owner: bool = Field(description="So may who handed the session in, as a MEMBER.")
    allowed: bool = Field(description="Whether you may.")


class InboxItem(BaseModel):
    id: str = Field(description="The same as long as the item is there.")
    kind: InboxKind
    summary: str = Field(description="What it is about, in words.")
    session: InboxSession | None = Field(
        description="null: it is about a plan, or about the budget of a tenant, user or repository."
    )
    plan: InboxPlan | None
    approval: InboxApproval | None
    budget: InboxBudget | None
    since: datetime | None = Field(description="null: nobody knows.")
    mine: bool = Field(description="Of a session or plan that you handed in, or your own budget.")
    risk: InboxRisk
    deadline_at: datetime | None
    default_action: str | None = Field(description="What is taken at the deadline.")
    actions: list[InboxAction]

    @classmethod
    def of(cls, row: Mapping[str, Any], principal: Principal, names: Mapping[str, str]) -> Self:
        kind = InboxKind(row["kind"])
        detail: dict[str, Any] = row["detail"] or {}
        about_budget = kind is InboxKind.BUDGET_WARNING and row["session_id"] is None
        return cls(
            id=row["id"],
            kind=kind,
            summary=_summary(kind, row, detail),
            session=None if row["session_id"] is None else _session(row, names),
            plan=InboxPlan.of(row, names) if kind in OF_PLANS else None,
            approval=_approval(detail) if "approval_id" in detail else None,
            budget=InboxBudget(**detail) if about_budget else None,
            since=None if about_budget else row["since"],
            mine=row["mine"],
            risk=_risk(kind, row),
            deadline_at=row["deadline_at"],
            default_action=row["default_action"],
            actions=_actions(kind, row, detail, principal),
        )


class InboxRead(BaseModel):
    items: list[InboxItem]
    next_cursor: str | None
    counts: dict[InboxKind, int] = Field(description="By kind, whatever kinds were asked for.")
    total: int


class InboxCount(BaseModel):
    total: int
    counts: dict[InboxKind, int]


def owner_of(row: Mapping[str, Any]) -> str:
    return row["user_subject"] or row["created_by"] or ""


def _session(row: Mapping[str, Any], names: Mapping[str, str]) -> InboxSession:
    return InboxSession(
        id=row["session_id"],
        title=row["title"],
        status=row["status"],
        repository=row["repository"],
        owner=owner_of(row),
        owner_name=names.get(owner_of(row)),
    )


def _approval(detail: Mapping[str, Any]) -> InboxApproval:
    return InboxApproval(id=detail["approval_id"], tool=detail["tool"], asker=detail["asker"], patterns=detail["patterns"])


def _summary(kind: InboxKind, row: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    match kind:
        case InboxKind.APPROVAL:
            return f"{detail['asker']} asks to use {detail['tool']} on {', '.join(detail['patterns'])}"
        case InboxKind.QUESTION:
            return f"{detail['asker']} asks a question"
        case _ if kind in OF_PLANS:
            return inbox_plans.summary_of(detail)
        case InboxKind.BUDGET_WARNING if row["session_id"] is None:
            of = {"tenant": "the tenant", "user": "a user", "repository": "a repository"}[detail["scope"]]
            return f"The month's budget of {of} is {'spent' if row['level'] == 2 else 'nearly spent'}"
        case InboxKind.FAILED if row["failure"]:
            return str(row["failure"].get("message") or row["status_reason"] or row["status"])
        case InboxKind.STUCK if row["status"] in ("running", "degraded", "verifying"):
            return "It is at work, and nothing was heard of it"
        case _:
            return row["verification_reason"] or row["status_reason"] or row["queue_reason"] or row["status"]


def _risk(kind: InboxKind, row: Mapping[str, Any]) -> InboxRisk:
    if kind in RESULTS:
        risk = risk_of(facts_of(row))
        return InboxRisk(level=risk.level, reasons=list(risk.reasons))
    reason = inbox_plans.why(row["detail"]) if kind in OF_PLANS else _why(kind, row)
    return InboxRisk(level=LEVELS[int(row["level"])], reasons=[reason])


def facts_of(row: Mapping[str, Any]) -> ResultFacts:
    return ResultFacts(
        status=Status(row["status"]),
        verification=Verification(row["verification"]) if row["verification"] else None,
        verification_reason=row["verification_reason"],
        lines=row["lines"],
        protected=row["protected_changed"],
        attempts=row["attempt"],
        cost_micro_usd=row["cost_micro_usd"],
    )


def _why(kind: InboxKind, row: Mapping[str, Any]) -> str:
    match kind:
        case InboxKind.APPROVAL | InboxKind.QUESTION:
            return "it reaches out of its worktree" if row["level"] == 2 else "the agent stands still until it is answered"
        case InboxKind.BUDGET_WARNING:
            return "calls are refused until it is raised" if row["level"] == 2 or row["session_id"] else "80 % are used"
        case _:
            return "its node is lost" if row["level"] == 2 else "it does not get on"


def _actions(kind: InboxKind, row: Mapping[str, Any], detail: Mapping[str, Any], principal: Principal) -> list[InboxAction]:
    permission = Permission.SESSIONS_WRITE
    match kind:
        case InboxKind.APPROVAL:
            names: tuple[str, ...] = ("allow", "deny")
        case InboxKind.QUESTION:
            names = ("answer", "deny")
        case InboxKind.BUDGET_WARNING if row["session_id"] is None:
            names = ("raise_budget",)
            permission = Permission.QUOTAS_WRITE if detail["scope"] == "tenant" else Permission.BUDGETS_WRITE
        case InboxKind.BUDGET_WARNING:
            names = ("resume", "stop")
        case InboxKind.STUCK:
            names = ("stop", "cancel") if row["status"] != "orphaned" else ("cancel",)
        case _ if kind in OF_PLANS:
            names = tuple(inbox_plans.ACTIONS[kind])
        case _:
            names = _RESULT_ACTIONS
    if kind in (InboxKind.APPROVAL, InboxKind.QUESTION):
        may = permission in principal.scopes and (row["mine"] or principal.role.includes(Role.LEAD))
        return [InboxAction(name=name, role=Role.LEAD, or_owner=True, allowed=may) for name in names]
    role = next(one for one in reversed(Role) if permission in ALLOWED[one])
    return [InboxAction(name=name, role=role, or_owner=False, allowed=permission in principal.scopes) for name in names]
