"""A name that is added while a runtime lives is known to the next session, on the real OpenCode."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.tree import Tree

from orchestrator.opencode.scripted_model import ScriptedModel, load_scenarios


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another provider: its address."""
    loop, model = asyncio.new_event_loop(), ScriptedModel(load_scenarios(None))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(model.start(), loop).result(20)
    yield model.base_url
    asyncio.run_coroutine_threadsafe(model.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


@pytest.mark.walks
def test_a_new_model_works_at_once_beside_a_runtime_that_does_not_know_it(tree: Tree, elsewhere: str) -> None:
    before = tree.wait(tree.create(prompt="Say hello.")["id"])
    assert before["model"] == "scripted-model"
    provider = {"name": "elsewhere", "kind": "openai_compatible", "base_url": elsewhere, "api_key": "sk-canary-elsewhere"}
    assert tree.request("POST", "/providers", provider)[0] == 201
    model = {"name": "coder", "targets": [{"provider": "elsewhere", "model": "scripted-model"}]}
    assert tree.request("POST", "/models", model)[0] == 201
    after = tree.wait(tree.create(prompt="Say hello.", model="coder")["id"])
    assert (after["model"], after["status"], after["failure"]) == ("coder", before["status"], before["failure"])
    known = [file for file in tree.data.rglob("*") if file.is_file() and b"sk-canary-elsewhere" in _bytes(file)]
    assert known == []


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
