"""What POST /sessions refuses, each with one clear error, and nothing is written."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api import Api, code_of
from tests.workspaces.desk import Repository

from orchestrator.kit.body_limit import BodyLimitMiddleware
from orchestrator.kit.intake import Intake


async def refused(api: Api, **wanted: Any) -> tuple[int, str]:
    """Sent as ASCII, because a lone surrogate can be sent in no other way."""
    body = json.dumps({"prompt": "Do it.", **wanted})
    answer = await api.call("POST", "/sessions", content=body, headers={"Content-Type": "application/json"})
    assert (await api.call("GET", "/sessions")).json()["items"] == []
    assert await api.events() == []
    return code_of(answer)


def repository_in(folder: Path, name: str = "shop") -> Repository:
    repository = Repository(folder / name)
    repository.path.mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit({"app.py": "print('hello')\n"})
    return repository


@pytest.mark.parametrize(
    ("prompt", "code"),
    [("", "prompt_empty"), (" \n\t\u3000", "prompt_empty"), ("x" * 200_001, "prompt_too_long")],
)
async def test_prompts_that_are_refused(api: Api, prompt: str, code: str) -> None:
    assert await refused(api, prompt=prompt) == (422, code)


async def test_the_longest_prompt_is_accepted(api: Api) -> None:
    assert (await api.create(prompt="é" * 200_000))["status"] == "queued"


async def test_unknown_agent_and_model_name_what_there_is(api: Api) -> None:
    for field, code, known in (("agent", "unknown_agent", "build, plan"), ("model", "unknown_model", "scripted-model")):
        answer = await api.call("POST", "/sessions", json={"prompt": "Do it.", field: "nobody"})
        assert code_of(answer) == (422, code)
        assert "nobody" in answer.json()["error"]["message"]
        assert known in answer.json()["error"]["hint"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt": None},
        {"prompt": 7},
        {"prompt": ["Do it."]},
        {"prompt": "a\x00b"},
        {"prompt": "a\ud800b"},
        {"title": "a\x00b"},
        {"title": "x" * 201},
        {"repository": "/code/a\x00b"},
        {"repository": 7},
        {"base_ref": "a\x00b"},
        {"agent": "a\x00b"},
        {"model": "a\x00b"},
        {"priority": 101},
        {"priority": "high"},
        {"priority": 1.5},
        {"priority": 10**400},
        {"verify": "make test"},
        {"verify": [""]},
        {"verify": [" \n"]},
        {"verify": ["a\x00b"]},
        {"verify": ["true"] * 21},
        {"isolation": "none"},
        {"timeout_seconds": 0},
        {"timeout_seconds": -1},
        {"timeout_seconds": 10**12},
        {"max_feedback_rounds": -1},
        {"max_feedback_rounds": 21},
        {"start": "perhaps"},
        {"tenant_id": "0190aaaa-0000-7000-8000-000000000001"},
        {"status": "completed"},
        {"unknown\ud800\x00": 1},
    ],
    ids=lambda wrong: next(iter(wrong)).encode("ascii", "replace").decode().replace("\x00", ""),
)
async def test_malformed_fields_are_422(api: Api, wrong: dict[str, Any]) -> None:
    assert await refused(api, **wrong) == (422, "invalid")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"prompt"',
        b"{",
        b'{"prompt": "a"} x',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"prompt": NaN}',
        b"7" * 5_000,
    ],
    ids=["none", "null", "list", "text", "torn", "trailing", "bytes", "deep", "nan", "long number"],
)
async def test_a_body_that_is_no_json_object_is_422(api: Api, body: bytes) -> None:
    answer = await api.call("POST", "/sessions", content=body, headers={"Content-Type": "application/json"})
    assert code_of(answer) == (422, "invalid")


async def test_a_body_over_the_limit_is_413_before_it_is_read_whole(api: Api) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 64:
            sent += 1
            yield b" " * 1_000_000

    for content in (b" " * 4_200_000, endless()):
        answer = await api.call("POST", "/sessions", content=content, headers={"Content-Type": "application/json"})
        assert code_of(answer) == (413, "body_too_large")
    assert sent < 8


@pytest.fixture
def intake(api: Api) -> Iterator[Intake]:
    """Of the application that all tests share: what is changed in it is put back."""
    layer: Any = api.app.middleware_stack
    while not isinstance(layer, BodyLimitMiddleware):
        layer = layer.app
    before = layer.intake.most_bytes, layer.intake.seconds
    yield layer.intake
    layer.intake.most_bytes, layer.intake.seconds = before


JSON = {"Content-Type": "application/json"}


async def test_a_body_that_trickles_is_given_up_by_whoever_it_comes(api: Api, intake: Intake) -> None:
    """Without a key, or with one that may not even do it: the body is read before the role is looked at."""
    intake.seconds = 0.2

    async def trickling() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    async with asyncio.timeout(20):
        for actor in (api.actors.member, api.actors.viewer):
            answer = await api.call("POST", "/sessions", actor, content=trickling(), headers=JSON)
            assert code_of(answer) == (408, "request_too_slow")
        answer = await api.client.post("/auth/sign-in", content=trickling(), headers=JSON)
        assert code_of(answer) == (408, "request_too_slow")
    assert intake.held_of == {}


async def test_who_has_no_key_yet_can_have_little_held(api: Api) -> None:
    answer = await api.client.post("/auth/sign-in", content=b'{"key": "' + b" " * 20_000, headers=JSON)
    assert code_of(answer) == (413, "body_too_large")


async def test_a_tenants_bodies_take_no_more_than_half_of_the_room(api: Api, intake: Intake) -> None:
    """Two hundred at once held half a gigabyte, by a key that may hand in nothing."""
    intake.most_bytes = 100_000
    arrived, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def waiting() -> AsyncIterator[bytes]:
        yield b'{"prompt": "' + b"a" * 20_000
        arrived.release()
        await go_on.wait()
        yield b'", "start": false}'

    first = [asyncio.create_task(api.call("POST", "/sessions", content=waiting(), headers=JSON)) for _ in range(2)]
    async with asyncio.timeout(20):
        for _ in first:
            await arrived.acquire()
        more = {"prompt": "a" * 20_000, "start": False}
        refused = await api.call("POST", "/sessions", json=more)
        assert (*code_of(refused), refused.headers["retry-after"]) == (503, "bodies_full", "1")
        assert (await api.call("POST", "/sessions", api.actors.other, json=more)).status_code == 201
        go_on.set()
        assert [(await one).status_code for one in first] == [201, 201]
        assert (await api.call("POST", "/sessions", json=more)).status_code == 201
    assert intake.held_of == {}


@pytest.mark.parametrize(
    ("repository", "code"),
    [
        ("{roots}/nothing-here", "repository_not_found"),
        ("{roots}/plain", "repository_not_git"),
        ("{roots}/shop/app.py", "repository_not_found"),
        ("{outside}", "repository_outside_roots"),
        ("{roots}/../../..{outside}", "repository_outside_roots"),
        ("{roots}/way-out", "repository_outside_roots"),
        ("/", "repository_outside_roots"),
        ("/etc", "repository_outside_roots"),
        ("~nobody-of-that-name/shop", "repository_not_found"),
        ("/" + "a" * 1_900, "repository_outside_roots"),
        ("shop", "repository_url_unsupported"),
        ("./shop", "repository_url_unsupported"),
        ("ftp://example.com/shop", "repository_url_unsupported"),
        ("ext::sh -c id", "repository_url_unsupported"),
        ("--upload-pack=id", "repository_url_unsupported"),
        ("https://ada:secret@example.com/shop", "repository_url_unsupported"),
        ("https://", "repository_url_unsupported"),
        ("https://[::1/shop", "repository_url_unsupported"),
        ("x" * 3_000, "repository_url_unsupported"),
    ],
)
async def test_repositories_that_are_refused(api: Api, tmp_path: Path, repository: str, code: str) -> None:
    repository_in(api.roots)
    outside = repository_in(tmp_path, "outside").path
    (api.roots / "plain").mkdir()
    (api.roots / "way-out").symlink_to(outside)
    assert await refused(api, repository=repository.format(roots=api.roots, outside=outside)) == (422, code)


async def test_what_lies_outside_the_roots_looks_the_same_whether_it_is_there_or_not(api: Api, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    messages = []
    for name in ("there", "gone"):
        answer = await api.call("POST", "/sessions", json={"prompt": "Do it.", "repository": str(tmp_path / name)})
        messages.append(answer.json()["error"]["message"].replace(name, "*"))
    assert messages[0] == messages[1]


async def test_an_unknown_ref_of_a_local_repository_is_refused_at_once_and_branches_are_named(api: Api) -> None:
    repository = repository_in(api.roots)
    repository.git("branch", "release")
    path = str(repository.path)
    for wrong in ("nothing", "a..b", "-x", "refs/heads/nothing", "0" * 40):
        assert await refused(api, repository=path, base_ref=wrong) == (422, "ref_not_found"), wrong
    answer = await api.call("POST", "/sessions", json={"prompt": "Do it.", "repository": path, "base_ref": "nothing"})
    assert "release" in answer.json()["error"]["hint"]


async def test_branches_in_no_alphabet_are_named_all_the_same(api: Api) -> None:
    repository = repository_in(api.roots)
    repository.git("branch", os.fsdecode(b"caf\xe9"))
    assert await refused(api, repository=str(repository.path), base_ref="nothing") == (422, "ref_not_found")


async def test_refs_of_a_local_repository_that_are_there_are_accepted(api: Api) -> None:
    repository = repository_in(api.roots)
    repository.git("branch", "release/1.0")
    repository.git("tag", "v1")
    path = str(repository.path)
    for ref in (None, "main", "release/1.0", "v1", repository.git("rev-parse", "HEAD")):
        assert (await api.create(repository=path, base_ref=ref))["base_ref"] == ref


async def test_a_ref_of_a_url_is_the_workers_to_find(api: Api) -> None:
    """Asking a server takes its time, and it may be away: the request does not wait for it."""
    url = "https://git.example.invalid/shop.git"
    assert (await api.create(repository=url, base_ref="nothing"))["repository"] == url
