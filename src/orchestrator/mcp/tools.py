"""What a tool is: a name and words for the model that calls it, the shape of its arguments, and what it does."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.http import DATABASE_TROUBLE, database_error
from orchestrator.kit.logging import get_logger

log = get_logger(__name__)


class Caller(Protocol):
    @property
    def tenant_id(self) -> UUID: ...


CallerT = TypeVar("CallerT", bound=Caller)
GivenT = TypeVar("GivenT", bound="Arguments")


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ToolRefused(Exception):
    """An error of another face of ours, in its own words."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        self.code, self.message, self.hint = code, message, hint
        super().__init__(message)

    @property
    def told(self) -> str:
        return f"{self.message} ({self.code})\n{self.hint}"


@dataclass(frozen=True)
class Tool(Generic[CallerT]):
    """Its description is the docstring of `call`, which is read by models."""

    arguments: type[Arguments]
    call: Callable[[CallerT, Any], Awaitable[object]]
    offered: Callable[[CallerT], Awaitable[bool]] | None = None
    """To whom it is listed; None: to all. Whoever calls it nevertheless is refused by what it does."""

    @property
    def name(self) -> str:
        return self.call.__name__

    @property
    def description(self) -> str:
        return " ".join((self.call.__doc__ or "").split())

    @cached_property
    def schema(self) -> dict[str, Any]:
        """Without the titles that Pydantic makes of names: each call of a model carries all of it.

        Made once: whoever asks for the list of tools again and again kept a process from everybody else.
        """
        whole = self.arguments.model_json_schema()
        fields = {name: {k: v for k, v in one.items() if k != "title"} for name, one in whole["properties"].items()}
        return {name: value for name, value in whole.items() if name != "title"} | {"properties": fields}


@dataclass(frozen=True)
class Told:
    """What a call comes to."""

    text: str
    is_error: bool = False


def tool(
    arguments: type[GivenT],
    call: Callable[[CallerT, GivenT], Awaitable[object]],
    offered: Callable[[CallerT], Awaitable[bool]] | None = None,
) -> Tool[CallerT]:
    return Tool(arguments, call, offered)


async def carry_out(one: Tool[CallerT], caller: CallerT, given: dict[str, Any]) -> Told:
    """What goes wrong is told to the model, which can do better; a fault of ours is one without its details."""
    try:
        answer = await one.call(caller, one.arguments.model_validate(given))
    except ValidationError as error:
        return Told(_problems(error), is_error=True)
    except ToolRefused as refused:
        return Told(refused.told, is_error=True)
    except OrchestratorError as error:
        return Told(ToolRefused(error.code, error.message, error.hint_text).told, is_error=True)
    except DATABASE_TROUBLE as error:
        log.error("database_trouble", tenant_id=str(caller.tenant_id), tool=one.name, problem=str(error).split("\n")[0])
        trouble = database_error(error)
        return Told(ToolRefused(trouble.code, trouble.message, trouble.hint_text).told, is_error=True)
    return Told(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, default=str))


def _problems(error: ValidationError) -> str:
    problems = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5]]
    return f"The arguments do not fit: {'; '.join(problems)} (invalid)\nCorrect them and call the tool again."
