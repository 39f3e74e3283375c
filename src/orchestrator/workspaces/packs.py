"""Moving objects into a repository. `strict` checks every object as `git fsck` does, and that none it names is missing."""

from dataclasses import replace
from pathlib import Path

from orchestrator.workspaces.errors import GitFailed
from orchestrator.workspaces.git import Git, GitOptions

PACK_SECONDS = 600.0
_LOOSE_BELOW = 100
_MOST_MEMORY = "1g"
"""In one piece: what an agent or a person sends is no more than a session's work. Larger files git takes in by and by."""


async def take_in(git: Git, git_dir: Path | None, pack: Path, options: GitOptions, *, strict: bool = True) -> None:
    """Few objects become loose ones, many stay a pack, as with `git fetch`."""
    count = _object_count(pack)
    if count == 0:
        return
    env = options.env | {"GIT_ALLOC_LIMIT": _MOST_MEMORY}
    options = replace(options, timeout_seconds=PACK_SECONDS, stdin_file=pack, env=env)
    checks = ["--strict"] if strict else []
    if count < _LOOSE_BELOW:
        await git.run(git_dir, "unpack-objects", "-q", *checks, options=options)
    else:
        await git.run(git_dir, "index-pack", "--stdin", "--fix-thin", *checks, options=options)


async def write_pack(git: Git, git_dir: Path, commit: str, without: list[str], pack: Path, *, thin: bool = False) -> None:
    """A thin pack may hold mere differences to objects that it leaves out: whoever takes it in has to have those."""
    revisions = "".join([f"{commit}\n", *(f"^{other}\n" for other in without)]).encode()
    options = GitOptions(timeout_seconds=PACK_SECONDS, stdin=revisions, stdout_file=pack, purpose="git pack")
    await git.run(git_dir, "pack-objects", "--revs", "--stdout", "-q", *(["--thin"] if thin else []), options=options)


def _object_count(pack: Path) -> int:
    """A pack begins with `PACK`, a version and the number of its objects, each four bytes."""
    with pack.open("rb") as file:
        header = file.read(12)
    if len(header) < 12 or header[:4] != b"PACK":
        raise GitFailed(command="pack-objects", detail="the pack is not whole")
    return int.from_bytes(header[8:12], "big")
