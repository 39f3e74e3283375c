"""Who may do what to a session over HTTP: no key, too low a role, another tenant's id, an id that is none."""

from typing import Any
from uuid import UUID

import pytest
from tests.api import RANDOM_ID, V1, Api, code_of, without_request_id

ONE = (
    ("GET", "/sessions/{id}"),
    ("POST", "/sessions/{id}/start"),
    ("POST", "/sessions/{id}/cancel"),
    ("GET", "/sessions/{id}/transcript"),
    ("GET", "/sessions/{id}/diff"),
    ("GET", "/sessions/{id}/diff?format=json"),
    ("GET", "/sessions/{id}/checkpoints"),
    ("GET", "/sessions/{id}/evidence"),
)
ALL = (("GET", "/sessions"), ("POST", "/sessions"), *ONE)
BODY = {"prompt": "Do it."}


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic b2lvOmE=", "oio_a_b"])
async def test_without_a_valid_key_every_endpoint_is_401(api: Api, authorization: str | None) -> None:
    mine = await api.create()
    headers = {} if authorization is None else {"Authorization": authorization}
    bodies = []
    for method, path in ALL:
        answer = await api.client.request(method, V1 + path.format(id=mine["id"]), headers=headers, json=BODY)
        assert code_of(answer) == (401, "unauthenticated"), (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"
        bodies.append(without_request_id(answer))
    assert all(body == bodies[0] for body in bodies)
    assert len(await api.events()) == 1


async def test_a_viewer_reads_and_changes_nothing(api: Api) -> None:
    mine = await api.create(start=False)
    before = await api.events()
    for method, path in ALL:
        answer = await api.call(method, path.format(id=mine["id"]), api.actors.viewer, json=BODY)
        if method == "POST":
            assert code_of(answer) == (403, "permission_required"), path
        else:
            assert answer.status_code == (409 if "diff" in path else 200), path
    assert await api.events() == before


async def test_another_tenants_id_answers_as_one_that_never_was(api: Api) -> None:
    theirs = await api.create(api.actors.other, start=False)
    before = await api.events(api.actors.other)
    for method, path in ONE:
        foreign = await api.call(method, path.format(id=theirs["id"]))
        random = await api.call(method, path.format(id=RANDOM_ID))
        assert code_of(foreign) == (404, "not_found"), path
        assert without_request_id(foreign) == without_request_id(random)
        assert theirs["id"] not in foreign.text
        assert {k for k, v in foreign.headers.items() if theirs["id"] in v} == set()
        assert headers_but_ids(foreign) == headers_but_ids(random)
    assert await api.events(api.actors.other) == before
    assert (await api.call("GET", "/sessions")).json()["items"] == []


def headers_but_ids(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}


@pytest.mark.parametrize("wrong", ["nonsense", "0", "%00", "0190aaaa-0000-7000-8000-00000000dea", "' or 1=1 --", "é"])
async def test_a_malformed_id_is_422(api: Api, wrong: str) -> None:
    for method, path in ONE:
        assert code_of(await api.call(method, path.format(id=wrong))) == (422, "invalid"), (method, path)


async def test_a_session_reads_as_it_was_handed_in(api: Api) -> None:
    answer = await api.call(
        "POST",
        "/sessions",
        json={
            "title": "Fix the discount",
            "prompt": "total() ignores its discount.",
            "agent": "plan",
            "model": "scripted-model",
            "priority": 5,
            "verify": ["make test", "make lint"],
            "isolation": "session",
            "timeout_seconds": 90,
            "max_feedback_rounds": 0,
            "start": False,
        },
    )
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"{V1}/sessions/{made['id']}"
    assert UUID(made["id"]).version == 7
    assert made["branch"].startswith("orchestrator/fix-the-discount")
    expected = {
        "title": "Fix the discount",
        "status": "pending",
        "queue_reason": None,
        "agent": "plan",
        "priority": 5,
        "verify": ["make test", "make lint"],
        "isolation": "session",
        "timeout_seconds": 90,
        "max_feedback_rounds": 0,
        "usage": {"input_tokens": 0, "output_tokens": 0, "cost_micro_usd": 0},
        "failure": None,
        "verification": None,
        "commit": None,
        "parent_id": None,
        "started_at": None,
        "finished_at": None,
    }
    assert {name: made[name] for name in expected} == expected
    assert made["created_at"].endswith("Z")
    again = await api.client.get(answer.headers["location"], headers=api.actors.viewer.headers)
    assert again.json() == made


async def test_only_a_prompt_is_needed(api: Api) -> None:
    made = await api.create(prompt="\n  Mend the parser \n and its tests.\n")
    expected = {
        "title": "Mend the parser",
        "prompt": "\n  Mend the parser \n and its tests.\n",
        "status": "queued",
        "queue_reason": "cluster_capacity",
        "repository": None,
        "base_ref": None,
        "agent": "build",
        "model": "scripted-model",
        "priority": 0,
        "verify": None,
        "isolation": "tenant",
        "timeout_seconds": 3600,
        "max_feedback_rounds": 2,
        "attempt": 0,
    }
    assert {name: made[name] for name in expected} == expected


@pytest.mark.parametrize("title", [None, "", "   "])
async def test_a_title_comes_from_the_prompts_first_line(api: Api, title: str | None) -> None:
    long = "x" * 300
    assert (await api.create(title=title, prompt=f"{long}\nmore"))["title"] == long[:80]


async def test_what_is_not_there_yet_is_empty_and_a_diff_is_409(api: Api) -> None:
    path = f"/sessions/{(await api.create())['id']}"
    for part in ("transcript", "checkpoints"):
        assert (await api.call("GET", f"{path}/{part}")).json() == {"items": [], "next_cursor": None}
    assert (await api.call("GET", f"{path}/evidence")).json() == {"items": []}
    assert code_of(await api.call("GET", f"{path}/diff")) == (409, "no_result_yet")
    assert code_of(await api.call("GET", f"{path}/diff?format=html")) == (422, "invalid")
