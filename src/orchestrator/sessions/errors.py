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
    """The session has had as many turns as it may take: {most}."""

    code = "turns_spent"
    hint = "Fork it, or hand it in again with a larger max_turns."


class QueueFull(OrchestratorError):
    """The tenant's queue is full: {queued} of at most {most}, by max_queued_sessions."""

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


class CommitNotHere(OrchestratorError):
    """The commit {commit} of the session is not on the API's machine, and cannot be brought there: {problem}"""

    status = 503
    code = "commit_not_here"
    hint = (
        "The API reads the session's repository and the artifact store: set ORCHESTRATOR_ARTIFACTS_URL to a store that all "
        "machines reach, and name repositories by a URL when API and workers run on several machines."
    )


class NotAtRest(Conflict):
    """The session is {status}: it can be opened elsewhere only while nothing of it runs."""

    code = "not_at_rest"
    hint = "Pause it first and wait until its status is `paused`; a finished session can be opened as it is."


class OpenedBefore(Conflict):
    """The session has gone on since checkpoint {opened} was opened: its newest is {newest}."""

    code = "branch_moved"
    hint = (
        "Open it again: your commits stay on your branch under another name, such as `git branch -m mine`; then bring them "
        "over with `git cherry-pick` and send."
    )


class UnrelatedRepository(Conflict):
    """The clone has no commit in common with the session's repository."""

    code = "unrelated_repository"
    hint = "Open the session in a clone of {repository}, or in a new folder: `orchestrator sessions open ID --folder NEW`."


class HandoffUnreadable(OrchestratorError):
    """What was sent cannot be read: {problem}."""

    status = 422
    code = "handoff_unreadable"
    hint = "`orchestrator sessions send` makes it: a tar archive of handoff.json, commits.bundle and conversation.json."


class HandoffTooLarge(OrchestratorError):
    """What was sent is larger than {most} bytes."""

    status = 413
    code = "handoff_too_large"
    hint = "Leave large files out of the commits, or have the operator raise ORCHESTRATOR_MAX_HANDOFF_BYTES."


class ConversationOfAnother(OrchestratorError):
    """The conversation that was sent is {sent}, and the session's is {wanted}."""

    status = 422
    code = "conversation_of_another"
    hint = "Send the conversation that `orchestrator sessions open` imported, or the work alone with --no-conversation."


class RebaseUnsolved(Conflict):
    """The base has moved to {base}, and the agent did not solve the conflicts in {files}."""

    code = "rebase_unsolved"
    hint = (
        "It is back at its old base with its work as it was. Decide: `orchestrator sessions open` and solve it by hand, "
        "`sessions say` how to solve it and `sessions rebase` again, or leave it where it is."
    )


class NothingToRebase(Conflict):
    """The session has no work yet that could be put upon another base."""

    code = "nothing_to_rebase"
    hint = "A session that has not begun takes its base as it is when it starts."


class SearchTooSlow(OrchestratorError):
    """The search was ended after {seconds} seconds."""

    status = 400
    code = "search_too_slow"
    hint = "Search for something else or shorter, or download the transcript and search that."


class ExternalAgentFailed(OrchestratorError):
    """The external agent says that it failed: {reason}"""

    status = 422
    code = "external_agent_failed"
    hint = "Its page shows what it told last; send the session a message to have it try again, or choose another agent."


class AgentGaveUp(OrchestratorError):
    """No external agent brought the work to its end: {reason}"""

    status = 503
    code = "external_agents_lost"
    hint = "Look at the agents' liveness and last errors: `orchestrator external list`."
