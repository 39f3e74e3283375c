"""How a server that is reached over SSH says where its files of Git LFS are, and what a request for them has to carry.

https://github.com/git-lfs/git-lfs/blob/main/docs/api/server-discovery.md#ssh
"""

import shlex
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ValidationError

from orchestrator.workspaces.access import Access
from orchestrator.workspaces.asking import ASK_SECONDS
from orchestrator.workspaces.errors import LfsAbsent
from orchestrator.workspaces.git import Git, GitOptions

_ASK = '!f() { eval "exec $GIT_SSH_COMMAND \\"\\$@\\""; }; f'
_ANSWER_BYTES = 64 * 1024
_NO_SUCH_COMMAND = (1, 126, 127, 128)


class SshAnswer(BaseModel):
    href: str = ""
    header: dict[str, str] = {}


async def ask_over_ssh(git: Git, location: str, operation: str, access: Access) -> SshAnswer:
    """`operation` is `download` or `upload`. Raises LfsAbsent, and GitFailed when the server does not let us in."""
    options = GitOptions(
        timeout_seconds=ASK_SECONDS,
        accept=(0, *_NO_SUCH_COMMAND),
        output_limit=_ANSWER_BYTES,
        purpose="git-lfs-authenticate",
    )
    target, path = _target(location)
    command = f"git-lfs-authenticate {shlex.quote(path)} {operation}"
    words = ("-c", f"alias.ask-over-ssh={_ASK}", "ask-over-ssh", *target, command)
    answer = await git.run(None, *words, options=access.options(options))
    if answer.exit_code != 0 and not answer.truncated:
        raise LfsAbsent(url=location, problem=f"git-lfs-authenticate failed: {answer.complaint}"[:500])
    try:
        found = SshAnswer.model_validate_json(answer.stdout)
    except ValidationError:
        raise LfsAbsent(url=location, problem="git-lfs-authenticate gave no answer that can be read") from None
    if not found.href.startswith(("https://", "http://")):
        raise LfsAbsent(url=location, problem="git-lfs-authenticate names no https address")
    return found


def _target(location: str) -> tuple[tuple[str, ...], str]:
    """Of an address that `parse_reference` has let through: the words for ssh, and the path on the server."""
    if "://" not in location:
        host, _, path = location.partition(":")
        return ("--", host), path
    parts = urlsplit(location)
    port = ("-p", str(parts.port)) if parts.port else ()
    return (*port, "--", f"{parts.username}@{parts.hostname}" if parts.username else str(parts.hostname)), unquote(
        parts.path
    )
