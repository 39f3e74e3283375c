"""What OpenCode answers, as far as we read it. Fields that we do not know are ignored."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _wire_name(field: str) -> str:
    """OpenCode writes `sessionID`, where camel case says `sessionId`."""
    name = to_camel(field)
    return f"{name[:-2]}ID" if field.endswith("_id") else name


class Record(BaseModel):
    model_config = ConfigDict(alias_generator=_wire_name, populate_by_name=True, extra="ignore", frozen=True)


class Health(Record):
    healthy: bool
    version: str


class Rule(Record):
    permission: str
    pattern: str = "*"
    action: Literal["allow", "ask", "deny"]


class ModelRef(Record):
    provider_id: str
    model_id: str


class CacheTokens(Record):
    read: int = 0
    write: int = 0


class Tokens(Record):
    """`input` leaves out what came from the cache."""

    input: int = 0
    output: int = 0
    reasoning: int = 0
    cache: CacheTokens = CacheTokens()


class Project(Record):
    """The repository that a directory belongs to."""

    id: str


class SessionTime(Record):
    created: int
    updated: int


class Session(Record):
    """`tokens` and `cost` (USD) are the sums over its messages; of its own `permission` rules the last match decides."""

    id: str
    project_id: str
    directory: str
    title: str
    version: str
    time: SessionTime
    parent_id: str | None = None
    agent: str | None = None
    cost: float = 0.0
    tokens: Tokens = Tokens()
    permission: tuple[Rule, ...] = ()


class ErrorData(Record):
    message: str = ""
    status_code: int | None = None
    is_retryable: bool | None = None
    response_headers: dict[str, str] = Field(default_factory=dict)
    response_body: str | None = None


class MessageError(Record):
    """`name` is APIError, MessageAbortedError, ContentFilterError, ContextOverflowError, UnknownError, ..."""

    name: str
    data: ErrorData = ErrorData()


class MessageTime(Record):
    """Milliseconds since 1970. `completed` is missing while it is written and after a crash."""

    created: int
    completed: int | None = None


class MessageInfo(Record):
    """`finish` is stop, tool-calls, length, content-filter, other or unknown; it is missing after an error."""

    id: str
    session_id: str
    role: Literal["user", "assistant"]
    time: MessageTime
    parent_id: str | None = None
    agent: str | None = None
    provider_id: str | None = None
    model_id: str | None = None
    finish: str | None = None
    error: MessageError | None = None
    cost: float = 0.0
    tokens: Tokens = Tokens()
    summary: Any = None
    """True: it sums the conversation up, to make room in the model's context."""


class ToolState(Record):
    """`input` is empty while pending; `output` is there when completed, `error` when it failed."""

    status: Literal["pending", "running", "completed", "error"]
    input: dict[str, Any] = Field(default_factory=dict)
    output: str | None = None
    error: str | None = None
    title: str | None = None
    time: dict[str, float] | None = None
    """`start` and `end` in milliseconds since 1970."""
    metadata: dict[str, Any] = Field(default_factory=dict)


class Part(Record):
    """`type` is text, reasoning, tool, step-start, step-finish, patch, file, retry, compaction, ..."""

    id: str
    session_id: str
    message_id: str
    type: str
    text: str | None = None
    synthetic: bool = False
    tool: str | None = None
    call_id: str | None = None
    state: ToolState | None = None
    reason: str | None = None
    cost: float = 0.0
    tokens: Tokens | None = None


class Message(Record):
    info: MessageInfo
    parts: tuple[Part, ...]

    @property
    def by_opencode(self) -> bool:
        """Of a user's message: nobody said it."""
        return bool(self.parts) and all(part.synthetic or part.type == "compaction" for part in self.parts)

    @property
    def text(self) -> str:
        return "\n".join(part.text for part in self.parts if part.type == "text" and part.text)


class SessionStatus(Record):
    """`next` is the time of the next try in milliseconds since 1970, `attempt` and `message` belong to retry."""

    type: Literal["idle", "busy", "retry"]
    attempt: int = 0
    message: str = ""
    next: int | None = None


class ToolCall(Record):
    message_id: str
    call_id: str


class PermissionRequest(Record):
    id: str
    session_id: str
    permission: str
    patterns: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict)
    tool: ToolCall | None = None


class QuestionOption(Record):
    label: str
    description: str = ""


class Question(Record):
    question: str
    header: str = ""
    options: tuple[QuestionOption, ...] = ()
    multiple: bool = False


class QuestionRequest(Record):
    id: str
    session_id: str
    questions: tuple[Question, ...]
    tool: ToolCall | None = None


class Todo(Record):
    content: str
    status: str
    priority: str = ""


class FileDiff(Record):
    file: str = ""
    additions: int = 0
    deletions: int = 0
    status: str | None = None
    patch: str | None = None
