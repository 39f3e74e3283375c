"""Git LFS: an agent has the real files, commits have pointers, and nothing a repository says leads anywhere else."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository
from tests.workspaces.remotes import GIT_USER, TOKEN, HttpRemote, http_remote, ssh_remote

from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.network_policy import parse_hosts
from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import choose_sandbox
from orchestrator.workspaces import Reach, RepositoryConfig, Workspaces
from orchestrator.workspaces.access import Login
from orchestrator.workspaces.errors import (
    LfsContentElsewhere,
    LfsDamaged,
    LfsUnavailable,
    RepositoryCredentialMissing,
)
from orchestrator.workspaces.reach import RepositoryAddressRefused

ATTRIBUTES = "*.bin filter=lfs diff=lfs merge=lfs -text\n"
PICTURE = b"\x00\x01picture\r\n" * 40_000
SOUND = b"short\x00sound35"  # Its digest begins with zeros.


def oid_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pointer_to(content: bytes) -> str:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid_of(content)}\nsize {len(content)}\n"


def keep(git_dir: Path, content: bytes) -> None:
    oid = oid_of(content)
    folder = git_dir / "lfs/objects" / oid[:2] / oid[2:4]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / oid).write_bytes(content)


@pytest.fixture
def large(make_repository: Callable[..., Repository]) -> Repository:
    """As git-lfs leaves a repository: pointers in the commit, the files in `.git/lfs`."""
    files = {
        ".gitattributes": ATTRIBUTES,
        "a picture.bin": pointer_to(PICTURE),
        "sub/sound.bin": pointer_to(SOUND),
        "sub/plain*.bin": b"committed without git-lfs\x00",
        "empty.bin": b"",
        "app.py": "print('hello')\n",
    }
    repository = make_repository(files, "large")
    for content in (PICTURE, SOUND):
        keep(repository.path / ".git", content)
    return repository


async def test_files_are_real_and_a_commit_of_nothing_changes_nothing(desk: Desk, large: Repository) -> None:
    workspace = await desk.open(large)
    assert (workspace.folder / "a picture.bin").read_bytes() == PICTURE
    assert (workspace.folder / "sub/sound.bin").read_bytes() == SOUND
    assert (workspace.folder / "sub/plain*.bin").read_bytes() == b"committed without git-lfs\x00"
    assert await desk.run(workspace, "git status --porcelain") == ""
    assert await desk.run(workspace, "find . -type f -not -path './.git/*' -exec touch {} +; git status --porcelain") == ""
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "All")
    assert checkpoint.commit == workspace.base.commit


async def test_what_an_agent_writes_into_one_becomes_a_new_pointer(desk: Desk, large: Repository) -> None:
    """Also one that it committed itself and replaced again; verification and the next attempt have the new files."""
    workspace = await desk.open(large)
    await desk.run(
        workspace,
        "printf first > 'a picture.bin'; git add -A; git -c user.name=a -c user.email=a@b commit -qm first;"
        "printf second > 'a picture.bin'; printf new > sub/new.bin; echo more >> sub/plain*.bin; rm sub/sound.bin",
    )
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Work")
    mirror = Repository(workspace.place.mirror)
    assert mirror.git("cat-file", "blob", f"{checkpoint.commit}:a picture.bin") == pointer_to(b"second").strip()
    assert mirror.git("cat-file", "blob", f"{checkpoint.commit}^:a picture.bin") == pointer_to(b"first").strip()
    assert mirror.git("cat-file", "blob", f"{checkpoint.commit}:sub/new.bin") == pointer_to(b"new").strip()
    assert mirror.pipe(b"", "cat-file", "blob", f"{checkpoint.commit}:sub/plain*.bin").endswith(b"\x00more\n")
    for content in (b"first", b"second", b"new"):
        oid = oid_of(content)
        assert (mirror.path / "lfs/objects" / oid[:2] / oid[2:4] / oid).read_bytes() == content
    base, config = workspace.base, RepositoryConfig()
    async with desk.workspaces.checkout(TENANT, base, checkpoint.commit, desk.identity, config) as place:
        assert (place.folder / "a picture.bin").read_bytes() == b"second"
        assert (place.folder / "sub/new.bin").read_bytes() == b"new"
    await desk.workspaces.restore(workspace, base.commit, config)
    assert (workspace.folder / "a picture.bin").read_bytes() == PICTURE


async def test_the_agents_own_git_knows_the_files_too(desk: Desk, large: Repository) -> None:
    workspace = await desk.open(large)
    told = await desk.run(
        workspace, "rm 'a picture.bin'; git checkout -q -- 'a picture.bin'; sha256sum 'a picture.bin'; git stash list"
    )
    assert told.startswith(oid_of(PICTURE))


async def test_a_git_directory_that_the_agent_broke_changes_no_pointer(desk: Desk, large: Repository) -> None:
    workspace = await desk.open(large)
    await desk.run(workspace, "rm -rf .git; printf other > 'a picture.bin'")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Work")
    changed = await desk.changed(workspace.base, checkpoint.commit)
    assert changed == ["a picture.bin"]


async def test_git_lfs_itself_takes_the_result_for_whole(desk: Desk, large: Repository) -> None:
    workspace = await desk.open(large)
    await desk.run(workspace, "printf new > sub/new.bin")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Work")
    assert "OK" in Repository(workspace.place.mirror).git(
        "-c", "safe.directory=*", "lfs", "fsck", "--objects", checkpoint.commit
    )


async def test_files_that_the_repository_lacks_stay_pointers_and_the_agent_is_told(
    desk: Desk, make_repository: Callable[..., Repository]
) -> None:
    repository = make_repository({".gitattributes": ATTRIBUTES, "a.bin": pointer_to(SOUND)})
    workspace = await desk.open(repository)
    assert (workspace.folder / "a.bin").read_text() == pointer_to(SOUND)
    told = (await desk.workspaces.read_config(TENANT, workspace.base)).instructions
    assert "1 of 1 are not in the repository's own store" in told
    await desk.run(workspace, "touch a.bin; echo more > b.txt")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Work")
    assert await desk.changed(workspace.base, checkpoint.commit) == ["b.txt"]


async def test_a_file_that_is_not_what_its_name_says_is_refused(desk: Desk, large: Repository) -> None:
    oid = oid_of(SOUND)
    (large.path / ".git/lfs/objects" / oid[:2] / oid[2:4] / oid).write_bytes(b"x" * len(SOUND))
    with pytest.raises(LfsDamaged):
        await desk.open(large)


async def test_content_that_is_on_another_node_is_told_and_never_taken_for_a_pointer(desk: Desk, large: Repository) -> None:
    workspace = await desk.open(large)
    await desk.run(workspace, "printf new > sub/new.bin")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Work")
    oid = oid_of(b"new")
    (workspace.place.mirror / "lfs/objects" / oid[:2] / oid[2:4] / oid).unlink()
    with pytest.raises(LfsContentElsewhere):
        async with desk.workspaces.checkout(TENANT, workspace.base, checkpoint.commit, desk.identity, RepositoryConfig()):
            pass


@pytest.mark.parametrize("owner", [0, 1234])
async def test_the_branch_in_a_persons_repository_has_its_files(desk: Desk, large: Repository, owner: int) -> None:
    """As root the control plane writes them as the repository's owner."""
    for path in (large.path, *large.path.rglob("*")):
        os.chown(path, owner, owner)
    for parent in large.path.parents[:-2]:
        parent.chmod(parent.stat().st_mode | 0o055)  # Whatever else holds of it: it may be a folder of everybody's.
    workspace = await desk.open(large)
    await desk.run(workspace, "printf new > sub/new.bin")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Work")
    await desk.workspaces.publish(TENANT, workspace.base, workspace.branch, checkpoint.commit)
    oid = oid_of(b"new")
    file = large.path / ".git/lfs/objects" / oid[:2] / oid[2:4] / oid
    assert file.read_bytes() == b"new"
    assert (file.stat().st_uid, file.parent.stat().st_uid) == (owner, owner)


async def test_what_a_session_made_is_there_on_another_node(desk: Desk, large: Repository, tmp_path: Path) -> None:
    """Two data directories, one artifact store; the commits come by their packs, the files by their names."""
    artifacts = ArtifactStore(str(tmp_path / "artifacts"))
    nodes = [
        Desk(
            Workspaces(
                tmp_path / name,
                (large.path.parent,),
                choose_sandbox("auto"),
                ProcessLedger(tmp_path / name / "processes"),
                artifacts=artifacts,
            ),
            desk.identity,
        )
        for name in ("one", "two")
    ]
    workspace = await nodes[0].open(large)
    await nodes[0].run(workspace, "printf new > sub/new.bin")
    made = await nodes[0].workspaces.checkpoint(workspace, 1, "Work")
    await nodes[0].workspaces.share(TENANT, workspace.base, made.commit)
    assert artifacts.list(f"{TENANT}/lfs") == [oid_of(b"new")]
    pack, base = tmp_path / "pack", await nodes[1].base(large)
    mirrors = [node.workspaces.mirror(TENANT, base) for node in nodes]
    assert await nodes[0].workspaces.transfers.pack(mirrors[0], base.commit, made.commit, None, pack)
    await nodes[1].workspaces.transfers.unpack(mirrors[1], [pack], base.commit, made.commit, made.ref)
    config = RepositoryConfig()
    moved = await nodes[1].workspaces.create(
        TENANT, workspace.session_id, base, workspace.branch, desk.identity, config, made.commit
    )
    assert (moved.folder / "sub/new.bin").read_bytes() == b"new"
    assert (moved.folder / "a picture.bin").read_bytes() == PICTURE


# --- a server of Git LFS over HTTP


class LfsStore:
    """The batch API with basic transfers, in memory, behind the password of the git server beside it."""

    def __init__(self, remote: HttpRemote) -> None:
        self.remote = remote
        self.objects: dict[str, bytes] = {}
        self.href: Callable[[str], str] = lambda oid: f"{remote.url}/{oid}/content"
        self.status = 200
        self.order: list[str] = []
        remote.handlers |= {"/objects/batch": self._batch, "/content": self._content}

    def _batch(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        asked = json.loads(body)
        objects: list[dict[str, Any]] = []
        for one in asked["objects"]:
            known, action = one["oid"] in self.objects, {asked["operation"]: {"href": self.href(one["oid"])}}
            if asked["operation"] == "download" and not known:
                objects.append({"oid": one["oid"], "size": one["size"], "error": {"code": 404, "message": "none"}})
            else:
                actions = {} if asked["operation"] == "upload" and known else action
                objects.append({"oid": one["oid"], "size": one["size"], "actions": actions})
        answer = json.dumps({"transfer": "basic", "objects": objects}).encode()
        return self.status, {"Content-Type": "application/vnd.git-lfs+json"}, answer

    def _content(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
        oid = request.path.split("/")[-2]
        if request.command == "PUT":
            self.objects[oid] = body
            self.order.append("object")
            return 200, {}, b""
        return 200, {"Content-Type": "application/octet-stream"}, self.objects[oid]


@pytest.fixture
def served(tmp_path: Path, large: Repository) -> Iterator[LfsStore]:
    folder = tmp_path / "served"
    folder.mkdir()
    large.git("clone", "--quiet", "--bare", str(large.path), str(folder / "shop.git"))
    with http_remote(folder) as remote:
        store = LfsStore(remote)
        store.objects = {oid_of(content): content for content in (PICTURE, SOUND)}
        yield store


HTTP = Login("shop", username=GIT_USER, password=TOKEN)


def plane(tmp_path: Path, desk: Desk, *, reach: Reach | None = None, most: int = 10**9, login: Login | None = HTTP) -> Desk:
    async def find(_tenant_id: str, _url: str) -> Login | None:
        return login

    ledger = ProcessLedger(tmp_path / "data/processes")
    made = Workspaces(tmp_path / "data", (), choose_sandbox("auto"), ledger, find, reach=reach, most_lfs_bytes=most)
    return Desk(made, desk.identity)


async def test_files_come_from_the_server_and_new_ones_go_there_before_the_branch(
    tmp_path: Path, desk: Desk, served: LfsStore
) -> None:
    desk = plane(tmp_path, desk)
    workspace = await desk.open_at(await desk.base_at(f"{served.remote.url}/shop.git"))
    assert (workspace.folder / "a picture.bin").read_bytes() == PICTURE
    new = b"new\x00" * 50_000
    await desk.run(workspace, "i=0; while [ $i -lt 50000 ]; do printf 'new\\0'; i=$((i+1)); done > sub/new.bin")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Work")

    def pushed(_request: BaseHTTPRequestHandler, _body: bytes) -> tuple[int, dict[str, str], bytes]:
        served.order.append("branch")
        return 500, {}, b""

    served.remote.handlers["/git-receive-pack"] = pushed
    with pytest.raises(Exception, match="could not be read"):
        await desk.workspaces.push(TENANT, workspace.base, workspace.branch, checkpoint.commit)
    assert served.order[:2] == ["object", "branch"]
    del served.remote.handlers["/git-receive-pack"]
    await desk.workspaces.push(TENANT, workspace.base, workspace.branch, checkpoint.commit)
    assert served.objects[oid_of(new)] == new
    assert served.order.count("object") == 1


async def test_the_servers_lfsconfig_is_not_obeyed(tmp_path: Path, desk: Desk, served: LfsStore, large: Repository) -> None:
    with http_remote(tmp_path) as elsewhere:
        config = (
            f"[lfs]\n\turl = {elsewhere.url}/x\n\tpushurl = {elsewhere.url}/x\n\tstandalonetransferagent = evil\n"
            f'[lfs "customtransfer.evil"]\n\tpath = touch\n\targs = {tmp_path}/ran\n'
            f'[lfs "extension.evil"]\n\tclean = touch {tmp_path}/ran\n\tsmudge = touch {tmp_path}/ran\n\tpriority = 0\n'
        )
        large.commit({".lfsconfig": config})
        large.git("push", "--quiet", str(served.remote.folder / "shop.git"), "main")
        desk = plane(tmp_path, desk)
        workspace = await desk.open_at(await desk.base_at(f"{served.remote.url}/shop.git"))
        assert (workspace.folder / "a picture.bin").read_bytes() == PICTURE
        await desk.run(workspace, "printf new > sub/new.bin")
        await desk.workspaces.checkpoint(workspace, 1, "Work")
        assert elsewhere.seen == []
        assert not (tmp_path / "ran").exists()


async def test_another_host_that_the_server_names_gets_no_credential(tmp_path: Path, desk: Desk, served: LfsStore) -> None:
    with http_remote(tmp_path) as elsewhere:
        served.href = lambda oid: f"{elsewhere.url}/{oid}/content"
        desk = plane(tmp_path, desk)
        with pytest.raises(Exception, match="lfs"):
            await desk.open_at(await desk.base_at(f"{served.remote.url}/shop.git"))
        assert elsewhere.seen
        assert {given for _, given in elsewhere.seen} == {None}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1"])  # noqa: S104 - refused.
async def test_a_server_leads_to_no_place_in_the_network_at_home(
    tmp_path: Path, desk: Desk, served: LfsStore, host: str
) -> None:
    """git-lfs itself goes to the first two without asking any proxy."""
    with http_remote(tmp_path) as inside:
        served.href = lambda oid: f"http://{host}:{inside.port}/{oid}/content"
        desk = plane(tmp_path, desk, reach=Reach(parse_hosts(f"127.0.0.1:{served.remote.port}")))
        with pytest.raises((RepositoryAddressRefused, LfsUnavailable)):
            await desk.open_at(await desk.base_at(f"{served.remote.url}/shop.git"))
        assert inside.seen == []


@pytest.mark.parametrize("href", ["file:///etc/passwd", "http://[", "http://x:y/", "http://127.0.0.1:1/x", ""])
async def test_an_address_that_cannot_be_asked_is_told_as_that(
    tmp_path: Path, desk: Desk, served: LfsStore, href: str
) -> None:
    served.href = lambda oid: href
    desk = plane(tmp_path, desk)
    with pytest.raises(LfsUnavailable):
        await desk.open_at(await desk.base_at(f"{served.remote.url}/shop.git"))


async def test_more_than_a_session_may_have_is_not_fetched(tmp_path: Path, desk: Desk, served: LfsStore) -> None:
    desk = plane(tmp_path, desk, most=len(PICTURE))
    workspace = await desk.open_at(await desk.base_at(f"{served.remote.url}/shop.git"))
    assert (workspace.folder / "a picture.bin").read_text() == pointer_to(PICTURE)
    assert not [path for path, _ in served.remote.seen if path.endswith("batch")]
    told = (await desk.workspaces.read_config(TENANT, workspace.base)).instructions
    assert "ORCHESTRATOR_LFS_BYTES" in told


async def test_a_server_that_sends_more_or_other_bytes_is_refused(tmp_path: Path, desk: Desk, served: LfsStore) -> None:
    served.objects[oid_of(SOUND)] = SOUND * 1000
    desk = plane(tmp_path, desk)
    base = await desk.base_at(f"{served.remote.url}/shop.git")
    with pytest.raises(LfsDamaged):
        await desk.open_at(base)
    drafts = desk.workspaces.mirror(TENANT, base) / "lfs/tmp"
    assert list(drafts.iterdir()) == []


@pytest.mark.parametrize(("status", "error"), [(401, RepositoryCredentialMissing), (503, LfsUnavailable)])
async def test_a_server_that_refuses_or_fails_fails_the_session(
    tmp_path: Path, desk: Desk, served: LfsStore, status: int, error: type[Exception]
) -> None:
    first = plane(tmp_path, desk)
    base = await first.base_at(f"{served.remote.url}/shop.git")
    served.status = status
    with pytest.raises(error):
        await plane(tmp_path, desk, login=None if status == 401 else HTTP).open_at(base)


async def test_a_repository_over_ssh_says_where_its_files_are(
    tmp_path: Path, desk: Desk, served: LfsStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The key opens the repository, and the server gives a header for the files alone."""
    folder = tmp_path_factory.mktemp("sshd")
    answer = json.dumps({"href": f"{served.remote.url}/over-ssh", "header": {"Authorization": served.remote.authorization}})
    script = folder / "entry"
    script.write_text(
        f'#!/bin/sh\necho "$SSH_ORIGINAL_COMMAND" >> {folder}/asked\n'
        f"case $SSH_ORIGINAL_COMMAND in git-lfs-authenticate*) echo '{answer}';; *) eval \"$SSH_ORIGINAL_COMMAND\";; esac\n"
    )
    script.chmod(0o755)
    with ssh_remote(folder) as ssh:
        keys = folder / "authorized_keys"
        keys.write_text(f'command="{script}" {keys.read_text()}')
        login = Login("deploy", private_key=ssh.private_key, known_hosts=ssh.known_hosts)
        path = served.remote.folder / "shop.git"
        desk = plane(tmp_path, desk, login=login)
        workspace = await desk.open_at(await desk.base_at(ssh.url(path)))
        assert (workspace.folder / "a picture.bin").read_bytes() == PICTURE
        await desk.run(workspace, "printf new > sub/new.bin")
        checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Work")
        await desk.workspaces.push(TENANT, workspace.base, workspace.branch, checkpoint.commit)
    assert served.objects[oid_of(b"new")] == b"new"
    asked = (folder / "asked").read_text().splitlines()
    assert f"git-lfs-authenticate {path} download" in asked
    assert f"git-lfs-authenticate {path} upload" in asked


async def test_a_repository_over_ssh_without_git_lfs_leaves_pointers(
    tmp_path: Path, desk: Desk, served: LfsStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with ssh_remote(tmp_path_factory.mktemp("sshd")) as ssh:
        login = Login("deploy", private_key=ssh.private_key, known_hosts=ssh.known_hosts)
        desk = plane(tmp_path, desk, login=login)
        workspace = await desk.open_at(await desk.base_at(ssh.url(served.remote.folder / "shop.git")))
        assert (workspace.folder / "a picture.bin").read_text() == pointer_to(PICTURE)
        told = (await desk.workspaces.read_config(TENANT, workspace.base)).instructions
        assert "git-lfs-authenticate failed" in told


async def test_a_server_without_git_lfs_leaves_pointers(tmp_path: Path, desk: Desk, served: LfsStore) -> None:
    served.status = 404
    desk = plane(tmp_path, desk)
    workspace = await desk.open_at(await desk.base_at(f"{served.remote.url}/shop.git"))
    assert (workspace.folder / "a picture.bin").read_text() == pointer_to(PICTURE)
    assert "could not be fetched" in (await desk.workspaces.read_config(TENANT, workspace.base)).instructions
