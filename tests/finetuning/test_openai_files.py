"""`/v1/files`: training data goes in by OpenAI's own client, and is its tenant's alone."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from tests.actors import Actor, make_actor
from tests.api import Api, Server
from tests.finetuning.training_lines import chat, lines, preference

from orchestrator.tenancy.models import Role

PATH = "/v1/files"


def form(content: bytes, purpose: str = "fine-tune", name: str = "data.jsonl") -> dict[str, Any]:
    return {"files": {"file": (name, content, "application/jsonl")}, "data": {"purpose": purpose}}


async def send(api: Api, content: bytes, actor: Actor | None = None, key: str | None = None, **told: str) -> httpx.Response:
    headers = (actor or api.actors.admin).headers | ({"Idempotency-Key": key} if key else {})
    return await api.client.post(PATH, headers=headers, **form(content, **told))


async def test_without_a_key_or_below_a_lead_nothing_is_taken(api: Api) -> None:
    assert (await api.client.post(PATH, **form(lines(chat())))).status_code == 401
    for actor in (api.actors.viewer, api.actors.member):
        assert (await send(api, lines(chat()), actor)).status_code == 403
        assert (await api.client.get(PATH, headers=actor.headers)).status_code == 403


async def test_a_file_of_another_tenant_is_not_there(api: Api) -> None:
    sent = (await send(api, lines(chat()))).json()["id"]
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        for file_id in (sent, "file-0190aaaa000070008000000000000000", "file-x", "ftjob-" + sent[5:]):
            answer = await api.client.request(method, f"{PATH}/{file_id}{path}", headers=api.actors.other.headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    listed = await api.client.get(PATH, headers=api.actors.other.headers)
    assert listed.json()["data"] == []
    assert (await api.client.get(f"{PATH}?after={sent}", headers=api.actors.other.headers)).status_code == 404


async def test_the_official_client_sends_lists_reads_and_deletes(server: Server) -> None:
    lead = await make_actor(server.database, server.actors.admin.tenant_id, server.actors.admin.slug, Role.LEAD)
    content = lines(chat(), chat())
    async with openai.AsyncOpenAI(api_key=lead.key, base_url=f"{server.url}/v1", max_retries=0, timeout=20) as client:
        first = await client.files.create(file=("../../evil.jsonl", content), purpose="fine-tune")
        second = await client.files.create(file=("two.jsonl", lines(preference())), purpose="fine-tune")
        assert (first.filename, first.status, first.purpose) == ("evil.jsonl", "processed", "fine-tune")
        assert [one.id async for one in client.files.list(limit=1)] == [second.id, first.id]
        assert await client.files.retrieve(first.id) == first
        assert (await client.files.content(first.id)).content == content
        assert (await client.files.delete(first.id)).deleted
        assert [one.id async for one in client.files.list()] == [second.id]
        with pytest.raises(openai.NotFoundError):
            await client.files.content(first.id)


async def test_what_is_refused_is_not_kept(api: Api, artifacts: Path) -> None:
    before = stored(artifacts)
    answer = await send(api, lines(chat()) + b"{\n")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "training_file_invalid")
    assert "Line 2 " in answer.json()["error"]["message"]
    assert (await send(api, b"")).json()["error"]["code"] == "training_file_empty"
    assert (await send(api, lines(chat()), purpose="batch")).json()["error"]["message"].startswith("purpose:")
    without = await api.client.post(PATH, headers=api.actors.admin.headers, data={"purpose": "fine-tune"})
    assert without.json()["error"]["message"].startswith("file:")
    torn = await api.client.post(
        PATH, headers=api.actors.admin.headers | {"content-type": "multipart/form-data; boundary=x"}, content=b"--y\r\n"
    )
    assert torn.status_code == 422
    assert stored(artifacts) == before


async def test_a_repeat_with_the_same_key_is_one_file(api: Api, artifacts: Path) -> None:
    before = stored(artifacts)
    answers = await asyncio.gather(*(send(api, lines(chat()), key="once") for _ in range(5)))
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    assert len(stored(artifacts) - before) == 2
    other = await send(api, lines(chat(), chat()), key="once")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_conflict")
    assert len(stored(artifacts) - before) == 2


async def test_a_deleted_file_leaves_nothing(api: Api, artifacts: Path) -> None:
    before = stored(artifacts)
    sent = (await send(api, lines(chat()))).json()["id"]
    assert len(stored(artifacts) - before) == 2
    await api.client.delete(f"{PATH}/{sent}", headers=api.actors.admin.headers)
    assert stored(artifacts) == before


async def test_a_file_that_is_too_large_ends_early(own_api: Api) -> None:
    own_api.app.state.settings = own_api.app.state.settings.model_copy(update={"training_file_bytes": 1_000})
    answer = await send(own_api, lines(chat()) * 1_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "training_file_too_large")


@pytest.fixture
def artifacts(api: Api) -> Path:
    return Path(api.app.state.settings.artifact_store_url)


def stored(artifacts: Path) -> set[Path]:
    return {file for file in artifacts.rglob("*") if file.is_file() and "training" in file.parts}
