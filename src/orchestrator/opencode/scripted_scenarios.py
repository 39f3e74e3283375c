"""Scenarios of the scripted model: which prompt gets which answers. See docs/reference/scripted-model.md."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal, Self, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, field_validator, model_validator

REGEX_PREFIX = "regex:"
DEFAULT_NAME = "default"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ToolCall(_Strict):
    name: str = Field(min_length=1)
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    id: str | None = Field(None, min_length=1, description="Of the call, which has one of its own unless it is given.")


class StepUsage(_Strict):
    """Tokens as a provider counts them: `cached` is a part of `input`, `reasoning` a part of `output`."""

    input: int | None = Field(None, ge=0)
    output: int | None = Field(None, ge=0)
    cached: int = Field(0, ge=0)
    reasoning: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.input is not None and self.cached > self.input:
            raise ValueError("cached is more than input, of which it is a part")
        if self.output is not None and self.reasoning > self.output:
            raise ValueError("reasoning is more than output, of which it is a part")
        return self


class Fault(_Strict):
    """What goes wrong instead of an answer: exactly one of status, hang, cut_stream and malformed."""

    status: int | None = Field(None, ge=400, le=599)
    retry_after: float | None = Field(None, ge=0)
    body: JsonValue = None
    hang: Literal[True] | None = None
    malformed: Literal[True] | None = None
    cut_stream: int | None = Field(None, ge=0, description="How many chunks are sent before the connection drops.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [self.status, self.hang, self.malformed, self.cut_stream]
        if sum(kind is not None for kind in kinds) != 1:
            raise ValueError("give exactly one of status, hang, cut_stream and malformed")
        if self.status is None and (self.retry_after is not None or self.body is not None):
            raise ValueError("retry_after and body go with status only")
        return self


def _fault_by_name(value: object) -> object:
    names = {"hang": {"hang": True}, "malformed": {"malformed": True}, "cut_stream": {"cut_stream": 1}}
    return names.get(value, value) if isinstance(value, str) else value


class Step(_Strict):
    """One answer of the model."""

    text: str = ""
    reasoning: str = ""
    tool: ToolCall | None = None
    tools: list[ToolCall] = Field(default_factory=list[ToolCall])
    delay_seconds: float = Field(0.0, ge=0, le=3600)
    chunk_delay_seconds: float = Field(0.0, ge=0, le=60)
    cut_off: bool = Field(False, description="The answer says of itself that it reached the output limit.")
    usage: StepUsage = StepUsage(input=None, output=None, cached=0, reasoning=0)
    fault: Annotated[Fault | None, BeforeValidator(_fault_by_name)] = None
    times: int | None = Field(None, ge=1, description="The fault comes only this many times a session.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.tool is not None and self.tools:
            raise ValueError("give tool or tools, not both")
        if self.times is not None and self.fault is None:
            raise ValueError("times goes with fault only")
        if not (self.text or self.calls or (self.fault is not None and self.times is None)):
            raise ValueError("a step needs text, a tool call, or a fault without times")
        return self

    @property
    def calls(self) -> list[ToolCall]:
        return self.tools if self.tool is None else [self.tool]


class Condition(_Strict):
    """A piece of text, or `regex:` and a regular expression, that a user message must contain."""

    prompt: str = Field(min_length=1)
    scope: Literal["first", "last", "any"] = "any"

    @field_validator("prompt")
    @classmethod
    def _compiles(cls, prompt: str) -> str:
        try:
            re.compile(prompt.removeprefix(REGEX_PREFIX) if prompt.startswith(REGEX_PREFIX) else "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return prompt

    def matched(self, prompts: Sequence[str]) -> int | None:
        """The number of the latest message of the scope that contains the text."""
        last = len(prompts) - 1
        scope = {"first": range(min(1, len(prompts))), "last": range(max(0, last), last + 1)}
        numbers = scope.get(self.scope, range(last + 1))
        return next((number for number in reversed(numbers) if self._contained(prompts[number])), None)

    def _contained(self, text: str) -> bool:
        if self.prompt.startswith(REGEX_PREFIX):
            return re.search(self.prompt.removeprefix(REGEX_PREFIX), text) is not None
        return self.prompt in text


def _as_conditions(value: object) -> object:
    items = cast(list[object], value) if isinstance(value, list) else [value]
    return [{"prompt": item} if isinstance(item, str) else item for item in items]


def _as_turn(value: object) -> object:
    return str(value) if type(value) is int else value


class Scenario(_Strict):
    name: str = Field(min_length=1)
    match: Annotated[list[Condition], BeforeValidator(_as_conditions)] = Field(default_factory=list[Condition])
    turn: Annotated[str | None, BeforeValidator(_as_turn), Field(pattern=r"^[1-9]\d*\+?$")] = None
    steps: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_match(self) -> Self:
        if not self.match and self.turn is None and self.name != DEFAULT_NAME:
            raise ValueError("match is missing; only the scenario named default may go without")
        if self.name == DEFAULT_NAME and (self.match or self.turn is not None):
            raise ValueError("the scenario named default takes neither match nor turn")
        return self

    def matched(self, prompts: Sequence[str]) -> int | None:
        """The number of the latest user message that a condition matched, when all of them hold."""
        if not self._turn_matches(len(prompts)):
            return None
        numbers = [condition.matched(prompts) for condition in self.match]
        if self.turn is not None:
            numbers.append(len(prompts) - 1)
        found = [number for number in numbers if number is not None]
        return max(found) if found and len(found) == len(numbers) else None

    def _turn_matches(self, turns: int) -> bool:
        if self.turn is None:
            return True
        wanted = int(self.turn.rstrip("+"))
        return turns >= wanted if self.turn.endswith("+") else turns == wanted


NO_SCENARIO = Scenario(
    name=DEFAULT_NAME,
    match=[],
    steps=[
        Step.model_validate(
            {
                "text": "This is a scripted model: it plays scenarios from a file and understands nothing. "
                "None of its scenarios matches this prompt, so nothing was done."
            }
        )
    ],
)


@dataclass(frozen=True)
class Conversation:
    """What a request says about where the conversation stands; nothing else is remembered."""

    prompts: tuple[str, ...]
    answers_since_prompt: int


@dataclass(frozen=True)
class Scenarios:
    items: tuple[Scenario, ...]

    def choose(self, conversation: Conversation) -> Scenario:
        """The scenario that matches the latest message; of several such, the first in the file."""
        best, latest = self.default, -1
        for scenario in self.items:
            number = scenario.matched(conversation.prompts)
            if number is not None and number > latest:
                best, latest = scenario, number
        return best

    @cached_property
    def default(self) -> Scenario:
        return next((item for item in self.items if item.name == DEFAULT_NAME), NO_SCENARIO)
