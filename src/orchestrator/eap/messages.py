"""The messages of EAP v1, as they go over the wire. Their JSON Schemas are published at `/agents/external/schemas`."""

import base64
import hashlib
import json
import re
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from orchestrator.agents.definitions import AgentName
from orchestrator.eap.models import Desired, Reported

PROTOCOL_VERSION = "1.0"
MOST_EVENTS, MOST_EVENT_BYTES = 500, 64_000
MOST_PATCH_CHARACTERS = 2_000_000
MOST_VALUES_CHARACTERS = 64_000
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=200)]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Epoch = Annotated[int, Field(ge=1, le=2**62, description="The lease's epoch, as the assignment has it.")]
Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/_-]+={0,2}$", max_length=200)]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """As the database can keep it."""
    try:
        written = json.dumps(values, allow_nan=False)
        written.encode()
    except (ValueError, RecursionError):
        raise ValueError("it is too deep, or has numbers or characters that JSON has not") from None
    if len(written) > MOST_VALUES_CHARACTERS:
        raise ValueError(f"it is longer than {MOST_VALUES_CHARACTERS} characters")
    if "\\u0000" in written or re.search(r"\\ud[89a-f]", written):
        raise ValueError("it has a NUL, or half of a character")
    return values


Values = Annotated[dict[str, Any], Field(default_factory=dict, max_length=100), AfterValidator(_plain)]


_KEY, _SIGNATURE = base64.b64encode(bytes(32)).decode(), base64.b64encode(bytes(64)).decode()
_EMPTY = hashlib.sha256().hexdigest()


class Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Register(Message):
    """`POST /register`, with the enrolment token as the bearer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"protocol_version": PROTOCOL_VERSION, "name": "fixer", "capabilities": ["bug-fix"], "public_key": _KEY}
            ]
        }
    )

    protocol_version: Line = Field(examples=[PROTOCOL_VERSION])
    name: AgentName = Field(description="Of the agent in the tenant; agents that share one share its work.")
    version: Line = Field("0", description="Of your own code. Another version begins a record of its own.")
    agent_type: Line = Field("custom", description="What drives it, such as `claude-code`.")
    description: Text = Field("", max_length=500)
    capabilities: list[Line] = Field(default_factory=list[str], max_length=50)
    endpoint_url: Text | None = Field(
        None, max_length=2_000, description="Where assignments are pushed to. Without one the agent asks for them."
    )
    public_key: Base64 = Field(description="Ed25519, 32 bytes.")
    max_tasks: int = Field(1, ge=1, le=1_000, description="How many it works on at once.")
    metadata: Values


class WireLimits(BaseModel):
    most_events_a_batch: int
    most_event_bytes: int
    most_patch_characters: int
    most_artifact_bytes: int
    most_artifacts_bytes: int = Field(description="Of one assignment together.")
    most_piece_bytes: int = Field(description="Of one PUT of an artifact.")


class Registered(BaseModel):
    agent_id: UUID
    auth_token: str = Field(description="Works until `token_expires_at`; then buy another one with an assertion.")
    token_expires_at: datetime
    challenge: str = Field(description="Sign it with the private key and send the signature to /prove.")
    heartbeat_interval_seconds: float
    lease_seconds: float
    limits: WireLimits
    webhook_secret: str | None = Field(None, description="Of pushed assignments (Standard Webhooks). Shown here alone.")


class Challenge(BaseModel):
    challenge: str
    expires_at: datetime


class Prove(Message):
    model_config = ConfigDict(json_schema_extra={"examples": [{"signature": _SIGNATURE}]})

    signature: Base64 = Field(description="Of the challenge's UTF-8 bytes.")


class Proven(BaseModel):
    agent_id: UUID
    proven_at: datetime


class TokenRequest(Message):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"assertion": "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiIuLi4ifQ.c2lnbmF0dXJl"}]}
    )

    assertion: Annotated[str, StringConstraints(max_length=4_000, pattern=r"^[\x21-\x7e]+$")] = Field(
        description="A JWT (EdDSA): iss and sub the agent's id, aud `eap`, iat, exp within 5 minutes, jti."
    )


class Token(BaseModel):
    auth_token: str
    token_expires_at: datetime


class RotateKey(Message):
    """Both keys sign the text `eap-v1:rotate:<agent id>:<new public key>`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"public_key": _KEY, "old_signature": _SIGNATURE, "new_signature": _SIGNATURE}]}
    )

    public_key: Base64
    old_signature: Base64
    new_signature: Base64


class InProgress(Message):
    task_id: UUID
    lease_epoch: Epoch


class Heartbeat(Message):
    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "healthy", "current_load": 0.5}]})

    status: Reported = Reported.HEALTHY
    current_load: float = Field(0, ge=0, le=1e6, allow_inf_nan=False)
    tasks_in_progress: list[InProgress] = Field(
        default_factory=list[InProgress], max_length=1_000, description="Their leases are renewed."
    )
    metrics: Values
    last_error: Text | None = Field(None, max_length=2_000)


class HeartbeatAnswer(BaseModel):
    desired_state: Desired
    cancel: list[UUID] = Field(description="Tasks in progress that are not yours any more: drop them.")
    heartbeat_interval_seconds: float
    lease_seconds: float


class RepositoryAt(BaseModel):
    """Where the work begins: `git clone` of the bundle gives the branch at the commit."""

    url: str = Field(description="Answers a git bundle; it takes the agent's token.")
    format: Literal["git-bundle"] = "git-bundle"
    branch: str
    commit: str
    bytes: int
    sha256: str


class GatewayAccess(BaseModel):
    """Models of the tenant, metered and stopped at the session's budget."""

    base_url: str = Field(description="OpenAI-compatible; Anthropic's messages are below it as well.")
    api_key: str = Field(description="Of this lease alone.")
    model: str


class AssignmentMessage(BaseModel):
    """What a lease gives, and what is pushed."""

    task_id: UUID
    session_id: UUID
    lease_epoch: int
    attempt: int
    task_type: str
    context: dict[str, Any] = Field(description="What the session is about, with what was said in earlier turns.")
    input_data: dict[str, Any] = Field(description="`prompt`: what is to be done now.")
    requirements: dict[str, Any] = Field(description="Capabilities asked for, and how the work will be verified.")
    timeout_seconds: int
    lease_expires_at: datetime
    repository: RepositoryAt
    gateway: GatewayAccess | None = None


class LeaseRef(Message):
    model_config = ConfigDict(json_schema_extra={"examples": [{"lease_epoch": 1}]})

    lease_epoch: Epoch


class Renewed(BaseModel):
    lease_expires_at: datetime


class Event(Message):
    """`text` and `tool` become parts of the session's transcript, `progress` and `log` its news."""

    seq: int = Field(ge=1, le=2**62, description="From 1 within a lease, without gaps.")
    kind: Literal["text", "tool", "progress", "log"]
    text: Text = Field("", max_length=MOST_EVENT_BYTES)
    data: Values


class Events(Message):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"lease_epoch": 1, "events": [{"seq": 1, "kind": "text", "text": "I read the failing test."}]}]
        }
    )

    lease_epoch: Epoch
    events: list[Event] = Field(min_length=1, max_length=MOST_EVENTS)


class EventsAnswer(BaseModel):
    expected_seq: int = Field(description="All before it are kept. What came behind a gap was not, and is to be sent again.")


class DeclareArtifact(Message):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lease_epoch": 1, "name": "report.txt", "size": 0, "sha256": _EMPTY}]}
    )

    lease_epoch: Epoch
    name: FileName
    size: int = Field(ge=0, le=2**62)
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    media_type: Line = "application/octet-stream"


class ArtifactRead(BaseModel):
    artifact_id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    received: int = Field(description="Send on from here.")
    complete: bool


class Result(Message):
    """`PUT …/result`. The work is a patch or a bundle upon the assignment's commit, or nothing was changed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lease_epoch": 1, "status": "completed", "summary": "Nothing had to be changed."}]}
    )

    lease_epoch: Epoch
    status: Literal["completed", "failed"]
    summary: Text = Field("", max_length=20_000)
    patch: Text | None = Field(
        None, max_length=MOST_PATCH_CHARACTERS, description="`git diff --binary` upon the assignment's commit."
    )
    patch_artifact: FileName | None = Field(None, description="The same as an artifact, for what is larger.")
    bundle_artifact: FileName | None = Field(
        None, description="A git bundle with one branch that builds upon the assignment's commit."
    )
    artifacts: list[FileName] = Field(default_factory=list[str], max_length=100, description="Kept with the session.")
    output_data: Values
    error: Text | None = Field(None, max_length=20_000)
    execution_time_ms: int = Field(0, ge=0, le=2**53)
    tokens_used: int = Field(0, ge=0, le=2**53, description="Your own count; it is kept apart from what we measure.")
    cost_micro_usd: int = Field(0, ge=0, le=2**53)


class ResultAnswer(BaseModel):
    task_id: UUID
    status: Literal["completed", "failed"]
    result_sha256: str
    accepted_at: datetime


MESSAGES: tuple[type[BaseModel], ...] = (
    Register,
    Registered,
    Challenge,
    Prove,
    Proven,
    TokenRequest,
    Token,
    RotateKey,
    Heartbeat,
    HeartbeatAnswer,
    AssignmentMessage,
    LeaseRef,
    Renewed,
    Events,
    EventsAnswer,
    DeclareArtifact,
    ArtifactRead,
    Result,
    ResultAnswer,
)
