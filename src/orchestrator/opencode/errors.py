"""What can go wrong between us and OpenCode."""

from orchestrator.kit.errors import OrchestratorError


class OpenCodeMissing(OrchestratorError):
    """OpenCode {wanted} was not found: {problem}."""

    status = 503
    code = "opencode_missing"
    hint = "Run `make setup` in the checkout, or name a binary in ORCHESTRATOR_OPENCODE_BINARY."


class OpenCodeWrongVersion(OrchestratorError):
    """OpenCode {found} is installed at {path}, but this release is made for {wanted}."""

    status = 503
    code = "opencode_wrong_version"
    hint = "Run `make setup` in the checkout, or name a binary of version {wanted} in ORCHESTRATOR_OPENCODE_BINARY."


class RipgrepMissing(OrchestratorError):
    """No `rg` was found, and without it OpenCode's grep and glob tools fail or download one."""

    status = 503
    code = "ripgrep_missing"
    hint = "Run `make setup` in the checkout, or install ripgrep."


class OpenCodeStartFailed(OrchestratorError):
    """The OpenCode server did not start: {problem}. Its last lines: {lines}"""

    status = 503
    code = "opencode_start_failed"
    hint = "Look at {log} and run `orchestrator doctor`: mostly a sandbox, a folder's owner or free memory is wrong."


class OpenCodeUnreachable(OrchestratorError):
    """The OpenCode server did not answer {method} {path}: {problem}."""

    status = 503
    code = "opencode_unreachable"
    hint = "The runtime is gone or overloaded; the session resumes on another one from its last checkpoint."


class OpenCodeRequestFailed(OrchestratorError):
    """The OpenCode server answered {method} {path} with status {answer_status}: {body}"""

    status = 502
    code = "opencode_request_failed"
    hint = "The message above is OpenCode's own. If it names an id, that object is not in this runtime."

    @property
    def answer_status(self) -> int:
        return int(str(self.fields["answer_status"]))


class SnapshotUnreadable(OrchestratorError):
    """The snapshot of an OpenCode session cannot be used: {problem}."""

    status = 422
    code = "snapshot_unreadable"
    hint = "Resume from an earlier checkpoint; this one was cut short or comes from another version."
