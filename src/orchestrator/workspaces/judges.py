"""Which files of a repository a verification command itself is: the scripts it runs, and the scripts that those run. Pure.

An agent that changes one of them changes its own judge. Files that a command only looks at are no judges, and neither is the
program that it tries out: of what an interpreter runs, only shell scripts and what is named or placed like a check count.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from orchestrator.workspaces.protected import matches

_INTERPRETERS = re.compile(
    r"(?:ba|da|z|k)?sh|source|\.|python[\d.]*|pypy3?|node|nodejs|deno|bun|tsx|ts-node|ruby|perl|php|lua|Rscript|pwsh"
)
_SEPARATORS = re.compile(r"&&|\|\||[;|&(){}\n`\"',]|\$\(")
# What may stand before a command.
_PREFIXES = re.compile(
    r"[A-Za-z_]\w*=.*|\d[\d.]*[smh]?|env|exec|time|timeout|nice|nohup|command|xargs|sudo|!|if|then|do|else|run"
)
_PROGRAM = re.compile(r".*\.(?:sh|bash|zsh|ksh|ps1|py|js|mjs|cjs|ts|rb|pl|php|lua)|(?:.*/)?[^./]+")
_SCRIPT = re.compile(r".*\.(?:sh|bash|zsh|ksh|ps1|mk)")
# A folder that a variable or a command names, as in `. "$(dirname "$0")/lib.sh"`. Where it is does not matter: a name is
# looked for below any folder. Bounded, since the text is a stranger's.
_SOME_FOLDER = re.compile(r"[\"']?\${1,2}(?:\w{1,200}|\{[^{}]{0,200}\}|\((?:[^()]|\([^()]{0,200}\)){0,200}\))[\"']?/")
_QUOTED_WORD = re.compile(r"([\"'])([\w./*-]{1,500})\1")
_LOOP = re.compile(r"\bfor\s{1,9}(?P<name>\w{1,99})\s{1,9}in\s(?P<words>[^;\n]{1,2000})")
_TAKEN_IN = re.compile(r"(?:^|[\s;&|(])(?:\.|source|\w{0,3}sh)\s(?:\s*-\w+)*\s*[\"']?\${1,2}\{?(\w{1,99})", re.MULTILINE)
_INCLUDES = frozenset({"include", "-include", "sinclude"})
_FILE_OPTIONS = frozenset(
    {"-c", "--config", "--file", "--makefile", "--rcfile", "--config-file", "--require", "--import", "--loader"}
)
_TAKES_F = frozenset({"make", "gmake", "just", "rake"})
_BUILDS = frozenset({"Makefile", "makefile", "GNUmakefile", "justfile", "tox.ini", "noxfile.py", "Rakefile"})
_PACKAGE = "package.json"
_PACKAGE_MANAGERS = re.compile(r"\b(?:npm|yarn|pnpm|bun)\b")
_CHECKS = re.compile(
    r"(?:^|/)(?:scripts?|tools?|ci|\.ci|hack)/|(?:^|[/_.-])(?:test|check|verif|valid|lint|spec|assert|compar)", re.IGNORECASE
)
_MOST_DEPTH = 4


def judges(commands: Iterable[str], paths: Iterable[str], read: Callable[[str], str]) -> frozenset[str]:
    """`paths` are those of the base commit and those that are new, `read` gives the text of one at the base commit.

    A script may allow for a file that is not there yet, as with `[ ! -f local.env ] || . ./local.env`.

    Build files at the top are read as well, for a command such as `make test`.
    """
    tree = _Tree(paths)
    texts = [*commands, *(read(build) for build in sorted(_BUILDS & tree.paths))]
    if _PACKAGE in tree.paths:
        texts += _package_scripts(read(_PACKAGE), texts)
    found: set[str] = set()
    for _ in range(_MOST_DEPTH):
        new = {path for text in texts for path in tree.run_by(text)} - found
        if not new:
            break
        found |= new
        texts = [read(path) for path in sorted(new) if _PROGRAM.fullmatch(path) or _SCRIPT.fullmatch(path)]
    return frozenset(found)


def _package_scripts(package: str, commands: Sequence[str]) -> list[str]:
    """The scripts of a package that commands such as `npm test` run, and those that these run."""
    try:
        known = dict[str, object](json.loads(package)["scripts"])
    except (ValueError, KeyError, TypeError):
        return []
    run: dict[str, str] = {}
    waiting = list(commands)
    while waiting:
        text = waiting.pop()
        words = re.findall(r"[\w:.-]+", text) if _PACKAGE_MANAGERS.search(text) else []
        for word in words:
            for name in (f"pre{word}", word, f"post{word}"):
                script = known.get(name)
                if isinstance(script, str) and name not in run:
                    run[name] = script
                    waiting.append(script)
    return list(run.values())


class _Tree:
    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = frozenset(paths)
        self._named_so: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            self._named_so[path.rpartition("/")[2]].append(path)

    def run_by(self, text: str) -> Iterator[str]:
        text = _QUOTED_WORD.sub(r"\2", _SOME_FOLDER.sub("", text))
        taken_in = set(_TAKEN_IN.findall(text))
        for loop in _LOOP.finditer(text):
            if loop["name"] in taken_in:
                yield from (path for word in loop["words"].split() for path in self._named(word))
        for part in _SEPARATORS.split(text):
            words = [word.lstrip("@[").rstrip("]:") for word in part.split()]
            yield from self._of_command([word for word in words if word])

    def _of_command(self, words: Sequence[str]) -> Iterator[str]:
        # A script is a judge wherever its name stands.
        yield from (path for word in words if _SCRIPT.fullmatch(word) for path in self._named(word))
        yield from (path for word in words if word.startswith("--") for path in self._named(word.partition("=")[2]))
        if words and words[0] in _INCLUDES:
            yield from (path for word in words[1:] for path in self._named(word))
        for option, value in pairwise(words):
            if option in _FILE_OPTIONS or (option == "-f" and not _TAKES_F.isdisjoint(words)):
                yield from self._named(value)
        while words and _PREFIXES.fullmatch(words[0]):
            words = words[1:]
        if not words:
            return
        if "/" in words[0] and _PROGRAM.fullmatch(words[0]):
            yield from filter(_CHECKS.search, self._named(words[0]))
        if _INTERPRETERS.fullmatch(words[0].rpartition("/")[2]):
            is_shell = words[0].rpartition("/")[2].endswith("sh") or words[0] in (".", "source")
            yield from (path for path in self._script_of(words[1:]) if is_shell or _CHECKS.search(path))

    def _script_of(self, words: Sequence[str]) -> Iterator[str]:
        """The first word that is no option; after `-m` it is a module's name."""
        for number, word in enumerate(words):
            if word == "-m":
                module = "".join(words[number + 1 : number + 2]).replace(".", "/")
                yield from (f"{module}{end}" for end in (".py", "/__main__.py") if f"{module}{end}" in self.paths)
                return
            if not word.startswith("-"):
                yield from self._named(word)
                return

    def _named(self, word: str) -> Iterator[str]:
        """Also below a folder, since a command may go there first."""
        name = str(PurePosixPath(word)) if word else ""
        if "*" in name:
            yield from (path for path in self.paths if matches(path, (f"**/{name}",)))
        elif name in self.paths:
            yield name
        elif name:
            below = self._named_so.get(name.rpartition("/")[2], [])
            yield from (path for path in below if path.endswith(f"/{name}"))
