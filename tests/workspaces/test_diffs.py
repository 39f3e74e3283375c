import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import FILE_PATCH_LIMIT_BYTES, RepositoryConfig, Workspace


@pytest.fixture
async def changed(desk: Desk, repository: Repository) -> tuple[Workspace, str]:
    repository.commit(
        {
            "old name.py": "".join(f"line {n}\n" for n in range(50)),
            "gone": "x\n",
            "kind": "x\n",
            "mode.sh": "x\n",
            "tests/test_app.py": "assert True\n",
            "data.bin": b"\0\1",
        }
    )
    workspace = await desk.open(repository)
    await desk.run(
        workspace,
        "git mv 'old name.py' 'new name.py'; echo more >> 'new name.py'; rm gone; rm kind; ln -s app.py kind;"
        "chmod +x mode.sh; printf '\\0\\2\\3' > data.bin; echo 'print(2)' > app.py; seq 100000 > long;"
        "printf 'no newline' > bare; : > empty; printf 'diff --git a/x b/x\\n' > trap; echo x > tests/test_app.py;"
        "printf x > $(printf 'odd\\377name'); echo > 'new\nline'",
    )
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Result")
    return workspace, checkpoint.commit


async def test_each_file_has_its_own_patch_and_counts(desk: Desk, changed: tuple[Workspace, str]) -> None:
    workspace, commit = changed
    files = {file.path: file for file in await desk.workspaces.diff_files(TENANT, workspace.base, commit)}
    assert {path: file.status for path, file in files.items()} == {
        "app.py": "modified",
        "bare": "added",
        "data.bin": "modified",
        "empty": "added",
        "gone": "deleted",
        "kind": "type_changed",
        "long": "added",
        "mode.sh": "modified",
        "new name.py": "renamed",
        "new\nline": "added",
        "odd\\xffname": "added",
        "tests/test_app.py": "modified",
        "trap": "added",
    }
    assert (files["app.py"].additions, files["app.py"].deletions) == (1, 1)
    assert files["app.py"].patch.endswith("-print('hello')\n+print(2)\n")
    assert (files["new name.py"].old_path, files["new name.py"].additions) == ("old name.py", 1)
    assert files["data.bin"].binary
    assert "Binary files" in files["data.bin"].patch
    assert "new mode 100755" in files["mode.sh"].patch
    assert files["kind"].patch.count("diff --git") == 2
    assert files["trap"].patch.endswith("+diff --git a/x b/x\n")
    assert files["bare"].patch.endswith("\\ No newline at end of file\n")


async def test_a_long_patch_is_cut_in_the_files_and_whole_in_the_patch(desk: Desk, changed: tuple[Workspace, str]) -> None:
    workspace, commit = changed
    files = {file.path: file for file in await desk.workspaces.diff_files(TENANT, workspace.base, commit)}
    assert files["long"].truncated
    assert files["long"].additions == 100_000
    assert FILE_PATCH_LIMIT_BYTES - 100 < len(files["long"].patch) <= FILE_PATCH_LIMIT_BYTES
    assert [path for path, file in files.items() if file.truncated] == ["long"]
    patch = await desk.workspaces.diff(TENANT, workspace.base, commit)
    assert "+100000\n" in patch


async def test_the_patch_can_be_applied(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "echo 'print(2)' > app.py; echo new > new")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Result")
    patch = await desk.workspaces.diff(TENANT, workspace.base, checkpoint.commit)
    repository.pipe(patch.encode(), "apply", "--index", "-")
    assert repository.git("write-tree") == desk.mirror(workspace).git("rev-parse", f"{checkpoint.commit}^{{tree}}")


async def test_totals_and_protected_paths(desk: Desk, changed: tuple[Workspace, str]) -> None:
    workspace, commit = changed
    files = await desk.workspaces.diff_files(TENANT, workspace.base, commit)
    assert len(files) == 13
    assert sum(file.additions for file in files) > 100_000
    inspection = await desk.workspaces.inspect(TENANT, workspace.base, commit, RepositoryConfig())
    assert [finding.path for finding in inspection.found] == ["tests/test_app.py"]


async def test_no_change_is_an_empty_patch(desk: Desk, repository: Repository) -> None:
    base = await desk.base(repository)
    assert await desk.workspaces.diff(TENANT, base, base.commit) == ""
    assert await desk.workspaces.diff_files(TENANT, base, base.commit) == []


async def test_a_patch_above_the_limit_says_so(desk: Desk, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.workspaces.diffs.PATCH_LIMIT_BYTES", 2000)
    workspace = await desk.open(repository)
    await desk.run(workspace, "seq 9000 > a; seq 9000 > b")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Result")
    patch = await desk.workspaces.diff(TENANT, workspace.base, checkpoint.commit)
    assert patch.endswith("the rest is left out.\n")
    files = await desk.workspaces.diff_files(TENANT, workspace.base, checkpoint.commit)
    assert [(file.path, file.additions, file.truncated) for file in files][1] == ("b", 9000, True)
