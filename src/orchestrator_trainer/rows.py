"""Rows of a job's files, checked before anything is made of them. A row is named by its file and line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestrator_trainer.problems import Problem

Fields = dict[str, Any]
_ROLES = ("system", "developer", "user", "assistant", "tool")


@dataclass(frozen=True)
class Row:
    place: str
    content: Fields

    @property
    def tools(self) -> list[Fields] | None:
        return self.content.get("tools") or None


def read_chats(file: Path) -> list[Row]:
    """Raises Problem: malformed, with the line, or empty."""
    rows = [Row(place, _chat(place, content)) for place, content in _lines(file)]
    return _some(rows, file, "chats")


def read_preferences(file: Path) -> list[Row]:
    """Raises Problem: malformed, with the line, or empty."""
    rows: list[Row] = []
    for place, content in _lines(file):
        for name in ("prompt", "chosen", "rejected"):
            _messages(place, content, name)
        rows.append(Row(place, content))
    return _some(rows, file, "preferences")


def _some(rows: list[Row], file: Path, what: str) -> list[Row]:
    if not rows:
        raise Problem("training_rows_missing", what=file.name, rows=what)
    return rows


def _lines(file: Path) -> Iterator[tuple[str, Fields]]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            place = f"{file.name}, line {number}"
            try:
                content = json.loads(line)
            except ValueError as error:
                raise _malformed(place, f"it is no JSON: {error}") from error
            if not isinstance(content, dict):
                raise _malformed(place, "it is no JSON object")
            yield place, content


def _chat(place: str, content: Fields) -> Fields:
    messages = _messages(place, content, "messages")
    if not any(one["role"] == "assistant" and one.get("weight", 1) for one in messages):
        raise _malformed(place, "no assistant message has weight 1, so there is nothing to learn")
    return content


def _messages(place: str, content: Fields, name: str) -> list[Fields]:
    messages = content.get(name)
    if not isinstance(messages, list) or not messages:
        raise _malformed(place, f"`{name}` is no list of messages")
    for message in messages:
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            raise _malformed(place, f"`{name}` has a message without a known role")
        if message.get("content") is not None and not isinstance(message["content"], str):
            raise _malformed(place, f"`{name}` has content that is no text")
        for call in message.get("tool_calls") or ():
            _check_call(place, call)
    return messages


def _check_call(place: str, call: Any) -> None:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise _malformed(place, "a tool call names no function")
    if not isinstance(function.get("arguments"), dict):
        raise _malformed(place, f"the arguments of {function['name']} are no object")


def _malformed(place: str, problem: str) -> Problem:
    return Problem("training_data_malformed", place=place, problem=problem)
