"""Suites of tasks with one right answer each, and what an answer to one is worth. Pure.

A task is a line of JSON: `id`, `messages` and `tools` as in a dataset, `expected` with either `tool_calls` (each `name` and
`arguments`, an object) or `content`, and `regression`, true for what the version must not unlearn.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from orchestrator.finetuning.gate import Answered

Message = dict[str, Any]

MOST_TASKS = 2_000
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


class ExpectedCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    arguments: dict[str, Any]


class ExpectedAnswer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tool_calls: list[ExpectedCall] | None = Field(None, min_length=1, max_length=50)
    content: str | None = Field(None, min_length=1)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.tool_calls is None) == (self.content is None):
            raise ValueError("give either tool_calls or content")
        return self


class SuiteTask(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[!-~]{1,200}$")
    messages: list[Message] = Field(min_length=1, max_length=1_000)
    tools: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]], max_length=500)
    expected: ExpectedAnswer
    regression: bool = False


def tasks_of_chats(rows: Iterable[Mapping[str, Any]], turns: Literal["first", "all"]) -> Iterator[SuiteTask]:
    """What the assistant says in a held-out chat is what is expected of the two arms, given all that was said before.

    `first`: its first answer of each chat alone. Answers of weight 0 are failed steps, and nobody is to repeat them.
    """
    for row in rows:
        messages = cast(Sequence[Message], row["messages"])
        taken = 0
        for place, message in enumerate(messages):
            expected = _expected(message)
            if expected is None or place == 0 or (turns == "first" and taken):
                continue
            taken += 1
            plain = [{k: v for k, v in one.items() if k != "weight"} for one in messages[:place]]
            yield SuiteTask(
                id=f"{row['digest'][:16]}-{place}", messages=plain, tools=row.get("tools") or [], expected=expected
            )


def _expected(message: Message) -> ExpectedAnswer | None:
    if message["role"] != "assistant" or message.get("weight", 1) == 0:
        return None
    if calls := _calls(message):
        made = [ExpectedCall(name=one["function"]["name"], arguments=one["function"]["arguments"]) for one in calls]
        return ExpectedAnswer(tool_calls=made, content=None)
    content = message.get("content")
    return ExpectedAnswer(tool_calls=None, content=content) if isinstance(content, str) and content.strip() else None


def _calls(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], message.get("tool_calls") or [])


def request_of(task: SuiteTask, model: str, max_tokens: int) -> dict[str, Any]:
    """As the chat completions API wants it: arguments are texts there. The same for both arms but for the model."""
    body = {"model": model, "messages": [_to_send(one) for one in task.messages], "temperature": 0, "max_tokens": max_tokens}
    return body | ({"tools": task.tools} if task.tools else {})


def _to_send(message: Message) -> Message:
    calls = [
        one | {"function": one["function"] | {"arguments": _text(one["function"]["arguments"])}} for one in _calls(message)
    ]
    return message | ({"tool_calls": calls} if calls else {})


def _text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


@dataclass(frozen=True)
class Scored:
    answered: Answered
    details: dict[str, Any] = field(default_factory=dict[str, Any])


def score(task: SuiteTask, message: Mapping[str, Any]) -> Scored:
    """Exact or wrong: the calls in their order with equal arguments, or the text but for blanks at its ends."""
    calls = [_call(one) for one in _calls(message)]
    content = message.get("content")
    valid = sum(is_valid(name, arguments, task.tools) for name, arguments in calls)
    if task.expected.tool_calls is not None:
        passed = calls == [(one.name, one.arguments) for one in task.expected.tool_calls]
    else:
        passed = not calls and isinstance(content, str) and content.strip() == (task.expected.content or "").strip()
    said = {"tool_calls": [{"name": name, "arguments": arguments} for name, arguments in calls], "content": content}
    return Scored(Answered(passed, calls=len(calls), valid_calls=valid), said)


def _call(call: Mapping[str, Any]) -> tuple[str, Any]:
    """Arguments that are no JSON stay the text that they are, which no object equals."""
    function = cast(Mapping[str, Any], call.get("function") or {})
    arguments = function.get("arguments")
    try:
        return str(function.get("name")), json.loads(arguments) if isinstance(arguments, str) else arguments
    except ValueError:
        return str(function.get("name")), arguments


def is_valid(name: str, arguments: Any, tools: Sequence[Mapping[str, Any]]) -> bool:
    """Such a tool there is, and it takes these arguments: those that it needs, of the types that it names."""
    functions = [cast(Mapping[str, Any], one["function"]) for one in tools if "function" in one]
    schema = next((cast(Mapping[str, Any], one.get("parameters") or {}) for one in functions if one["name"] == name), None)
    if schema is None or not isinstance(arguments, dict):
        return False
    given = cast(dict[str, Any], arguments)
    properties = cast(Mapping[str, Any], schema.get("properties") or {})
    if not set(schema.get("required") or ()) <= set(given):
        return False
    if schema.get("additionalProperties") is False and not set(given) <= set(properties):
        return False
    return all(_fits(value, properties.get(key)) for key, value in given.items())


def _fits(value: Any, schema: Any) -> bool:
    if not isinstance(schema, dict):
        return True
    described = cast(Mapping[str, Any], schema)
    if "enum" in described and value not in described["enum"]:
        return False
    named = described.get("type")
    kinds = cast(Sequence[str], [named] if isinstance(named, str) else named or [])
    if isinstance(value, bool) and kinds:
        return "boolean" in kinds
    return not kinds or any(isinstance(value, _TYPES.get(kind, (object,))) for kind in kinds)
