"""Private repositories over real smart HTTP and a real sshd: who is let in, and that the secret leads nowhere else."""

import base64
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.workspaces.desk import TENANT, Repository
from tests.workspaces.remotes import GIT_USER, TOKEN, HttpRemote, SshRemote, http_remote, make_key, ssh_remote

from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import choose_sandbox
from orchestrator.workspaces import Base, Workspaces
from orchestrator.workspaces.access import Login
from orchestrator.workspaces.errors import (
    RepositoryCredentialMissing,
    RepositoryCredentialRefused,
    RepositoryHostKeyWrong,
    RepositoryNotFound,
)

PAIR = base64.b64encode(f"{GIT_USER}:{TOKEN}".encode()).decode()


@pytest.fixture
def bare(make_repository: Callable[..., Repository], tmp_path: Path) -> Path:
    """A bare repository with one commit, below a folder that servers serve."""
    served = tmp_path / "served"
    served.mkdir()
    repository = make_repository()
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(served / "shop.git"))
    return served / "shop.git"


@pytest.fixture
def remote(bare: Path) -> Iterator[HttpRemote]:
    with http_remote(bare.parent) as remote:
        yield remote


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshRemote]:
    with ssh_remote(tmp_path_factory.mktemp("sshd")) as remote:
        yield remote


class Plane:
    """A control plane whose tenant has these logins, by the beginning of the address."""

    def __init__(self, data_dir: Path, roots: Path, logins: dict[str, Login]) -> None:
        self.data_dir = data_dir
        data_dir.mkdir(mode=0o700, exist_ok=True)
        self.logins = logins
        ledger = ProcessLedger(data_dir / "processes")
        self.workspaces = Workspaces(data_dir, (roots,), choose_sandbox("auto"), ledger, self._find)

    async def _find(self, tenant_id: str, url: str) -> Login | None:
        assert tenant_id == TENANT
        return next((login for start, login in self.logins.items() if url.startswith(start)), None)

    async def base(self, url: str) -> Base:
        return await self.workspaces.prepare_mirror(TENANT, url)


@pytest.fixture
def plane(tmp_path: Path, roots: Path) -> Plane:
    return Plane(tmp_path / "data", roots, {})


def token(text: str = TOKEN) -> Login:
    return Login("shop-token", username=GIT_USER, password=text)


async def test_a_token_opens_a_private_repository(plane: Plane, remote: HttpRemote, bare: Path) -> None:
    plane.logins[remote.url] = token()
    base = await plane.base(f"{remote.url}/shop.git")
    assert base.commit == Repository(bare).git("rev-parse", "main")
    assert {given for _, given in remote.seen} == {None, remote.authorization}


async def test_without_a_credential_the_answer_says_that_one_is_missing(plane: Plane, remote: HttpRemote) -> None:
    with pytest.raises(RepositoryCredentialMissing) as caught:
        await plane.base(f"{remote.url}/shop.git")
    assert "git-credentials add" in caught.value.hint_text


async def test_a_refused_token_is_told_by_its_name_and_never_by_its_text(plane: Plane, remote: HttpRemote) -> None:
    """Also where the server says back what it was sent."""
    plane.logins[remote.url] = token("canary-wrong")
    remote.echo = True
    with pytest.raises(RepositoryCredentialRefused, match="shop-token") as caught:
        await plane.base(f"{remote.url}/shop.git")
    told = f"{caught.value.message} {caught.value.hint_text} {caught.value.__cause__}"
    assert "canary-wrong" not in told
    assert base64.b64encode(f"{GIT_USER}:canary-wrong".encode()).decode() not in told


async def test_a_redirect_to_another_host_never_carries_the_token(
    plane: Plane, remote: HttpRemote, tmp_path: Path, bare: Path
) -> None:
    """Neither the one that was asked first nor the one that it led to; another port is another host."""
    with http_remote(bare.parent) as elsewhere:
        plane.logins[remote.url] = token()
        remote.redirect = elsewhere.url
        with pytest.raises(RepositoryCredentialRefused):
            await plane.base(f"{remote.url}/shop.git")
        assert elsewhere.seen
        assert {given for _, given in elsewhere.seen} == {None}


async def test_a_redirect_after_the_log_in_does_not_carry_the_token_either(
    plane: Plane, remote: HttpRemote, bare: Path
) -> None:
    with http_remote(bare.parent) as elsewhere:
        plane.logins[remote.url] = token()
        away = elsewhere.url

        def redirected(*_: object) -> tuple[int, dict[str, str], bytes]:
            return 302, {"Location": f"{away}/shop.git/info/refs?service=git-upload-pack"}, b""

        remote.handlers["/info/refs"] = redirected
        with pytest.raises(RepositoryCredentialRefused):
            await plane.base(f"{remote.url}/shop.git")
        assert elsewhere.seen
        assert {given for _, given in elsewhere.seen} == {None}


async def test_the_token_is_in_no_argument_variable_or_file_while_git_runs(plane: Plane, remote: HttpRemote) -> None:
    """The server looks around while it is asked: at every process, and at all that we have on disk."""
    plane.logins[remote.url] = token()
    found: list[str] = []

    def look() -> None:
        found.extend(traces(plane.data_dir))

    remote.before_answer = look
    await plane.base(f"{remote.url}/shop.git")
    look()
    assert len(remote.seen) >= 4
    assert found == []


def traces(folder: Path) -> list[str]:
    """Where one of the secrets can be read, by the files of processes and below the folder."""
    places = [*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")]
    places += [path for path in folder.rglob("*") if path.is_file()]
    places += [path for path in Path("/tmp").glob("orchestrator-ssh-*/*") if path.is_file()]
    mine = Path(f"/proc/{os.getpid()}")
    found: list[str] = []
    for place in places:
        try:
            content = place.read_bytes()
        except OSError:
            continue
        secrets = (TOKEN, PAIR, "OPENSSH PRIVATE KEY")
        if any(one.encode() in content for one in secrets) and mine not in place.parents:
            found.append(str(place))
    return found


async def test_an_agent_finds_nothing_of_it(plane: Plane, remote: HttpRemote) -> None:
    from tests.workspaces.desk import Desk

    from orchestrator.sandboxes import tenant_identity

    plane.logins[remote.url] = token()
    desk = Desk(plane.workspaces, tenant_identity(7))
    workspace = await desk.open_at(await plane.base(f"{remote.url}/shop.git"))
    said = await desk.run(workspace, "env; cat .git/config; git remote -v; grep -ras canary- . /mirrors /home || true")
    assert "canary-" not in said
    assert "helper" not in said


async def test_a_key_opens_a_repository_over_ssh(plane: Plane, sshd: SshRemote, bare: Path) -> None:
    plane.logins["ssh://"] = Login("deploy", private_key=sshd.private_key, known_hosts=sshd.known_hosts)
    base = await plane.base(sshd.url(bare))
    assert base.commit == Repository(bare).git("rev-parse", "main")
    assert traces(plane.data_dir) == []


async def test_the_first_host_key_is_learned(plane: Plane, sshd: SshRemote, bare: Path) -> None:
    learned: list[str] = []

    async def learn(known_hosts: str) -> None:
        learned.append(known_hosts)

    plane.logins["ssh://"] = Login("deploy", private_key=sshd.private_key, learned=learn)
    await plane.base(sshd.url(bare))
    assert any(sshd.host_key in line for line in learned[0].splitlines())


async def test_another_host_key_than_the_pinned_one_is_refused(
    plane: Plane, sshd: SshRemote, bare: Path, tmp_path: Path
) -> None:
    _, other = make_key(tmp_path / "other")
    pinned = f"[127.0.0.1]:{sshd.port} {other}\n"
    plane.logins["ssh://"] = Login("deploy", private_key=sshd.private_key, known_hosts=pinned)
    with pytest.raises(RepositoryHostKeyWrong):
        await plane.base(sshd.url(bare))


async def test_a_key_that_is_not_let_in_is_told(plane: Plane, sshd: SshRemote, bare: Path, tmp_path: Path) -> None:
    private, _ = make_key(tmp_path / "stranger")
    plane.logins["ssh://"] = Login("deploy", private_key=private, known_hosts=sshd.known_hosts)
    with pytest.raises(RepositoryCredentialRefused, match="deploy"):
        await plane.base(sshd.url(bare))


async def test_no_key_of_the_account_is_used_for_a_tenant(
    plane: Plane, sshd: SshRemote, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ssh looks for keys in the home of the account that runs it, whatever HOME says."""
    from orchestrator.workspaces.git import SSH_WITHOUT_KEY

    assert "-oIdentityFile=none" in SSH_WITHOUT_KEY
    with pytest.raises(RepositoryCredentialMissing):
        await plane.base(sshd.url(bare))


async def test_what_is_not_there_is_told_as_that(plane: Plane, remote: HttpRemote) -> None:
    plane.logins[remote.url] = token()
    with pytest.raises(RepositoryNotFound):
        await plane.base(f"{remote.url}/nothing.git")
