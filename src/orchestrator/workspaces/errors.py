"""What can go wrong with repositories and workspaces, told to the person who asked."""

from collections.abc import Generator
from contextlib import contextmanager

from orchestrator.kit.errors import Conflict, OrchestratorError


class RepositoryNotFound(OrchestratorError):
    """There is no repository at {repository}."""

    status = 422
    code = "repository_not_found"
    hint = "Give the absolute path of a git repository on this machine, or its URL."


class RepositoryOutsideRoots(OrchestratorError):
    """{repository} lies outside the folders that may be used."""

    status = 422
    code = "repository_outside_roots"
    hint = "Move the repository below an allowed root, or add its folder to ORCHESTRATOR_ALLOWED_ROOTS. Now: {roots}."


class RepositoryNotGit(OrchestratorError):
    """{repository} is not a git repository."""

    status = 422
    code = "repository_not_git"
    hint = "Name the repository's top folder (the one with .git), or run `git init` there first."


class RepositoryShallow(OrchestratorError):
    """{repository} is a shallow clone: the beginning of its history is missing."""

    status = 422
    code = "repository_shallow"
    hint = "Fetch the rest there with `git fetch --unshallow`, or name the URL that it was cloned from."


class RepositoryUrlUnsupported(OrchestratorError):
    """The repository address is not one that can be used: {problem}."""

    status = 422
    code = "repository_url_unsupported"
    hint = (
        "Use an absolute path, https://, http://, ssh:// or git@host:path, without a user name and password in it: "
        "addresses are shown to everyone in the tenant."
    )


class RepositoryUnreachable(OrchestratorError):
    """The repository {repository} could not be read: {detail}"""

    status = 502
    code = "repository_unreachable"
    hint = "Check the address and the network, for example with `git ls-remote` on the node."


class RepositoryCredentialMissing(OrchestratorError):
    """The repository {repository} wants to know who asks, and the tenant has no git credential for it."""

    status = 422
    code = "repository_credential_missing"
    hint = "An ADMIN adds one with `orchestrator git-credentials add`; if it is public, check the address."


class RepositoryCredentialRefused(OrchestratorError):
    """The repository {repository} refused the git credential {credential}: {detail}"""

    status = 422
    code = "repository_credential_refused"
    hint = "Check that it has not expired and may read (and for a push, write) this repository; then add a new one."


class RepositoryHostKeyWrong(OrchestratorError):
    """The machine that answers for {repository} does not have the host key that the git credential pins."""

    status = 502
    code = "repository_host_key_wrong"
    hint = "If its key was changed on purpose, add the credential anew with the new host key; else somebody stands between."


class RefNotFound(OrchestratorError):
    """The repository has no branch, tag or commit named {ref}."""

    status = 422
    code = "ref_not_found"
    hint = "Some of its branches: {branches}."


class RepositoryConfigInvalid(OrchestratorError):
    """.orchestrator.yml at commit {commit} is not valid: {field}: {problem}"""

    status = 422
    code = "repository_config_invalid"
    hint = "Correct that field, commit, and start the session again."


class SubmoduleRefused(OrchestratorError):
    """The submodule {path} is not fetched: {problem}."""

    status = 422
    code = "repository_submodule_refused"
    hint = "Correct .gitmodules, or set `submodules: false` in .orchestrator.yml to do without."


class SubmoduleUnavailable(OrchestratorError):
    """The submodule {path} could not be fetched from {url}: {problem}"""

    status = 502
    code = "repository_submodule_unavailable"
    hint = (
        "An ADMIN adds a git credential for that address, or the commit is pushed there; `submodules: false` in "
        ".orchestrator.yml does without."
    )


class LfsUnavailable(OrchestratorError):
    """The files of Git LFS could not be had from, or brought to, {url}: {problem}."""

    status = 502
    code = "repository_lfs_unavailable"
    hint = "Check that the repository's server keeps files of Git LFS and is within reach, then start the session again."


class LfsAbsent(LfsUnavailable):
    """The repository's server {url} answers no request for files of Git LFS: {problem}."""

    code = "repository_lfs_absent"
    hint = "Switch Git LFS on for the repository at its server; its credential may lack the right to use it."


class LfsDamaged(OrchestratorError):
    """What was received as the file {oid} of Git LFS is not that file."""

    status = 502
    code = "repository_lfs_damaged"
    hint = "Look at the file in a fresh clone of the repository with `git lfs fsck`; its server may hold a broken copy."


class LfsContentElsewhere(OrchestratorError):
    """{count} files of Git LFS that the session made, such as {oid}, are neither on this node nor in the artifact store."""

    status = 409
    code = "repository_lfs_elsewhere"
    hint = "Bring back the node that it ran on before, or the artifact store's folder `lfs`; then start it again."


class SetupFailed(OrchestratorError):
    """The setup command `{command}` ended with exit code {exit_code}. The end of its output: {output}"""

    status = 422
    code = "setup_failed"
    hint = "Run the command in a fresh clone of the base commit, mend it in .orchestrator.yml and commit."


class WorkspaceFailed(OrchestratorError):
    """The workspace could not be {action}: {detail}"""

    code = "workspace_failed"
    hint = "Look for a full disk or missing rights in the data directory; the step can be run again."


class WorkspaceNotKept(WorkspaceFailed):
    """The worktree stays where it is: its last commit {commit} is kept by no ref of {repository}."""

    code = "workspace_not_kept"
    hint = "Look for a broken or full disk; `orchestrator gc` removes the worktree once its commit is kept."


@contextmanager
def told_as_failure(action: str) -> Generator[None]:
    """A full or broken disk is told as what could not be done, not as a traceback."""
    try:
        yield
    except OSError as problem:
        raise WorkspaceFailed(action=action, detail=problem.strerror or str(problem)) from problem


class PublishFailed(OrchestratorError):
    """The branch {branch} could not be written to {repository}: {detail}"""

    status = 409
    code = "publish_failed"
    hint = "The branch is safe in the orchestrator's mirror. Mend the cause and publish again."


class BundleUnreadable(OrchestratorError):
    """The bundle of commits cannot be read: {problem}."""

    status = 422
    code = "bundle_unreadable"
    hint = "Make it with `git bundle create FILE BRANCH ^OPENED`, of one branch, or use `orchestrator sessions send`."


class CommitsRefused(OrchestratorError):
    """The commits that were sent cannot be taken in: {problem}."""

    status = 422
    code = "commits_refused"
    hint = "They have to be whole and to descend from the session's base commit: `git fsck` and `git log` show both."


class OriginMissing(Conflict):
    """There is nowhere to push {branch} to: the session's repository is on this machine, or there is none."""

    code = "origin_missing"
    hint = "In a repository on this machine the branch is there already; `orchestrator sessions diff` prints the patch."


class GitFailed(OrchestratorError):
    """git {command} failed: {detail}"""

    code = "git_failed"
    hint = "Look for a full disk or missing rights in the data directory."


class GitTimedOut(GitFailed):
    """git {command} did not finish within {timeout_seconds} seconds."""

    code = "git_timed_out"
    hint = "Check the network and the load of the machine, then try again."


class MirrorBusy(Conflict):
    """Another process has held the lock {lock} for more than {timeout_seconds} seconds."""

    code = "mirror_busy"
    hint = "Wait for the other process to finish its fetch, or stop it."
