import os
from pathlib import Path

import pytest

from orchestrator.sandboxes import Identity, IdentityExhausted, identity, prepare_owner, tenant_identity


def test_every_tenant_has_an_identity_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    identities = [tenant_identity(number) for number in range(5000)]
    assert None not in identities
    assert len(set(identities)) == 5000
    assert tenant_identity(3) == identities[3]


def test_an_ordinary_user_becomes_nobody_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert tenant_identity(1) is None
    prepare_owner(tmp_path, None)


def test_a_small_user_namespace_runs_out_rather_than_sharing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(identity, "_mapped", lambda _kind, number: number < 65536)
    assert tenant_identity(1499) == Identity(65499, 65499)
    with pytest.raises(IdentityExhausted):
        tenant_identity(1500)


def test_a_tree_is_given_without_following_links(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    tree = tmp_path / "tree"
    (tree / "a/b").mkdir(parents=True)
    (tree / "a/file").touch()
    (tree / "a/link").symlink_to(outside)
    (tree / "dangling").symlink_to("/nowhere")
    them = Identity(64_321, 64_321)
    prepare_owner(tree, them)
    given = 64_321 if os.geteuid() == 0 else os.geteuid()
    for path in (tree, tree / "a", tree / "a/b", tree / "a/file", tree / "a/link", tree / "dangling"):
        assert path.lstat().st_uid == given
    for path in (tmp_path, outside, outside / "file"):
        assert path.stat().st_uid == os.geteuid()
    (tmp_path / "top").symlink_to(outside)
    prepare_owner(tmp_path / "top", them)
    assert outside.stat().st_uid == (outside / "file").stat().st_uid == os.geteuid()
