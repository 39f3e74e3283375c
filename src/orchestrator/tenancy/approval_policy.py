"""What a tenant's agents may do without a person, what a person must allow, and what happens when nobody answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.events import log as events
from orchestrator.kit.clock import now
from orchestrator.kit.db import Base, IndustrialRepository, lock_until_commit
from orchestrator.kit.errors import Invalid
from orchestrator.kit.versions import check_match, etag_of
from orchestrator.opencode.permissions import GUARDS, QUESTION, first_match
from orchestrator.opencode.schemas import Rule
from orchestrator.tenancy import audit
from orchestrator.tenancy.principal import Principal

Action = Literal["allow", "deny", "ask"]
DEADLINE_SECONDS = 3600
LONGEST_DEADLINE_SECONDS = 7 * 86_400
MOST_RULES = 200

_TOOLS = (
    "bash",
    "codesearch",
    "edit",
    "glob",
    "grep",
    "list",
    "lsp",
    "orchestrator_*",  # Our own.
    "read",
    "skill",
    "task",
    "todoread",
    "todowrite",
    "webfetch",
    "websearch",
)
GUARDED = tuple(Rule(permission=name, action="deny") for name in GUARDS)
BUILT_IN = (*GUARDED, *(Rule(permission=name, action="allow") for name in _TOOLS))
"""Below every tenant's own rules. What neither names is refused when OpenCode asks for it."""
_STRICTEST_FIRST: tuple[Action, ...] = ("deny", "ask", "allow")


class ApprovalPolicy(Base):
    __tablename__ = "approval_policies"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    deadline_seconds: Mapped[int]
    default_action: Mapped[str]
    updated_by: Mapped[str]
    updated_at: Mapped[datetime]


@dataclass(frozen=True)
class Policy:
    """`default` is what a permission gets that nobody answered; a question is then answered with a word to go on.

    `narrower` are the rules of one agent, `also` those of a subagent of it: of their answers and the tenant's own, the
    strictest one counts. `brought` are rules for tools that the agent brings itself, below everything else.
    """

    rules: tuple[Rule, ...] = ()
    deadline_seconds: int = DEADLINE_SECONDS
    default: Literal["allow", "deny"] = "deny"
    narrower: tuple[Rule, ...] = ()
    also: tuple[Rule, ...] = ()
    brought: tuple[Rule, ...] = ()

    @property
    def etag(self) -> str:
        return etag_of(_told(self))

    @property
    def opencode_rules(self) -> tuple[Rule, ...]:
        """What OpenCode is told: of the built-in rules only the guards, since its agents know best what else they may."""
        own = (_told_below(rule, self.rules) for rule in self.narrower)
        subagents = (_told_below(rule, (*self.narrower, *self.rules)) for rule in self.also)
        return (*subagents, *own, *self.rules, *GUARDED)

    def decide(self, permission: str, patterns: Sequence[str]) -> Action:
        """Of several patterns the strictest answer counts; what no rule names is refused."""
        answers = {self._of_one(permission, pattern) for pattern in patterns or ("",)}
        return next(action for action in _STRICTEST_FIRST if action in answers)

    def _of_one(self, permission: str, pattern: str) -> Action:
        rule = first_match((*self.rules, *BUILT_IN, *self.brought), permission, pattern)
        own = (first_match(rules, permission, pattern) for rules in (self.narrower, self.also))
        answers = {rule.action if rule else "deny", *(one.action if one else "allow" for one in own)}
        return next(action for action in _STRICTEST_FIRST if action in answers)


def _told_below(rule: Rule, above: Iterable[Rule]) -> Rule:
    """OpenCode asks where an agent's rule allows what those above it may not: then all are looked at."""
    is_free = all(one.action == "allow" for one in above)
    return rule if rule.action != "allow" or is_free else rule.model_copy(update={"action": "ask"})


async def load_policy(db: AsyncSession) -> Policy:
    """Of the tenant in scope."""
    row = await _row(db)
    if row is None:
        return Policy()
    rules = tuple(Rule.model_validate(rule) for rule in row.rules)
    return Policy(rules, row.deadline_seconds, "allow" if row.default_action == "allow" else "deny")


async def set_policy(db: AsyncSession, principal: Principal, policy: Policy, if_match: str | None = None) -> Policy:
    """It counts from the next turn on; what is asked in a running one is answered by it at once.

    Raises ChangedMeanwhile when `if_match` is not the tag of what stands there.
    """
    check_rules(policy.rules)
    await lock_until_commit(db, f"approval_policy:{IndustrialRepository(db).tenant_id}")
    before = await load_policy(db)
    check_match(if_match, before.etag)
    if before == policy:
        return policy
    row = await _row(db)
    if row is None:
        row = ApprovalPolicy(tenant_id=IndustrialRepository(db).tenant_id)
        db.add(row)
    row.rules = [rule.model_dump() for rule in policy.rules]
    row.deadline_seconds, row.default_action = policy.deadline_seconds, policy.default
    row.updated_by, row.updated_at = principal.actor, now()
    await db.flush()
    target = f"tenant:{row.tenant_id}"
    audit.record(db, row.tenant_id, principal.actor, "approval_policy.set", target, _told(before), _told(policy))
    facts = {"rules": len(policy.rules), "deadline_seconds": policy.deadline_seconds, "default": policy.default}
    events.append(db, row.tenant_id, "approval_policy.set", actor=principal.actor, session_id=None, **facts)
    return policy


async def _row(db: AsyncSession) -> ApprovalPolicy | None:
    return await db.get(ApprovalPolicy, IndustrialRepository(db).tenant_id)


def check_rules(rules: Iterable[Rule]) -> None:
    for number, rule in enumerate(rules, start=1):
        if rule.permission == QUESTION and (rule.action == "allow" or rule.pattern != "*"):
            raise Invalid(problem=f"rule {number}: questions can be asked or denied, and have no patterns")


def _told(policy: Policy) -> dict[str, Any]:
    rules = [f"{rule.action} {rule.permission} {rule.pattern}" for rule in policy.rules]
    return {"rules": "; ".join(rules), "deadline_seconds": policy.deadline_seconds, "default": policy.default}
