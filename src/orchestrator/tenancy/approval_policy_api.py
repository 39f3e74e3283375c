"""HTTP over a tenant's approval policy."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.opencode.schemas import Rule
from orchestrator.tenancy.approval_policy import (
    BUILT_IN,
    DEADLINE_SECONDS,
    LONGEST_DEADLINE_SECONDS,
    MOST_RULES,
    Action,
    Policy,
    load_policy,
    set_policy,
)
from orchestrator.tenancy.dependencies import CanReadSessions, CanWriteApprovalPolicy, Db, IfMatchHeader

router = APIRouter(prefix="/approval-policy", tags=["approvals"])

Tool = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.*?-]{1,200}$")]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=r"^[^\x00]*$")]


class PolicyRule(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tool: Tool = Field(
        description="A tool of OpenCode, `external_directory`, `doom_loop` or `question`; `*` is every tool but these three."
    )
    pattern: Pattern = Field("*", description="What it is used on: a command, a path, an address; `*` is any text.")
    action: Action

    @classmethod
    def of(cls, rule: Rule) -> "PolicyRule":
        return cls(tool=rule.permission, pattern=rule.pattern, action=rule.action)


class ApprovalPolicyPut(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"rules": [{"tool": "bash", "pattern": "git push*", "action": "ask"}], "deadline_seconds": 3600}]
        },
    )

    rules: list[PolicyRule] = Field(max_length=MOST_RULES, description="The first that matches decides.")
    deadline_seconds: int = Field(
        DEADLINE_SECONDS, ge=1, le=LONGEST_DEADLINE_SECONDS, description="How long a person has to answer."
    )
    default: Literal["allow", "deny"] = Field("deny", description="What a permission gets that nobody answered.")

    def wanted(self) -> Policy:
        rules = tuple(Rule(permission=one.tool, pattern=one.pattern, action=one.action) for one in self.rules)
        return Policy(rules, self.deadline_seconds, self.default)


class ApprovalPolicyRead(BaseModel):
    rules: list[PolicyRule]
    built_in: list[PolicyRule] = Field(description="These come after the tenant's own; what neither names is denied.")
    deadline_seconds: int
    default: Literal["allow", "deny"]

    @classmethod
    def of(cls, policy: Policy) -> "ApprovalPolicyRead":
        return cls(
            rules=[PolicyRule.of(rule) for rule in policy.rules],
            built_in=[PolicyRule.of(rule) for rule in BUILT_IN],
            deadline_seconds=policy.deadline_seconds,
            default=policy.default,
        )


@router.get("", summary="What agents may do, and what a person must allow")
async def read(_: CanReadSessions, db: Db, response: Response) -> ApprovalPolicyRead:
    policy = await load_policy(db)
    response.headers["ETag"] = policy.etag
    return ApprovalPolicyRead.of(policy)


@router.put("", summary="Replace the tenant's rules; running turns ask by them at once")
async def put(
    body: ApprovalPolicyPut,
    principal: CanWriteApprovalPolicy,
    db: Db,
    response: Response,
    if_match: IfMatchHeader = None,
) -> ApprovalPolicyRead:
    """With `If-Match` no rule that somebody else made meanwhile is lost: 412 `changed_meanwhile`."""
    policy = await set_policy(db, principal, body.wanted(), if_match)
    response.headers["ETag"] = policy.etag
    return ApprovalPolicyRead.of(policy)
