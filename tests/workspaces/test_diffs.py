import os

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import FILE_PATCH_LIMIT_BYTES, RepositoryConfig, Workspace
from orchestrator.workspaces.names import name_of, readable


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


async def test_the_list_of_files_comes_without_patches(desk: Desk, changed: tuple[Workspace, str]) -> None:
    workspace, commit = changed
    whole = await desk.workspaces.diff_files(TENANT, workspace.base, commit)
    listed = await desk.workspaces.diff_summary(TENANT, workspace.base, commit)
    facts = ("path", "old_path", "status", "additions", "deletions", "binary")
    assert [[getattr(one, fact) for fact in facts] for one in listed] == [
        [getattr(f, fact) for fact in facts] for f in whole
    ]
    protected = {one.path: one.protected for one in listed if one.protected}
    assert protected == {"tests/test_app.py": "modifies an existing protected file"}


async def test_what_a_program_wrote_is_marked(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    await desk.run(workspace, "mkdir -p web/dist; echo > web/dist/a.js; echo > uv.lock; echo > lock.py")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Result")
    listed = await desk.workspaces.diff_summary(TENANT, workspace.base, checkpoint.commit)
    assert {one.path: one.generated for one in listed} == {"lock.py": False, "uv.lock": True, "web/dist/a.js": True}


async def test_a_file_keeps_its_version_until_its_own_change_is_another_one(desk: Desk, repository: Repository) -> None:
    workspace = await desk.open(repository)
    versions = list[dict[str, str]]()
    for number, command in enumerate(("echo 1 > one; echo 1 > two", "echo 2 > two", "chmod +x one"), start=1):
        await desk.run(workspace, command)
        commit = (await desk.workspaces.checkpoint(workspace, number, "Result")).commit
        listed = await desk.workspaces.diff_summary(TENANT, workspace.base, commit)
        versions.append({one.path: one.version for one in listed})
    first, second, third = versions
    assert first["one"] == second["one"] != third["one"]
    assert first["two"] != second["two"] == third["two"]


async def test_one_file_is_read_alone_and_its_cap_is_kept(desk: Desk, changed: tuple[Workspace, str]) -> None:
    workspace, commit = changed
    whole = {one.path: one for one in await desk.workspaces.diff_files(TENANT, workspace.base, commit)}
    for path in ("app.py", "new name.py", "kind", "new\nline", "mode.sh", "gone", "trap"):
        assert await desk.workspaces.diff_file(TENANT, workspace.base, commit, path, 10_000) == whole[path]
    long = await desk.workspaces.diff_file(TENANT, workspace.base, commit, "long", 2_000)
    assert long is not None
    assert long.truncated
    assert 1_900 < len(long.patch) <= 2_000
    for other in ("a*.py", "app", ":(top)app.py", "../app.py", "/etc/passwd", "old name.py"):
        assert await desk.workspaces.diff_file(TENANT, workspace.base, commit, other, 2_000) is None


async def test_a_file_cannot_hide_behind_another_ones_name(desk: Desk, repository: Repository) -> None:
    """A name that is no UTF-8 was read like that of a harmless file beside it, whose patch was shown for both."""
    workspace = await desk.open(repository)
    hostile = b"import os\n" * 3
    names = (b"\\xff.py", b"\\x5cxff.py", b"\xff.py", b"\xfe/\xff.py", b"tests/\xffa.py", b"plain\\x41.py")
    for name in names:
        file = workspace.folder / os.fsdecode(name)
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(hostile + name if b"\xff" in name else b"innocent\n")
    commit = (await desk.workspaces.checkpoint(workspace, 1, "Result")).commit
    listed = await desk.workspaces.diff_summary(TENANT, workspace.base, commit)
    assert len({one.path for one in listed}) == len(names)
    assert {one.path for one in listed} >= {r"\xff.py", r"\x5cxff.py", r"\xfe/\xff.py", r"plain\x41.py"}
    for one in listed:
        found = await desk.workspaces.diff_file(TENANT, workspace.base, commit, one.path, 4_000)
        assert found is not None
        assert found.additions == found.patch.count("\n+") - 1 == one.additions, one.path
        assert ("import os" in found.patch) is (name_of(one.path) in names and b"\xff" in name_of(one.path))
        assert not found.truncated


@pytest.mark.parametrize("name", [b"a.py", b"\xff", b"\\xff", b"\\x5cxff", b"\\", b"a\\x41", b"\\x7f\xfe", "größe".encode()])
def test_a_name_is_read_in_one_way(name: bytes) -> None:
    assert name_of(readable(name)) == name
    assert readable(name).isprintable()
