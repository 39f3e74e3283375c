"""A person's own clone: what is looked up in it, and what is changed, never their uncommitted work.

The branch comes from an agent. No hook runs when it is checked out, also where the repository names a folder of hooks
that the branch itself holds.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from orchestrator.kit.errors import OrchestratorError
from orchestrator.workspaces.bundles import write_bundle

_QUIETLY = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "submodule.recurse=false")
_GIT_SECONDS = 600.0
_MOST_TIPS = 400
_UNDER_WAY = ("MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD", "REVERT_HEAD")


class CloneFailed(OrchestratorError):
    """git {command} failed in {folder}: {detail}"""

    status = 500
    code = "clone_failed"
    hint = "The message is git's own; nothing was sent, and the session is as it was."


class CloneDirty(OrchestratorError):
    """{folder} has changes that are not committed, such as {path}."""

    status = 409
    code = "clone_dirty"
    hint = "Commit them, or put them aside with `git stash -u`; or open the session in a new folder with --folder."


class CloneBusy(OrchestratorError):
    """In {folder} a merge, rebase or cherry-pick is under way."""

    status = 409
    code = "clone_busy"
    hint = "Finish it or give it up first, as `git status` says."


class BranchDiverged(OrchestratorError):
    """The branch {branch} in {folder} has commits that the session does not have."""

    status = 409
    code = "branch_diverged"
    hint = "Send them with `orchestrator sessions send`, or keep them under another name: `git branch -m {branch} mine`."


class NotOpenedHere(OrchestratorError):
    """{folder} is not at the branch of a session that was opened here."""

    status = 409
    code = "not_opened_here"
    hint = "Go to the clone that `orchestrator sessions open` named, or name it with --folder, and switch to the branch."


@dataclass(frozen=True)
class Marker:
    """What is noted in the clone's configuration for a branch that was opened."""

    session_id: str
    checkpoint: int
    branch: str
    opened: str
    """The commit that the session has."""
    conversation: str
    last_message: str
    """The newest local message that the session knows."""


@dataclass(frozen=True)
class Clone:
    folder: Path

    @classmethod
    def at(cls, folder: Path) -> "Clone | None":
        """The clone that the folder is a part of."""
        if not folder.is_dir():
            return None
        done = _run(folder, ("rev-parse", "--show-toplevel"))
        return cls(Path(done.stdout.decode(errors="surrogateescape").strip())) if done.returncode == 0 else None

    @classmethod
    def new(cls, folder: Path, origin: str | None, object_format: str) -> "Clone":
        folder.mkdir(parents=True, exist_ok=True)
        clone = cls(folder.resolve())
        clone.git("init", "--quiet", f"--object-format={object_format}", "--initial-branch=main")
        if origin is not None:
            clone.git("remote", "add", "origin", origin)
        return clone

    def git(self, *words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        done = _run(self.folder, words, stdin, env)
        if done.returncode != 0:
            raise _failed(self.folder, words, done)
        return done.stdout.decode(errors="surrogateescape").strip()

    def has(self, *words: str) -> bool:
        """Whether git ends well with these words."""
        return _run(self.folder, words).returncode == 0

    def tips(self) -> list[str]:
        """Its newest branches, of its own and of its remotes."""
        listing = self.git(
            "for-each-ref", f"--count={_MOST_TIPS}", "--sort=-committerdate", "--format=%(objectname)",
            "refs/heads", "refs/remotes", "refs/orchestrator",
        )  # fmt: skip
        head = [self.git("rev-parse", "HEAD")] if self.has("rev-parse", "--verify", "--quiet", "HEAD") else []
        return list(dict.fromkeys([*head, *listing.split()]))

    def refuse_unfinished(self) -> None:
        for name in _UNDER_WAY:
            if (self.folder / self.git("rev-parse", "--git-path", name)).exists():
                raise CloneBusy(folder=self.folder)

    def refuse_dirty(self) -> None:
        self.refuse_unfinished()
        if changed := self.git("status", "--porcelain"):
            raise CloneDirty(folder=self.folder, path=changed.splitlines()[0][3:])

    def take(self, bundle: Path, branch: str, session_id: str) -> None:
        """The commits go under a ref of their own, which no branch of the person's is."""
        self.git(
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--force",
            str(bundle), f"refs/heads/{branch}:refs/orchestrator/fetched/{session_id}",
        )  # fmt: skip

    def check_out(self, branch: str, commit: str, known: str | None) -> None:
        """The branch is moved to the commit; `known` is where the session last knew it. Raises BranchDiverged."""
        self.refuse_diverged(branch, commit, known)
        if self.branch() == branch:
            self.git("reset", "--quiet", "--keep", commit)
        else:
            self.git("branch", "--quiet", "--force", "--no-track", branch, commit)
            self.git("switch", "--quiet", "--no-guess", branch)

    def refuse_diverged(self, branch: str, commit: str, known: str | None) -> None:
        if (tip := self.tip(branch)) in (None, known, commit):
            return
        if not self.has("merge-base", "--is-ancestor", str(tip), commit):
            raise BranchDiverged(branch=branch, folder=self.folder)

    def tip(self, branch: str) -> str | None:
        ref = f"refs/heads/{branch}"
        return self.git("rev-parse", ref) if self.has("rev-parse", "--verify", "--quiet", ref) else None

    def worktree(self, folder: Path, branch: str, commit: str, known: str | None) -> "Clone":
        """Another folder of this clone, at the branch."""
        self.refuse_diverged(branch, commit, known)
        self.git("worktree", "add", "--quiet", "-B", branch, str(folder), commit)
        return Clone(folder.resolve())

    def branch(self) -> str | None:
        name = self.git("symbolic-ref", "--short", "HEAD") if self.has("symbolic-ref", "--quiet", "HEAD") else ""
        return name or None

    def mark(self, marker: Marker) -> None:
        self.git("update-ref", _ref(marker.session_id), marker.opened)
        self.git("update-ref", "-d", f"refs/orchestrator/fetched/{marker.session_id}")
        values = {
            "session": marker.session_id,
            "checkpoint": str(marker.checkpoint),
            "conversation": marker.conversation,
            "lastmessage": marker.last_message,
        }
        for name, value in values.items():
            self.git("config", "--local", f"branch.{marker.branch}.orchestrator{name}", value)

    def marker(self, branch: str | None) -> Marker | None:
        if branch is None or not (session_id := self._noted(branch, "session")):
            return None
        return Marker(
            session_id=session_id,
            checkpoint=int(self._noted(branch, "checkpoint") or 0),
            branch=branch,
            opened=self.git("rev-parse", _ref(session_id)),
            conversation=self._noted(branch, "conversation"),
            last_message=self._noted(branch, "lastmessage"),
        )

    def _noted(self, branch: str, name: str) -> str:
        key = f"branch.{branch}.orchestrator{name}"
        return self.git("config", "--local", key) if self.has("config", "--local", key) else ""

    def snapshot(self, message: str) -> str:
        """The work as it stands, as a commit upon HEAD; neither branch nor index nor files are touched."""
        self.refuse_unfinished()
        head = self.git("rev-parse", "HEAD")
        if not self.git("status", "--porcelain"):
            return head
        with tempfile.TemporaryDirectory(prefix="orchestrator-index-") as scratch:
            index = Path(scratch, "index")
            own = self.folder / self.git("rev-parse", "--git-path", "index")
            if own.exists():
                shutil.copy2(own, index)
            env = {"GIT_INDEX_FILE": str(index)}
            self.git("add", "--all", env=env)
            tree = self.git("write-tree", env=env)
        return self.git("commit-tree", tree, "-p", head, "-m", message, env=self._who())

    def _who(self) -> dict[str, str]:
        if self.has("var", "GIT_COMMITTER_IDENT"):
            return {}
        return {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _NOBODY.items()}

    def bundle(self, branch: str, commit: str, opened: str, file: Path) -> None:
        pack = file.with_suffix(".pack")
        revisions = f"{commit}\n^{opened}\n".encode()
        words = ("pack-objects", "--revs", "--thin", "--stdout", "-q")
        with pack.open("wb") as target:
            done = _run(self.folder, words, revisions, output=target)
        if done.returncode != 0:
            raise _failed(self.folder, words, done)
        write_bundle(file, f"refs/heads/{branch}", commit, [opened], pack)
        pack.unlink()

    def advance(self, branch: str, commit: str) -> None:
        """What was uncommitted is a commit now; the files are as they were."""
        if self.git("rev-parse", "HEAD") != commit:
            self.git("update-ref", f"refs/heads/{branch}", commit)
            self.git("reset", "--quiet")


_NOBODY = {"NAME": "Local work", "EMAIL": "local@localhost"}


def _ref(session_id: str) -> str:
    return f"refs/orchestrator/opened/{session_id}"


def _run(
    folder: Path,
    words: tuple[str, ...],
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    output: BinaryIO | int = subprocess.PIPE,
) -> "subprocess.CompletedProcess[bytes]":
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", **(env or {})}
    try:
        return subprocess.run(
            ["git", *_QUIETLY, *words], cwd=folder, env=environment, input=stdin, stdout=output, stderr=subprocess.PIPE,
            timeout=_GIT_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise CloneFailed(command=words[0], folder=folder, detail=problem) from problem


def _failed(folder: Path, words: tuple[str, ...], done: "subprocess.CompletedProcess[bytes]") -> CloneFailed:
    detail = " ".join(done.stderr.decode(errors="replace").split())[-600:]
    return CloneFailed(command=words[0], folder=folder, detail=detail)
