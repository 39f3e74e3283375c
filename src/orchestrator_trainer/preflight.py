"""Every row as the model will see it, before anything is trained: what is to be learnt is in the labels, whole and once.

Templates differ in what they make of tool calls: some drop them without an error, some encode arguments twice.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from orchestrator_trainer.problems import Problem
from orchestrator_trainer.rows import Row

Fields = dict[str, Any]


@dataclass(frozen=True)
class Rendered:
    """`trained` says of each token whether it is learnt."""

    tokens: list[int]
    trained: list[int]


class Renderer:
    def __init__(self, tokenizer: Any, template: str, max_length: int, context: int | None) -> None:
        """`context`: most tokens that the model reads."""
        self._tokenizer = tokenizer
        self._template = template
        self._max_length = max_length
        self._context = context

    def chats(self, rows: Sequence[Row]) -> list[Rendered]:
        """Raises Problem, which names the row."""
        return [self._chat(row) for row in rows]

    def check_preferences(self, rows: Sequence[Row]) -> None:
        """Each of the two answers as a chat of its own. Raises Problem."""
        for row in rows:
            for answer in ("chosen", "rejected"):
                prompt = [{**one, "weight": 0} if one["role"] == "assistant" else one for one in row.content["prompt"]]
                chat = {"messages": prompt + row.content[answer], "tools": row.tools}
                self._chat(Row(f"{row.place} ({answer})", chat))

    def _chat(self, row: Row) -> Rendered:
        messages = row.content["messages"]
        rendered = self._render(row, messages)
        self._check_length(row, len(rendered.tokens))
        learnt = self._tokenizer.decode([t for t, on in zip(rendered.tokens, rendered.trained, strict=True) if on])
        if not learnt.strip():
            raise Problem("training_labels_missing", place=row.place, problem="nothing of it would be learnt")
        for message in messages:
            if message["role"] == "assistant" and message.get("weight", 1):
                _check_message(row.place, message, learnt)
        return rendered

    def _render(self, row: Row, messages: list[Fields]) -> Rendered:
        try:
            made = self._tokenizer.apply_chat_template(
                messages,
                tools=row.tools,
                chat_template=self._template,
                tokenize=True,
                return_dict=True,
                return_assistant_tokens_mask=True,
            )
        except Exception as error:
            raise Problem("training_template_unusable", problem=f"{row.place}: {error}"[:400]) from error
        return Rendered(list(made["input_ids"]), list(made["assistant_masks"]))

    def _check_length(self, row: Row, length: int) -> None:
        if self._context is not None and length > self._context:
            raise Problem("training_row_beyond_context", place=row.place, tokens=length, most=self._context)
        if length > self._max_length:
            raise Problem("training_row_too_long", place=row.place, tokens=length, most=self._max_length)


def _check_message(place: str, message: Fields, learnt: str) -> None:
    content = (message.get("content") or "").strip()
    if content and content not in learnt:
        raise Problem("training_labels_missing", place=place, problem=f"the answer {content[:60]!r} would not be learnt")
    for call in message.get("tool_calls") or ():
        _check_call(place, call["function"], learnt)


def _check_call(place: str, function: Fields, learnt: str) -> None:
    name, arguments = function["name"], function["arguments"]
    if any(json.dumps(text)[1:-1] in learnt for text in _spellings(arguments) if '"' in text):
        raise Problem("training_call_encoded_twice", place=place, function=name)
    spelt = any(text in learnt for text in _spellings(arguments))
    if name not in learnt or not (spelt or _spelt_by_parts(arguments, learnt)):
        raise Problem("training_call_missing", place=place, function=name)


def _spellings(arguments: Fields) -> Iterator[str]:
    """How templates write an object: with blanks or without, letters as they are or as ASCII, in order or sorted."""
    for separators in ((", ", ": "), (",", ":")):
        for ascii_alone in (False, True):
            for in_order in (False, True):
                yield json.dumps(arguments, separators=separators, ensure_ascii=ascii_alone, sort_keys=in_order)


def _spelt_by_parts(arguments: Fields, learnt: str) -> bool:
    """Templates that write a tag for each argument."""
    values = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in arguments.values()]
    return bool(arguments) and all(part in learnt for part in (*arguments, *values))
