"""Submodules: their files are in the worktree, from mirrors that the control plane keeps, and a hostile list is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository
from tests.workspaces.remotes import GIT_USER, TOKEN, http_remote

from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import choose_sandbox, tenant_identity
from orchestrator.workspaces import RepositoryConfig, Workspaces
from orchestrator.workspaces.access import Login
from orchestrator.workspaces.errors import RepositoryUnreachable, SubmoduleRefused, SubmoduleUnavailable

Making = Callable[..., Repository]


@pytest.fixture
def private(desk: Desk, tmp_path: Path, roots: Path) -> Desk:
    """With a credential for everything on this machine."""

    async def find(_tenant: str, url: str) -> Login | None:
        return Login("mine", GIT_USER, TOKEN) if url.startswith("http://127.0.0.1") else None

    ledger = ProcessLedger(tmp_path / "data/processes")
    return Desk(Workspaces(tmp_path / "data", (roots,), choose_sandbox("auto"), ledger, find), desk.identity)


def add(whole: Repository, part: Repository | str, path: str = "part") -> None:
    url = part if isinstance(part, str) else str(part.path)
    whole.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, path)
    whole.commit({})


def named(whole: Repository, url: str, path: str = "part", name: str = "part") -> None:
    """A list that git itself would not write; the pointer is there."""
    whole.write({".gitmodules": f'[submodule "{name}"]\n\tpath = {path}\n\turl = {url}\n'})
    whole.git("add", ".gitmodules")
    if path == "part":
        whole.git("update-index", "--add", "--cacheinfo", f"160000,{whole.git('rev-parse', 'HEAD')},part")
    whole.git("commit", "--quiet", "-m", "list")


async def test_their_files_are_there_and_nested_ones_as_well(desk: Desk, make_repository: Making) -> None:
    inner = make_repository({"i": "inner\n"}, "inner")
    part = make_repository({"p": "part\n"}, "part")
    add(part, inner, "deep/inner")
    whole = make_repository({"app.py": "1\n"}, "whole")
    add(whole, part, "lib/part")
    workspace = await desk.open(whole)
    assert await desk.run(workspace, "cat lib/part/p lib/part/deep/inner/i; git status --porcelain") == "part\ninner\n"
    async with desk.workspaces.checkout(
        TENANT, workspace.base, workspace.base.commit, desk.identity, RepositoryConfig()
    ) as place:
        assert (place.folder / "lib/part/deep/inner/i").read_text() == "inner\n"
    config = await desk.workspaces.read_config(TENANT, workspace.base)
    assert "`lib/part`" in config.instructions


async def test_what_is_changed_in_them_is_no_part_of_the_result(desk: Desk, make_repository: Making) -> None:
    whole = make_repository({"app.py": "1\n"}, "whole")
    add(whole, make_repository({"p": "part\n"}, "part"))
    workspace = await desk.open(whole)
    await desk.run(workspace, "echo changed > part/p; echo new > part/new; echo 2 > app.py; git commit -qam mine")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    assert await desk.changed(workspace.base, checkpoint.commit) == ["app.py"]


async def test_setup_commands_have_them(desk: Desk, make_repository: Making) -> None:
    whole = make_repository({"app.py": "1\n", ".gitignore": "built\n"}, "whole")
    add(whole, make_repository({"p": "part\n"}, "part"))
    workspace = await desk.open(whole, RepositoryConfig(setup=("cp part/p built",)))
    assert (workspace.folder / "built").read_text() == "part\n"


async def test_a_repository_can_do_without(desk: Desk, make_repository: Making) -> None:
    whole = make_repository({"app.py": "1\n"}, "whole")
    named(whole, "https://nowhere.example/x.git")
    workspace = await desk.open(whole, RepositoryConfig(submodules=False))
    assert list((workspace.folder / "part").iterdir()) == []


async def test_a_commit_that_an_agent_made_up_leaves_the_folder_empty(desk: Desk, make_repository: Making) -> None:
    whole = make_repository({"app.py": "1\n"}, "whole")
    add(whole, make_repository({"p": "part\n"}, "part"))
    workspace = await desk.open(whole)
    await desk.run(workspace, f"git update-index --cacheinfo 160000,{'1' * 40},part; git commit -qm pointer")
    mirror = desk.mirror(workspace)
    listed = mirror.git("rev-parse", f"{workspace.base.commit}:.gitmodules")
    tree = mirror.pipe(
        f"160000 commit {'1' * 40}\tpart\n100644 blob {listed}\t.gitmodules\n".encode(),
        "mktree", "--missing",
    ).decode().strip()  # fmt: skip
    commit = mirror.git("commit-tree", tree, "-p", workspace.base.commit, "-m", "pointer")
    async with desk.workspaces.checkout(TENANT, workspace.base, commit, desk.identity, RepositoryConfig()) as place:
        assert not (place.folder / "part/p").exists()


@pytest.mark.parametrize(
    ("url", "path", "name"),
    [
        ("ext::sh -c touch% /tmp/owned", "part", "part"),
        ("file:///etc", "part", "part"),
        ("--upload-pack=touch /tmp/owned", "part", "part"),
        ("ssh://-oProxyCommand=x/y", "part", "part"),
        ("https://user:secret@example.org/x.git", "part", "part"),
        ("../../../../../../../../..", "part", "part"),
        ("/etc", "part", "part"),
        ("/etc", "part", "../../hooks"),
        ("/etc", "../outside", "part"),
        ("/etc", "-part", "part"),
        ("/etc", ".git/hooks", "part"),
        ("/etc", "part", "-x"),
    ],
)
async def test_a_hostile_list_is_refused(desk: Desk, make_repository: Making, url: str, path: str, name: str) -> None:
    whole = make_repository({"app.py": "1\n"}, "whole")
    named(whole, url, path, name)
    with pytest.raises((SubmoduleRefused, RepositoryUnreachable)) as refused:
        await desk.open(whole)
    assert isinstance(refused.value, SubmoduleRefused) or "disallowed submodule" in refused.value.message
    assert not Path("/tmp/owned").exists()


async def test_a_list_that_came_over_the_network_names_no_path_of_this_machine(
    private: Desk, make_repository: Making, tmp_path: Path
) -> None:
    (tmp_path / "served").mkdir()
    make_repository({"p": "secret\n"}, "part")
    for number, url in enumerate((str(private.workspaces.folders(TENANT).root), str(tmp_path / "code/part"))):
        whole = make_repository({"app.py": "1\n"}, f"whole-{number}")
        named(whole, url)
        whole.git("clone", "--quiet", "--bare", str(whole.path), str(tmp_path / f"served/{number}.git"))
        with http_remote(tmp_path / "served") as remote:
            base = await private.base_at(f"{remote.url}/{number}.git")
            with pytest.raises(SubmoduleRefused):
                await private.open_at(base)


async def test_a_relative_address_begins_where_the_repository_comes_from(
    private: Desk, make_repository: Making, tmp_path: Path
) -> None:
    (tmp_path / "served").mkdir()
    part = make_repository({"p": "part\n"}, "part")
    whole = make_repository({"app.py": "1\n"}, "whole")
    whole.write({".gitmodules": '[submodule "part"]\n\tpath = part\n\turl = ../part.git\n'})
    whole.git("add", "--all")
    whole.git("update-index", "--add", "--cacheinfo", f"160000,{part.git('rev-parse', 'HEAD')},part")
    whole.git("commit", "--quiet", "-m", "list")
    for one, name in ((part, "part"), (whole, "whole")):
        one.git("clone", "--quiet", "--bare", str(one.path), str(tmp_path / f"served/{name}.git"))
    with http_remote(tmp_path / "served") as remote:
        workspace = await private.open_at(await private.base_at(f"{remote.url}/whole.git"))
    assert (workspace.folder / "part/p").read_text() == "part\n"


async def test_one_that_cannot_be_fetched_is_named(desk: Desk, make_repository: Making) -> None:
    whole = make_repository({"app.py": "1\n"}, "whole")
    part = make_repository({"p": "part\n"}, "part")
    add(whole, part)
    whole.git("update-index", "--cacheinfo", f"160000,{'1' * 40},part")
    whole.git("commit", "--quiet", "-m", "a commit that nobody pushed")
    with pytest.raises(SubmoduleUnavailable) as told:
        await desk.open(whole)
    assert "part" in told.value.message


@pytest.mark.parametrize(
    ("known", "of_whole_host", "lent"), [("/acme", False, False), ("/", True, False), ("/", False, True)]
)
async def test_a_strangers_list_opens_no_private_repository(
    make_repository: Making, tmp_path: Path, roots: Path, known: str, *, of_whole_host: bool, lent: bool
) -> None:
    """Its files would be in the worktree of an agent that reads what the stranger wrote. Who is known by a credential is no
    stranger; and that the repository's own owner had it fetched helps no other."""
    part = make_repository({"p": "private\n"}, "part")
    with http_remote(tmp_path / "served") as remote:
        remote.public = "/evil/"

        async def find(_tenant: str, url: str) -> Login | None:
            fits = url.startswith(f"{remote.url}{known}")
            return Login("ours", GIT_USER, TOKEN, of_whole_host=of_whole_host) if fits else None

        def serve(one: Repository, name: str) -> str:
            one.git("clone", "--quiet", "--bare", str(one.path), str(tmp_path / f"served/{name}.git"))
            return f"{remote.url}/{name}.git"

        private = serve(part, "acme/part")
        ledger = ProcessLedger(tmp_path / "data/processes")
        desk = Desk(Workspaces(tmp_path / "data", (roots,), choose_sandbox("auto"), ledger, find), tenant_identity(7))
        for owner in ("acme", "evil"):
            whole = make_repository({"app.py": "1\n"}, owner)
            named(whole, private)
            whole.git("update-index", "--cacheinfo", f"160000,{part.git('rev-parse', 'HEAD')},part")
            whole.git("commit", "--quiet", "-m", "the part")
            base = await desk.base_at(serve(whole, f"{owner}/whole"))
            if owner == "evil" and not lent:
                with pytest.raises(SubmoduleUnavailable, match="No credential was lent"):
                    await desk.open_at(base)
            else:
                workspace = await desk.open_at(base)
                assert (workspace.folder / "part/p").read_text() == "private\n"
