"""Turning a worktree that an agent owns into a commit in the mirror, whatever the agent did to its `.git`.

Inside the sandbox a clean git directory of ours looks at the agent's worktree: the agent's hooks, configuration and
index play no part. What comes out is a pack, which the control plane checks object by object before it takes it in.
"""

import asyncio
import os
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestrator.sandboxes import Mount, prepare_owner
from orchestrator.workspaces.checkout import NEVER_KEPT, object_format, skeleton
from orchestrator.workspaces.commands import CommandResult, Commands
from orchestrator.workspaces.errors import GitFailed, WorkspaceFailed
from orchestrator.workspaces.git import EMAIL, NAME, Git, GitOptions, tail
from orchestrator.workspaces.lfs import Store
from orchestrator.workspaces.lfs_filters import KEEP_OBJECTS, write_filters
from orchestrator.workspaces.mirror import Mirrors
from orchestrator.workspaces.packs import take_in
from orchestrator.workspaces.place import Place
from orchestrator.workspaces.plain_files import read_plainly

CHECKPOINT_SECONDS = 900.0
CAREFUL_SECONDS = 300.0
OUT_INSIDE = "/out"
_NESTED_DEPTH = 8
_ENTRY_LIMIT_BYTES = 64 * 1024 * 1024

# $OUT/git is our git directory. The first pass also looks into the agent's own one, for its HEAD, its objects and the
# ignored files that it tracks; where that fails or hangs, the second pass ($AGENT_GIT=0) does without.
_SCRIPT = r"""
set -eu
umask 022
export GIT_DIR="$OUT/git" GIT_WORK_TREE="$TOP" GIT_INDEX_FILE="$OUT/git/index"
cd "$TOP"
# What was published only grows: the next result stands on it, whatever the agent did to its own history.
floor=$BASE
if [ -n "$PUBLISHED" ] && git merge-base --is-ancestor "$BASE" "$PUBLISHED" 2>/dev/null; then floor=$PUBLISHED; fi
parent=$floor
: > "$OUT/forced"
if [ "$AGENT_GIT" = 1 ] && [ -d .git ] && [ ! -L .git ] && [ -f .git/HEAD ]; then
  printf '%s\n' "$TOP/.git/objects" >> "$OUT/git/objects/info/alternates"
  head=$(GIT_DIR="$TOP/.git" git -c core.fsmonitor=false -c core.hooksPath=/dev/null \
    rev-parse --verify --quiet 'HEAD^{commit}' 2>/dev/null) || head=
  if [ -n "$head" ] && git merge-base --is-ancestor "$floor" "$head" 2>/dev/null; then parent=$head; fi
  if [ -f .git/index ] && [ ! -L .git/index ] && cp .git/index "$OUT/git/agent-index"; then
    GIT_INDEX_FILE="$OUT/git/agent-index" git ls-files -z --cached --ignored --exclude-standard \
      > "$OUT/forced" 2>/dev/null || : > "$OUT/forced"
  fi
fi
# A file that an agent shortens while git has it mapped ends git by a signal, and one that it removes between two looks
# of git is fatal. Either leaves the index as it was, and locked; where trying again does not help, a file at a time does.
add() {
  for try in 1 2 3; do
    rm -f "$GIT_INDEX_FILE.lock"
    code=0
    git add --all --ignore-errors . 2> "$OUT/complaints" || code=$?
    [ "$code" -ge 128 ] || break
  done
  rm -f "$GIT_INDEX_FILE.lock"
  [ "$code" -ge 128 ] || return "$code"
  git ls-files -z --others --modified --exclude-standard > "$OUT/restless"
  xargs -0 -n 20 sh -c 'add="git --literal-pathspecs add --all --ignore-errors --"
    $add "$@" && exit
    for path in "$@"; do rm -f "$GIT_INDEX_FILE.lock"; $add "$path" || :; done
    rm -f "$GIT_INDEX_FILE.lock"' sh < "$OUT/restless" 2>> "$OUT/complaints"
}
# Files as young as the index are compared here; `add` would write an object for each.
git update-index -q --refresh > /dev/null 2>&1 || :
if ! add || grep -q 'Permission denied' "$OUT/complaints"; then
  chmod -R u+rwX . 2>/dev/null || :
  add || :
fi
if [ -s "$OUT/forced" ]; then git update-index --add --remove -z --stdin < "$OUT/forced"; fi
"""

# A repository that the agent made inside the worktree would become a bare pointer; its files are taken in instead.
_NESTED_FUNCTION = r"""
nested() {
  rm -f "$OUT/git/nested-index"
  GIT_WORK_TREE="$TOP/$1" GIT_INDEX_FILE="$OUT/git/nested-index" git -C "$TOP/$1" add --all --ignore-errors . \
    2>> "$OUT/complaints" || :
  tree=$(GIT_INDEX_FILE="$OUT/git/nested-index" git write-tree)
  git update-index --force-remove -- "$1"
  git read-tree --prefix="$1/" "$tree"
}
"""

_FINISH = r"""
tree=$(git write-tree)
if [ "$tree" = "$(git rev-parse "$parent^{tree}")" ]; then
  commit=$parent
elif [ -n "$PREVIOUS" ] && [ "$tree" = "$(git rev-parse "$PREVIOUS^{tree}")" ] \
    && [ "$parent" = "$(git rev-parse "$PREVIOUS^")" ]; then
  commit=$PREVIOUS
else
  commit=$(printf '%s\n' "$MESSAGE" | git commit-tree "$tree" -p "$parent")
fi
git diff-index --cached --raw -z --no-renames "$BASE" > "$OUT/changes"
git ls-files --others --exclude-standard -z > "$OUT/left"
{ printf '%s\n^%s\n' "$commit" "$floor"; [ -z "$PREVIOUS" ] || printf '^%s\n' "$PREVIOUS"; } \
  | git pack-objects --revs --stdout -q > "$OUT/pack"
printf '%s\n' "$commit" > "$OUT/commit"
"""


def checkpoint_refs(session_id: object) -> str:
    """The folder of a session's refs, whose names are the checkpoints' numbers."""
    return f"refs/orchestrator/checkpoints/{session_id}"


def checkpoint_ref(session_id: object, number: int) -> str:
    return f"{checkpoint_refs(session_id)}/{number}"


@dataclass(frozen=True)
class Checkpoint:
    """`changed` tells whether the tree differs from the base; `left_out` names what git could not take in."""

    commit: str
    ref: str
    changed: bool
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Inputs:
    base_commit: str
    message: str
    previous: str | None
    published: str | None
    index: Path
    excludes: str
    lfs: str | None


class Checkpoints:
    def __init__(self, git: Git, mirrors: Mirrors, commands: Commands) -> None:
        self._git = git
        self._mirrors = mirrors
        self._commands = commands

    async def take(
        self,
        place: Place,
        ref: str,
        branch: str,
        base_commit: str,
        message: str,
        index: Path,
        excludes: str,
        lfs: str | None = None,
    ) -> Checkpoint:
        """`lfs` are attributes of a repository that uses Git LFS: its files become pointers in the commit."""
        previous = await self._mirrors.refs.commit_at(place.mirror, ref)
        published = await self._mirrors.refs.commit_at(place.mirror, f"refs/heads/{branch}")
        inputs = _Inputs(base_commit, message, previous, published, index, excludes, lfs)
        try:
            return await self._attempt(place, ref, inputs, agent_git=True)
        except (WorkspaceFailed, GitFailed):
            return await self._attempt(place, ref, inputs, agent_git=False)

    async def _attempt(self, place: Place, ref: str, inputs: _Inputs, agent_git: bool) -> Checkpoint:
        async with self._commands.scratch(place) as out:
            await asyncio.to_thread(_prepare, out, place, inputs)
            (out / "git/objects/info/alternates").write_text(f"{self._commands.inside(place, place.mirror / 'objects')}\n")
            if inputs.lfs is not None:
                write_filters(out / "git", self._commands.inside(place, Store(place.mirror).folder), inputs.lfs)
            prepare_owner(out, place.identity)
            await self._snapshot(place, out, inputs, agent_git)
            return await self._accept(place, ref, inputs, out, strict=agent_git)

    async def _snapshot(self, place: Place, out: Path, inputs: _Inputs, agent_git: bool) -> None:
        """Repeats while it finds repositories inside repositories; the index goes from round to round."""
        found: list[str] = []
        finish = _FINISH if inputs.lfs is None else _FINISH + KEEP_OBJECTS
        for _ in range(_NESTED_DEPTH):
            calls = "".join(f"nested {shlex.quote(path)}\n" for path in found)
            await self._run(place, out, inputs, agent_git, _SCRIPT + _NESTED_FUNCTION + calls + finish)
            before, found = found, _nested_repositories(out)
            if found in ([], before):
                return

    async def _run(self, place: Place, out: Path, inputs: _Inputs, agent_git: bool, script: str) -> None:
        mount = Mount(out, OUT_INSIDE, writable=True)
        env = {
            "OUT": self._commands.inside(place, out, mount),
            "BASE": inputs.base_commit,
            "PREVIOUS": inputs.previous or "",
            "PUBLISHED": inputs.published or "",
            "MESSAGE": inputs.message,
            "LFS": self._commands.inside(place, Store(place.mirror).folder) if inputs.lfs is not None else "",
            "AGENT_GIT": "1" if agent_git else "0",
            **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _WHO.items()},
        }
        seconds = CAREFUL_SECONDS if agent_git else CHECKPOINT_SECONDS
        result = await self._commands.script(script, place, mount, env=env, timeout_seconds=seconds, purpose="checkpoint")
        if result.exit_code != 0:
            raise WorkspaceFailed(action="saved", detail=_explain(result, out))

    async def _accept(self, place: Place, ref: str, inputs: _Inputs, out: Path, strict: bool) -> Checkpoint:
        """Without the agent's objects all that is in the pack was made by our own git. Then the rules for what a file
        such as `.gitmodules` may say are waived: no work is lost for what is written in it.
        """
        if inputs.lfs is not None:
            await asyncio.to_thread(Store(place.mirror).take_all, out / "git/lfs/objects")
        commit = _read(out / "commit").decode("ascii").strip()
        if commit not in (inputs.base_commit, inputs.previous, inputs.published):
            options = GitOptions(purpose="git unpack")
            await take_in(self._git, place.mirror, out / "pack", options, strict=strict)
            await self._check_descent(place.mirror, inputs.base_commit, commit)
        await self._mirrors.refs.point(place.mirror, ref, commit)
        left = tuple(path.decode("utf-8", "backslashreplace") for path in _read(out / "left").split(b"\0") if path)
        await asyncio.to_thread(_keep_index, out, inputs.index)
        return Checkpoint(commit, ref, changed=bool(_read(out / "changes")), left_out=left[:100])

    async def _check_descent(self, mirror: Path, base_commit: str, commit: str) -> None:
        options = GitOptions(accept=(0, 1))
        answer = await self._git.run(mirror, "merge-base", "--is-ancestor", base_commit, commit, options=options)
        if answer.exit_code != 0:
            raise WorkspaceFailed(action="saved", detail="its commit does not descend from the base")
        await self._git.run(mirror, "rev-list", "--objects", "--quiet", commit, f"^{base_commit}")


_WHO = {"NAME": NAME, "EMAIL": EMAIL}


def _prepare(out: Path, place: Place, inputs: _Inputs) -> None:
    skeleton(out / "git", "ref: refs/heads/none", object_format(inputs.base_commit))
    (out / "git/info/exclude").write_text(NEVER_KEPT + inputs.excludes, errors="surrogateescape")
    if inputs.index.exists():
        shutil.copy2(inputs.index, out / "git/index")


def _keep_index(out: Path, index: Path) -> None:
    """The next checkpoint then reads only the files that changed since."""
    draft = index.with_name(f"{index.name}.{os.getpid()}.tmp")
    shutil.copy2(out / "git/index", draft, follow_symlinks=False)
    draft.replace(index)


def _nested_repositories(out: Path) -> list[str]:
    """New pointers to repositories, and folders that git left alone because they are repositories without a commit."""
    fields = [os.fsdecode(field) for field in _read(out / "changes").split(b"\0")]
    pointers = [path for facts, path in zip(fields[::2], fields[1::2], strict=False) if _new_pointer(facts)]
    left = [os.fsdecode(path).rstrip("/") for path in _read(out / "left").split(b"\0") if path.endswith(b"/")]
    return pointers + left


def _new_pointer(facts: str) -> bool:
    """`:old_mode new_mode old_oid new_oid status`; a submodule of the base stays a submodule."""
    old_mode, new_mode = facts.lstrip(":").split(" ")[:2]
    return new_mode == "160000" and old_mode != "160000"


def _read(path: Path) -> bytes:
    """Our own script wrote it, but under the tenant's identity."""
    return read_plainly(path, _ENTRY_LIMIT_BYTES)


def _explain(result: CommandResult, out: Path) -> str:
    if result.timed_out:
        return "it took too long"
    try:
        complaints = _read(out / "complaints").decode(errors="replace")
    except OSError:
        complaints = ""
    return tail(f"{complaints}\n{result.output}") or f"exit code {result.exit_code}"
