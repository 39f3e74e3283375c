"""Building a worktree with a git directory of its own, whose objects are borrowed from the mirror.

The control plane writes the git directory as plain files; the checkout itself runs inside the sandbox, so that a
hostile tree (symlinks, odd names, attributes) is unpacked with the rights of the tenant alone.
"""

import asyncio
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.sandboxes import Mount, prepare_owner
from orchestrator.workspaces.commands import CommandResult, Commands
from orchestrator.workspaces.errors import WorkspaceFailed
from orchestrator.workspaces.git import Git, tail
from orchestrator.workspaces.layout import make_folder
from orchestrator.workspaces.lfs import Store
from orchestrator.workspaces.lfs_filters import write_filters
from orchestrator.workspaces.place import MIRRORS_INSIDE, Place
from orchestrator.workspaces.submodules import Part

CHECKOUT_SECONDS = 600.0
SETUP_INSIDE = "/setup"
NEVER_KEPT = "__pycache__/\n*.py[co]\n"
"""What Python leaves behind wherever it runs: no part of a result, unless the repository tracks it."""

# The results of setup come first: what the commit itself tracks then lies over them.
_SCRIPT = r"""
set -eu
umask 022
cd "$TOP"
if [ -n "${SETUP:-}" ]; then
  cp -a --reflink=auto "$SETUP/." . 2>/dev/null || cp -Rp "$SETUP/." .
fi
git -c checkout.workers=0 read-tree --reset -u "$COMMIT"
# Submodules come as files, without a repository of their own: what is changed in them is no part of the result.
while [ $# -ge 3 ]; do
  path=$1 commit=$2 objects=$3
  shift 3
  rm -rf "$HOME/part"
  format=sha1; [ ${#commit} -eq 40 ] || format=sha256
  git init -q --bare --template= --object-format=$format "$HOME/part"
  printf '%s\n' "$objects" > "$HOME/part/objects/info/alternates"
  mkdir -p -- "$path"
  GIT_DIR="$HOME/part" GIT_WORK_TREE="$TOP/$path" GIT_INDEX_FILE="$HOME/part/index" \
    git -c core.bare=false read-tree --reset -u "$commit"
done
"""

_CONFIG = """[core]
\trepositoryformatversion = {version}
\tfilemode = true
\tbare = false
\tlogallrefupdates = true
[user]
\tname = OpenCode
\temail = opencode@localhost
[gc]
\tauto = 0
[maintenance]
\tauto = false
"""


@dataclass(frozen=True)
class Setup:
    """The results of setup commands: a folder to copy, and the names that a commit must leave out."""

    folder: Path
    excludes: str


class Checkouts:
    def __init__(self, git: Git, commands: Commands) -> None:
        self._git = git
        self._commands = commands

    async def build(
        self,
        place: Place,
        commit: str,
        branch: str | None,
        setup: Setup | None,
        head: str | None = None,
        parts: Sequence[Part] = (),
        index: Path | None = None,
        lfs: str | None = None,
    ) -> None:
        """Fill the empty `place.folder`. Without a branch the worktree's HEAD is the commit itself.

        With `head` the branch stands there, and what the commit has besides is uncommitted work. With an `index` the
        folder has the files of another commit, and the results of setup, already: only what differs is written. `lfs`
        are attributes of a repository that uses Git LFS.
        """
        refs = await self._known_refs(place.mirror)
        objects = self._commands.inside(place, place.mirror / "objects")
        await asyncio.to_thread(_prepare, place, head or commit, branch, refs, setup.excludes if setup else "")
        (place.folder / ".git/objects/info/alternates").write_text(f"{objects}\n")
        if lfs is not None:
            write_filters(place.folder / ".git", self._commands.inside(place, Store(place.mirror).folder), lfs)
        if index is not None:
            index.rename(place.folder / ".git/index")
        await asyncio.to_thread(prepare_owner, place.folder if index is None else place.folder / ".git", place.identity)
        result = await self._populate(place, commit, setup if index is None else None, parts)
        if result.exit_code != 0:
            raise WorkspaceFailed(action="checked out", detail=_explain(result))

    async def _populate(self, place: Place, commit: str, setup: Setup | None, parts: Sequence[Part]) -> CommandResult:
        mounts = [Mount(setup.folder, SETUP_INSIDE)] if setup else []
        objects = {
            part.mirror: Mount(part.mirror / "objects", f"{MIRRORS_INSIDE}/{part.mirror.name}/objects") for part in parts
        }
        mounts += [mount for mirror, mount in objects.items() if mirror != place.mirror]
        inside = {mirror: self._commands.inside(place, mirror / "objects", *mounts) for mirror in objects}
        words = [word for part in parts for word in (part.path, part.commit, inside[part.mirror])]
        env = {"SETUP": self._commands.inside(place, setup.folder, *mounts)} if setup else {}
        return await self._commands.script(
            _SCRIPT,
            place,
            *mounts,
            env={"COMMIT": commit, **env},
            timeout_seconds=CHECKOUT_SECONDS,
            purpose="checkout",
            arguments=words,
        )

    async def _known_refs(self, mirror: Path) -> str:
        """The origin's branches and tags, so that `git log origin/main` and `git describe` work for the agent."""
        arguments = ("for-each-ref", "--format=%(objectname) %(refname)", "refs/remotes/origin/", "refs/tags/")
        return (await self._git.run(mirror, *arguments)).stdout.decode("utf-8", "surrogateescape")


def _prepare(place: Place, head: str, branch: str | None, refs: str, excludes: str) -> None:
    make_folder(place.folder)
    git_dir = place.folder / ".git"
    skeleton(git_dir, f"ref: refs/heads/{branch}" if branch else head, object_format(head))
    (git_dir / "packed-refs").write_text(f"# pack-refs with: sorted \n{refs}", errors="surrogateescape")
    (git_dir / "info/exclude").write_text(NEVER_KEPT + excludes, errors="surrogateescape")
    if branch is not None:
        ref = git_dir / "refs/heads" / branch
        ref.parent.mkdir(parents=True, exist_ok=True)
        ref.write_text(f"{head}\n")


def skeleton(git_dir: Path, head: str, object_format: str) -> None:
    """A git directory as `git init` makes it, without templates and hooks."""
    for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "info", "hooks"):
        (git_dir / folder).mkdir(parents=True, exist_ok=True)
    sha256 = object_format == "sha256"
    extension = "[extensions]\n\tobjectformat = sha256\n" if sha256 else ""
    (git_dir / "config").write_text(_CONFIG.format(version=1 if sha256 else 0) + extension)
    (git_dir / "HEAD").write_text(f"{head}\n")


def object_format(commit: str) -> str:
    return "sha256" if len(commit) == 64 else "sha1"


def save_index(place: Place, target: Path) -> None:
    """Keep the index of a fresh checkout out of the agent's reach; its time stamp is part of its meaning."""
    draft = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    shutil.copy2(place.folder / ".git/index", draft, follow_symlinks=False)
    draft.replace(target)


def leave_out(folder: Path, paths: Iterable[str]) -> None:
    """Of a fresh checkout in which nothing has run yet: git never puts a file below a link."""
    top = folder.resolve()
    for path in paths:
        target = folder / path
        if target.parent.resolve().is_relative_to(top):
            target.unlink(missing_ok=True)


def _explain(result: CommandResult) -> str:
    return "it took too long" if result.timed_out else tail(result.output) or f"exit code {result.exit_code}"
