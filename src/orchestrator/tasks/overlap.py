"""Which files a task will probably change, and which two tasks will change the same. Pure.

Three things tell it, from the surest on: what the task declares, what its prompt names and the repository has, and what
changed together with those files before. A wrong guess costs time when tasks wait for each other, never work: what is
merged is verified whatever was foreseen.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.workspaces.protected import matches, readable_glob

FEWEST_TOGETHER = 3
"""So often at least two files have to have changed together."""
FEWEST_SHARE = 0.5
"""Of the changes of one, so many have to have brought the other along."""
FEWEST_TIMES_CHANCE = 2.0
"""And that so many times as often as that one changes anyway: a changelog comes along with everything."""
_MOST_FILES_OF_A_CHANGE = 30
"""A larger one reformats or renames, and says nothing about what belongs together."""
_MOST_SOURCES = 50
_MOST_FILES_OF_A_FOLDER = 100
_WORD = re.compile(r"[\w./@+-]+")
_WILDCARD = re.compile(r"[*?[]")


@dataclass(frozen=True)
class Repository:
    """What is there at the plan's base; `together` says of a file which others come along when it changes."""

    files: frozenset[str]
    folders: Mapping[str, Sequence[str]]
    by_name: Mapping[str, Sequence[str]]
    together: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, files: Collection[str], changes: Sequence[Collection[str]]) -> "Repository":
        """`changes` are the files of each of the last commits."""
        folders: dict[str, list[str]] = defaultdict(list)
        by_name: dict[str, list[str]] = defaultdict(list)
        for file in sorted(files):
            parts = file.split("/")
            by_name[parts[-1]].append(file)
            for depth in range(1, len(parts)):
                folders["/".join(parts[:depth])].append(file)
        return cls(frozenset(files), dict(folders), dict(by_name), _together(files, changes))


@dataclass(frozen=True)
class Predicted:
    """`unborn` are files that are declared and not there yet, `globs` what may stand for more of those."""

    files: frozenset[str]
    likely: frozenset[str] = frozenset()
    """They come along with `files`."""
    unborn: frozenset[str] = frozenset()
    globs: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[str]:
        return self.files | self.likely | self.unborn


def predicted(declared: Sequence[str], prompt: str, repository: Repository) -> Predicted:
    paths = [_plain(one, repository) for one in declared]
    globs = tuple(dict.fromkeys(one for one in paths if _is_glob(one)))
    exact = {one for one in paths if one and not _is_glob(one)} | set(named_in(prompt, repository))
    files = exact & repository.files
    files |= {file for glob in globs for file in _below(glob, repository) if matches(file, (glob,))}
    sources = files if len(files) <= _MOST_SOURCES else ()
    likely = frozenset(other for file in sources for other in repository.together.get(file, ()))
    return Predicted(frozenset(files), likely - files, frozenset(exact - files), globs)


def overlaps(a: Predicted, b: Predicted) -> tuple[str, ...]:
    """The files, and the patterns of files that are not there yet; empty when the two will not meet."""
    shared = set(a.all & b.all)
    for one, other in ((a, b), (b, a)):
        if one.globs:
            shared |= {path for path in (*other.unborn, *other.globs) if matches(path, one.globs)}
    return tuple(sorted(shared))


def named_in(prompt: str, repository: Repository) -> Iterator[str]:
    """Files that a text names by their path, or by their name where no other file has it; and those of a small folder."""
    for word in dict.fromkeys(_WORD.findall(prompt)):
        path = word.rstrip(".").removeprefix("@").removeprefix("./")
        if path in repository.files:
            yield path
        elif "/" in path:
            below = repository.folders.get(path.rstrip("/"), ())
            yield from below if len(below) <= _MOST_FILES_OF_A_FOLDER else ()
        elif "." in path and len(repository.by_name.get(path, ())) == 1:
            yield repository.by_name[path][0]


def _below(glob: str, repository: Repository) -> Collection[str]:
    """The files of the folder that stands before the first wildcard: no other can fit, and there may be very many."""
    folder = _WILDCARD.split(glob, maxsplit=1)[0].rpartition("/")[0]
    return repository.folders.get(folder, ()) if folder else repository.files


def _plain(declared: str, repository: Repository) -> str:
    """A folder stands for all that is in it. What no path can be compared with stands for nothing."""
    path = declared.strip().removeprefix("./").lstrip("/")
    if path in repository.folders:
        return f"{path}/"
    try:
        return readable_glob(path)
    except ValueError:
        return ""


def _is_glob(path: str) -> bool:
    return path.endswith("/") or _WILDCARD.search(path) is not None


def _together(files: Collection[str], changes: Sequence[Collection[str]]) -> dict[str, frozenset[str]]:
    there = frozenset(files)
    small = [sorted(there.intersection(change)) for change in changes if len(change) <= _MOST_FILES_OF_A_CHANGE]
    alone = Counter(file for change in small for file in change)
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for change in small:
        for file in change:
            pairs[file].update(other for other in change if other != file)
    return {
        file: frozenset(
            other
            for other, count in others.items()
            if count >= FEWEST_TOGETHER
            and count / alone[file] >= FEWEST_SHARE
            and count / alone[file] >= FEWEST_TIMES_CHANCE * alone[other] / len(small)
        )
        for file, others in pairs.items()
    }
