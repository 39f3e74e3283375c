"""The artifact store on a folder and on a store that is none."""

import threading
from pathlib import Path
from uuid import uuid4

import pytest

from orchestrator.kit.artifacts import ArtifactStore, ArtifactStoreUnusable
from orchestrator.kit.settings import Settings


@pytest.fixture(params=["folder", "default", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ArtifactStore:
    urls = {"folder": str(tmp_path / "shared"), "default": None, "memory": f"memory://{uuid4().hex}"}
    return ArtifactStore(Settings(data_dir=tmp_path / "data", artifacts_url=urls[request.param]).artifact_store_url)


def test_what_is_written_is_read_and_written_again_replaced(store: ArtifactStore, tmp_path: Path) -> None:
    store.write("a/b/c.txt", b"one")
    store.write("a/b/c.txt", b"two")
    assert store.read("a/b/c.txt") == b"two"
    (tmp_path / "large").write_bytes(b"three" * 100_000)
    store.put("a/b/d.tar", tmp_path / "large")
    store.get("a/b/d.tar", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"three" * 100_000
    assert store.list("a/b") == ["c.txt", "d.tar"]
    assert store.list("a") == []


def test_what_is_not_there_is_told_and_deleted_without_complaint(store: ArtifactStore, tmp_path: Path) -> None:
    store.write("a/x", b"1")
    for name in ("a/nothing", "nowhere/x"):
        with pytest.raises(FileNotFoundError):
            store.read(name)
        with pytest.raises(FileNotFoundError):
            store.get(name, tmp_path / "back")
        store.delete(name)
    store.delete("a/x")
    assert store.list("a") == store.list("nowhere") == []


def test_a_reader_never_sees_half_a_file(store: ArtifactStore) -> None:
    """Two writers of one file and a reader: it gets what one of them wrote, whole, and nobody's draft stays."""
    contents = [bytes([letter]) * 3_000_000 for letter in b"ab"]
    store.write("f/x", contents[0])
    writers = [threading.Thread(target=_write_often, args=(store, content)) for content in contents]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert store.read("f/x") in contents
        assert store.list("f") == ["x"]
    for writer in writers:
        writer.join()
    assert store.list("f") == ["x"]


def _write_often(store: ArtifactStore, content: bytes) -> None:
    for _ in range(20):
        store.write("f/x", content)


def test_a_store_that_cannot_be_used_says_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for url in (str(tmp_path / "file" / "below"), "nothing-like-it://x"):
        store = ArtifactStore(url)
        with pytest.raises(ArtifactStoreUnusable):
            store.write("a/b", b"1")
