"""The scripted model over real HTTP: answers, streams, usage, faults and refusals."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestrator.opencode.scripted_files import parse_scenarios
from orchestrator.opencode.scripted_model import (
    ScenarioError,
    ScriptedModel,
    ScriptedModelAddress,
    load_scenarios,
    main,
)

Body = dict[str, Any]
Start = Callable[..., Awaitable[tuple[ScriptedModel, httpx.AsyncClient]]]

TOOLS = [{"type": "function", "function": {"name": "bash", "parameters": {"type": "object"}}}]
CALL = {"name": "bash", "arguments": {"command": "ls", "description": "Lists the files, ünïcode and all"}}


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    async with AsyncExitStack() as stack:

        async def starting(scenarios: list[Body], **options: Any) -> tuple[ScriptedModel, httpx.AsyncClient]:
            model = ScriptedModel(parse_scenarios(scenarios, "test.yml"), **options)
            url = await model.start()
            stack.push_async_callback(model.stop)
            client = httpx.AsyncClient(base_url=url, timeout=10.0, trust_env=False)
            return model, await stack.enter_async_context(client)

        yield starting


def scenario(*steps: Body, name: str = "one", match: Any = "hello", **more: Any) -> Body:
    return {"name": name, "match": match, "steps": list(steps), **more}


def ask(*prompts: str, stream: bool = False, tools: bool = True, **more: Any) -> Body:
    """A conversation; a prompt that begins with `>` is an answer of the model, with `=` a tool's result."""
    roles = {">": "assistant", "=": "tool"}
    messages = [{"role": roles.get(text[0], "user"), "content": text.lstrip(">=")} for text in prompts]
    body: Body = {"model": "scripted-model", "messages": messages, "stream": stream, **more}
    return {**body, "tools": TOOLS} if tools else body


async def post(http: httpx.AsyncClient, body: Body, session: str | None = None) -> httpx.Response:
    headers = {"x-session-id": session} if session else {}
    return await http.post("/v1/chat/completions", json=body, headers=headers)


async def said(http: httpx.AsyncClient, *prompts: str) -> str | None:
    answer = await post(http, ask(*prompts))
    return answer.raise_for_status().json()["choices"][0]["message"]["content"]


def events(raw: str) -> list[str]:
    """The data of each server-sent event; every event is one data line and an empty line."""
    blocks = raw.split("\n\n")
    assert blocks.pop() == ""
    assert all(block.startswith("data: ") and "\n" not in block for block in blocks)
    return [block.removeprefix("data: ") for block in blocks]


async def calls(http: httpx.AsyncClient, session: str) -> Body:
    return (await http.get("/calls")).raise_for_status().json()["sessions"][session]


async def test_answer_has_openais_shape_and_never_names_a_real_model(start: Start) -> None:
    _, http = await start([scenario({"text": "Hi.", "reasoning": "A greeting."})])
    body = (await post(http, ask("hello"))).json()
    assert (body["object"], body["model"], body["system_fingerprint"]) == (
        "chat.completion",
        "scripted-model",
        "scripted",
    )
    message = body["choices"][0]["message"]
    assert message == {"role": "assistant", "content": "Hi.", "reasoning_content": "A greeting."}
    assert body["choices"][0]["finish_reason"] == "stop"


async def test_an_answer_that_is_cut_off_says_so(start: Start) -> None:
    _, http = await start([scenario({"text": "Half of", "cut_off": True})])
    assert (await post(http, ask("hello"))).json()["choices"][0]["finish_reason"] == "length"


async def test_tool_calls_carry_their_arguments_as_json_text(start: Start) -> None:
    _, http = await start([scenario({"text": "I look.", "tools": [CALL, CALL]})])
    choice = (await post(http, ask("hello"))).json()["choices"][0]
    made = choice["message"]["tool_calls"]
    assert choice["finish_reason"] == "tool_calls"
    assert [json.loads(call["function"]["arguments"]) for call in made] == [CALL["arguments"]] * 2
    assert made[0]["id"] != made[1]["id"]
    assert {call["type"] for call in made} == {"function"}


async def test_stream_is_raw_server_sent_events(start: Start) -> None:
    text = "A text that is long enough for more than one piece, with ünïcode."
    _, http = await start([scenario({"reasoning": "Hm.", "text": text, "tool": CALL})])
    answer = await post(http, ask("hello", stream=True, stream_options={"include_usage": True}))
    assert answer.headers["content-type"].startswith("text/event-stream")
    *datas, done = events(answer.text)
    chunks = [json.loads(data) for data in datas]
    assert done == "[DONE]"
    assert {(c["object"], c["model"], c["id"]) for c in chunks} == {
        ("chat.completion.chunk", "scripted-model", chunks[0]["id"])
    }
    *choices, usage = chunks
    deltas = [chunk["choices"][0]["delta"] for chunk in choices]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(d.get("reasoning_content", "") for d in deltas) == "Hm."
    assert "".join(d.get("content", "") for d in deltas) == text
    pieces = [d["tool_calls"][0] for d in deltas if "tool_calls" in d]
    assert (pieces[0]["index"], pieces[0]["type"], pieces[0]["function"]) == (
        0,
        "function",
        {"name": "bash", "arguments": ""},
    )
    assert json.loads("".join(p["function"]["arguments"] for p in pieces)) == CALL["arguments"]
    finish = [chunk["choices"][0]["finish_reason"] for chunk in choices]
    assert finish == [None] * (len(choices) - 1) + ["tool_calls"]
    assert all(chunk["usage"] is None for chunk in choices)
    assert usage["choices"] == []
    assert usage["usage"]["total_tokens"] > 0


async def test_stream_without_include_usage_has_none(start: Start) -> None:
    _, http = await start([scenario({"text": "Hi."})])
    raw = (await post(http, ask("hello", stream=True))).text
    assert "usage" not in raw
    assert events(raw)[-1] == "[DONE]"


async def test_usage_is_what_the_step_says(start: Start) -> None:
    usage = {"input": 900, "output": 50, "cached": 800, "reasoning": 20}
    _, http = await start([scenario({"text": "Hi.", "usage": usage})])
    assert (await post(http, ask("hello"))).json()["usage"] == {
        "prompt_tokens": 900,
        "completion_tokens": 50,
        "total_tokens": 950,
        "prompt_tokens_details": {"cached_tokens": 800},
        "completion_tokens_details": {"reasoning_tokens": 20},
    }


async def test_usage_is_estimated_from_the_bytes(start: Start) -> None:
    _, http = await start([scenario({"text": "x" * 400})])
    body = ask("hello", "y" * 4000)
    usage = (await post(http, body)).json()["usage"]
    assert usage["completion_tokens"] == 100
    assert 1000 <= usage["prompt_tokens"] <= 1200


async def test_steps_are_counted_from_the_request_alone(start: Start) -> None:
    """A conversation goes on at the right step on a server that has never seen it."""
    scenarios = [scenario({"tool": CALL}, {"text": "second", "tool": CALL}, {"text": "third"})]
    begun = ["hello", ">", "=listing"]
    _, first = await start(scenarios)
    assert await said(first, *begun) == "second"
    _, restarted = await start(scenarios)
    assert await said(restarted, *begun, ">second", "=a", "=b") == "third"
    assert await said(restarted, *begun) == "second"
    assert "played them all" in str(await said(restarted, *begun, ">second", "=a", ">third"))


async def test_each_turn_begins_at_the_first_step(start: Start) -> None:
    _, http = await start([scenario({"text": "1"}, {"text": "2"})])
    assert await said(http, "hello", ">1", ">2", "go on") == "1"
    assert await said(http, "hello", ">1", ">2", "go on", ">1") == "2"


@pytest.mark.parametrize(
    ("match", "prompts", "matches"),
    [
        ("hello", ["say hello", ">a", "again"], True),
        ({"prompt": "hello", "scope": "first"}, ["hello", ">a", "again"], True),
        ({"prompt": "again", "scope": "first"}, ["hello", ">a", "again"], False),
        ({"prompt": "again", "scope": "last"}, ["hello", ">a", "again"], True),
        ({"prompt": "hello", "scope": "last"}, ["hello", ">a", "again"], False),
        ("answer", ["hello", ">answer", "=answer"], False),
        ("regex:^h.l+o$", ["hello"], True),
        ("regex:^h.l+o$", ["say hello"], False),
        (["hello", {"prompt": "again", "scope": "last"}], ["hello", ">a", "again"], True),
        (["hello", {"prompt": "never", "scope": "last"}], ["hello", ">a", "again"], False),
    ],
)
async def test_match(start: Start, match: Any, prompts: list[str], matches: bool) -> None:
    _, http = await start([scenario({"text": "matched"}, match=match)])
    assert (await said(http, *prompts) == "matched") is matches


async def test_prompt_in_content_parts_matches(start: Start) -> None:
    _, http = await start([scenario({"text": "matched"})])
    body = ask("-")
    body["messages"][0]["content"] = [{"type": "image_url", "image_url": {}}, {"type": "text", "text": "hello"}]
    assert (await post(http, body)).json()["choices"][0]["message"]["content"] == "matched"


async def test_latest_matching_message_wins_then_the_first_in_the_file(start: Start) -> None:
    scenarios = [scenario({"text": name}, name=name, match=match) for name, match in [("A", "a"), ("B", "b"), ("B2", "b")]]
    _, http = await start(scenarios)
    assert await said(http, "a", ">A", "b") == "B"
    assert await said(http, "b", ">B", "a") == "A"
    assert await said(http, "b", ">B", "go on") == "B"


async def test_turn_chooses_the_feedback_turns(start: Start) -> None:
    turns = [scenario({"text": f"turn {turn}"}, name=str(turn), turn=turn) for turn in (2, "3+")]
    _, http = await start([*turns, scenario({"text": "first"})])
    assert await said(http, "hello") == "first"
    assert await said(http, "hello", ">first", "failed") == "turn 2"
    assert await said(http, "hello", ">first", "failed", ">turn 2", "failed") == "turn 3+"
    assert await said(http, *["hello", ">x"] * 5, "hello") == "turn 3+"


async def test_unknown_prompt_gets_the_default_which_says_what_this_is(start: Start) -> None:
    _, http = await start([scenario({"text": "x"})])
    assert "scripted model" in str(await said(http, "something else"))
    _, own = await start([{"name": "default", "steps": [{"text": "mine"}]}, scenario({"text": "x"})])
    assert await said(own, "something else") == "mine"
    assert await said(own, "hello") == "x"


async def test_title_request_gets_a_title_made_from_the_prompt(start: Start) -> None:
    _, http = await start([scenario({"tool": CALL})])
    body = ask("Generate a title for this conversation:\n", "hello, mend the parser. Then rest.", tools=False)
    body["messages"].insert(0, {"role": "system", "content": "You are a title generator."})
    answer = (await post(http, body, "ses_1")).json()
    assert answer["choices"][0]["message"]["content"] == "hello, mend the parser"
    assert (await calls(http, "ses_1"))["titles"] == 1


@pytest.mark.parametrize("prompt", ["x" * 500, "word, " * 100, "", "\n\n  Short.\nmore"])
async def test_titles_are_short_and_never_empty(start: Start, prompt: str) -> None:
    _, http = await start([scenario({"text": "x"})])
    body = ask("title:", tools=False)
    body["messages"] = [
        {"role": "system", "content": "You are a title generator."},
        {"role": "user", "content": prompt},
    ]
    title = (await post(http, body)).json()["choices"][0]["message"]["content"]
    assert 0 < len(title) <= 50
    assert title[-1] not in " .,"


async def test_request_without_tools_gets_no_tool_call(start: Start) -> None:
    _, http = await start([scenario({"tool": CALL})])
    message = (await post(http, ask("hello", tools=False))).json()["choices"][0]["message"]
    assert "tool_calls" not in message
    assert "scripted model" in message["content"]


@pytest.mark.parametrize("status", [402, 403, 429, 500, 503])
async def test_status_fault_has_openais_shape(start: Start, status: int) -> None:
    _, http = await start([scenario({"fault": {"status": status, "retry_after": 2}})])
    for stream in (False, True):
        answer = await post(http, ask("hello", stream=stream))
        assert (answer.status_code, answer.headers["retry-after"]) == (status, "2")
        assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
        assert "scripted" in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [{"error": {"code": "insufficient_quota"}}, "<html>gateway</html>"])
async def test_status_fault_with_its_own_body(start: Start, body: Any) -> None:
    _, http = await start([scenario({"fault": {"status": 402, "body": body}})])
    answer = await post(http, ask("hello"))
    assert (answer.text if isinstance(body, str) else answer.json()) == body


async def test_fault_comes_so_many_times_for_each_session(start: Start) -> None:
    _, http = await start([scenario({"text": "at last", "fault": {"status": 429}, "times": 2})])
    for session in ("ses_1", "ses_2"):
        answers = [await post(http, ask("hello"), session) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [429, 429, 200, 200]


async def test_hang_never_answers_and_ends_when_the_caller_leaves(start: Start) -> None:
    _, http = await start([scenario({"fault": "hang"})])
    with pytest.raises(httpx.ReadTimeout):
        await http.post("/v1/chat/completions", json=ask("hello"), headers={"x-session-id": "s"}, timeout=0.3)
    assert (await calls(http, "s"))["last_status"] is None


async def test_stopping_the_server_drops_those_who_hang(start: Start) -> None:
    model, http = await start([scenario({"fault": "hang"})])
    hanging = asyncio.create_task(post(http, ask("hello"), "s"))
    async with asyncio.timeout(5):
        while model.calls.total == 0:  # noqa: ASYNC110 - The server tells nobody that a call came in.
            await asyncio.sleep(0.01)
        await model.stop()
    with pytest.raises(httpx.TransportError):
        await hanging


@pytest.mark.parametrize("chunks", [0, 1, 3])
async def test_cut_stream_drops_the_connection_after_so_many_chunks(start: Start, chunks: int) -> None:
    _, http = await start([scenario({"text": "x" * 500, "fault": {"cut_stream": chunks}})])
    lines: list[str] = []
    with pytest.raises(httpx.RemoteProtocolError):
        await collect(http, ask("hello", stream=True), lines)
    assert len(lines) == chunks
    assert not any("[DONE]" in line for line in lines)
    assert (await calls(http, "s"))["last_status"] is None


async def collect(http: httpx.AsyncClient, body: Body, lines: list[str]) -> None:
    headers = {"x-session-id": "s"}
    async with http.stream("POST", "/v1/chat/completions", json=body, headers=headers) as answer:
        async for line in answer.aiter_lines():
            lines.extend([line] if line else [])


async def test_cut_answer_that_is_not_streamed(start: Start) -> None:
    _, http = await start([scenario({"text": "x", "fault": "cut_stream"})])
    with pytest.raises(httpx.RemoteProtocolError):
        await post(http, ask("hello"))


async def test_malformed_is_no_json(start: Start) -> None:
    _, http = await start([scenario({"text": "x", "fault": "malformed"})])
    whole = await post(http, ask("hello"))
    assert whole.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        whole.json()
    good, broken, done = events((await post(http, ask("hello", stream=True))).text)
    assert json.loads(good)["model"] == "scripted-model"
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken)
    assert done == "[DONE]"


async def test_delays(start: Start) -> None:
    step = {"text": "x" * 100, "delay_seconds": 0.2, "chunk_delay_seconds": 0.05}
    _, http = await start([scenario(step)])
    clock = asyncio.get_running_loop().time
    begun = clock()
    async with http.stream("POST", "/v1/chat/completions", json=ask("hello", stream=True)) as answer:
        first = clock() - begun
        chunks = [line async for line in answer.aiter_lines() if line]
    assert first >= 0.2
    assert clock() - begun >= 0.2 + 0.05 * (len(chunks) - 1)


async def test_fifty_streams_at_once(start: Start) -> None:
    _, http = await start([scenario({"text": "x" * 480, "tool": CALL, "chunk_delay_seconds": 0.02})])
    limits = httpx.Limits(max_connections=50)
    async with httpx.AsyncClient(base_url=http.base_url, limits=limits, timeout=30, trust_env=False) as many:
        async with asyncio.timeout(20):
            answers = await asyncio.gather(*(post(many, ask("hello", stream=True), f"ses_{number}") for number in range(50)))
    assert all(events(answer.text)[-1] == "[DONE]" for answer in answers)
    assert (await http.get("/calls")).json()["total"] == 50


async def test_calls_are_counted_for_each_session_and_bounded(start: Start) -> None:
    model, http = await start([scenario({"text": "x"}, {"fault": {"status": 500}})])
    usage = (await post(http, ask("hello"), "ses_1")).json()["usage"]
    await post(http, ask("hello", ">x"), "ses_1")
    await post(http, ask("hello"))
    assert await calls(http, "ses_1") == {
        "count": 2,
        "titles": 0,
        "last_status": 500,
        "last_scenario": "one",
        "last_step": 2,
        "billed": [[usage["prompt_tokens"], usage["completion_tokens"]]],
    }
    assert (await calls(http, "-"))["last_status"] == 200
    for number in range(1200):
        model.calls.begin(f"more_{number}")
    assert len((await http.get("/calls")).json()["sessions"]) == 1000


async def test_models_and_health(start: Start) -> None:
    _, http = await start([scenario({"text": "x"})])
    (only,) = (await http.get("/v1/models")).json()["data"]
    assert (only["id"], only["owned_by"]) == ("scripted-model", "scripted")
    assert (await http.get("/health")).json()["status"] == "ok"


async def test_api_key(start: Start) -> None:
    _, http = await start([scenario({"text": "x"})], api_key="secret-ü")
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "secret"}):
        for path in ("/v1/models", "/calls", "/nowhere"):
            refused = await http.get(path, headers=headers)
            assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_api_key")
    assert (await http.get("/health")).status_code == 200
    bearer = {"authorization": "Bearer secret-ü".encode()}
    assert (await http.get("/v1/models", headers=bearer)).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        (b"{not json", 400, None),
        (b"[]", 400, None),
        (b'{"model": "scripted-model"}', 400, "messages"),
        (b'{"model": "scripted-model", "messages": []}', 400, "messages"),
        (b'{"model": "scripted-model", "messages": [{"content": "x"}]}', 400, "messages.0.role"),
        (b'{"model": "scripted-model", "messages": [{"role": "user", "content": "x"}], "n": 2}', 400, "n"),
        (b'{"model": "gpt-x", "messages": [{"role": "user", "content": "x"}]}', 404, "model"),
        (b"\xff\xfe", 400, None),
    ],
)
async def test_malformed_requests_get_openais_error(start: Start, body: bytes, status: int, param: str | None) -> None:
    _, http = await start([scenario({"text": "x"})])
    answer = await http.post("/v1/chat/completions", content=body)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", param)


async def test_unknown_route_and_method_get_openais_error(start: Start) -> None:
    _, http = await start([scenario({"text": "x"})])
    for answer in (await http.get("/v1/nowhere"), await http.get("/v1/chat/completions")):
        assert answer.status_code in (404, 405)
        assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_large_conversations_are_taken(start: Start) -> None:
    _, http = await start([scenario({"text": "x"})])
    assert await said(http, "hello " + "y" * 8_000_000) == "x"


async def test_port_taken_and_restart_on_the_same_port(start: Start) -> None:
    model, _ = await start([scenario({"text": "x"})])
    port = int(model.url.rsplit(":", 1)[1])
    with pytest.raises(ScriptedModelAddress, match=str(port)):
        await start([scenario({"text": "x"})], port=port)
    await model.stop()
    again, http = await start([scenario({"text": "x"})], port=port)
    assert again.url == model.url
    assert await said(http, "hello") == "x"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_command_prints_its_url_and_stops_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("- {name: one, match: hello, steps: [{text: from the file}]}\n")
    arguments = ["-m", "orchestrator.opencode.scripted_model", "--scenarios", str(file), "--port", "0"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONWARNINGS": "error"}
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            url = (await process.stdout.readline()).decode().split()[-1].removesuffix("/v1")
        async with httpx.AsyncClient(base_url=url, timeout=10, trust_env=False) as http:
            assert await said(http, "hello") == "from the file"
        process.send_signal(number)
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def test_command_says_what_is_wrong_with_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.yml"
    file.write_text("- {name: one, match: hello, steps: [{txt: oops}]}\n")
    assert main(["--scenarios", str(file)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("scenario_invalid: ")
    assert "mine.yml" in said
    assert "Traceback" not in said


def test_demo_scenarios_are_the_ones_shipped() -> None:
    assert {item.name for item in load_scenarios().items} >= {"demo-bug-fix", "demo-feature", "demo-feedback"}


@pytest.mark.parametrize("number", [1, 2])
def test_missing_file(tmp_path: Path, number: int) -> None:
    path = tmp_path / "none.yml" if number == 1 else tmp_path
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenarios(path)
