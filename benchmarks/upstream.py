"""The model provider behind the gateways that are compared: it thinks for 20 ms and answers, whole or in pieces.

A process of its own: `python -m benchmarks.upstream <port>`.
"""

import asyncio
import json
import sys
from typing import Any

import uvloop
from aiohttp import web

THINKING_SECONDS = 0.020
MODEL = "m"
_WORDS = 20
_HEAD = {"id": "chatcmpl-1", "created": 1, "model": MODEL}
_USAGE = {"prompt_tokens": 900, "completion_tokens": _WORDS, "total_tokens": 900 + _WORDS}


async def _chat(request: web.Request) -> web.StreamResponse:
    wanted = json.loads(await request.read())
    await asyncio.sleep(THINKING_SECONDS)
    if wanted.get("stream"):
        return await _stream(request, bool(wanted.get("stream_options", {}).get("include_usage")))
    message = {"role": "assistant", "content": "word " * _WORDS}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    return web.json_response(_HEAD | {"object": "chat.completion", "choices": choices, "usage": _USAGE})


async def _stream(request: web.Request, with_usage: bool) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await answer.prepare(request)
    for _ in range(_WORDS):
        await answer.write(_event([{"index": 0, "delta": {"content": "word "}, "finish_reason": None}]))
    await answer.write(_event([{"index": 0, "delta": {}, "finish_reason": "stop"}]))
    if with_usage:
        await answer.write(_event([], usage=_USAGE))
    await answer.write(b"data: [DONE]\n\n")
    return answer


def _event(choices: list[dict[str, Any]], **more: object) -> bytes:
    return f"data: {json.dumps(_HEAD | {'object': 'chat.completion.chunk', 'choices': choices} | more)}\n\n".encode()


async def _live(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


def main() -> None:
    app = web.Application(client_max_size=64 * 2**20)
    app.router.add_post("/v1/chat/completions", _chat)
    app.router.add_get("/live", _live)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None, loop=uvloop.new_event_loop())


if __name__ == "__main__":
    main()
