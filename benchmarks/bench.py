"""What every benchmark works with: a folder, the model, the pinned OpenCode, and processes that end with it."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from rich.console import Console

from benchmarks.model import WRITTEN, TimedModel, WorkItem
from benchmarks.processes import Part, cpu_by_part, wait_until_quiet
from orchestrator.kit.processes import ProcessLedger
from orchestrator.opencode.binary import OpenCodeInstall, find_opencode, find_ripgrep

console = Console(stderr=True, highlight=False)
SAMPLE = Path(__file__).resolve().parent.parent / "examples" / "sample-repo"
_GIT = ("git", "-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgsign=false")
_NOT_OURS = ("ORCHESTRATOR_", "OPENCODE_", "GIT_", "XDG_")
_NOT_OURS_NAMED = ("DATABASE_URL", "ANTHROPIC_API_KEY", "OPENAI_API_KEY")


class BenchmarkFailed(Exception):
    """Something did not do its work, so that its time says nothing."""


@dataclass(frozen=True)
class Bench:
    folder: Path
    ledger: ProcessLedger
    model: TimedModel
    install: OpenCodeInstall
    rounds: int
    sessions: int
    minutes: float

    @property
    def binary(self) -> str:
        return str(self.install.binary)

    def new_folder(self, name: str) -> Path:
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))
        folder.chmod(0o755)
        return folder

    def environment(self, **changes: str) -> dict[str, str]:
        """Of this process, without what steers the orchestrator, OpenCode or git; with ripgrep, for all ways alike."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
        kept = {name: value for name, value in kept.items() if name not in _NOT_OURS_NAMED}
        kept["PATH"] = f"{find_ripgrep().parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
        return kept | changes


@asynccontextmanager
async def open_bench(rounds: int, sessions: int, minutes: float) -> AsyncGenerator[Bench]:
    model = TimedModel()
    with tempfile.TemporaryDirectory(prefix="orchestrator-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # A tenant's user has to get through to its own worktree.
        folder.chmod(0o755)
        await model.start()
        try:
            install = find_opencode()
            yield Bench(folder, ProcessLedger(folder / "processes"), model, install, rounds, sessions, minutes)
        finally:
            await model.stop()


@dataclass
class Batch:
    """Sessions that began at once. Moments are of the monotonic clock, times in seconds."""

    items: list[WorkItem]
    began: float = field(default_factory=monotonic)
    finished: dict[str, float] = field(default_factory=dict[str, float])
    cpu: dict[Part, float] = field(default_factory=dict[Part, float])

    @property
    def seconds(self) -> float:
        return max(self.finished.values()) - self.began

    def finish(self, item: WorkItem) -> None:
        self.finished[item.mark] = monotonic()

    def stages(self, model: TimedModel) -> dict[str, float]:
        """Means over the sessions: until the model is asked, while the agent works, and until the end is told."""
        calls = {item.mark: model.seen[item.mark] for item in self.items}
        count = len(self.items)
        return {
            "until the first model request": sum(c.first - self.began for c in calls.values()) / count,
            "from there to the last answer": sum(c.last - c.first for c in calls.values()) / count,
            "from there to the end": sum(self.finished[mark] - c.last for mark, c in calls.items()) / count,
        }


@asynccontextmanager
async def batch_of(count: int) -> AsyncGenerator[Batch]:
    """Begins when nothing is left of what ran before, and notes the CPU time that the block takes."""
    if not await asyncio.to_thread(wait_until_quiet):
        console.print("  [yellow]the processes do not come to rest; measuring all the same[/]")
    before = cpu_by_part()
    batch = Batch([WorkItem() for _ in range(count)])
    yield batch
    batch.cpu = {part: spent - before[part] for part, spent in cpu_by_part().items()}


def new_repository(folder: Path) -> Path:
    """A copy of the sample with one commit."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "The sample as it came")):
        git(folder, *arguments)
    return folder


def new_worktrees(repository: Path, folder: Path, count: int) -> list[Path]:
    folders = [folder / f"worktree-{number}" for number in range(1, count + 1)]
    for worktree in folders:
        git(repository, "worktree", "add", "-q", "--detach", str(worktree))
    return folders


def require_written(worktrees: Iterable[Path]) -> None:
    for worktree in worktrees:
        if not (worktree / WRITTEN).is_file():
            raise BenchmarkFailed(f"a session left no {WRITTEN} behind")


def git(folder: Path, *arguments: str) -> None:
    done = subprocess.run([*_GIT, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise BenchmarkFailed(f"git {arguments[0]}: {done.stderr.strip()}")
