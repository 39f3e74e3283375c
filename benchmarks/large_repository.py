"""How long a session's worktree takes in a repository of 1 GB: the first one, and when one lies ready."""

import random
import subprocess
from pathlib import Path
from time import monotonic
from typing import IO
from uuid import uuid4

from benchmarks.bench import Bench, BenchmarkFailed, console, git
from benchmarks.results import Figure, Group
from orchestrator.sandboxes import choose_sandbox, tenant_identity
from orchestrator.workspaces import RepositoryConfig, Workspaces, branch_name, remove_tree

FILES, HISTORY_MB, MOVED = 20_000, 850, 200
AIM_SECONDS = 2.0
_TENANT = "0190aaaa-0000-7000-8000-000000000001"
_WHO = b"committer Benchmark <benchmark@localhost> 0 +0000\n"
_NOTES = f"""A pack of 1 GB: {FILES:,} text files of 1 to 200 KB in the newest commit, 240 MB as files, and {HISTORY_MB} MB
of binaries that {HISTORY_MB} commits replaced again and again, of which 8 MB are in the newest one. The mirror is there;
ready means that files and index are written and the sandbox has ended. "With a spare one" is what a second session meets:
the orchestrator made a worktree beforehand. "The base has moved": {MOVED} files have changed since that was made."""


async def measure(bench: Bench) -> list[Group]:
    folder = bench.new_folder("large")
    repository = _make(folder / "repository.git")
    data = folder / "data"
    data.mkdir(mode=0o755)
    workspaces = Workspaces(data, (folder,), choose_sandbox("auto"), bench.ledger)
    began = monotonic()
    await workspaces.prepare_mirror(_TENANT, str(repository))
    mirrored = monotonic() - began
    first, ready, moved, plain = list[float](), list[float](), list[float](), list[float]()
    for number in range(bench.rounds):
        plain.append(_plain(repository, folder / f"plain-{number}"))
        first.append(await _worktree(workspaces, repository))
        ready.append(await _worktree(workspaces, repository))
        _move(repository, number)
        moved.append(await _worktree(workspaces, repository))
        await remove_tree(workspaces.folders(_TENANT).spares)
        console.print(
            f"  first {first[-1]:.2f} s, spare {ready[-1]:.2f} s, moved {moved[-1]:.2f} s, plain {plain[-1]:.2f} s"
        )
    figures = [
        Figure.seconds("mirror, once", [mirrored]),
        Figure.seconds("plain `git worktree add`", plain),
        Figure.seconds("worktree, none lies ready", first),
        Figure.seconds("worktree, with a spare one", ready, aim=AIM_SECONDS),
        Figure.seconds("worktree, the base has moved", moved, aim=AIM_SECONDS),
    ]
    return [Group("Worktree of a 1 GB repository", figures, _NOTES)]


async def _worktree(workspaces: Workspaces, repository: Path) -> float:
    """From the question to the origin on; afterwards the next spare one is waited for."""
    session_id = str(uuid4())
    began = monotonic()
    base = await workspaces.prepare_mirror(_TENANT, str(repository))
    branch = branch_name("Benchmark", session_id)
    made = await workspaces.create(_TENANT, session_id, base, branch, tenant_identity(1), RepositoryConfig())
    seconds = monotonic() - began
    if not (made.folder / "src/p0/m0/file0.py").is_file():
        raise BenchmarkFailed("the worktree has no files")
    await workspaces.spares_made()
    await workspaces.remove(made, base.commit)
    return seconds


def _plain(repository: Path, folder: Path) -> float:
    began = monotonic()
    git(repository, "worktree", "add", "-q", "--detach", str(folder), "main")
    seconds = monotonic() - began
    git(repository, "worktree", "remove", "--force", str(folder))
    return seconds


def _make(folder: Path) -> Path:
    """Binaries are stored as they are, which is quicker to write; text is compressed, as everywhere."""
    git(folder.parent, "init", "-q", "--bare", "-b", "main", str(folder))
    made_up = random.Random(7)
    console.print("  making 1 GB")
    with _Import(folder, compression=0) as into:
        for number in range(HISTORY_MB):
            into.commit(f"asset {number}", {f"assets/big{number % 8}.bin": made_up.randbytes(1 << 20)})
    words = " ".join(f"{made_up.getrandbits(40):x}" + "\n" * (n % 9 == 0) for n in range(400_000)).encode()
    sizes = [int(min(200_000, max(1_000, made_up.lognormvariate(8.9, 1.0)))) for _ in range(FILES)]
    starts = [made_up.randrange(len(words) - 200_000) for _ in range(FILES)]
    with _Import(folder, compression=6) as into:
        into.commit("source", {_path(n): words[starts[n] : starts[n] + sizes[n]] for n in range(FILES)})
    return folder


def _move(repository: Path, round_: int) -> None:
    with _Import(repository, compression=6) as into:
        into.commit("The team goes on", {_path(n): b"changed %d\n" % round_ for n in range(round_, FILES, FILES // MOVED)})


def _path(number: int) -> str:
    return f"src/p{number % 40}/m{number // 40 % 25}/file{number}.py"


class _Import:
    """`git fast-import` upon main."""

    def __init__(self, folder: Path, compression: int) -> None:
        self._folder = folder
        self._argv = ["git", "-c", f"core.compression={compression}", "-c", f"pack.compression={compression}"]

    def __enter__(self) -> "_Import":
        self._process = subprocess.Popen(
            [*self._argv, "fast-import", "--quiet", "--force"], cwd=self._folder, stdin=subprocess.PIPE
        )
        self._begun = subprocess.run(
            ["git", "rev-parse", "-q", "--verify", "main"], cwd=self._folder, capture_output=True, check=False
        ).stdout.strip()
        return self

    def commit(self, message: str, files: dict[str, bytes]) -> None:
        sink = self._process.stdin
        if sink is None:
            raise BenchmarkFailed("git fast-import takes nothing")
        sink.write(b"commit refs/heads/main\n" + _WHO)
        _data(sink, message.encode())
        if self._begun:
            sink.write(b"from %s\n" % self._begun)
            self._begun = b""
        for path, content in files.items():
            sink.write(f"M 100644 inline {path}\n".encode())
            _data(sink, content)

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.wait(600) != 0:
            raise BenchmarkFailed("git fast-import")


def _data(sink: IO[bytes], content: bytes) -> None:
    sink.write(b"data %d\n%b\n" % (len(content), content))
