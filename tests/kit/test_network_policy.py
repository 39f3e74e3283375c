import pytest

from orchestrator.kit.network_policy import BadHost, HostPattern, NetworkMode, NetworkPolicy, parse_hosts, plain_host


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("PyPI.org.", "pypi.org"),
        (" *.PythonHosted.org", "*.pythonhosted.org"),
        ("git.example.com:8443", "git.example.com:8443"),
        ("10.0.0.5:8081", "10.0.0.5:8081"),
        ("[::1]:80", "[::1]:80"),
        ("0:0::1", "[::1]"),
        ("my_host", "my_host"),
    ],
)
def test_a_host_has_one_form(text: str, plain: str) -> None:
    assert str(HostPattern.parse(text)) == plain
    assert HostPattern.parse(plain) == HostPattern.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "*", "*.com", "*.*.com", "a.*.com", "http://pypi.org", "pypi.org/simple", "pypi.org:0", "pypi.org:65536",
        "pypi.org:x", "a b", "a,b", "-a.org", "a..b", "user@a.org", "127.1", "0x7f000001", "2130706433", "[::1", "[::1]x",
        "fe80::1%eth0", "bücher.de", "a" * 64 + ".org", "a.org\n.evil.org", "a.org:٣",
    ],
)  # fmt: skip
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(BadHost):
        HostPattern.parse(text)


@pytest.mark.parametrize(
    ("pattern", "host", "port", "matches"),
    [
        ("pypi.org", "pypi.org", 443, True),
        ("pypi.org", "PYPI.org.", 80, True),
        ("pypi.org", "pypi.org", 22, False),
        ("pypi.org:22", "pypi.org", 22, True),
        ("pypi.org:22", "pypi.org", 443, False),
        ("pypi.org", "evilpypi.org", 443, False),
        ("pypi.org", "pypi.org.evil.com", 443, False),
        ("*.pypi.org", "files.pypi.org", 443, True),
        ("*.pypi.org", "a.b.pypi.org", 443, True),
        ("*.pypi.org", "pypi.org", 443, False),
        ("*.pypi.org", "evilpypi.org", 443, False),
        ("127.0.0.1:9", "127.0.0.1", 9, True),
        ("[::1]:9", "0:0:0:0:0:0:0:1", 9, True),
        ("127.0.0.1", "::ffff:127.0.0.1", 80, False),
    ],
)
def test_what_a_pattern_matches(pattern: str, host: str, port: int, matches: bool) -> None:
    policy = NetworkPolicy(NetworkMode.ALLOWLIST, (HostPattern.parse(pattern),))
    assert policy.allows(host, port) is matches


@pytest.mark.parametrize("mode", [NetworkMode.HOST, NetworkMode.NONE])
def test_hosts_count_with_an_allowlist_only(mode: NetworkMode) -> None:
    assert not NetworkPolicy(mode, parse_hosts("pypi.org")).allows("pypi.org", 443)


def test_private_addresses_need_the_host_in_full() -> None:
    policy = NetworkPolicy(NetworkMode.ALLOWLIST, private=parse_hosts("*.corp.example,nexus.example:8081"))
    assert policy.may_be_private("nexus.example", 8081)
    assert not policy.may_be_private("nexus.example", 443)
    assert not policy.may_be_private("git.corp.example", 443)


def test_a_policy_is_never_looser_than_the_operators() -> None:
    least = NetworkMode.ALLOWLIST
    chosen = NetworkPolicy(NetworkMode.HOST, parse_hosts("pypi.org,*.npmjs.org,registry.npmjs.org:443,evil.org"))
    held = chosen.tightened(least, parse_hosts("pypi.org:443,*.npmjs.org"))
    assert held.mode is NetworkMode.ALLOWLIST
    # `pypi.org` would open port 80 as well, which is not offered.
    assert held.hosts == parse_hosts("*.npmjs.org,registry.npmjs.org:443")
    assert chosen.tightened(NetworkMode.HOST, ()).mode is NetworkMode.HOST
    assert NetworkPolicy(NetworkMode.NONE).tightened(least, ()).mode is NetworkMode.NONE


@pytest.mark.parametrize(
    ("offered", "wanted", "covers"),
    [
        ("*.a.org", "*.b.a.org", True),
        ("*.a.org", "*.a.org", True),
        ("*.b.a.org", "*.a.org", False),
        ("*.a.org", "a.org", False),
        ("*.a.org", "*.evila.org", False),
        ("a.org", "*.a.org", False),
        ("a.org", "a.org:443", True),
        ("a.org", "a.org:22", False),
    ],
)
def test_what_an_offer_covers(offered: str, wanted: str, covers: bool) -> None:
    assert HostPattern.parse(offered).covers(HostPattern.parse(wanted)) is covers


def test_an_address_is_written_one_way() -> None:
    assert plain_host("[0:0::1]") == "::1"
