"""An address that a tenant names does not lead git into the network at home, by whatever way it is written or led on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.workspaces.desk import TENANT, Repository
from tests.workspaces.remotes import GIT_USER, TOKEN, HttpRemote, http_remote

from orchestrator.kit.network_policy import parse_hosts
from orchestrator.kit.processes import ProcessLedger
from orchestrator.sandboxes import choose_sandbox
from orchestrator.workspaces import Reach, Workspaces
from orchestrator.workspaces.access import Login
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


def test_hosts_of_addresses() -> None:
    assert host_of("git@github.com:acme/shop") == ("github.com", 22)
    assert host_of("ssh://git@host:2222/shop") == ("host", 2222)
    assert host_of("https://[::1]:8443/x") == ("::1", 8443)
