"""What can go wrong with a session, and what to do about it."""

from enum import StrEnum

from orchestrator.kit.errors import Conflict, OrchestratorError


class FailureClass(StrEnum):
    """Why a session failed; only infrastructure faults are retried by the orchestrator itself."""

    USER_INPUT = "user_input"
    REPOSITORY = "repository"
    RUNTIME_START = "runtime_start"
    RUNTIME_LOST = "runtime_lost"
    PROVIDER_TRANSIENT = "provider_transient"
    PROVIDER_FINAL = "provider_final"
    BUDGET = "budget"
    VERIFICATION = "verification"
    TIME_OUT = "time_out"
    INTERNAL = "internal"


class IllegalTransition(Conflict):
    """The session is {status}: {action} is not possible now."""

    code = "illegal_transition"
    hint = "From here a session can become: {allowed}."


class UnknownAgent(OrchestratorError):
    """There is no agent called {agent}."""

    status = 422
    code = "unknown_agent"
    hint = "Agents here: {known}."


class PromptEmpty(OrchestratorError):
    """The prompt is empty."""

    status = 422
    code = "prompt_empty"
    hint = "Say in the prompt what the agent is to do."


class PromptTooLong(OrchestratorError):
    """The prompt has {length} characters; {most} is the most."""

    status = 422
    code = "prompt_too_long"
    hint = "Put long material into a file of the repository and name the file in the prompt."


class TurnsSpent(Conflict):
    """The session has had all {most} turns that it may take."""

    code = "turns_spent"
    hint = "Fork it, or hand it in again with a larger max_turns."


class QueueFull(OrchestratorError):
    """The tenant has {queued} sessions in the queue, and max_queued_sessions is {most}."""

    status = 429
    code = "queue_full"
    hint = "Wait until some have started, cancel some, or have an ADMIN raise the quota."


class StorageFull(OrchestratorError):
    """The tenant's files take {used} bytes, and storage_bytes is {most}."""

    status = 409
    code = "storage_quota_exceeded"
    hint = "Delete old sessions or have an ADMIN raise the quota; nothing that is stored is lost."


class NoCheckpointYet(Conflict):
    """The session has no checkpoint yet that it could be forked at."""

    code = "no_checkpoint_yet"
    hint = "Its first one comes at the end of its first turn, or within it after ORCHESTRATOR_CHECKPOINT_SECONDS."


class UnknownCheckpoint(OrchestratorError):
    """The session has no checkpoint {number}."""

    status = 404
    code = "unknown_checkpoint"
    hint = "GET /sessions/{{id}}/checkpoints lists those that it has; the newest 100 are kept."


class CheckpointUnusable(Conflict):
    """The checkpoint {number} cannot be forked: the artifact store has no whole file of it."""

    code = "checkpoint_unusable"
    hint = "Fork at another one; without a number the newest usable one is taken."


class ForkStartLost(Conflict):
    """The checkpoint that this session was forked at is damaged or gone."""

    code = "fork_start_lost"
    hint = "Fork its parent at another checkpoint, or bring the file back from a copy of the artifact store."


class NoResultYet(Conflict):
    """The session has no commit yet, so there is nothing to compare."""

    code = "no_result_yet"
    hint = "Wait for its first checkpoint: its checkpoints are listed under /checkpoints."
