"""Commits of an origin's default branch that say which commits they take back, each read once on a machine."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.mirror import Mirrors

MOST_COMMITS = 1_000
"""Looked through when the branch has moved; where it never was, and by more than so many, older ones are passed over."""
MOST_BYTES = 4 * 1024 * 1024
READ_SECONDS = 20.0
_SEEN_FILE = "orchestrator-reverts.json"
_SAYS = re.compile(r"^This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b", re.MULTILINE)
_MOST_OF_ONE, _MOST_REVERTS = 20, 200


@dataclass(frozen=True)
class Revert:
    """`of`: the commit that is taken back, then, when that is a merge, the commits that it brought in."""

    commit: str
    of: tuple[str, ...]


@dataclass(frozen=True)
class Lately:
    """What is new since the last time, the oldest first; `tip` is remembered when that has been made use of."""

    tip: str
    reverts: tuple[Revert, ...]


class Reverts:
    def __init__(self, git: Git, mirrors: Mirrors) -> None:
        self._git = git
        self._mirrors = mirrors

    async def lately(self, mirror: Path) -> Lately | None:
        """None when the branch stands where it was read last: that costs no process of git. Raises GitTimedOut."""
        tip, before = self._mirrors.default_tip(mirror), _seen(mirror)
        if tip is None or tip == before:
            return None
        told = None if before is None else await self._messages(mirror, tip, f"^{before}")
        told = told if told is not None else await self._messages(mirror, tip)
        return Lately(tip, tuple(await self._said(mirror, told or [])))

    @staticmethod
    def remember(mirror: Path, tip: str) -> None:
        draft = mirror / f"{_SEEN_FILE}.{secrets.token_hex(4)}.tmp"
        draft.write_text(json.dumps({"tip": tip}))
        draft.replace(mirror / _SEEN_FILE)

    async def _messages(self, mirror: Path, *commits: str) -> list[str] | None:
        """The newest first; None where one of the commits is not there any more."""
        flags = ("-z", f"--max-count={MOST_COMMITS}", "--format=tformat:%H%n%B", "--no-show-signature")
        options = GitOptions(
            timeout_seconds=READ_SECONDS, output_limit=MOST_BYTES, accept=(0, 128), purpose="git log of reverts"
        )
        told = await self._git.run(mirror, "log", *flags, *commits, "--", options=options)
        # After the last there is nothing, or a part of one.
        return told.stdout.decode("utf-8", "replace").split("\0")[:-1] if told.exit_code == 0 else None

    async def _said(self, mirror: Path, messages: Sequence[str]) -> list[Revert]:
        found: list[Revert] = []
        for message in reversed(messages):
            commit, _, words = message.strip().partition("\n")
            named = dict.fromkeys(_SAYS.findall(words)[:_MOST_OF_ONE])
            found += [Revert(commit, (of, *await self._brought_in(mirror, of))) for of in named]
        return found[-_MOST_REVERTS:]

    async def _brought_in(self, mirror: Path, commit: str) -> list[str]:
        options = GitOptions(timeout_seconds=READ_SECONDS, accept=(0, 128))
        told = await self._git.run(mirror, "rev-list", "--no-walk", "--parents", commit, "--", options=options)
        return told.text.split()[2:] if told.exit_code == 0 else []


def _seen(mirror: Path) -> str | None:
    try:
        return str(json.loads((mirror / _SEEN_FILE).read_text())["tip"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
