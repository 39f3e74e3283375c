"""Requests and answers of the scripted model in the shapes of OpenAI's chat completions API."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.opencode.scripted_scenarios import Conversation, Scenario, Step, ToolCall

MODEL = "scripted-model"
OWNER = "scripted"
TITLE_CHARS = 50
PIECE_CHARS = 24

Json = dict[str, Any]


class Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: str
    content: str | list[Json] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(str(part["text"]) for part in self.content if part.get("type") == "text" and "text" in part)
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: bool = False


class ChatRequest(BaseModel):
    model_config = ConfigDict(extra="ignore")

    model: str
    messages: list[Message] = Field(min_length=1)
    n: int = Field(1, ge=1, le=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    tools: list[Json] | None = None

    @property
    def include_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage

    @property
    def wants_title(self) -> bool:
        """OpenCode asks its small model for a title: no tools, and a system prompt that says so."""
        system = " ".join(m.text for m in self.messages if m.role in ("system", "developer"))
        return not self.tools and "title generator" in system.lower()

    def conversation(self) -> Conversation:
        users = [number for number, message in enumerate(self.messages) if message.role == "user"]
        since = self.messages[users[-1] :] if users else self.messages
        return Conversation(
            prompts=tuple(self.messages[number].text for number in users),
            answers_since_prompt=sum(message.role == "assistant" for message in since),
        )


@dataclass(frozen=True)
class Tokens:
    input: int
    output: int
    cached: int = 0
    reasoning: int = 0

    def body(self) -> Json:
        return {
            "prompt_tokens": self.input,
            "completion_tokens": self.output,
            "total_tokens": self.input + self.output,
            "prompt_tokens_details": {"cached_tokens": self.cached},
            "completion_tokens_details": {"reasoning_tokens": self.reasoning},
        }


@dataclass(frozen=True)
class Answer:
    text: str
    tokens: Tokens
    reasoning: str = ""
    calls: Sequence[ToolCall] = ()
    cut_off: bool = False
    id: str = field(default_factory=lambda: f"chatcmpl-scripted-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def finish_reason(self) -> str:
        return "length" if self.cut_off else "tool_calls" if self.calls else "stop"

    def completion(self) -> Json:
        message: Json = {"role": "assistant", "content": self.text or None}
        if self.reasoning:
            message["reasoning_content"] = self.reasoning
        if self.calls:
            message["tool_calls"] = [_tool_call(call) for call in self.calls]
        choice: Json = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish_reason}
        return {**self._envelope("chat.completion"), "choices": [choice], "usage": self.tokens.body()}

    def chunks(self, include_usage: bool) -> Iterator[Json]:
        """The streamed form; the usage comes in a last chunk without choices, when it is asked for."""
        yield self._chunk({"role": "assistant", "content": ""}, include_usage)
        for delta in self._deltas():
            yield self._chunk(delta, include_usage)
        yield self._chunk({}, include_usage, self.finish_reason)
        if include_usage:
            yield {**self._envelope("chat.completion.chunk"), "choices": [], "usage": self.tokens.body()}

    def _deltas(self) -> Iterator[Json]:
        yield from ({"reasoning_content": piece} for piece in _pieces(self.reasoning))
        yield from ({"content": piece} for piece in _pieces(self.text))
        for index, call in enumerate(self.calls):
            whole = _tool_call(call)
            arguments = whole["function"]["arguments"]
            whole["function"]["arguments"] = ""
            yield {"tool_calls": [{"index": index, **whole}]}
            for piece in _pieces(arguments):
                yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}

    def _chunk(self, delta: Json, include_usage: bool, finish_reason: str | None = None) -> Json:
        choice: Json = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        chunk: Json = {**self._envelope("chat.completion.chunk"), "choices": [choice]}
        return {**chunk, "usage": None} if include_usage else chunk

    def _envelope(self, kind: str) -> Json:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": MODEL,
            "system_fingerprint": OWNER,
        }


def step_of(scenario: Scenario, conversation: Conversation) -> tuple[int, Step]:
    """The step that answers the next call of this turn, and its number from 1."""
    number = conversation.answers_since_prompt
    if number < len(scenario.steps):
        return number + 1, scenario.steps[number]
    over = f"The scenario {scenario.name!r} has {len(scenario.steps)} steps and this turn has played them all."
    return number + 1, Step.model_validate({"text": over})


def answer_of(step: Step, request: ChatRequest, request_bytes: int) -> Answer:
    """The step as an answer. A request without tools, such as one for a summary, gets the text only."""
    calls = step.calls if request.tools else []
    text = step.text
    if step.calls and not calls and not text:
        text = "This is a scripted model: its next step calls a tool, and this request offers none."
    said = len((text + step.reasoning + "".join(_arguments(call) for call in calls)).encode())
    usage = step.usage
    tokens = Tokens(
        input=max(usage.cached, request_bytes // 4) if usage.input is None else usage.input,
        output=max(usage.reasoning, said // 4, 1) if usage.output is None else usage.output,
        cached=usage.cached,
        reasoning=usage.reasoning,
    )
    return Answer(text=text, tokens=tokens, reasoning=step.reasoning, calls=tuple(calls), cut_off=step.cut_off)


def title_answer(request: ChatRequest, request_bytes: int) -> Answer:
    prompts = request.conversation().prompts
    title = title_of(prompts[-1] if prompts else "")
    return Answer(text=title, tokens=Tokens(input=request_bytes // 4, output=max(1, len(title.encode()) // 4)))


def title_of(prompt: str) -> str:
    """The first words of the prompt, as many as make a short title."""
    line = next((line.strip() for line in prompt.splitlines() if line.strip()), "")
    title = line.strip("\"'").split(". ")[0]
    if len(title) > TITLE_CHARS:
        title = title[: TITLE_CHARS + 1].rsplit(" ", 1)[0][:TITLE_CHARS]
    return title.rstrip(" .:,;") or "Empty prompt"


def error_body(message: str, kind: str, code: str | None = None, param: str | None = None) -> Json:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


_FAULT_KINDS = {
    401: ("authentication_error", "invalid_api_key"),
    402: ("insufficient_quota", "insufficient_quota"),
    403: ("permission_error", "forbidden"),
    404: ("invalid_request_error", "not_found"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
}


def fault_body(status: int) -> Json:
    kind, code = _FAULT_KINDS.get(status, ("server_error" if status >= 500 else "invalid_request_error", None))
    return error_body(f"The scripted model plays the fault {status}, as its scenario says.", kind, code)


def _tool_call(call: ToolCall) -> Json:
    function = {"name": call.name, "arguments": _arguments(call)}
    return {"id": call.id or f"call_{uuid4().hex}", "type": "function", "function": function}


def _arguments(call: ToolCall) -> str:
    return json.dumps(cast(Json, call.arguments), ensure_ascii=False)


def _pieces(text: str) -> Iterator[str]:
    return (text[start : start + PIECE_CHARS] for start in range(0, len(text), PIECE_CHARS))
