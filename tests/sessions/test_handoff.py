"""A session goes out to a person and comes back, over HTTP: who may, what goes along, and what is refused."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.api import RANDOM_ID, Api, code_of, without_request_id
from tests.sessions.handed import ANSWER, FIRST, TALK, Handed, archive, bundle_of, handed, message, whole
from tests.sessions.test_control import deeds
from tests.workspaces.desk import Repository

from orchestrator.opencode.renaming import new_name
from orchestrator.opencode.snapshots import parsed
from orchestrator.sessions.api import settings_of
from orchestrator.sessions.checkpoint_store import kept_of
from orchestrator.sessions.states import Status
from orchestrator.workspaces import remove_tree


@pytest.fixture
async def paused(api: Api) -> Handed:
    return await handed(api)


@pytest.fixture
async def clone(paused: Handed, tmp_path: Path) -> Repository:
    """Somebody's, with the branch as it was opened."""
    opened = (await paused.open()).json()
    answer = await paused.api.call("GET", f"{paused.path}/checkpoints/{opened['checkpoint']}/bundle")
    assert answer.headers["content-type"] == "application/x-git-bundle"
    (tmp_path / "got.bundle").write_bytes(answer.content)
    clone = Repository(tmp_path / "clone")
    clone.path.mkdir()
    clone.git("init", "--quiet", "--initial-branch=none")
    clone.git("fetch", "--quiet", str(tmp_path / "got.bundle"), f"{opened['branch']}:{opened['branch']}")
    clone.git("checkout", "--quiet", opened["branch"])
    return clone


def routes(session_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    path = f"/sessions/{session_id}"
    return [
        ("POST", f"{path}/open", {"json": {}}),
        ("GET", f"{path}/checkpoints/1/bundle", {}),
        ("GET", f"{path}/checkpoints/1/conversation", {}),
        ("POST", f"{path}/send", {"content": archive({"checkpoint": 1}, b"")}),
    ]


async def test_who_may_not_and_whose_it_is_not(paused: Handed) -> None:
    api = paused.api
    for (method, path, body), (_, nobodys, _) in zip(routes(paused.session["id"]), routes(RANDOM_ID), strict=True):
        assert code_of(await api.client.request(method, f"/api/v1{path}", **body)) == (401, "unauthenticated")
        assert code_of(await api.call(method, path, api.actors.viewer, **body)) == (403, "permission_required")
        foreign = await api.call(method, path, api.actors.other, **body)
        assert code_of(foreign) == (404, "not_found")
        assert without_request_id(foreign) == without_request_id(await api.call(method, nobodys, api.actors.other, **body))
    assert [name for name, _ in await deeds(api, await paused.row())] == ["session.create"]


@pytest.mark.parametrize("status", [Status.PENDING, Status.RUNNING, Status.VERIFYING, Status.CANCELLED])
async def test_what_is_not_at_rest_is_not_opened(paused: Handed, status: Status) -> None:
    await paused.set(status=status)
    assert code_of(await paused.open()) == (409, "not_at_rest")


async def test_it_is_opened_at_its_newest_checkpoint_with_a_trace_of_who_did(paused: Handed) -> None:
    await paused.set(pause={"by": "budget", "resumes": 2})
    opened = (await paused.open([paused.base.commit, "0" * 40])).json()
    assert (opened["checkpoint"], opened["commit"], opened["conversation"]) == (1, paused.commits[0], TALK)
    assert (opened["branch"], opened["common"]) == (paused.session["branch"], [paused.base.commit])
    assert (await paused.row()).pause["by"] == "person"  # type: ignore[index] - it is paused.
    assert ("session.open", {"status": "paused", "checkpoint": 1}) in await deeds(paused.api, await paused.row())
    told = [
        one["data"] for one in await paused.api.events(session_id=paused.session["id"]) if one["type"] == "session.opened"
    ]
    assert told == [{"checkpoint": 1, "commit": paused.commits[0]}]


async def test_a_session_without_a_usable_checkpoint_is_not_opened(paused: Handed) -> None:
    await paused.checkpoint("echo 2 > app.py", stored=False)
    assert code_of(await paused.open()) == (409, "checkpoint_unusable")
    fresh = await paused.api.create(start=False)
    paused.session = fresh
    await paused.set(status=Status.PAUSED)
    assert code_of(await paused.open()) == (409, "no_checkpoint_yet")
    answer = await paused.api.call("GET", f"/sessions/{fresh['id']}/checkpoints/1/bundle")
    assert code_of(answer) == (404, "unknown_checkpoint")


async def test_a_clone_of_something_else_is_refused(paused: Handed) -> None:
    assert code_of(await paused.open(["1" * 40])) == (409, "unrelated_repository")
    assert code_of(await paused.open(["--upload-pack=x"]))[0] == 422


async def test_a_bundle_leaves_out_what_the_clone_has(paused: Handed, clone: Repository) -> None:
    assert clone.git("show", "HEAD:app.py") == "print(1)"
    assert clone.git("rev-parse", "HEAD^") == paused.base.commit
    path = f"{paused.path}/checkpoints/1/bundle"
    thin = await paused.api.call("GET", path, params={"have": paused.base.commit})
    assert f"-{paused.base.commit}\n".encode() in thin.content.split(b"\n\n")[0] + b"\n"
    assert len(thin.content) < len((await paused.api.call("GET", path)).content)


async def test_an_api_elsewhere_fetches_what_it_lacks(paused: Handed) -> None:
    """Its own mirror is gone, as on a machine that never had it; the artifact store and the origin are there."""
    await remove_tree(paused.mirror)
    diff = await paused.api.call("GET", f"{paused.path}/diff")
    assert (diff.status_code, "+print(1)" in diff.text) == (200, True), diff.text
    await remove_tree(paused.mirror)
    assert (await paused.open()).status_code == 200


async def test_an_api_elsewhere_says_what_it_cannot_reach(paused: Handed) -> None:
    await remove_tree(paused.mirror)
    [row] = await paused.rows()
    await paused.store.delete(kept_of(row).path)
    answer = await paused.api.call("GET", f"{paused.path}/diff")
    assert code_of(answer) == (503, "commit_not_here")
    await remove_tree(paused.mirror)
    await remove_tree(paused.repository.path)
    answer = await paused.api.call("GET", f"{paused.path}/diff")
    assert code_of(answer) == (503, "commit_not_here")
    assert "no repository at" in answer.text


def work(paused: Handed, clone: Repository, tmp_path: Path, *wholes: Any, text: str | None = None) -> tuple[str, bytes]:
    commit = clone.commit({"app.py": "print(2)\n"}, "Mine")
    bundle = bundle_of(clone, paused.session["branch"], commit, paused.commits[0], tmp_path)
    return commit, archive({"checkpoint": 1, "text": text}, bundle, *wholes)


LOCAL = message(TALK, 3, "And in /home/ada/shop/app.py?")


async def test_work_and_talk_come_back_as_a_checkpoint_and_the_session_goes_on(
    paused: Handed, clone: Repository, tmp_path: Path
) -> None:
    talk = whole(directory="/home/ada/shop", messages=[FIRST, ANSWER, LOCAL], permission=[], cost=9.0)
    commit, sent = work(paused, clone, tmp_path, talk, text="Go on with it.")
    answers = [await paused.send(sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200], answers[0].text
    assert (answers[0].json()["status"], answers[0].json()["commit"]) == ("queued", commit)
    row = (await paused.rows())[-1]
    assert (row.number, row.commit, row.attempt, row.node_id, row.input_tokens) == (2, commit, 1, None, 7)
    async with paused.store.open(row.tenant_id, kept_of(row)) as contents:
        info, messages = parsed(contents.conversation)
    assert (info["permission"], info["cost"]) == (whole()["info"]["permission"], 0.5)
    assert info["directory"] == "/home/ada/shop"
    wanted = new_name(LOCAL["info"]["id"], paused.session["id"])
    assert [one["info"]["id"] for one in messages] == [FIRST["info"]["id"], ANSWER["info"]["id"], wanted]
    said = (await paused.api.call("GET", f"{paused.path}/messages")).json()["items"]
    assert [one["text"] for one in said] == ["Go on with it."]
    [turn] = (await paused.api.call("GET", f"{paused.path}/turns")).json()["items"]
    assert turn["outcome"] == "handed_over"
    parts = (await paused.api.call("GET", f"{paused.path}/transcript")).json()["items"]
    assert parts[-1]["data"]["text"] == "And in /home/ada/shop/app.py?"
    names = [name for name, _ in await deeds(paused.api, await paused.row())]
    assert names.count("session.send") == 1


async def test_without_a_word_the_turn_that_was_cut_short_is_gone_on_with(
    paused: Handed, clone: Repository, tmp_path: Path
) -> None:
    _, sent = work(paused, clone, tmp_path)
    assert (await paused.send(sent)).status_code == 200
    [said] = (await paused.api.call("GET", f"{paused.path}/messages")).json()["items"]
    assert said["text"].startswith("I took over")


async def test_a_finished_session_begins_its_next_attempt(paused: Handed, clone: Repository, tmp_path: Path) -> None:
    await paused.set(status=Status.STOPPED, pause=None)
    _, sent = work(paused, clone, tmp_path)
    assert (await paused.send(sent)).json()["status"] == "queued"


async def test_what_has_moved_meanwhile_is_not_overwritten(paused: Handed, clone: Repository, tmp_path: Path) -> None:
    _, sent = work(paused, clone, tmp_path)
    await paused.set(status=Status.RUNNING)
    assert code_of(await paused.send(sent)) == (409, "not_at_rest")
    await paused.set(status=Status.PAUSED)
    later = await paused.checkpoint("echo 5 > app.py")
    assert code_of(await paused.send(sent)) == (409, "branch_moved")
    assert (await paused.row()).commit == later


async def test_commits_that_do_not_fit_are_refused(paused: Handed, clone: Repository, tmp_path: Path) -> None:
    branch = paused.session["branch"]
    clone.git("checkout", "--quiet", "--orphan", "alone")
    alone = clone.commit({"app.py": "print(3)\n"})
    for bundle in (bundle_of(clone, branch, alone, None, tmp_path), bundle_of(clone, branch, alone, None, tmp_path)[:-40]):
        answer = await paused.send(archive({"checkpoint": 1}, bundle))
        assert code_of(answer) == (422, "commits_refused")
    for bundle in (b"", b"PACK", b"# v2 git bundle\nx\n\n", b"# v2 git bundle\n\n"):
        assert code_of(await paused.send(archive({"checkpoint": 1}, bundle))) == (422, "bundle_unreadable")
    assert len(await paused.rows()) == 1


@pytest.mark.parametrize(
    "talk",
    [
        [whole("ses_0a1b2c3d4e5fBBBBBBBBBBBBBB")],
        [whole(messages=[message("ses_0a1b2c3d4e5fBBBBBBBBBBBBBB", 3, "x")])],
        [whole(messages=[FIRST | {"parts": [{**FIRST["parts"][0], "sessionID": "ses_1"}]}])],
        [whole(messages=[FIRST | {"info": {**FIRST["info"], "id": "../x"}}])],
        [whole(), whole("ses_0a1b2c3d4e5fBBBBBBBBBBBBBB", parentID="ses_0a1b2c3d4e5fCCCCCCCCCCCCCC")],
        [whole(), whole(parentID=TALK)],
        [{"info": {}}],
    ],
)
async def test_conversations_that_are_not_the_sessions_own_are_refused(
    paused: Handed, clone: Repository, tmp_path: Path, talk: list[Any]
) -> None:
    _, sent = work(paused, clone, tmp_path, *talk)
    status, code = code_of(await paused.send(sent))
    assert (status, code in ("conversation_of_another", "handoff_unreadable")) == (422, True), code
    assert len(await paused.rows()) == 1


async def test_archives_that_are_refused(paused: Handed, monkeypatch: pytest.MonkeyPatch) -> None:
    good = archive({"checkpoint": 1}, b"x")
    facts = {"checkpoint": 1}
    members = [archive(facts, b"x", **{name: b"{}"}) for name in ("../x", "children/1.json")]
    told = [archive(wrong, b"x") for wrong in ({"checkpoint": 0}, [], {"checkpoint": 1, "text": " "})]
    bad = (b"", b"no tar", good[:600], *members, *told)
    for one in bad:
        assert code_of(await paused.send(one)) == (422, "handoff_unreadable"), one[:80]
    small = paused.api.app.state.settings.model_copy(update={"max_handoff_bytes": 100})
    monkeypatch.setitem(paused.api.app.dependency_overrides, settings_of, lambda: small)
    assert code_of(await paused.send(good)) == (413, "handoff_too_large")
    assert not list((paused.workspaces.folders(str(paused.api.actors.admin.tenant_id)).scratch).iterdir())


async def test_sent_many_times_at_once_it_is_one_checkpoint(paused: Handed, clone: Repository, tmp_path: Path) -> None:
    commit, sent = work(paused, clone, tmp_path, text="Go on.")
    answers = await asyncio.gather(*(paused.send(sent) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    assert [row.commit for row in await paused.rows()] == [paused.commits[0], commit]
    assert len((await paused.api.call("GET", f"{paused.path}/messages")).json()["items"]) == 1
    assert [name for name, _ in await deeds(paused.api, await paused.row())].count("session.send") == 1


async def test_opened_and_resumed_at_once_it_is_one_of_both(paused: Handed) -> None:
    calls = [paused.open() if n % 2 else paused.api.call("POST", f"{paused.path}/resume") for n in range(20)]
    answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert (await paused.row()).status is Status.QUEUED
    assert [name for name, _ in await deeds(paused.api, await paused.row())].count("session.resume") == 1
