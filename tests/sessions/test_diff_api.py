"""A session's changes over HTTP: the list of files, one file's patch, and who gets neither."""

from typing import Any

import pytest
from tests.api import RANDOM_ID, Api, code_of
from tests.tenancy.test_isolation import add_session
from tests.workspaces.desk import Desk, Repository

from orchestrator.kit.clock import now
from orchestrator.sessions.states import Status
from orchestrator.workspaces import Workspaces


@pytest.fixture
async def changed(api: Api) -> tuple[Api, str]:
    """A finished session whose commit is in the API's own mirror."""
    folder = api.roots / "shop"
    repository = Repository(folder)
    folder.mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit({"app.py": "print('hello')\n", "tests/test_app.py": "assert True\n"})
    workspaces: Workspaces = api.app.state.workspaces
    desk = Desk(workspaces, None, str(api.actors.member.tenant_id))
    workspace = await desk.open(repository)
    base = workspace.base
    (workspace.folder / "app.py").write_text("print('good bye')\n")
    (workspace.folder / "tests/test_app.py").write_text("assert False\n")
    (workspace.folder / "uv.lock").write_text("".join(f"{n}\n" for n in range(5_000)))
    commit = (await workspaces.checkpoint(workspace, 1, "Result")).commit
    row = await add_session(
        api.database,
        api.actors.member.tenant_id,
        status=Status.COMPLETED,
        finished_at=now(),
        repository=str(folder),
        repository_key=base.repository_key,
        base_commit=base.commit,
        commit=commit,
    )
    return api, str(row.id)


async def read(api: Api, session_id: str, what: str, **params: Any) -> dict[str, Any]:
    answer = await api.call("GET", f"/sessions/{session_id}/diff/{what}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_files_first_and_then_one_of_them(changed: tuple[Api, str]) -> None:
    api, session_id = changed
    listed = await read(api, session_id, "files")
    assert [(one["path"], one["status"], one["generated"]) for one in listed["files"]] == [
        ("app.py", "modified", False),
        ("tests/test_app.py", "modified", False),
        ("uv.lock", "added", True),
    ]
    assert listed["files"][1]["protected"] == "modifies an existing protected file"
    assert listed["files"][0]["protected"] is None
    assert (listed["additions"], listed["deletions"]) == (5_002, 2)
    one = await read(api, session_id, "file", path="app.py")
    assert one["patch"].endswith("-print('hello')\n+print('good bye')\n")
    assert not one["truncated"]
    long = await read(api, session_id, "file", path="uv.lock", most_bytes=1_000)
    assert long["truncated"]
    assert len(long["patch"]) <= long["most_bytes"] == 1_000
    assert (long["base_commit"], long["commit"]) == (listed["base_commit"], listed["commit"])


@pytest.mark.parametrize("path", ["", "nothing.py", "../app.py", "*.py", ":(glob)**"])
async def test_a_path_that_was_not_changed_is_not_there(changed: tuple[Api, str], path: str) -> None:
    api, session_id = changed
    answer = await api.call("GET", f"/sessions/{session_id}/diff/file", params={"path": path})
    assert code_of(answer) == (404, "not_found")


@pytest.mark.parametrize("params", [{"path": "a\x00b"}, {"path": "x" * 4_001}, {"most_bytes": 1}, {"most_bytes": 10**9}])
async def test_what_is_refused(api: Api, params: dict[str, Any]) -> None:
    answer = await api.call("GET", f"/sessions/{RANDOM_ID}/diff/file", params=params)
    assert code_of(answer) == (422, "invalid")


async def test_another_tenant_finds_nothing_and_a_session_without_a_commit_has_none(changed: tuple[Api, str]) -> None:
    api, session_id = changed
    empty = (await api.create(start=False))["id"]
    for what in ("files", "file"):
        theirs = await api.call("GET", f"/sessions/{session_id}/diff/{what}", api.actors.other, params={"path": "app.py"})
        assert code_of(theirs) == (404, "not_found")
        answer = await api.call("GET", f"/sessions/{empty}/diff/{what}", params={"path": "app.py"})
        assert code_of(answer) == (409, "no_result_yet")
