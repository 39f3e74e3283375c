"""An address that a tenant names does not lead git into the network at home, by whatever way it is written or led on."""

import asyncio
import shlex
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.workspaces.desk import TENANT, Repository
from tests.workspaces.remotes import GIT_USER, TOKEN, HttpRemote, http_remote

from orchestrator.kit.network_policy import parse_hosts
from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import choose_sandbox
from orchestrator.workspaces import Reach, Workspaces
from orchestrator.workspaces.access import Accesses, Login
from orchestrator.workspaces.errors import RepositoryUnreachable
from orchestrator.workspaces.reach import RepositoryAddressRefused, host_of


@pytest.fixture
def remote(make_repository: Callable[..., Repository], tmp_path: Path) -> Iterator[HttpRemote]:
    served = tmp_path / "served"
    served.mkdir()
    repository = make_repository()
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(served / "shop.git"))
    with http_remote(served) as remote:
        yield remote


Made = Callable[[str], Workspaces]


@pytest.fixture
def made(tmp_path: Path, roots: Path) -> Made:
    """With the private hosts that an operator named."""

    async def login(_tenant_id: str, _url: str) -> Login:
        return Login("shop", username=GIT_USER, password=TOKEN)

    def make(private: str) -> Workspaces:
        data_dir = tmp_path / "data"
        data_dir.mkdir(mode=0o700, exist_ok=True)
        ledger, reach = ProcessLedger(data_dir / "processes"), Reach(parse_hosts(private))
        return Workspaces(data_dir, (roots,), choose_sandbox("process"), ledger, login, reach=reach)

    return make


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1"],  # noqa: S104 - an address that is refused.
)
async def test_this_machine_is_not_asked(made: Made, remote: HttpRemote, host: str) -> None:
    with pytest.raises(RepositoryAddressRefused):
        await made("").prepare_mirror(TENANT, f"http://{host}:{remote.port}/shop.git")
    assert remote.seen == []


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/x.git",
        "ssh://git@192.168.1.1:22/x.git",
        "git@127.0.0.1:x.git",
        "ssh://[fe80::1]/x.git",
        "http://[64:ff9b::7f00:1]/x.git",
        "ssh://git@localhost./x.git",
    ],
)
async def test_what_lies_inside_is_refused(made: Made, address: str) -> None:
    with pytest.raises(RepositoryAddressRefused) as refusal:
        await made("").prepare_mirror(TENANT, address)
    assert "ORCHESTRATOR_GIT_PRIVATE_HOSTS" in refusal.value.hint_text


async def test_what_an_operator_names_is_reached(made: Made, remote: HttpRemote) -> None:
    for private in ("127.0.0.1", f"127.0.0.1:{remote.port}"):
        base = await made(private).prepare_mirror(TENANT, f"{remote.url}/shop.git")
        assert base.commit
    with pytest.raises(RepositoryAddressRefused):
        await made(f"127.0.0.1:{remote.port + 1}").prepare_mirror(TENANT, f"{remote.url}/shop.git")


async def test_a_redirect_does_not_lead_inside(made: Made, remote: HttpRemote) -> None:
    with http_remote(remote.folder) as inner:
        remote.redirect = inner.url
        with pytest.raises(RepositoryAddressRefused, match=inner.url.removeprefix("http://")):
            await made(f"127.0.0.1:{remote.port}").prepare_mirror(TENANT, f"{remote.url}/shop.git")
        assert remote.seen
        assert inner.seen == []


async def ran(words: list[str]) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(partial(subprocess.run, words, capture_output=True, text=True, check=False))


@pytest.mark.parametrize("key", ["", "-----BEGIN OPENSSH PRIVATE KEY-----"])
@pytest.mark.parametrize(
    ("location", "target", "alias"),
    [
        ("ssh://git@Forge.example:2222/shop", ["-p", "2222", "git@Forge.example"], "[forge.example]:2222"),
        ("git@forge.example:shop", ["git@forge.example"], "forge.example"),
        ("ssh://git@forge.example/shop", ["git@forge.example"], "forge.example"),
    ],
)
async def test_ssh_connects_to_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch, key: str, location: str, target: list[str], alias: str
) -> None:
    """A name's server may give a public address to whoever looks first, and one at home to whoever connects."""

    async def login(_tenant_id: str, _url: str) -> Login | None:
        return Login("shop", private_key=key) if key else None

    async def addresses(_host: str) -> tuple[str, ...]:
        return ("140.82.112.3", "2606:50c0:8000::153")

    monkeypatch.setattr("orchestrator.workspaces.reach.addresses_of", addresses)
    async with Accesses(login, Reach()).to(TENANT, location) as access:
        words = [*shlex.split(access.env["GIT_SSH_COMMAND"]), "-G", *target]
        settings = (await ran(words)).stdout.splitlines()
    assert {"hostname 140.82.112.3", f"hostkeyalias {alias}"} <= set(settings)


async def test_ssh_looks_up_no_name_that_meant_nothing_when_it_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    async def addresses(_host: str) -> tuple[str, ...]:
        return ()

    monkeypatch.setattr("orchestrator.workspaces.reach.addresses_of", addresses)
    async with Accesses(reach=Reach()).to(TENANT, "git@localhost:shop") as access:
        words = [*shlex.split(access.env["GIT_SSH_COMMAND"]), "git@localhost", "true"]
        done = await ran(words)
    assert done.returncode == 255
    assert "Could not resolve hostname localhost.invalid" in done.stderr


async def test_ssh_to_what_an_operator_names_is_as_ever() -> None:
    async with Accesses(reach=Reach(parse_hosts("127.0.0.1"))).to(TENANT, "git@127.0.0.1:shop") as access:
        assert "GIT_SSH_COMMAND" not in access.env


def advertised(refs: int) -> bytes:
    """What a server says first, in the oldest form, which git takes from any server."""
    lines = ["# service=git-upload-pack\n", "", f"{1:040x} HEAD\0symref=HEAD:refs/heads/main agent=a\n"]
    lines += [f"{1:040x} refs/heads/{number:0150}\n" for number in range(refs)]
    return b"".join(f"{len(one) + 4:04x}{one}".encode() if one else b"0000" for one in lines) + b"0000"


@pytest.mark.parametrize(
    ("bound", "most", "words"),
    [("MOST_ANSWER_BYTES", 100_000, "more branches and tags"), ("MOST_ASKING_BYTES", 48 << 20, "memory")],
)
async def test_a_server_that_names_refs_without_end_fills_no_memory(
    made: Made, remote: HttpRemote, monkeypatch: pytest.MonkeyPatch, bound: str, most: int, words: str
) -> None:
    monkeypatch.setattr(f"orchestrator.workspaces.asking.{bound}", most)
    kind = {"Content-Type": "application/x-git-upload-pack-advertisement"}
    remote.handlers["/shop.git/info/refs"] = lambda _request, _body: (200, kind, advertised(200_000))
    with pytest.raises(RepositoryUnreachable, match=words):
        await made("127.0.0.1").prepare_mirror(TENANT, f"{remote.url}/shop.git")


def test_hosts_of_addresses() -> None:
    assert host_of("git@github.com:acme/shop") == ("github.com", 22)
    assert host_of("ssh://git@host:2222/shop") == ("host", 2222)
    assert host_of("https://[::1]:8443/x") == ("::1", 8443)
