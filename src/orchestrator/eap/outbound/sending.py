"""The message that an assignment becomes: the prompt, all of the assignment as data, and the repository."""

from dataclasses import dataclass
from typing import Any

from a2a.types import Message, Part, Role, SendMessageConfiguration, SendMessageRequest

from orchestrator.eap.messages import AssignmentMessage

ASSIGNMENT_TYPE = "application/vnd.opencode-orchestrator.assignment+json"
BUNDLE_TYPE, PATCH_TYPE = "application/x-git-bundle", "text/x-diff"
BUNDLE_NAME = "repository.bundle"
OUTPUT_MODES = ["text/plain", PATCH_TYPE, BUNDLE_TYPE, "application/json", "application/octet-stream"]


@dataclass(frozen=True)
class Conversation:
    """Where the session's earlier turn left off: a task that asked something is answered."""

    context_id: str = ""
    task_id: str = ""


def request_of(
    work: AssignmentMessage, message_id: str, bundle: bytes | None, download: tuple[str, str], conversation: Conversation
) -> SendMessageRequest:
    """`download`: address and token of the repository, for what is too large to go along."""
    message = Message(
        message_id=message_id,
        role=Role.ROLE_USER,
        context_id=conversation.context_id,
        task_id=conversation.task_id,
        parts=[Part(text=_prompt(work), media_type="text/plain"), _data(work, bundle, download)],
    )
    if bundle is not None:
        message.parts.append(Part(raw=bundle, filename=BUNDLE_NAME, media_type=BUNDLE_TYPE))
    configuration = SendMessageConfiguration(accepted_output_modes=OUTPUT_MODES, return_immediately=True)
    return SendMessageRequest(message=message, configuration=configuration)


def _prompt(work: AssignmentMessage) -> str:
    instructions = str(work.context.get("instructions") or "")
    prompt = str(work.input_data.get("prompt", ""))
    return f"{prompt}\n\n{instructions}".rstrip() if instructions else prompt


def _data(work: AssignmentMessage, bundle: bytes | None, download: tuple[str, str]) -> Part:
    url, token = download
    told: dict[str, Any] = work.model_dump(mode="json", exclude={"repository"})
    repository = work.repository.model_dump(mode="json", exclude={"url"})
    where = {"filename": BUNDLE_NAME} if bundle is not None else {"url": url, "authorization": f"Bearer {token}"}
    part = Part(media_type=ASSIGNMENT_TYPE)
    part.data.struct_value.update({**told, "repository": {**repository, **where}})
    return part
