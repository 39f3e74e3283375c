"""Files of training data that people send: JSON lines of chats or of preferences, read line by line and put into one form.

The format of a line is OpenAI's: `{"messages": [...], "tools": [...]}`, or, to prefer one answer over another,
`{"input": {"messages": [...], "tools": [...]}, "preferred_output": [...], "non_preferred_output": [...]}`. What comes out
has the arguments of tool calls as objects: as strings, most chat templates encode them a second time or drop the call. Tools
and arguments keep the order that they came in: templates write them in it, and it is the order that they are asked in later.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from orchestrator.finetuning.dataset_models import RowKind
from orchestrator.kit.errors import OrchestratorError

MOST_LINE_BYTES = 16 * 1024 * 1024
_MOST_LINES = 1_000_000


class TrainingFileInvalid(OrchestratorError):
    """Line {line} of the training file cannot be used: {problem}"""

    status = 422
    code = "training_file_invalid"
    hint = "Correct that line and send the file again: docs/howto/openai-fine-tuning.md has the format, with an example."


class TrainingFileEmpty(OrchestratorError):
    """The training file has no rows."""

    status = 422
    code = "training_file_empty"
    hint = "Send JSON lines, one conversation each."


class TrainingFileMixed(OrchestratorError):
    """Line {line} of the training file is a {kind} row, and those before it are not."""

    status = 422
    code = "training_file_mixed"
    hint = "Send chats in one file, and preferences in another."


_Text = Annotated[str, StringConstraints(strict=True)]


class _Part(BaseModel):
    """Of a content that is a list: what is no text is not learnt from."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["text"]
    text: _Text


class _Called(BaseModel):
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    arguments: _Text | dict[str, Any]


class _ToolCall(BaseModel):
    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    type: Literal["function"] = "function"
    function: _Called


class _Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: _Text | list[_Part] | None = None
    name: _Text | None = None
    tool_calls: list[_ToolCall] | None = None
    tool_call_id: _Text | None = None
    weight: Literal[0, 1] | None = None


class _Function(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Tool(BaseModel):
    type: Literal["function"]
    function: _Function


class _Chat(BaseModel):
    messages: Annotated[list[_Message], Field(min_length=1)]
    tools: list[_Tool] | None = None
    parallel_tool_calls: bool | None = None


class _Preference(BaseModel):
    input: _Chat
    preferred_output: Annotated[list[_Message], Field(min_length=1)]
    non_preferred_output: Annotated[list[_Message], Field(min_length=1)]


_CHAT, _PREFERENCE = TypeAdapter(_Chat), TypeAdapter(_Preference)
_RENAMED = {"developer": "system"}


@dataclass(frozen=True)
class Taken:
    """`sha256` and `bytes` are of the rows as they were written."""

    kind: RowKind
    rows: int
    sha256: str
    bytes: int


def take(source: Path, target: Path) -> Taken:
    """Reads what was sent and writes its rows. Blocking; holds one line at a time.

    Raises TrainingFileInvalid, TrainingFileEmpty, TrainingFileMixed.
    """
    digest, size, count = hashlib.sha256(), 0, 0
    kind: RowKind | None = None
    with source.open("rb") as lines, target.open("wb") as written:
        for number, line in _lines(lines):
            found, row = row_of(number, line)
            if kind not in (None, found):
                raise TrainingFileMixed(line=number, kind=found.value)
            kind, count = found, count + 1
            content = json.dumps(row, separators=(",", ":")).encode() + b"\n"
            digest.update(content)
            size += written.write(content)
    if kind is None:
        raise TrainingFileEmpty
    return Taken(kind, count, digest.hexdigest(), size)


def _lines(source: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(source, start=1):
        if len(line) > MOST_LINE_BYTES:
            raise TrainingFileInvalid(line=number, problem=f"it has more than {MOST_LINE_BYTES} bytes.")
        if number > _MOST_LINES:
            raise TrainingFileInvalid(line=number, problem=f"a file has at most {_MOST_LINES} lines.")
        if line.strip():
            yield number, line


def row_of(number: int, line: bytes) -> tuple[RowKind, dict[str, Any]]:
    """A line in the form of datasets, with its digest. Raises TrainingFileInvalid."""
    found = _parsed(number, line)
    try:
        if "preferred_output" in found or "non_preferred_output" in found:
            kind, row = RowKind.PREFERENCE, _preference(number, _PREFERENCE.validate_python(found))
            row["tools"] = found["input"].get("tools") or []
        else:
            kind, row = RowKind.CHAT, _chat(number, _CHAT.validate_python(found))
            row["tools"] = found.get("tools") or []
        return kind, row | {"digest": hashlib.sha256(rfc8785.dumps(row)).hexdigest()}
    except ValidationError as error:
        raise TrainingFileInvalid(line=number, problem=_told(error)) from error
    except rfc8785.CanonicalizationError as error:
        raise TrainingFileInvalid(line=number, problem=f"{error}.") from error


def _parsed(number: int, line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise TrainingFileInvalid(line=number, problem=f"it is no JSON ({str(error)[:200]}).") from error
    if not isinstance(found, dict):
        raise TrainingFileInvalid(line=number, problem="it is no JSON object.")
    return cast(dict[str, Any], found)


def _no_constant(name: str) -> None:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(f"{name} is no JSON")


def _told(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}."


def _chat(number: int, chat: _Chat) -> dict[str, Any]:
    messages = _messages(number, chat.messages)
    if not any(one["role"] == "assistant" and one.get("weight") != 0 for one in messages):
        raise TrainingFileInvalid(line=number, problem="no message of the assistant is to be learnt.")
    _check_tools(number, chat)
    return {"messages": messages}


def _preference(number: int, row: _Preference) -> dict[str, Any]:
    _check_tools(number, row.input, row.preferred_output, row.non_preferred_output)
    return {
        "prompt": _messages(number, row.input.messages),
        "chosen": _answer(number, row.preferred_output),
        "rejected": _answer(number, row.non_preferred_output),
    }


def _answer(number: int, messages: list[_Message]) -> list[dict[str, Any]]:
    if messages[0].role != "assistant":
        raise TrainingFileInvalid(line=number, problem="an output begins with a message of the assistant.")
    return _messages(number, messages)


def _check_tools(number: int, chat: _Chat, *outputs: list[_Message]) -> None:
    """Raises TrainingFileInvalid when a tool is called that is not described."""
    known = {tool.function.name for tool in chat.tools or ()}
    for message in (*chat.messages, *(one for output in outputs for one in output)):
        for call in message.tool_calls or ():
            if call.function.name not in known:
                raise TrainingFileInvalid(
                    line=number, problem=f"the tool {call.function.name!r} is called and not described in `tools`."
                )


def _messages(number: int, messages: list[_Message]) -> list[dict[str, Any]]:
    """Raises TrainingFileInvalid when the answer to a tool call is of no call."""
    asked: set[str] = set()
    told: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "tool" and message.tool_call_id not in asked:
            raise TrainingFileInvalid(line=number, problem=f"{message.tool_call_id!r} answers no tool call before it.")
        if message.tool_calls and message.role != "assistant":
            raise TrainingFileInvalid(line=number, problem="only the assistant calls tools.")
        asked.update(call.id for call in message.tool_calls or ())
        told.append(_message(number, message))
    return told


def _message(number: int, message: _Message) -> dict[str, Any]:
    told: dict[str, Any] = {"role": _RENAMED.get(message.role, message.role), "content": _content(message)}
    if message.tool_calls:
        told["tool_calls"] = [_call(number, call) for call in message.tool_calls]
    named: Mapping[str, Any] = {"tool_call_id": message.tool_call_id, "name": message.name}
    told |= {name: value for name, value in named.items() if value is not None}
    if message.role == "assistant" and message.weight is not None:
        told["weight"] = message.weight
    return told


def _content(message: _Message) -> str:
    """A list of texts is one text to a chat template."""
    if isinstance(message.content, list):
        return "".join(part.text for part in message.content)
    return message.content or ""


def _call(number: int, call: _ToolCall) -> dict[str, Any]:
    arguments = call.function.arguments
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}", parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            problem = f"the arguments of {call.function.name!r} are no JSON ({str(error)[:200]})."
            raise TrainingFileInvalid(line=number, problem=problem) from error
    if not isinstance(arguments, dict):
        raise TrainingFileInvalid(line=number, problem=f"the arguments of {call.function.name!r} are no JSON object.")
    return {"id": call.id, "type": call.type, "function": {"name": call.function.name, "arguments": arguments}}
