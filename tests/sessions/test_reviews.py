"""Comments on lines of a diff: one message to the agent, kept so that the diff can show them."""

from typing import Any

import pytest
from tests.api import RANDOM_ID, Api, code_of
from tests.tenancy.test_isolation import add_session

from orchestrator.kit.clock import now
from orchestrator.sessions.messages import NewMessage, told
from orchestrator.sessions.states import MessageKind, Status

COMMENTS = [
    {"path": "shop/price.py", "line": 12, "end_line": 14, "body": "This rounds down.\nUse Decimal."},
    {"path": "shop/old.py", "side": "old", "line": 3, "body": "Why is this gone?"},
]


async def review(api: Api, session_id: Any, **changes: Any) -> Any:
    body = {"kind": "review_comment", "comments": COMMENTS} | changes
    return await api.call("POST", f"/sessions/{session_id}/messages", json=body)


async def test_comments_are_kept_with_the_commit_they_are_about(api: Api) -> None:
    tenant = api.actors.member.tenant_id
    done = await add_session(
        api.database, tenant, status=Status.COMPLETED, commit="c" * 40, finished_at=now(), attempt=1, turn=None
    )
    said = await review(api, done.id, text="Two things.")
    assert said.status_code == 201, said.text
    listed = (await api.call("GET", f"/sessions/{done.id}/messages")).json()["items"]
    assert [one["id"] for one in listed] == [said.json()["id"]]
    assert listed[0]["details"]["commit"] == "c" * 40
    assert [(one["path"], one["side"], one["line"], one.get("end_line")) for one in listed[0]["details"]["comments"]] == [
        ("shop/price.py", "new", 12, 14),
        ("shop/old.py", "old", 3, None),
    ]
    assert (await api.call("GET", f"/sessions/{done.id}")).json()["status"] == "queued"


def test_the_agent_reads_one_message_that_names_every_place() -> None:
    text = told(NewMessage("Two things.", MessageKind.REVIEW_COMMENT, {"comments": [{"side": "new"} | c for c in COMMENTS]}))
    assert text == (
        "A review of your change, with 2 comments. See to each of them, and to nothing else.\n\n> Two things.\n\n"
        "1. shop/price.py, lines 12 to 14:\n\n> This rounds down.\n> Use Decimal.\n\n"
        "2. shop/old.py, line 3 as it was before your change:\n\n> Why is this gone?"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"comments": []},
        {"comments": None},
        {"kind": "message"},
        {"path": "a.py"},
        {"comments": [COMMENTS[0] | {"end_line": 11}]},
        {"comments": [COMMENTS[0] | {"line": 0}]},
        {"comments": [COMMENTS[0] | {"side": "left"}]},
        {"comments": [COMMENTS[0] | {"path": "a\nb"}]},
        {"comments": [COMMENTS[0] | {"body": " "}]},
        {"comments": [COMMENTS[0] | {"more": 1}]},
        {"comments": [COMMENTS[0]] * 201},
    ],
)
async def test_reviews_that_are_refused(api: Api, changes: dict[str, Any]) -> None:
    made = await api.create(start=False)
    assert code_of(await review(api, made["id"], **changes)) == (422, "invalid")


async def test_comments_count_towards_the_longest_message(api: Api) -> None:
    made = await api.create(start=False)
    long = [COMMENTS[0] | {"body": "x" * 20_000}] * 11
    assert code_of(await review(api, made["id"], comments=long)) == (422, "prompt_too_long")


async def test_a_viewer_and_another_tenant_send_no_review(api: Api) -> None:
    made = await api.create(start=False)
    body = {"kind": "review_comment", "comments": COMMENTS}
    path = f"/sessions/{made['id']}/messages"
    assert code_of(await api.call("POST", path, api.actors.viewer, json=body)) == (403, "permission_required")
    assert code_of(await api.call("POST", path, api.actors.other, json=body)) == (404, "not_found")
    assert code_of(await api.call("POST", f"/sessions/{RANDOM_ID}/messages", json=body)) == (404, "not_found")
