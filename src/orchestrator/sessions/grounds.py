"""What the work of a session stands on: its base, its repository's own words, and its worktree on this node."""

from dataclasses import dataclass, replace
from uuid import UUID

from orchestrator.agents.bringing import NamedDefinition, subagents_of
from orchestrator.agents.definitions import Definition
from orchestrator.agents.documents import render_for_runtime
from orchestrator.agents.registry import version
from orchestrator.opencode.config import AgentFile
from orchestrator.sandboxes import Identity, tenant_identity
from orchestrator.sessions.context import Services, SessionKey
from orchestrator.sessions.models import Session
from orchestrator.sessions.rebase_states import head_of
from orchestrator.sessions.states import FINISHED
from orchestrator.sessions.verify import Job
from orchestrator.tenancy.service import tenant_by_id
from orchestrator.workspaces import Base, RepositoryConfig, Workspace


@dataclass(frozen=True)
class Ground:
    session: Session
    identity: Identity | None
    base: Base
    config: RepositoryConfig
    workspace: Workspace
    agent: Definition | None
    """What does the work, unless it is OpenCode's own."""
    agent_file: AgentFile | None
    subagents: tuple[NamedDefinition, ...] = ()

    @property
    def is_external(self) -> bool:
        """Its turns are done elsewhere, without a runtime."""
        return self.agent is not None and self.agent.external is not None

    @property
    def commands(self) -> tuple[str, ...]:
        """From the request, else from the repository at its base commit; never from a file the agent could change."""
        return tuple(self.config.verify if self.session.verify is None else self.session.verify)

    @property
    def commit(self) -> str:
        return self.session.commit or self.base.commit

    @property
    def job(self) -> Job:
        # A command that hangs must end before its session does, or nothing would tell which one it was.
        seconds = float(min(self.config.verify_timeout_seconds, self.session.timeout_seconds))
        return Job(self.session.tenant_id, self.base, self.config, self.identity, self.commands, seconds)


class Grounds:
    """What does not change while an attempt runs is kept until the attempt is forgotten."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[tuple[UUID, int], Ground] = {}

    def known(self, key: SessionKey) -> Ground | None:
        return self._known.get((key.session_id, key.attempt))

    def forget(self, key: SessionKey) -> None:
        self._known.pop((key.session_id, key.attempt), None)

    async def of(self, session: Session) -> Ground:
        """Also makes the worktree again when it is gone: from the last commit, or from the base. An external agent has none
        here."""
        key = (session.id, session.attempt)
        known = self._known.get(key)
        if known is not None and (known.is_external or known.workspace.folder.is_dir()):
            return replace(known, session=session)
        workspaces, tenant_id = self._services.workspaces, str(session.tenant_id)
        tenant = await tenant_by_id(self._services.database, session.tenant_id)
        identity = tenant_identity(tenant.ordinal)
        base = base_of(session)
        rules = base if session.rules_commit is None else replace(base, commit=session.rules_commit)
        config = await workspaces.read_config(tenant_id, rules)
        workspace = workspaces.locate(tenant_id, str(session.id), base, session.branch, identity)
        agent = await self._agent(session)
        ground = Ground(session, identity, base, config, workspace, *agent)
        if session.status in FINISHED:
            return ground
        if ground.is_external:
            self._known[key] = ground
            return ground
        workspace = await workspaces.create(
            tenant_id, str(session.id), base, session.branch, identity, config, session.commit, head=head_of(session)
        )
        self._known[key] = Ground(session, identity, base, config, workspace, *agent)
        return self._known[key]

    async def _agent(self, session: Session) -> tuple[Definition | None, AgentFile | None, tuple[NamedDefinition, ...]]:
        if session.agent_version_id is None:
            return None, None, ()
        async with self._services.database.transaction() as db:
            known = await version(db, session.agent_version_id)
            subagents = await subagents_of(db, known.definition)
        if known.definition.external is not None:
            return known.definition, None, ()
        file = AgentFile(known.opencode_name, render_for_runtime(known.definition))
        return known.definition, file, tuple(subagents)


def base_of(session: Session) -> Base:
    if session.base_commit is None or session.repository_key is None:
        raise AssertionError("a session has its base from its first step on")
    return Base(session.repository_key, session.base_ref or session.base_commit, session.base_commit)
