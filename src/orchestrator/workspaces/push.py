"""A result branch, pushed to where the repository came from: never over commits that somebody else put there."""

from dataclasses import dataclass
from pathlib import Path

from orchestrator.workspaces.asking import ask, asking
from orchestrator.workspaces.errors import GitFailed, OriginMissing, PublishFailed
from orchestrator.workspaces.git import Git, GitOptions
from orchestrator.workspaces.large_files import LargeFiles
from orchestrator.workspaces.layout import TenantFolders
from orchestrator.workspaces.locks import locked
from orchestrator.workspaces.mirror import Base, Mirrors
from orchestrator.workspaces.repository import Origin, parse_reference

PUSH_SECONDS = 600.0


@dataclass(frozen=True)
class Pushed:
    """`moved` tells whether the branch there was another before."""

    repository: str
    branch: str
    commit: str
    moved: bool


class Pusher:
    """What was pushed last is known by a ref of the mirror, so that a later result may take the place of our own."""

    def __init__(self, git: Git, mirrors: Mirrors, large_files: LargeFiles) -> None:
        self._git = git
        self._large_files = large_files
        self._mirrors = mirrors

    async def push(self, folders: TenantFolders, base: Base, branch: str, commit: str) -> Pushed:
        """Idempotent. Raises PublishFailed, OriginMissing and what the remote's refusals mean."""
        mirror = folders.mirror(base.repository_key)
        location = self._mirrors.location_of(mirror)
        if location is None or location.startswith("/"):
            raise OriginMissing(branch=branch)
        origin, pushed_ref = parse_reference(location), f"refs/orchestrator/pushed/{branch}"
        await self._mirrors.refs.point(mirror, f"refs/heads/{branch}", commit)
        # Who comes second finds it there, and no branch that has moved under its hands.
        async with locked(mirror.with_suffix(".push-lock")):
            there = await self._tip(folders, origin, branch)
            if there != commit:
                await self._refuse_foreign_commits(mirror, origin, branch, there, commit, pushed_ref)
                await self._large_files.upload(folders, base, origin, commit)
                await self._send(folders, mirror, origin, branch, commit, there)
            await self._mirrors.refs.point(mirror, pushed_ref, commit)
        return Pushed(location, branch, commit, moved=there != commit)

    async def _tip(self, folders: TenantFolders, origin: Origin, branch: str) -> str | None:
        async with self._mirrors.talking_to(folders, origin) as access:
            options = access.options(asking())
            answer = await ask(self._git, str(origin.location), f"refs/heads/{branch}", options=options)
        return answer.decode(errors="replace").strip().split("\t")[0] or None

    async def _refuse_foreign_commits(
        self, mirror: Path, origin: Origin, branch: str, there: str | None, commit: str, pushed_ref: str
    ) -> None:
        if there is None or there == await self._mirrors.refs.commit_at(mirror, pushed_ref):
            return
        options = GitOptions(accept=(0, 1, 128))
        answer = await self._git.run(mirror, "merge-base", "--is-ancestor", there, commit, options=options)
        if answer.exit_code != 0:
            detail = "it has commits there that this result does not contain; take them in, or rename that branch first"
            raise PublishFailed(branch=branch, repository=origin.location, detail=detail)

    async def _send(
        self, folders: TenantFolders, mirror: Path, origin: Origin, branch: str, commit: str, there: str | None
    ) -> None:
        """The lease makes the remote refuse when somebody was there between our look and our push."""
        ref = f"refs/heads/{branch}"
        arguments = (
            "push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no",
            f"--force-with-lease={ref}:{there or ''}", "--", str(origin.location), f"{commit}:{ref}",
        )  # fmt: skip
        options = GitOptions(timeout_seconds=PUSH_SECONDS, accept=(0, 1), purpose="git push")
        async with self._mirrors.talking_to(folders, origin) as access:
            done = await self._git.run(mirror, *arguments, options=access.options(options))
            if done.exit_code == 0:
                return
            refusals = [line for line in done.text.splitlines() if line.startswith("!")]
            if not refusals:
                raise GitFailed(command="push", detail=done.complaint)
        raise PublishFailed(branch=branch, repository=origin.location, detail=" ".join(refusals[0].split())[2:])
