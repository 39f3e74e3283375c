"""`/gc` for operators: worktrees of sessions that ended go, and what a session needs is never touched."""

from typing import Any

import pytest
from sqlalchemy import update
from tests.actors import Actor, make_operator
from tests.api import Api, code_of
from tests.workspaces.desk import Repository

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sandboxes import tenant_identity
from orchestrator.sessions import retention
from orchestrator.sessions.models import Session
from orchestrator.sessions.retention import collect
from orchestrator.sessions.states import Status
from orchestrator.workspaces import RepositoryConfig, Workspace, Workspaces, branch_name


@pytest.fixture
async def operator(api: Api) -> Actor:
    return await make_operator(api.database, api.actors.admin.tenant_id, api.actors.admin.slug)


async def with_worktree(api: Api, status: Status) -> tuple[dict[str, Any], Workspace]:
    repository = Repository(api.roots / "project")
    if not repository.path.exists():
        repository.path.mkdir()
        repository.git("init", "--quiet", "--initial-branch=main")
        repository.commit({"app.py": "1\n"})
    workspaces: Workspaces = api.app.state.workspaces
    tenant = str(api.actors.admin.tenant_id)
    session = await api.create(repository=str(repository.path), start=False)
    base = await workspaces.prepare_mirror(tenant, str(repository.path))
    branch = branch_name(session["title"], session["id"])
    made = await workspaces.create(tenant, session["id"], base, branch, tenant_identity(7), RepositoryConfig())
    values = {"base_commit": base.commit, "base_ref": "main", "repository_key": base.repository_key, "status": status}
    with tenant_scope(api.actors.admin.tenant_id):
        async with api.database.transaction() as db:
            columns = {getattr(Session, name): value for name, value in values.items()}
            await db.execute(update(Session).where(Session.id == session["id"]).values(columns))
    return session, made


async def test_only_operators_may(api: Api, operator: Actor) -> None:
    for method in ("GET", "POST"):
        assert code_of(await api.client.request(method, "/api/v1/gc")) == (401, "unauthenticated")
        assert code_of(await api.call(method, "/gc", api.actors.admin)) == (403, "operator_required")
        assert (await api.call(method, "/gc", operator)).status_code == 200


async def test_a_worktree_that_its_ended_session_left_goes_and_its_work_is_kept(api: Api, operator: Actor) -> None:
    session, ended = await with_worktree(api, Status.FAILED)
    _, running = await with_worktree(api, Status.RUNNING)
    (ended.folder / "app.py").write_text("precious\n")
    mine = str(api.actors.admin.tenant_id)

    async def asked(method: str) -> list[dict[str, Any]]:
        found = (await api.call(method, "/gc", operator)).json()["items"]
        return [one for one in found if one["tenant_id"] == mine and one["kind"] == "worktree"]

    (told,) = await asked("GET")
    assert (told["removed"], told["reason"]) == (False, f"session {session['id']} is failed")
    assert told["bytes"] > 0
    assert ended.folder.is_dir()
    (done,) = await asked("POST")
    assert done["removed"] is True
    assert not ended.folder.exists()
    assert running.folder.is_dir()
    mirror = Repository(api.app.state.workspaces.mirror(mine, ended.base))
    assert mirror.git("show", f"refs/orchestrator/kept/{session['id']}:app.py") == "precious"
    assert await asked("POST") == []


async def test_a_session_that_goes_on_in_the_meantime_keeps_its_worktree(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody makes it go on after the list was read and before its worktree would go."""
    session, ended = await with_worktree(api, Status.COMPLETED)
    workspaces: Workspaces = api.app.state.workspaces
    read = retention._sessions

    async def read_and_then_queued(db: Any, tenant_id: Any) -> Any:
        rows = await read(db, tenant_id)
        for row in rows:
            db.expunge(row)
        if tenant_id == api.actors.admin.tenant_id:
            await db.execute(update(Session).where(Session.id == session["id"]).values(status=Status.PENDING))
        return rows

    monkeypatch.setattr(retention, "_sessions", read_and_then_queued)
    found = await collect(api.database, workspaces, 14, dry=False)
    assert [one for one in found if one.tenant_id == str(api.actors.admin.tenant_id) and one.kind == "worktree"] == []
    assert ended.folder.is_dir()
