"""What is pure: whether one version asks for more than another, signatures, order of versions, and the rating's bound."""

import itertools
import random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from tests.marketplace.shop import ASKING, READER, manifest_of

from orchestrator.marketplace import packing, versions
from orchestrator.marketplace.asks import beyond, differences, narrows
from orchestrator.marketplace.errors import ListingInvalid
from orchestrator.marketplace.manifest import Asks, PermissionAsk
from orchestrator.marketplace.models import ListingVersion, VersionStatus
from orchestrator.marketplace.ratings import lower_bound
from orchestrator.marketplace.signing import (
    Document,
    is_claimed,
    is_public_key,
    is_signed,
    public_key_of,
    sign_claim,
    sign_listing,
)
from orchestrator.opencode.permissions import first_match
from orchestrator.opencode.schemas import Rule

ALLOWANCE = {"deny": 0, "ask": 1, "allow": 2}
TOOLS = ("bash", "edit")
CALLS = ("a", "ab", "b", "ba", "aba", "c")
rules = st.lists(
    st.builds(
        PermissionAsk,
        permission=st.sampled_from([*TOOLS, "*"]),
        pattern=st.sampled_from(["*", "a*", "*b", "a", "ab"]),
        action=st.sampled_from(list(ALLOWANCE)),
    ),
    max_size=4,
)


def rule(text: str) -> PermissionAsk:
    permission, pattern, action = text.rsplit(" ", 2)
    return PermissionAsk(permission=permission, pattern=pattern, action=action)  # pyright: ignore[reportArgumentType]


def asks(**wanted: Any) -> Asks:
    return Asks.model_validate(wanted)


def allowed(asked: list[PermissionAsk], tool: str, call: str) -> int:
    known = [Rule(permission=one.permission, pattern=one.pattern, action=one.action) for one in asked]
    found = first_match(known, tool, call)
    return ALLOWANCE[found.action if found else "allow"]


@given(rules, rules)
def test_what_is_taken_for_less_allows_no_call_that_was_not_allowed(wanted: Any, consented: Any) -> None:
    if narrows(wanted, consented):
        for tool, call in itertools.product(TOOLS, CALLS):
            assert allowed(wanted, tool, call) <= allowed(consented, tool, call)


@given(rules)
def test_the_same_is_not_more(wanted: Any) -> None:
    assert narrows(wanted, wanted)


@pytest.mark.parametrize(
    ("wanted", "consented", "is_less"),
    [
        (["webfetch * deny"], [], True),
        ([], ["webfetch * deny"], False),
        ([], ["webfetch * allow"], True),
        (["webfetch * ask"], ["webfetch * deny"], False),
        (["webfetch * deny"], ["webfetch * ask"], True),
        (["bash git* deny", "webfetch * deny"], ["webfetch * deny"], True),
        (["bash git* allow", "bash * deny", "webfetch * deny"], ["webfetch * deny"], True),
        (["bash * deny"], ["bash git* allow", "bash * deny"], True),
        (["bash git* allow", "bash * deny"], ["bash * deny"], False),
        (["bash a* allow", "bash *b deny", "bash * deny"], ["bash *b deny", "bash a* allow", "bash * deny"], False),
        (["* * allow", "webfetch * deny"], ["webfetch * deny"], False),
    ],
)
def test_permissions_that_are_more_and_less(wanted: list[str], consented: list[str], is_less: bool) -> None:
    assert narrows([rule(one) for one in wanted], [rule(one) for one in consented]) is is_less


def test_whatever_is_new_is_named() -> None:
    server = {"name": "tracker", "type": "remote", "where": "https://t.example.com/mcp", "given": {}}
    wanted = asks(
        permissions=[],
        network=["t.example.com"],
        mcp_servers=[server],
        secrets=["TOKEN"],
        models=["coder"],
        price_micro_usd=5,
    )
    consented = asks(permissions=[rule("webfetch * deny")])
    assert beyond(wanted, consented) == [
        "permission without webfetch *: deny",
        "network t.example.com",
        "MCP server tracker at https://t.example.com/mcp",
        "secret TOKEN",
        "model coder",
        "price 5e-06 USD a session, not 0",
    ]
    assert beyond(wanted, wanted) == []
    assert beyond(asks(permissions=[rule("webfetch * deny")]), wanted) == []
    moved = asks(**wanted.model_dump() | {"mcp_servers": [server | {"where": "https://evil.example.com/mcp"}]})
    assert beyond(moved, wanted) == ["MCP server tracker at https://evil.example.com/mcp"]
    assert differences(wanted, wanted) == []
    assert differences(consented, wanted) != []


def test_a_signature_holds_for_what_was_signed_alone() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = public_key_of(key)
    whole = Document("acme/reader", "1.0.0", {"a": 1, "b": [True, None, "ü"]}, {"agent.md": "x"})
    signature = sign_listing(key, whole.digest)
    assert is_signed(public, whole.digest, signature)
    assert Document("acme/reader", "1.0.0", {"b": [True, None, "ü"], "a": 1}, {"agent.md": "x"}).digest == whole.digest
    for changed in (
        Document("acme/other", "1.0.0", whole.manifest, whole.files),
        Document("acme/reader", "1.0.1", whole.manifest, whole.files),
        Document("acme/reader", "1.0.0", {"a": 2}, whole.files),
        Document("acme/reader", "1.0.0", whole.manifest, {"agent.md": "y"}),
    ):
        assert not is_signed(public, changed.digest, signature)
    assert not is_signed(public_key_of(other), whole.digest, signature)
    for nonsense in ("", "x", "A" * 86 + "==", signature[:-4], public):
        assert not is_signed(public, whole.digest, nonsense)
    assert not is_claimed(public, whole.digest, signature)
    assert is_claimed(public, "acme", sign_claim(key, "acme"))
    assert not is_claimed(public, "other", sign_claim(key, "acme"))


def test_a_key_has_one_form() -> None:
    public = public_key_of(Ed25519PrivateKey.generate())
    assert is_public_key(public)
    for wrong in ("", "x", public[:-4], public + "AAAA", public.rstrip("="), f" {public}", "é"):
        assert not is_public_key(wrong)


def test_versions_have_the_order_of_semver() -> None:
    ordered = ["2.0.0", "2.0.0-rc.11", "2.0.0-rc.2", "1.10.0", "1.9.0"]
    rows = [ListingVersion(version=one, status=VersionStatus.ACTIVE) for one in ordered]
    random.Random(1).shuffle(rows)
    assert [row.version for row in versions.newest_first(rows)] == ordered
    for wrong in ("1", "1.0", "v1.0.0", "1.0.0+build", "01.0.0", "", "1.0.0 ", "1.0.0\n"):
        with pytest.raises(ListingInvalid):
            versions.checked(wrong)


def test_the_latest_is_a_release_that_is_active() -> None:
    def latest(**status: str) -> str | None:
        rows = [ListingVersion(version=name, status=VersionStatus(one)) for name, one in status.items()]
        found = versions.latest_of(rows)
        return found and found.version

    assert latest(**{"1.0.0": "active", "2.0.0-rc.1": "active"}) == "1.0.0"
    assert latest(**{"1.0.0": "deprecated", "2.0.0-rc.1": "active"}) == "2.0.0-rc.1"
    assert latest(**{"1.0.0": "active", "1.1.0": "deprecated", "1.2.0": "deleted"}) == "1.0.0"
    assert latest(**{"1.0.0": "deleted"}) is None


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"capabilities": ["testing"]}, "other capabilities"),
        ({"asks": {"permissions": []}}, "other permissions"),
        ({"asks": manifest_of({"agent.md": READER})["asks"] | {"secrets": ["X"]}}, "other secrets"),
        ({"kind": "external"}, r"card\.json"),
    ],
)
def test_a_manifest_says_what_its_files_do(changes: dict[str, Any], problem: str) -> None:
    manifest = packing.parsed(manifest_of({"agent.md": READER}) | changes)
    with pytest.raises(ListingInvalid, match=problem):
        packing.checked(manifest, {"agent.md": READER})


def test_a_manifest_names_servers_secrets_and_hosts() -> None:
    files = {"agent.md": ASKING}
    manifest = packing.parsed(manifest_of(files, network=["pypi.org"]))
    packing.checked(manifest, files)
    assert manifest.asks.network == ["pypi.org", "tracker.example.com"]
    assert manifest.asks.secrets == ["TRACKER_TOKEN"]
    assert manifest.asks.mcp_servers[0].given == {"Authorization": "Bearer {env:TRACKER_TOKEN}"}
    less = manifest_of(files)
    less["asks"] = less["asks"] | {"network": []}
    with pytest.raises(ListingInvalid, match="other network"):
        packing.checked(packing.parsed(less), files)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"other.md": READER}, r"no agent\.md"),
        ({"agent.md": READER, "evil.sh": "x"}, r"evil\.sh is neither"),
        ({"agent.md": READER, "skills/x": "x"}, "skills/x is neither"),
        ({"agent.md": READER, "skills/x/SKILL.md": "---\ndescription: x\n---\nx"}, "does not name its skill x"),
        ({"agent.md": "---\nsubagents: [reviewer]\n---\nx"}, "names subagents"),
        ({"agent.md": "---\nnonsense: 1\n---\nx"}, "nonsense"),
        ({"agent.md": "x" * 300_000}, "characters"),
    ],
)
def test_what_is_no_agent_is_refused(files: dict[str, str], problem: str) -> None:
    with pytest.raises(ListingInvalid, match=problem):
        packing.definition_of(files)


def test_of_agents_that_differ_the_better_one_is_rated_better() -> None:
    """C12: three true shares of success, a hundred outcomes each, two hundred times."""
    chance, shares, right = random.Random(370), (0.6, 0.8, 0.9), 0
    for _ in range(200):
        bounds = [lower_bound(sum(chance.random() < share for _ in range(100)), 100) for share in shares]
        right += bounds == sorted(bounds) and len(set(bounds)) == len(bounds)
    assert right >= 190


def test_the_bound_holds_as_often_as_it_says() -> None:
    chance = random.Random(370)
    held = sum(lower_bound(sum(chance.random() < 0.8 for _ in range(60)), 60) <= 0.8 for _ in range(2_000))
    assert held / 2_000 >= 0.96
