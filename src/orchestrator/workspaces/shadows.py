"""New files that Python would import instead of a module that is there. Pure."""

from collections.abc import Iterable, Iterator, Set

from orchestrator.workspaces.protected import Change, ProtectedFinding

# Folders that stand in Python's search path themselves, besides the top one.
_ROOTS = frozenset({"src", "lib", "python", "test", "tests", "testing", "spec", "specs"})
_TESTS = frozenset({"test", "tests", "testing", "spec", "specs"})
_ENDINGS = ("py", "pyc", "so", "pyd")


def shadowing(changes: Iterable[Change], paths: Set[str], commands: Iterable[str]) -> Iterator[ProtectedFinding]:
    """`paths` are those of the base commit."""
    changes = list(changes)
    gone = {change.old_path or change.path for change in changes if change.status[:1] in "DR"}
    added = [change.path for change in changes if change.status[:1] in "ACR" and _module(change.path)]
    if not added:
        return
    discovers = any("discover" in command for command in commands)
    known: dict[str, str] = {}
    for path in paths - gone:
        for name in _names(path, paths, discovers=discovers):
            known.setdefault(name, path)
    for path in added:
        hidden = next((known[name] for name in _names(path, paths, discovers=discovers) if name in known), None)
        if hidden is not None:
            yield ProtectedFinding(path, f"a new file that can be imported instead of {hidden}")


def _names(path: str, paths: Set[str], *, discovers: bool) -> Iterator[str]:
    """The names by which it can be imported: from the top, and from each folder that may stand in the search path."""
    module = _module(path)
    if module is None:
        return
    *folders, last = module
    for start in range(len(folders) + 1):
        if start and not _is_root(folders[:start], paths, discovers=discovers):
            continue
        name = ".".join([*folders[start:], last] if last else folders[start:])
        if name:
            yield name


def _is_root(folders: list[str], paths: Set[str], *, discovers: bool) -> bool:
    """A package is no place that Python searches, unless the tests are discovered from it."""
    is_package = "/".join([*folders, "__init__.py"]) in paths
    return folders[-1] in _ROOTS and (not is_package or (discovers and folders[-1] in _TESTS))


def _module(path: str) -> list[str] | None:
    """Its folders, and its own name, which is empty for that of a package."""
    *folders, name = path.split("/")
    stem, _, ending = name.partition(".")
    if ending.rpartition(".")[2] not in _ENDINGS:
        return None
    return [*folders, "" if stem == "__init__" else stem]
