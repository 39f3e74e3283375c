"""An Idempotency-Key: the same request once, however often it is sent."""

import asyncio

from tests.api import Api, code_of

KEY = {"Idempotency-Key": "k-1"}


async def sessions_of(api: Api) -> int:
    return len((await api.call("GET", "/sessions", params={"limit": 500})).json()["items"])


async def test_the_same_key_and_body_give_the_same_session(api: Api) -> None:
    body = {"prompt": "Do it.", "priority": 3}
    first = await api.call("POST", "/sessions", json=body, headers=KEY)
    second = await api.call("POST", "/sessions", json={"priority": 3, "prompt": "Do it.", "start": True}, headers=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert first.headers["location"] == second.headers["location"]
    assert await sessions_of(api) == 1
    assert [e["type"] for e in await api.events()] == ["session.created"]


async def test_twenty_at_once_make_one_session(api: Api) -> None:
    calls = [api.call("POST", "/sessions", json={"prompt": "Do it."}, headers=KEY) for _ in range(20)]
    answers = await asyncio.gather(*calls)
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    assert await sessions_of(api) == 1


async def test_another_body_under_the_same_key_is_409(api: Api) -> None:
    assert (await api.call("POST", "/sessions", json={"prompt": "Do it."}, headers=KEY)).status_code == 201
    other = await api.call("POST", "/sessions", json={"prompt": "Do that."}, headers=KEY)
    assert code_of(other) == (409, "idempotency_conflict")
    assert await sessions_of(api) == 1


async def test_a_key_belongs_to_its_caller(api: Api) -> None:
    """Another caller's key of the same text is another key, in the same tenant and in another one."""
    made = [
        (await api.call("POST", "/sessions", actor, json={"prompt": f"Do it {n}."}, headers=KEY)).json()["id"]
        for n, actor in enumerate((api.actors.member, api.actors.admin, api.actors.other))
    ]
    assert len(set(made)) == 3


async def test_a_refused_request_does_not_use_the_key_up(api: Api) -> None:
    refused = await api.call("POST", "/sessions", json={"prompt": ""}, headers=KEY)
    assert refused.status_code == 422
    assert (await api.call("POST", "/sessions", json={"prompt": "Do it."}, headers=KEY)).status_code == 201


async def test_keys_that_are_refused(api: Api) -> None:
    for key in ("x" * 201, "a\x00b", b"caf\xc3\xa9"):
        answer = await api.call("POST", "/sessions", json={"prompt": "Do it."}, headers={"Idempotency-Key": key})
        assert code_of(answer) == (422, "invalid"), key
    assert await sessions_of(api) == 0


async def test_the_session_has_moved_on_when_the_repeat_comes(api: Api) -> None:
    first = (await api.call("POST", "/sessions", json={"prompt": "Do it."}, headers=KEY)).json()
    await api.call("POST", f"/sessions/{first['id']}/cancel")
    second = (await api.call("POST", "/sessions", json={"prompt": "Do it."}, headers=KEY)).json()
    assert (second["id"], second["status"]) == (first["id"], "cancelled")
