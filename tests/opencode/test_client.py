import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from aiohttp import web

from orchestrator.kit.processes import ProcessLedger
from orchestrator.opencode.client import OpenCodeClient
from orchestrator.opencode.config import PROVIDER, ModelConfig, server_config
from orchestrator.opencode.errors import OpenCodeRequestFailed, OpenCodeUnreachable
from orchestrator.opencode.ids import message_id, part_id
from orchestrator.opencode.schemas import Message, ModelRef, Rule
from orchestrator.opencode.scripted_model import ScriptedModel
from orchestrator.opencode.turns import TurnState, turn_of

from .conftest import OpenCode, Starting, prompt, repository, run_turn, silent, tools, turn_over, until


async def model_calls(model: ScriptedModel, session_id: str) -> int:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = (await http.get(f"{model.url}/calls")).json()
    return int(answer["sessions"].get(session_id, {"count": 0})["count"])


async def test_a_turn_from_prompt_to_answer(opencode: OpenCode, worktree: Path) -> None:
    client = opencode.server.client
    session = await opencode.new_session(worktree)
    assert (session.title, session.directory) == ("A test", str(worktree))
    turn = await run_turn(opencode, worktree, session, "Run a command")
    assert (turn.state, turn.finish, turn.text) == (TurnState.FINISHED, "stop", "It ran.")
    assert tools(turn) == [("bash", "completed", "from-bash\n")]
    after = await client.get_session(str(worktree), session.id)
    assert after.tokens.input == sum(answer.info.tokens.input for answer in turn.answers) > 0
    assert after.cost > 0
    assert await client.statuses(str(worktree)) == {}
    assert await client.children(str(worktree), session.id) == []
    assert await client.diff(str(worktree), session.id) == []
    newest = await client.list_messages(str(worktree), session.id, limit=1)
    assert [message.info.id for message in newest] == [turn.answers[-1].info.id]


async def test_the_same_ids_again_run_nothing_and_store_nothing(
    opencode: OpenCode, worktree: Path, model: ScriptedModel
) -> None:
    session = await opencode.new_session(worktree)
    first = await run_turn(opencode, worktree, session, "Say hello")
    again = await run_turn(opencode, worktree, session, "Say hello")
    assert again == first
    assert await model_calls(model, session.id) == 1
    messages = await opencode.server.client.list_messages(str(worktree), session.id)
    assert [len(message.parts) for message in messages if message.info.role == "user"] == [1]


async def test_the_same_ids_during_the_turn_start_no_second_one(
    opencode: OpenCode, worktree: Path, model: ScriptedModel
) -> None:
    session = await opencode.new_session(worktree)
    mine = await prompt(opencode, worktree, session, "Think long")

    async def begun() -> bool | None:
        return await model_calls(model, session.id) > 0 or None

    await until(begun)
    assert session.id in await opencode.server.client.statuses(str(worktree))
    await prompt(opencode, worktree, session, "Think long")
    turn = await turn_over(opencode, worktree, session, mine)
    assert (turn.text, len(turn.answers)) == ("Thought.", 1)
    assert await model_calls(model, session.id) == 1


async def test_turns_follow_each_other_whatever_their_ids(opencode: OpenCode, worktree: Path) -> None:
    """An older OpenCode compared ids to find the newest message, and a descending id ended its loop."""
    session = await opencode.new_session(worktree)
    prompts = sorted((f"Say hello {n}" for n in range(3)), key=lambda text: message_id(session.id, text), reverse=True)
    for text in prompts:
        assert (await run_turn(opencode, worktree, session, text)).text == "Hello."
    messages = await opencode.server.client.list_messages(str(worktree), session.id)
    assert [message.text for message in messages if message.info.role == "user"] == prompts


async def test_after_a_crash_the_turn_goes_on_under_its_ids(
    starting: Starting, model: ScriptedModel, tmp_path: Path
) -> None:
    """`kill -9` of the server in the middle of a command: the next server on its data shows an interrupted turn."""
    worktree = repository(tmp_path / "repo")
    async with starting(tmp_path / "runtime") as first:
        session = await first.new_session(worktree)
        mine = message_id(session.id, "Run for long")
        assert turn_of([], mine).state is TurnState.ABSENT
        await prompt(first, worktree, session, "Run for long")

        async def running() -> bool | None:
            turn = turn_of(await first.server.client.list_messages(str(worktree), session.id), mine)
            return [status for _, status, _ in tools(turn)] == ["running"] or None

        await until(running)
        os.kill(first.server.pid, signal.SIGKILL)
        await first.server.wait_exit(10)
        with pytest.raises(OpenCodeUnreachable) as raised:
            await first.server.client.list_messages(str(worktree), session.id)
        assert raised.value.code == "opencode_unreachable"
        assert not await first.server.healthy()
        await first.server.stop()
        assert ProcessLedger(tmp_path / "runtime" / "processes").records() == []
    async with starting(tmp_path / "runtime") as second:
        messages = await second.server.client.list_messages(str(worktree), session.id)
        assert turn_of(messages, mine).state is TurnState.INTERRUPTED
        turn = await run_turn(second, worktree, session, "Run for long")
        assert (turn.state, turn.text, len(turn.answers)) == (TurnState.FINISHED, "Went on.", 2)
        assert await model_calls(model, session.id) == 2


async def test_a_spent_budget_ends_the_turn_at_once(opencode: OpenCode, worktree: Path) -> None:
    session = await opencode.new_session(worktree)
    turn = await run_turn(opencode, worktree, session, "Spend it")
    assert turn.state is TurnState.FAILED
    assert turn.error is not None
    assert (turn.error.name, turn.error.data.status_code, turn.error.data.is_retryable) == ("APIError", 402, False)


@pytest.mark.parametrize("text", ["Break down", "Run for long"])
async def test_abort(opencode: OpenCode, worktree: Path, text: str) -> None:
    """Between two tries of a failing provider, and in a command."""
    client = opencode.server.client
    session = await opencode.new_session(worktree)
    mine = await prompt(opencode, worktree, session, text)

    async def under_way() -> bool | None:
        retrying = (await client.statuses(str(worktree))).get(session.id)
        turn = turn_of(await client.list_messages(str(worktree), session.id), mine)
        return bool((retrying and retrying.type == "retry") or tools(turn)) or None

    await until(under_way)
    await client.abort(str(worktree), session.id)
    assert (await turn_over(opencode, worktree, session, mine)).state is TurnState.ABORTED


async def test_permissions_that_ask_are_listed_and_answered(opencode: OpenCode, worktree: Path) -> None:
    client = opencode.server.client
    (worktree / ".env").write_text("SECRET=1\n")
    session = await opencode.new_session(worktree, [Rule(permission="read", pattern="*.env", action="ask")])
    mine = await prompt(opencode, worktree, session, "Read secrets")

    async def asked() -> str | None:
        return next((p.id for p in await client.list_permissions(str(worktree)) if p.session_id == session.id), None)

    await client.reply_permission(str(worktree), await until(asked), "reject", "Not this one.")
    [(name, status, error)] = tools(await turn_over(opencode, worktree, session, mine))
    assert (name, status) == ("read", "error")
    assert "Not this one." in error
    with pytest.raises(OpenCodeRequestFailed) as raised:
        await client.reply_permission(str(worktree), "per_gone", "once")
    assert raised.value.answer_status == 404


async def test_nothing_ever_asks_with_our_rules(opencode: OpenCode, worktree: Path) -> None:
    (worktree / ".env").write_text("SECRET=1\n")
    session = await opencode.new_session(worktree)
    assert [s for _, s, _ in tools(await run_turn(opencode, worktree, session, "Read secrets"))] == ["completed"]
    outside = tools(await run_turn(opencode, worktree, session, "Leave"))
    assert [(name, status) for name, status, _ in outside] == [("bash", "error"), ("read", "error")]
    [(name, _, said)] = tools(await run_turn(opencode, worktree, session, "Ask me"))
    assert (name, "unavailable tool 'question'" in said) == ("invalid", True)


async def test_links_lead_the_file_tools_nowhere(opencode: OpenCode, tmp_path: Path) -> None:
    """OpenCode itself checks the name of a file only: through a link it wrote into /etc."""
    worktree, outside = repository(tmp_path / "repo"), tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (worktree / "real").mkdir()
    (worktree / "link").symlink_to(outside)
    (worktree / "dangling").symlink_to(outside / "made.txt")
    (worktree / "inside").symlink_to("real")
    (outside / "deeper").mkdir()
    (worktree / "sideways").symlink_to(outside / "deeper")  # Its `..` is `outside`, whatever the path's text says.
    session = await opencode.new_session(worktree)
    results = tools(await run_turn(opencode, worktree, session, "Follow links"))
    assert [status for _, status, _ in results] == ["error"] * 5 + ["completed"]
    assert all("outside this session's worktree" in said for _, _, said in results[:4])
    assert sorted(path.name for path in outside.iterdir()) == ["deeper", "secret.txt"]
    assert (worktree / "real" / "new.txt").read_text() == "fine"


async def test_search_tools_work_without_a_download(opencode: OpenCode, worktree: Path) -> None:
    session = await opencode.new_session(worktree)
    grep, glob = tools(await run_turn(opencode, worktree, session, "Search"))
    assert grep[1] == glob[1] == "completed"
    assert "a.txt" in grep[2]
    assert "a.txt" in glob[2]


async def test_session_calls(opencode: OpenCode, worktree: Path) -> None:
    client = opencode.server.client
    session = await opencode.new_session(worktree)
    renamed = await client.update_session(str(worktree), session.id, title="Another")
    assert renamed.title == "Another"
    assert await client.find_session(str(worktree), session.id) == renamed
    await client.delete_session(str(worktree), session.id)
    assert await client.find_session(str(worktree), session.id) is None
    with pytest.raises(OpenCodeRequestFailed, match="404") as raised:
        await client.get_session(str(worktree), session.id)
    assert raised.value.code == "opencode_request_failed"
    await client.abort(str(worktree), session.id)


async def test_a_slow_answer_is_an_error(unused_tcp_port_server: str) -> None:
    async with OpenCodeClient(unused_tcp_port_server, "secret", timeout_seconds=0.2) as client:
        with pytest.raises(OpenCodeUnreachable):
            await client.statuses("/x")


@pytest.fixture
async def unused_tcp_port_server() -> AsyncIterator[str]:
    """It accepts, and never answers."""
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def test_ids_are_the_same_for_the_same_key_and_differ_for_another() -> None:
    assert message_id("ses_1", 1, "a") == message_id("ses_1", 1, "a")
    keys = [("ses_1", 1), ("ses_2", 1), ("ses_1", 11), ("ses_11", 1), ("ses_1", "1", "")]
    assert len({message_id(*key) for key in keys}) == len(keys)
    assert message_id("x").startswith("msg_0")
    assert len(message_id("x")) == len("msg_20ac32c53001v2dPLtte8PAf3S")


def test_the_parts_of_prompts_are_in_the_order_of_time() -> None:
    first = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    ids = [part_id("x", n, at=first + timedelta(milliseconds=n)) for n in range(50)]
    assert ids == sorted(ids)
    assert part_id("x", 1, at=first) == part_id("x", 1, at=first)
    assert len(ids[0]) == len("prt_20ac32c53001v2dPLtte8PAf3S")


async def test_parts_in_the_order_of_their_ids_tell_the_conversation(opencode: OpenCode, worktree: Path) -> None:
    session = await opencode.new_session(worktree)
    for text in ("Say hello one", "Say hello two"):
        await run_turn(opencode, worktree, session, text)
    messages = await opencode.server.client.list_messages(str(worktree), session.id)
    parts = sorted((part.id, message.info.role) for message in messages for part in message.parts if part.type == "text")
    assert [role for _, role in parts] == ["user", "assistant", "user", "assistant"]


async def test_an_anthropic_model_is_called_in_its_own_format(starting: Starting, tmp_path: Path) -> None:
    asked: list[tuple[str, str | None, dict[str, object]]] = []

    async def messages(request: web.Request) -> web.StreamResponse:
        asked.append((request.path, request.headers.get("x-api-key"), await request.json()))
        answer = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await answer.prepare(request)
        for event in ANTHROPIC_ANSWER:
            await answer.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
        return answer

    app = web.Application()
    app.router.add_post("/v1/messages", messages)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    claude = ModelConfig(id="claude", format="messages")
    config = server_config([claude, ModelConfig(id="other")], "claude", "claude", url, "sk-virtual")
    worktree = repository(tmp_path / "repo")
    try:
        async with starting(tmp_path / "runtime", OPENCODE_CONFIG_CONTENT=json.dumps(config)) as opencode:
            client = opencode.server.client
            session = await client.create_session(str(worktree), title="A test")
            await client.prompt_async(str(worktree), session.id, message_id="msg_1", part_id="prt_1", text="Hello")
            turn = await turn_over(opencode, worktree, session, "msg_1")
            assert (turn.text, turn.answers[0].info.model_id) == ("Hi.", "claude")
            assert (turn.answers[0].info.tokens.input, turn.answers[0].info.tokens.cache.read) == (11, 5)
    finally:
        await runner.cleanup()
    [(path, key, body)] = asked
    assert (path, key, body["model"]) == ("/v1/messages", "sk-virtual", "claude")


USAGE = {"input_tokens": 11, "output_tokens": 1, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 7}
ANTHROPIC_ANSWER = [
    {
        "type": "message_start",
        "message": {
            "id": "m",
            "type": "message",
            "role": "assistant",
            "model": "claude",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": USAGE,
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi."}},
    {"type": "content_block_stop", "index": 0},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn", "stop_sequence": None},
        "usage": {"output_tokens": 9},
    },
    {"type": "message_stop"},
]


def answer(**info: object) -> Message:
    whole = {"id": "msg_b", "sessionID": "ses_1", "role": "assistant", "parentID": "msg_a", "time": {"created": 2}}
    return Message.model_validate({"info": whole | info, "parts": []})


@pytest.mark.parametrize(
    ("info", "state"),
    [
        ({}, TurnState.INTERRUPTED),
        ({"time": {"created": 2, "completed": 3}, "finish": "tool-calls"}, TurnState.INTERRUPTED),
        ({"time": {"created": 2, "completed": 3}, "finish": "stop"}, TurnState.FINISHED),
        ({"time": {"created": 2, "completed": 3}, "finish": "length"}, TurnState.FINISHED),
        ({"time": {"created": 2, "completed": 3}}, TurnState.ABORTED),
        ({"error": {"name": "MessageAbortedError", "data": {"message": "Aborted"}}}, TurnState.ABORTED),
        ({"error": {"name": "APIError", "data": {"message": "x", "isRetryable": False}}}, TurnState.FAILED),
    ],
)
def test_what_became_of_a_turn(info: dict[str, object], state: TurnState) -> None:
    question = {"id": "msg_a", "sessionID": "ses_1", "role": "user", "time": {"created": 1}}
    asked = Message.model_validate({"info": question, "parts": []})
    assert turn_of([asked, answer(**info)], "msg_a").state is state
    assert turn_of([asked], "msg_a").state is TurnState.UNANSWERED
    assert turn_of([asked, answer(parentID="msg_z")], "msg_a").state is TurnState.UNANSWERED


def test_a_configuration_names_only_the_gateway() -> None:
    model = ModelConfig(id="m", context=1000, output=100, input_price=1.5, output_price=3)
    config = server_config([model], "m", "m", "http://127.0.0.1:1/v1", "sk-virtual")
    assert config["enabled_providers"] == [PROVIDER]
    assert config["model"] == config["small_model"] == "gateway/m"
    assert config["provider"][PROVIDER]["models"]["m"]["cost"] == {"input": 1.5, "output": 3}
    assert model.ref == ModelRef(provider_id="gateway", model_id="m")


async def test_a_client_whose_server_was_stopped_by_somebody_else_says_that_it_is_gone() -> None:
    """Sessions share a server. What aiohttp says then was taken for a fault of the orchestrator, and ended them."""
    client = OpenCodeClient("http://127.0.0.1:9", "secret")
    await client.close()
    with pytest.raises(OpenCodeUnreachable, match="it was stopped"):
        await client.health()


async def test_tools_that_nobody_serves_are_told_as_such(opencode: OpenCode, worktree: Path) -> None:
    client = opencode.server.client
    assert await client.add_tools(str(worktree), "away", "http://127.0.0.1:1/mcp", "a token") is False
    assert (await client.health()).healthy
