"""What came of a task: the agent's words with the facts of the result, and the change itself."""

from a2a.types import Artifact, Part, Task
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Value

from orchestrator.a2a.calls import Call
from orchestrator.a2a.reading import answer_of
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.sessions.commits_here import CommitsHere, holders_of
from orchestrator.sessions.models import Session
from orchestrator.sessions.states import FINISHED

log = get_logger(__name__)

RESULT, CHANGES = "result", "changes"
_MOST_PATCH_BYTES = 200_000


async def add_artifacts(call: Call, session: Session, task: Task) -> None:
    """Nothing before the session is over. Call it without a transaction: git may have to fetch."""
    task.artifacts.extend(await artifacts_of(call, session))


async def artifacts_of(call: Call, session: Session, *, with_patch: bool = True) -> list[Artifact]:
    if session.status not in FINISHED:
        return []
    async with call.transaction() as db:
        answer = await answer_of(db, session)
    found = [_result(session, answer)]
    if session.commit is not None and session.files_changed != 0 and with_patch:
        found.append(await _changes(call, session))
    return found


def _result(session: Session, answer: str | None) -> Artifact:
    facts = {
        "branch": session.branch,
        "commit": session.commit,
        "baseCommit": session.base_commit,
        "repository": session.repository,
        "status": session.status.value,
        "verification": session.verification and session.verification.value,
        "verificationReason": session.verification_reason,
        "filesChanged": session.files_changed,
        "linesAdded": session.lines_added,
        "linesDeleted": session.lines_deleted,
    }
    parts = [Part(text=answer, media_type="text/plain")] if answer else []
    parts.append(Part(data=ParseDict(facts, Value()), media_type="application/json"))
    return Artifact(artifact_id=RESULT, name="Result", description="What the agent said, and what was found.", parts=parts)


async def _changes(call: Call, session: Session) -> Artifact:
    """The patch, or where to read it when it is long or its commits cannot be had at the moment."""
    address = f"{call.base_url}/api/v1/sessions/{session.id}/diff"
    patch = await _patch(call, session)
    is_short = patch is not None and len(patch.encode()) <= _MOST_PATCH_BYTES
    part = Part(text=patch) if is_short else Part(url=address)
    part.media_type, part.filename = "text/x-diff", f"{session.id}.diff"
    return Artifact(artifact_id=CHANGES, name="Changes", description="The change as a unified patch.", parts=[part])


async def _patch(call: Call, session: Session) -> str | None:
    parts, commit = call.parts, session.commit or ""
    try:
        async with parts.lanes.one(session.tenant_id):
            async with call.transaction() as db:
                holders = await holders_of(db, session)
            base = await CommitsHere(parts.workspaces, parts.checkpoints).bring(session, commit, holders)
            return await parts.workspaces.diff(str(session.tenant_id), base, commit)
    except OrchestratorError as error:
        log.info("a2a_patch_missing", session_id=str(session.id), code=error.code)
        return None
