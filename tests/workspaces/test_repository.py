"""What may be named as a repository, and what a refusal says."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.workspaces.desk import Desk, Repository

from orchestrator.workspaces import Workspaces
from orchestrator.workspaces.errors import (
    RefNotFound,
    RepositoryCredentialMissing,
    RepositoryNotFound,
    RepositoryNotGit,
    RepositoryOutsideRoots,
    RepositoryShallow,
    RepositoryUnreachable,
    RepositoryUrlUnsupported,
)


@pytest.mark.parametrize(
    "reference",
    [
        "ext::sh -c touch% /tmp/pwned",
        "git://host/x",
        "ftp://host/x",
        "--upload-pack=touch /tmp/pwned",
        "relative/path",
        "../up",
        "https://user:secret@host/x.git",
        "https://token@host/x.git",
        "ssh://-oProxyCommand=touch/x",
        "ssh://git:secret@host/x",
        "-oProxyCommand=x@host:path",
        "git@-host:path",
        "git@host:-path",
        "https://",
        "https://host",
        "https://host:port/x",
        "http://[::1/x",
        "file://elsewhere/x",
        "https://host/a\nb",
        "a" * 5000,
    ],
)
async def test_addresses_that_cannot_be_used_are_refused(workspaces: Workspaces, reference: str) -> None:
    with pytest.raises(RepositoryUrlUnsupported) as caught:
        await workspaces.check_repository(reference)
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "reference",
    [
        None,
        "",
        "https://example.com/a/b.git",
        "http://localhost:8080/x",
        "ssh://git@host:22/x",
        "git@github.com:a/b.git",
    ],
)
async def test_good_addresses_pass_without_the_network(workspaces: Workspaces, reference: str | None) -> None:
    await workspaces.check_repository(reference)


async def test_a_path_and_its_file_url_name_the_same_mirror(desk: Desk, repository: Repository) -> None:
    base = await desk.base(repository)
    other = await desk.workspaces.prepare_mirror(desk.tenant, repository.path.as_uri())
    assert other == base


async def test_nothing_there_and_no_repository_are_told_apart(workspaces: Workspaces, roots: Path) -> None:
    (roots / "plain").mkdir()
    (roots / "file").write_text("x")
    with pytest.raises(RepositoryNotFound):
        await workspaces.check_repository(str(roots / "missing"))
    with pytest.raises(RepositoryNotFound):
        await workspaces.check_repository(str(roots / "file"))
    with pytest.raises(RepositoryNotGit):
        await workspaces.check_repository(str(roots / "plain"))


async def test_a_folder_inside_a_repository_is_not_that_repository(workspaces: Workspaces, repository: Repository) -> None:
    repository.commit({"src/a.py": "1\n"})
    with pytest.raises(RepositoryNotGit):
        await workspaces.check_repository(str(repository.path / "src"))


async def test_a_shallow_clone_is_told_as_what_it_is(workspaces: Workspaces, repository: Repository, roots: Path) -> None:
    """Its branches do not come along, so that a session said of it that it has no branch at all."""
    repository.commit({"a.py": "1\n"})
    repository.git("clone", "--quiet", "--depth", "1", repository.path.as_uri(), str(roots / "shallow"))
    with pytest.raises(RepositoryShallow) as caught:
        await workspaces.check_repository(str(roots / "shallow"))
    assert "unshallow" in caught.value.hint_text
    Repository(roots / "shallow").git("fetch", "--quiet", "--unshallow")
    await workspaces.check_repository(str(roots / "shallow"))


async def test_paths_that_leave_the_roots_are_refused(workspaces: Workspaces, roots: Path, tmp_path: Path) -> None:
    outside = Repository(tmp_path / "outside")
    outside.path.mkdir()
    outside.git("init", "--quiet")
    outside.commit({"secret": "1"})
    (roots / "link").symlink_to(outside.path)
    (roots / "gitfile").mkdir()
    (roots / "gitfile" / ".git").write_text(f"gitdir: {outside.path}/.git\n")
    (roots / "gitlink").mkdir()
    (roots / "gitlink" / ".git").symlink_to(outside.path / ".git")
    names = [
        outside.path,
        roots / "link",
        roots / "gitfile",
        roots / "gitlink",
        roots / ".." / "outside",
        tmp_path / "no",
    ]
    for name in names:
        with pytest.raises(RepositoryOutsideRoots) as caught:
            await workspaces.check_repository(str(name))
        assert "ORCHESTRATOR_ALLOWED_ROOTS" in caught.value.hint_text


async def test_another_tenants_mirror_cannot_be_named_even_when_the_roots_hold_the_data(
    make_workspaces: Callable[..., Workspaces], tmp_path: Path, repository: Repository
) -> None:
    workspaces = make_workspaces(tmp_path)
    base = await workspaces.prepare_mirror("tenant-a", str(repository.path))
    with pytest.raises(RepositoryOutsideRoots):
        await workspaces.prepare_mirror("tenant-b", str(workspaces.mirror("tenant-a", base)))


async def test_a_worktree_and_a_bare_repository_are_repositories(desk: Desk, repository: Repository, roots: Path) -> None:
    repository.git("worktree", "add", "--quiet", "-b", "side", str(roots / "side"))
    repository.git("clone", "--quiet", "--bare", ".", str(roots / "bare.git"))
    side = await desk.base(Repository(roots / "side"))
    bare = await desk.base(Repository(roots / "bare.git"))
    assert (side.base_ref, bare.base_ref) == ("side", "main")
    assert side.commit == bare.commit == repository.git("rev-parse", "HEAD")


async def test_a_branch_a_tag_a_commit_and_a_detached_head_are_found(desk: Desk, repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.git("tag", "-a", "v1", "-m", "one")
    second = repository.commit({"b": "2"})
    repository.git("branch", "feature/x", first)
    found = {ref: (await desk.base(repository, ref)).commit for ref in (None, "main", "feature/x", "v1", first, first[:10])}
    assert found == {None: second, "main": second, "feature/x": first, "v1": first, first: first, first[:10]: first}
    repository.git("checkout", "--quiet", "--detach", first)
    detached = await desk.base(repository)
    assert detached.base_ref == detached.commit == first


@pytest.mark.parametrize("ref", ["nope", "-x", "--upload-pack=x", "a..b", "main:app.py", "HEAD~1", "x.lock", "f" * 40])
async def test_a_ref_that_is_not_there_is_told_with_branches_that_are(desk: Desk, repository: Repository, ref: str) -> None:
    with pytest.raises(RefNotFound) as caught:
        await desk.base(repository, ref)
    assert caught.value.code == "ref_not_found"
    if ref == "nope":
        assert "main" in caught.value.hint_text


async def test_a_commit_that_no_branch_leads_to_is_fetched_by_its_name(desk: Desk, repository: Repository) -> None:
    lost = repository.commit({"lost": "1"})
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    assert (await desk.base(repository, lost)).commit == lost


async def test_an_unreachable_server_is_told_with_gits_own_words(workspaces: Workspaces) -> None:
    with pytest.raises(RepositoryUnreachable) as caught:
        await workspaces.prepare_mirror("t", "http://127.0.0.1:9/x.git")
    assert "127.0.0.1" in caught.value.message


async def test_a_repositorys_own_configuration_starts_no_program(desk: Desk, repository: Repository, tmp_path: Path) -> None:
    """Whoever can write below a root can write a .git/config; asking and fetching must not run what it names."""
    mark = tmp_path / "ran"
    script = repository.path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {mark}\n")
    script.chmod(0o755)
    names = ("core.fsmonitor", "uploadpack.packObjectsHook", "core.sshCommand", "core.pager", "core.gitProxy")
    for name in (*names, "core.alternateRefsCommand"):
        repository.git("config", name, str(script))
    repository.git("config", "core.hooksPath", str(repository.path))
    for hook in ("post-checkout", "reference-transaction", "pre-receive"):
        (repository.path / hook).symlink_to(script)
    base = await desk.base(repository)
    workspace = await desk.open_at(base)
    await desk.workspaces.publish(desk.tenant, base, workspace.branch, base.commit)
    assert not mark.exists()


async def test_no_password_prompt_waits_for_a_person(workspaces: Workspaces, tmp_path: Path) -> None:
    """The fetch of a private repository fails at once instead of asking on a terminal."""
    server = subprocess.Popen(  # noqa: ASYNC220 - a fixture-like helper of one test.
        ["python3", "-c", _UNAUTHORIZED], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        with pytest.raises(RepositoryCredentialMissing):
            await workspaces.prepare_mirror("t", f"http://127.0.0.1:{port}/private.git")
    finally:
        server.kill()
        server.communicate()


_UNAUTHORIZED = """
import http.server
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.mark.parametrize("name", ["config", "HEAD", "packed-refs", "commondir", "refs/heads/side"])
@pytest.mark.timeout(30)
async def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(
    workspaces: Workspaces, repository: Repository, name: str
) -> None:
    """Git opens it and waits for somebody who writes."""
    file = repository.path / ".git" / name
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    with pytest.raises(RepositoryNotGit):
        await workspaces.check_repository(str(repository.path), "main")
