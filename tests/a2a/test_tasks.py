"""Agents answer A2A: a message makes a session, a task is what became of it."""

import asyncio
from uuid import uuid4

from sqlalchemy import func, select
from tests.a2a.faces import VERSION, error_of, message, result, rpc, send
from tests.api import RANDOM_ID, Api, code_of

from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.sessions.models import Session

CARD = "/a2a/build/.well-known/agent-card.json"


async def test_a_card_says_what_the_agent_is_and_where(api: Api) -> None:
    assert code_of(await api.client.get(CARD)) == (401, "unauthenticated")
    answer = await api.client.get(CARD, headers=api.actors.viewer.headers)
    card = answer.json()
    assert [one["protocolBinding"] for one in card["supportedInterfaces"]] == ["JSONRPC", "HTTP+JSON"]
    assert {one["url"] for one in card["supportedInterfaces"]} == {"http://orchestrator.test/a2a/build"}
    assert card["securitySchemes"]["key"]["httpAuthSecurityScheme"]["scheme"] == "bearer"
    assert answer.headers["last-modified"].endswith("GMT")
    assert "max-age" in answer.headers["cache-control"]
    again = {"If-None-Match": answer.headers["etag"], **api.actors.viewer.headers}
    assert (await api.client.get(CARD, headers=again)).status_code == 304
    unknown = await api.client.get("/a2a/nobody/.well-known/agent-card.json", headers=api.actors.viewer.headers)
    assert code_of(unknown) == (404, "not_found")


async def test_a_message_makes_a_session_and_a_task_is_one(api: Api) -> None:
    metadata = {"verify": ["true"], "title": "By A2A", "max_turns": 7}
    task = await send(api, text="Add a line.", metadata=metadata)
    assert task["status"]["state"] == "TASK_STATE_SUBMITTED"
    assert task["contextId"] == task["id"]
    session = (await api.call("GET", f"/sessions/{task['id']}")).json()
    assert (session["prompt"], session["agent"], session["title"]) == ("Add a line.", "build", "By A2A")
    assert (session["verify"], session["max_turns"]) == (["true"], 7)
    read = await result(api, "GetTask", {"id": task["id"]}, api.actors.viewer, "build/")
    assert [one["parts"][0]["text"] for one in read["history"]] == ["Add a line."]
    canceled = await result(api, "CancelTask", {"id": task["id"]})
    assert canceled["status"]["state"] == "TASK_STATE_CANCELED"
    assert error_of(await rpc(api, "CancelTask", {"id": task["id"]})) == (-32002, "TASK_NOT_CANCELABLE")
    late = {"message": message(taskId=task["id"])}
    assert error_of(await rpc(api, "SendMessage", late)) == (-32004, "UNSUPPORTED_OPERATION")


async def test_a_message_to_a_task_is_words_for_its_session(api: Api) -> None:
    task = await send(api, contextId="mine")
    said = message("And tests.", taskId=task["id"], contextId="mine")
    params = {"message": said, "configuration": {"returnImmediately": True}}
    for _ in range(2):
        again = (await result(api, "SendMessage", params))["task"]
    assert (again["id"], again["contextId"]) == (task["id"], "mine")
    assert [one["messageId"] for one in again["history"]][1:] == [said["messageId"]]
    words = (await api.call("GET", f"/sessions/{task['id']}/messages")).json()["items"]
    assert [one["text"] for one in words] == ["And tests."]
    other = {"message": message(taskId=task["id"], contextId="another")}
    assert error_of(await rpc(api, "SendMessage", other)) == (-32602, "INVALID_PARAMS")


async def test_fifty_of_one_message_are_one_session_and_two_callers_are_two(api: Api) -> None:
    """A crash between the sending and the answer has the client send again; and `msg-1` is everybody's first."""
    params = {"message": message(messageId="msg-1"), "configuration": {"returnImmediately": True}}
    sent = [result(api, "SendMessage", params) for _ in range(50)]
    assert len({one["task"]["id"] for one in await asyncio.gather(*sent)}) == 1
    theirs = (await result(api, "SendMessage", params, api.actors.admin))["task"]["id"]
    mine = (await result(api, "SendMessage", params))["task"]["id"]
    assert theirs != mine
    with tenant_scope(api.actors.member.tenant_id):
        async with api.database.transaction() as db:
            query = select(func.count()).where(Session.tenant_id == api.actors.member.tenant_id)
            assert (await db.execute(query)).scalar_one() == 2
    other = params | {"message": params["message"] | {"parts": [{"text": "Something else."}]}}
    answer = await rpc(api, "SendMessage", other)
    assert error_of(answer) == (-32004, "UNSUPPORTED_OPERATION")
    assert "message_id_reused" in answer.text


async def test_another_tenants_task_is_like_none(api: Api) -> None:
    task = await send(api)
    for method in ("GetTask", "CancelTask", "SubscribeToTask"):
        theirs = await rpc(api, method, {"id": task["id"]}, api.actors.other)
        none = await rpc(api, method, {"id": RANDOM_ID}, api.actors.other)
        assert theirs.json() == none.json(), method
        assert error_of(theirs) == (-32001, "TASK_NOT_FOUND")
    for wanted in (task["id"], RANDOM_ID, "no-id"):
        said = {"message": message(taskId=wanted)}
        assert error_of(await rpc(api, "SendMessage", said, api.actors.other)) == (-32001, "TASK_NOT_FOUND")
    assert (await result(api, "ListTasks", {"tenant": api.actors.member.slug}, api.actors.other))["tasks"] == []
    assert error_of(await rpc(api, "GetTask", {"id": task["id"]}, agent="plan")) == (-32001, "TASK_NOT_FOUND")


async def test_a_key_is_needed_and_a_viewer_only_looks(api: Api) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "SendMessage", "params": {"message": message()}}
    assert code_of(await api.client.post("/a2a/build", json=body, headers=VERSION)) == (401, "unauthenticated")
    viewer = api.actors.viewer
    assert code_of(await rpc(api, "SendMessage", body["params"], viewer)) == (403, "permission_required")
    task = await send(api)
    assert code_of(await rpc(api, "CancelTask", {"id": task["id"]}, viewer)) == (403, "permission_required")
    assert (await result(api, "GetTask", {"id": task["id"]}, viewer))["id"] == task["id"]
    rest = await api.client.post("/a2a/build/message:send", json=body["params"], headers=viewer.headers | VERSION)
    assert code_of(rest) == (403, "permission_required")


async def test_tasks_are_listed_by_page(api: Api) -> None:
    context = uuid4().hex
    made = [(await send(api, contextId=context))["id"] for _ in range(3)]
    await send(api)
    seen, token = [], ""
    while True:
        page = await result(api, "ListTasks", {"contextId": context, "pageSize": 2, "pageToken": token})
        assert page["totalSize"] == 3
        seen += [one["id"] for one in page["tasks"]]
        if not (token := page["nextPageToken"]):
            break
    assert seen == made[::-1]
    await result(api, "CancelTask", {"id": made[0]})
    wanted = {"status": "TASK_STATE_CANCELED", "contextId": context}
    assert [one["id"] for one in (await result(api, "ListTasks", wanted))["tasks"]] == made[:1]
    assert (await rpc(api, "ListTasks", {"pageToken": "?"})).json()["error"]["code"] == -32602


async def test_what_an_agent_cannot_take_is_refused(api: Api) -> None:
    picture = message() | {"parts": [{"url": "https://example.com/a.png", "mediaType": "image/png"}]}
    assert error_of(await rpc(api, "SendMessage", {"message": picture}))[0] == -32005
    for metadata in ({"verify": "true"}, {"max_turns": 0}, {"repository": "file:///etc"}):
        answer = await rpc(api, "SendMessage", {"message": message(metadata=metadata)})
        assert error_of(answer) == (-32602, "INVALID_PARAMS"), answer.text
    assert error_of(await rpc(api, "SendMessage", {"message": message()}, agent="nobody")) == (-32602, "INVALID_PARAMS")
