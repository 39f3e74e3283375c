"""What a remote's refusal means, told to the person who named the repository."""

import re

from orchestrator.kit.errors import OrchestratorError
from orchestrator.workspaces.access import Access
from orchestrator.workspaces.errors import (
    GitFailed,
    RepositoryCredentialMissing,
    RepositoryCredentialRefused,
    RepositoryHostKeyWrong,
    RepositoryNotFound,
    RepositoryNotGit,
    RepositoryUnreachable,
)
from orchestrator.workspaces.repository import Origin

_NOT_FOUND = re.compile(r"repository .* not found|Repository not found|returned error: 404")
_HOST_KEY = re.compile(r"Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED")
_NOT_LET_IN = re.compile(
    r"Authentication failed|could not read (Username|Password)|terminal prompts disabled|returned error: 40[13]"
    r"|Permission denied|Too many authentication failures|Invalid username|access denied|error in libcrypto",
    re.IGNORECASE,
)


def unreachable(origin: Origin, failure: GitFailed, access: Access) -> OrchestratorError:
    detail = str(failure.fields.get("detail") or failure)
    if origin.path is not None and not origin.path.exists():
        return RepositoryNotFound(repository=origin.location)
    if "does not appear to be a git repository" in detail and origin.path is not None:
        return RepositoryNotGit(repository=origin.location)
    if origin.path is None and _HOST_KEY.search(detail):
        return RepositoryHostKeyWrong(repository=origin.location)
    if origin.path is None and _NOT_LET_IN.search(detail):
        if access.login is None:
            return RepositoryCredentialMissing(repository=origin.location)
        return RepositoryCredentialRefused(repository=origin.location, credential=access.login, detail=detail)
    if _NOT_FOUND.search(detail):
        return RepositoryNotFound(repository=origin.location)
    return RepositoryUnreachable(repository=origin.location, detail=detail)
