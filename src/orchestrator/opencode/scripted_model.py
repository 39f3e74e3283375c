"""A model that plays scenarios from a file over the OpenAI-compatible HTTP API, for tests, demos and set-ups.

It understands nothing and says so: its model is `scripted-model`, owned by `scripted`. Run it alone with
`python -m orchestrator.opencode.scripted_model --scenarios file.yml --port 0`.
"""

import argparse
import asyncio
import hmac
import signal
import sys
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from orchestrator.kit.errors import OrchestratorError
from orchestrator.opencode.scripted_answers import (
    MODEL,
    OWNER,
    Answer,
    ChatRequest,
    Json,
    answer_of,
    error_body,
    step_of,
    title_answer,
)
from orchestrator.opencode.scripted_files import ScenarioError, load_scenarios
from orchestrator.opencode.scripted_replies import send, send_fault
from orchestrator.opencode.scripted_scenarios import Scenarios, Step

__all__ = [
    "MODEL",
    "ScenarioError",
    "Scenarios",
    "ScriptedModel",
    "ScriptedModelAddress",
    "load_scenarios",
    "main",
]

SESSION_HEADER = "x-session-id"
NO_SESSION = "-"
REMEMBERED_SESSIONS = 1_000
REMEMBERED_FAULTS = 10_000
REMEMBERED_ANSWERS = 1_000
LARGEST_REQUEST_BYTES = 64 * 1024 * 1024


class ScriptedModelAddress(OrchestratorError):
    """The scripted model cannot listen on {host}:{port}: {problem}."""

    code = "address_unavailable"
    hint = "Stop what listens there, or take another port; port 0 takes a free one."


@dataclass
class SessionCalls:
    """What one session asked for; `last_status` is null while a call runs and after one was dropped.

    `billed` are the input and output tokens of the newest answers that were sent whole, refusals left out.
    """

    count: int = 0
    titles: int = 0
    last_status: int | None = None
    last_scenario: str | None = None
    last_step: int | None = None
    billed: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=REMEMBERED_ANSWERS))

    def bill(self, answer: Answer) -> None:
        self.billed.append((answer.tokens.input, answer.tokens.output))


class CallLog:
    """The last sessions that called, and how often each fault was played to them. Bounded."""

    def __init__(self) -> None:
        self.total = 0
        self._sessions: OrderedDict[str, SessionCalls] = OrderedDict()
        self._faults: OrderedDict[tuple[str, str, int], int] = OrderedDict()

    def begin(self, session_id: str) -> SessionCalls:
        self.total += 1
        calls = self._sessions.setdefault(session_id, SessionCalls())
        calls.count += 1
        calls.last_status = None
        self._sessions.move_to_end(session_id)
        if len(self._sessions) > REMEMBERED_SESSIONS:
            self._sessions.popitem(last=False)
        return calls

    def fault_is_due(self, session_id: str, scenario: str, number: int, step: Step) -> bool:
        if step.fault is None or step.times is None:
            return step.fault is not None
        key = (session_id, scenario, number)
        played = self._faults.pop(key, 0)
        self._faults[key] = played + 1
        if len(self._faults) > REMEMBERED_FAULTS:
            self._faults.popitem(last=False)
        return played < step.times

    def body(self) -> Json:
        return {
            "total": self.total,
            "sessions": {key: {**asdict(calls), "billed": list(calls.billed)} for key, calls in self._sessions.items()},
        }


class ScriptedModel:
    """The server. `base_url` is what a provider is configured with: the started URL and `/v1`."""

    def __init__(self, scenarios: Scenarios, host: str = "127.0.0.1", port: int = 0, api_key: str | None = None) -> None:
        self.scenarios = scenarios
        self.url = ""
        self._host, self._port, self._api_key = host, port, api_key
        self.calls = CallLog()
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    async def start(self) -> str:
        """Listen, and return the URL, such as http://127.0.0.1:41234. Raises ScriptedModelAddress."""
        self._stopping.clear()
        runner = web.AppRunner(self._app(), handler_cancellation=True, access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise ScriptedModelAddress(host=self._host, port=self._port, problem=error.strerror) from error
        self._runner = runner
        self.url = f"http://{_in_url(self._host)}:{runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        self._stopping.set()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=LARGEST_REQUEST_BYTES)
        app.router.add_post("/v1/chat/completions", self._chat_completions)
        app.router.add_get("/v1/models", self._models)
        app.router.add_get("/health", self._health)
        app.router.add_get("/calls", self._show_calls)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every refusal has OpenAI's shape, and with an API key set only /health answers without it."""
        if not self._authorised(request):
            body = error_body("The API key is missing or wrong.", "authentication_error", "invalid_api_key")
            return web.json_response(body, status=401)
        try:
            return await handler(request)
        except web.HTTPException as error:
            body = error_body(f"{error.reason}: {request.method} {request.path}", "invalid_request_error")
            return web.json_response(body, status=error.status)

    def _authorised(self, request: web.Request) -> bool:
        if self._api_key is None or request.path == "/health":
            return True
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), self._api_key.encode())

    async def _models(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": OWNER}]}
        )

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "model": MODEL})

    async def _show_calls(self, _request: web.Request) -> web.Response:
        return web.json_response(self.calls.body())

    async def _chat_completions(self, request: web.Request) -> web.StreamResponse:
        calls = self.calls.begin(_session_id(request))
        raw = await request.read()
        chat = _parse(raw)
        if isinstance(chat, web.Response):
            response = chat
        elif chat.wants_title:
            calls.titles += 1
            title = title_answer(chat, len(raw))
            response = await send(request, chat, title)
            calls.bill(title)
        else:
            response = await self._play(request, chat, len(raw), calls)
        calls.last_status = response.status if _is_open(request) else None
        return response

    async def _play(self, request: web.Request, chat: ChatRequest, size: int, calls: SessionCalls) -> web.StreamResponse:
        conversation = chat.conversation()
        scenario = self.scenarios.choose(conversation)
        number, step = step_of(scenario, conversation)
        calls.last_scenario, calls.last_step = scenario.name, number
        fault = step.fault if self.calls.fault_is_due(_session_id(request), scenario.name, number, step) else None
        await asyncio.sleep(step.delay_seconds)
        answer = answer_of(step, chat, size)
        if fault is None:
            response = await send(request, chat, answer, step.chunk_delay_seconds)
            calls.bill(answer)
            return response
        return await send_fault(request, chat, answer, fault, self._stopping)


def _session_id(request: web.Request) -> str:
    return request.headers.get(SESSION_HEADER, NO_SESSION)[:200]


def _is_open(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _parse(raw: bytes) -> ChatRequest | web.Response:
    try:
        chat = ChatRequest.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        param = ".".join(str(part) for part in first["loc"]) or None
        return _bad_request(f"{first['msg']} ({param or 'body'})", 400, param=param)
    if chat.model != MODEL:
        message = f"The model {chat.model!r} does not exist here. This server has {MODEL!r} only."
        return _bad_request(message, 404, "model_not_found", "model")
    return chat


def _bad_request(message: str, status: int, code: str | None = None, param: str | None = None) -> web.Response:
    return web.json_response(error_body(message, "invalid_request_error", code, param), status=status)


def main(argv: Sequence[str] | None = None) -> int:
    options = _options(argv)
    try:
        scenarios = load_scenarios(options.scenarios)
        asyncio.run(_serve(ScriptedModel(scenarios, options.host, options.port, options.api_key)))
    except OrchestratorError as error:
        sys.stderr.write(f"{error.code}: {error.message}\n{error.hint_text}\n")
        return 2
    return 0


class _Options(argparse.Namespace):
    scenarios: Path | None
    host: str
    port: int
    api_key: str | None


def _options(argv: Sequence[str] | None) -> _Options:
    parser = argparse.ArgumentParser(
        prog="python -m orchestrator.opencode.scripted_model",
        description="An OpenAI-compatible model that plays scenarios and understands nothing.",
    )
    parser.add_argument("--scenarios", type=Path, help="a YAML file; without it, the scenarios of the demo")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0, the default, takes a free one")
    parser.add_argument("--api-key", help="refuse requests that do not carry this key")
    return parser.parse_args(argv, namespace=_Options())


async def _serve(model: ScriptedModel) -> None:
    """Until SIGINT or SIGTERM."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    await model.start()
    try:
        print(f"scripted model listening on {model.base_url}", flush=True)
        await ended.wait()
    finally:
        await model.stop()


if __name__ == "__main__":
    sys.exit(main())
