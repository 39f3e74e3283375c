"""Setup commands of a repository, run once for each cache key; their results are copied into later worktrees.

See docs/decisions/0003-setup-cache-copies.md for why they are copied and never hard-linked.
"""

import asyncio
import os
import re
from pathlib import Path

from orchestrator.sandboxes import Identity, Mount, prepare_owner
from orchestrator.workspaces.checkout import CHECKOUT_SECONDS, Checkouts, Setup, save_index
from orchestrator.workspaces.commands import Commands
from orchestrator.workspaces.config import ConfigReader, RepositoryConfig
from orchestrator.workspaces.errors import SetupFailed, WorkspaceFailed
from orchestrator.workspaces.git import tail
from orchestrator.workspaces.large_files import LargeFiles
from orchestrator.workspaces.layout import TenantFolders, make_folder
from orchestrator.workspaces.locks import locked
from orchestrator.workspaces.mirror import Base, Mirrors
from orchestrator.workspaces.place import CHECKOUT_INSIDE, Place
from orchestrator.workspaces.removal import remove_tree
from orchestrator.workspaces.submodules import Submodules

OUTPUT_CHARACTERS = 2_000
_OUT_INSIDE = "/out"

# What is left after this is what setup made: everything that the base commit does not track.
_HARVEST = r"""
set -eu
cd "$TOP"
export GIT_INDEX_FILE="$OUT/index"
git -c core.fsmonitor=false ls-files --others --directory --exclude-standard -z > "$OUT/unignored"
git -c core.fsmonitor=false ls-files -z | xargs -0 rm -f -- || :
rm -rf .git
"""


class Setups:
    def __init__(
        self,
        checkouts: Checkouts,
        commands: Commands,
        configs: ConfigReader,
        submodules: Submodules,
        large_files: LargeFiles,
        mirrors: Mirrors,
        sandbox_name: str,
    ) -> None:
        self._checkouts = checkouts
        self._commands = commands
        self._configs = configs
        self._submodules = submodules
        self._large_files = large_files
        self._mirrors = mirrors
        self._sandbox_name = sandbox_name

    async def prepare(
        self, folders: TenantFolders, base: Base, config: RepositoryConfig, identity: Identity | None
    ) -> Setup | None:
        """Run the setup commands unless their result is there already; sessions that need the same one wait for it."""
        if not config.setup:
            return None
        mirror = folders.mirror(base.repository_key)
        digest = await self._digest(folders, mirror, base, config)
        result = folders.setups / digest
        make_folder(folders.setups)
        async with locked(folders.setups / f"{digest}.lock", timeout_seconds=config.setup_timeout_seconds * 2 + 60):
            if not result.exists():
                await self._make(folders, base, config, identity, result)
            os.utime(result)  # Its age is the time since it was used last.
        return Setup(result / "tree", (result / "excludes").read_text(errors="surrogateescape"))

    async def _digest(self, folders: TenantFolders, mirror: Path, base: Base, config: RepositoryConfig) -> str:
        """What the files of the cache key do not tell is whose the other files are that setup ran: a session may begin at an
        agent's result. So what everybody has is made at commits of the default branch alone.
        """
        shared = await self._configs.setup_digest(mirror, base, config, self._sandbox_name)
        if (folders.setups / shared).exists() or await self._mirrors.in_default_branch(mirror, base.commit):
            return shared
        return await self._configs.setup_digest(
            mirror, base, config.model_copy(update={"cache_key": ()}), self._sandbox_name
        )

    async def _make(
        self, folders: TenantFolders, base: Base, config: RepositoryConfig, identity: Identity | None, result: Path
    ) -> None:
        scratch = folders.new_scratch()
        try:
            draft = scratch / "result"
            make_folder(draft)
            tenant_id, mirror = folders.root.name, folders.mirror(base.repository_key)
            place = Place(tenant_id, f"setup-{result.name}", draft / "tree", CHECKOUT_INSIDE, mirror, identity)
            parts = await self._submodules.ready(folders, base, base.commit, config)
            lfs = await self._large_files.ready(folders, base, base.commit)
            await self._checkouts.build(place, base.commit, branch=None, setup=None, parts=parts, lfs=lfs.attributes)
            await asyncio.to_thread(save_index, place, scratch / "index")
            await self._run(place, config)
            (draft / "excludes").write_bytes(exclude_patterns(await self._harvest(place, scratch / "index")))
            draft.rename(result)
        finally:
            await asyncio.shield(remove_tree(scratch))

    async def _run(self, place: Place, config: RepositoryConfig) -> None:
        for command in config.setup:
            seconds = config.setup_timeout_seconds
            result = await self._commands.shell(command, place, env=config.env, timeout_seconds=seconds, purpose="setup")
            if result.exit_code != 0:
                output = result.output[-OUTPUT_CHARACTERS:].strip()
                if result.timed_out:
                    output = f"{output}\n(stopped after {seconds} seconds)"
                raise SetupFailed(command=command, exit_code=result.exit_code, output=output)

    async def _harvest(self, place: Place, index: Path) -> bytes:
        async with self._commands.scratch(place) as out:
            index.rename(out / "index")
            prepare_owner(out, place.identity)
            mount = Mount(out, _OUT_INSIDE, writable=True)
            env = {"OUT": self._commands.inside(place, out, mount)}
            result = await self._commands.script(
                _HARVEST, place, mount, env=env, timeout_seconds=CHECKOUT_SECONDS, purpose="setup"
            )
            if result.exit_code != 0:
                raise WorkspaceFailed(action="set up", detail=tail(result.output) or "its results could not be read")
            return (out / "unignored").read_bytes()


def exclude_patterns(paths: bytes) -> bytes:
    """Lines for `.git/info/exclude` that name exactly these NUL-separated paths; a newline in a name matches as `?`."""
    special = re.compile(rb"([\\*?\[\]!# ])")
    patterns = (special.sub(rb"\\\1", path).replace(b"\n", b"?") for path in paths.split(b"\0") if path)
    return b"".join(b"/" + pattern + b"\n" for pattern in patterns)
