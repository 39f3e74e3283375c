"""Asking a remote what branches and tags it has. It is a stranger's, and may name some without an end."""

from orchestrator.workspaces.errors import RepositoryUnreachable
from orchestrator.workspaces.git import Git, GitOptions

ASK_SECONDS = 45.0
MOST_ANSWER_BYTES = 128 << 20
"""More than a million of them."""
MOST_ASKING_BYTES = 1 << 30
"""Of memory: git itself keeps all that it is told until the end."""


def asking() -> GitOptions:
    return GitOptions(
        timeout_seconds=ASK_SECONDS,
        output_limit=MOST_ANSWER_BYTES,
        memory_bytes=MOST_ASKING_BYTES,
        purpose="git ls-remote",
    )


async def ask(git: Git, location: str, *names: str, flags: tuple[str, ...] = (), options: GitOptions) -> bytes:
    """`options` are those of `asking`, with the access to it. Raises GitFailed, GitTimedOut, RepositoryUnreachable."""
    answer = await git.run(None, "ls-remote", *flags, "--", location, *names, options=options)
    if answer.truncated:
        raise RepositoryUnreachable(repository=location, detail="it names more branches and tags than anybody has")
    return answer.stdout
