"""The MCP servers of an agent, in the shape that OpenCode's own configuration has: https://opencode.ai/docs/mcp-servers."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from orchestrator.kit.urls import problem_with

MOST_SERVERS = 10
MOST_HEADERS = 20
MOST_MILLISECONDS = 120_000
OURS = "orchestrator"
"""What the orchestrator's own server is called: a session has that one already."""

ServerName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Word = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=4_000)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$")]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
SECRET_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,63}"  # noqa: S105 - what a name looks like.
_SECRET = re.compile(rf"\{{env:({SECRET_NAME})\}}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,1000}")
_NEVER = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type", "accept", "cookie"})
"""The protocol's own, and what would be a person's."""
_LIKELY_SECRET = re.compile(r"auth|key|token|secret|passw|credential|cookie|session|signature", re.IGNORECASE)


class _Server(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = Field(True, description="One that is not is kept, and not offered.")
    timeout: int | None = Field(
        None, ge=1_000, le=MOST_MILLISECONDS, description="Milliseconds for connecting and for each call; unset: 30000."
    )


class RemoteServer(_Server):
    """Reached through the gateway, which adds the headers. `{env:NAME}` in a value stands for an agent secret."""

    type: Literal["remote"]
    url: Word = Field(description="Of a server that speaks MCP's streamable HTTP.")
    headers: dict[HeaderName, Word] = Field(default_factory=dict[str, str], max_length=MOST_HEADERS)

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        in_sight = {
            "it has a question mark, where a secret would be seen": "?" in url,
            "a secret in it would be seen: use a header": "{" in url,
        }
        if problem := problem_with(url, also=in_sight):
            raise ValueError(problem)
        return url

    @field_validator("headers")
    @classmethod
    def _no_secret_in_sight(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if name.lower() in _NEVER:
                raise ValueError(f"{name} cannot be set here")
            if not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"the value of {name} has to be 1 to 1000 printable ASCII characters")
            if _LIKELY_SECRET.search(name) and not _SECRET.search(value):
                raise ValueError(
                    f"{name} looks like a secret: keep its value with `orchestrator agents secrets set NAME` "
                    "and write {env:NAME} in its place"
                )
        return headers

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(name for value in self.headers.values() for name in _SECRET.findall(value))


class LocalServer(_Server):
    """A command in the session's own sandbox, which sees the worktree and cannot write there."""

    type: Literal["local"]
    command: list[Word] = Field(min_length=1, max_length=50)
    environment: dict[VariableName, Word] = Field(default_factory=dict[str, str], max_length=50)

    @field_validator("environment")
    @classmethod
    def _no_secret(cls, environment: dict[str, str]) -> dict[str, str]:
        for name, value in environment.items():
            if _SECRET.search(value):
                raise ValueError(
                    f"{name}: no secret comes into a sandbox, so a local server has none; "
                    "use a remote one, whose headers the gateway adds"
                )
        return environment

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset()


Server = Annotated[RemoteServer | LocalServer, Field(discriminator="type")]


def checked_names(servers: dict[str, RemoteServer | LocalServer]) -> dict[str, RemoteServer | LocalServer]:
    """A tool is called <server>_<tool>, so no name may begin as another one and its underscore do."""
    for name in servers:
        if name.startswith(OURS):
            raise ValueError(f"{name} begins with {OURS}, which is the orchestrator's own server")
        if other := next((one for one in servers if name.startswith(f"{one}_")), None):
            raise ValueError(f"the tools of {name} could not be told from those of {other}")
    return servers


def filled_in(value: str, secrets: dict[str, str]) -> str:
    """With the secrets in their places; KeyError for one that is not there."""
    return _SECRET.sub(lambda found: secrets[found[1]], value)
