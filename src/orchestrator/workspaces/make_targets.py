"""New files that make takes for what a target would make, so that it does nothing and calls that a success. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set

NAMES = ("Makefile", "makefile", "GNUmakefile")
_RULE = re.compile(r"^(?P<targets>[^\s#:=][^#:=\n]{0,4000}):(?P<sources>(?![:=])[^\n]{0,4000})", re.MULTILINE)
_ALWAYS = ".PHONY"


def makefiles_above(new: Iterable[str], paths: Set[str]) -> set[str]:
    """The makefiles in whose folders, or below them, something is new."""
    folders = {""}
    for path in new:
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
    wanted = (f"{folder}/{name}".lstrip("/") for folder in folders for name in NAMES)
    return {path for path in wanted if path in paths}


def made_already(new: Iterable[str], paths: Set[str], makefiles: Mapping[str, str]) -> dict[str, str]:
    """From each new path to the target that it, or the folder that came with it, is taken for.

    `paths` are those of the base commit, `makefiles` the texts of those that `makefiles_above` named.
    """
    names = {target: short for path, text in makefiles.items() for target, short in _targets(path, text)}
    folders = _folders(paths)
    found: dict[str, str] = {}
    for path in new:
        for whole in (path, *_above(path)):
            if whole in names and whole not in paths and whole not in folders:
                found[path] = names[whole]
    return found


def _targets(makefile: str, text: str) -> Iterator[tuple[str, str]]:
    """Those that make looks for as files: their place in the repository, and their name in the makefile."""
    rules = [(rule["targets"].split(), rule["sources"].split()) for rule in _RULE.finditer(text)]
    always = {source for targets, sources in rules if _ALWAYS in targets for source in sources}
    folder = makefile.rpartition("/")[0]
    for targets, _ in rules:
        for target in targets:
            if target not in always and not target.startswith(".") and "%" not in target and "$" not in target:
                yield f"{folder}/{target}".lstrip("/"), target


def _folders(paths: Iterable[str]) -> set[str]:
    return {folder for path in paths for folder in _above(path)}


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path
