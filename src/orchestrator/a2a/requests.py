"""What a message says: the words for the agent, and how the session is to be."""

from typing import Any

from a2a.types import Message, Part, Role, SendMessageRequest
from a2a.utils.errors import ContentTypeNotSupportedError, InvalidParamsError
from google.protobuf.json_format import MessageToDict
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orchestrator.sessions.schemas import SessionCreate
from orchestrator.sessions.service import NewSession

EXTENSION = "urn:opencode-orchestrator:a2a:session:v1"
"""Under this key of a message's metadata stands how the session is to be; the keys may also stand by themselves."""
MOST_ID_CHARACTERS = 200


class SessionParams(BaseModel):
    """The fields of POST /sessions that a message may give in its metadata."""

    model_config = ConfigDict(extra="ignore")

    repository: str | None = Field(None, description="A URL or an absolute path below an allowed root.")
    base_ref: str | None = Field(None, description="Branch, tag or commit to start from.")
    verify: list[str] | None = Field(None, description="Commands that judge the result.")
    title: str | None = Field(None, description="Unset: the first line of the message.")
    model: str | None = Field(None, description="Unset: the agent's own.")
    priority: int = Field(0, description="-100 to 100; higher runs first.")
    timeout_seconds: int = Field(3600, description="From its start until it is timed out.")
    max_feedback_rounds: int = Field(2, description="Turns that may follow a failed verification.")
    max_turns: int = Field(50, description="Most turns of the whole session.")
    max_tokens: int | None = Field(None, description="Most tokens of all its model calls.")
    max_cost_micro_usd: int | None = Field(None, description="Most that its model calls may cost.")


def text_of(message: Message) -> str:
    """Raises ContentTypeNotSupportedError: agents read text, and files come by the repository."""
    if message.role == Role.ROLE_AGENT:
        raise InvalidParamsError("message.role: what a client sends has the role ROLE_USER")
    _check_ids(message)
    return "\n\n".join(_text_of(part) for part in message.parts)


def _text_of(part: Part) -> str:
    kind = part.WhichOneof("content")
    media = part.media_type or "text/plain"
    if kind != "text" or not media.startswith("text/"):
        raise ContentTypeNotSupportedError(f"This agent reads text parts; a part of {media} with {kind} is none.")
    if "\0" in part.text:
        raise InvalidParamsError("message.parts: a text may not hold the character NUL")
    return part.text


def _check_ids(message: Message) -> None:
    for name, value in (("messageId", message.message_id), ("contextId", message.context_id)):
        if len(value) > MOST_ID_CHARACTERS or "\0" in value:
            raise InvalidParamsError(f"message.{name}: at most {MOST_ID_CHARACTERS} characters, and no NUL")


def new_session(agent: str, request: SendMessageRequest) -> NewSession:
    """Checked as POST /sessions checks it. Raises InvalidParamsError."""
    given = _metadata(request.metadata) | _metadata(request.message.metadata)
    try:
        params = SessionParams.model_validate(given).model_dump(exclude_unset=True)
        wanted = SessionCreate.model_validate({**params, "prompt": text_of(request.message), "agent": agent})
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise InvalidParamsError(f"message.metadata: {problems}") from error
    return NewSession(**wanted.model_dump())


def _metadata(given: Any) -> dict[str, Any]:
    """A number of protobuf's is a float; 2.0 is 2."""
    plain = MessageToDict(given)
    inner = plain.pop(EXTENSION, None)
    return plain | (inner if isinstance(inner, dict) else {})
