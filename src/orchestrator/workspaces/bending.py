"""Code that can end or bend the run of the tests that judge it. Pure: patches in, places out.

Tests import the code that they test, so that code runs in the same process. A place found here is no proof of anything;
it is a reason for a person to look.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from orchestrator.workspaces.diffs import FileDiff
from orchestrator.workspaces.protected import TEST_GLOBS, matches

_FRAMEWORKS = r"unittest|pytest|_pytest|nose2?|doctest|coverage"
_PYTHON = (
    r"\b_exit\b",
    r"\bos\.(?:abort|exec[lv]\w*)\b",
    r"\bos\.kill\s*\(\s*os\.getpid",
    r"\bgetattr\s*\(\s*(?:os|sys|posix|signal|builtins)\b",
    r"\bvars\s*\(\s*(?:os|sys|posix|builtins)\b",
    r"\b(?:os|sys|posix|builtins)\.__dict__",
    r"\bctypes\b",
    r"^[ \t]*import\s+__main__",
    r"def __eq__\([^)]{0,2000}\)[^:\n]{0,2000}:\s*return True\b",
    r"__eq__\s*=\s*lambda\b.{0,2000}\bTrue\b",
    r"\bsys\.(?:exit|excepthook|meta_path|path_hooks|settrace|setprofile|_getframe)\b(?=\s*=[^=])",
    r"\bsys\.(?:meta_path|path_hooks|settrace|setprofile|_getframe)\b",
    r"\bsetattr\s*\(\s*(?:sys|os|builtins)\b",
    r"\bbuiltins\.\w+\s*=[^=]",
    r"\bsys\.modules\b",
    r"__import__|__builtins__|__subclasses__",
    r"\binspect\.(?:stack|currentframe|getouterframes)\b",
    r"\bgc\.get_(?:objects|referrers)\b",
    rf"^[ \t]*(?:import|from)\s+(?:{_FRAMEWORKS})\b",
    rf"[\"'](?:{_FRAMEWORKS})[\"']",
    r"PYTEST_CURRENT_TEST|PYTEST_VERSION",
    r"(?<![\w.])(?:exec|eval)\s*\(",
)
_JAVASCRIPT = (
    r"\bprocess\.(?:reallyExit|abort|binding|kill)\b",
    r"\bprocess\.exit\s*\(\s*+(?![1-9])",
    r"\{[^}\n]{0,400}\bexit\b[^}\n]{0,400}\}\s*=\s*process\b",
    r"[\"'](?:node:)?process[\"']",
    r"\bprocess\s*\[",
    r"\basymmetricMatch\b",
    r"\bprocess\.(?:on|once|prependListener)\s*\(\s*[\"'](?:exit|beforeExit)[\"']",
    r"\bprocess\.exitCode\s*=[^=]",
    r"[\"'](?:node:test|jest|@jest/globals|vitest|mocha|chai|ava|tap)[\"']",
    r"\b(?:assert|expect)(?:\.\w+)+\s*=[^=]",
    r"\bglobal(?:This)?\.(?:expect|it|test|describe|assert)\b",
    r"\brequire\.cache\b|\bModule\._|\bModule\.prototype\b",
    r"\bJEST_WORKER_ID\b|\bVITEST\b",
    r"(?<![\w.])eval\s*\(|\bnew\s+Function\s*\(",
)
_C = (r"\b_[eE]xit\s*\(", r"\bquick_exit\s*\(", r"__attribute__\s*\(\(\s*constructor")
_JVM = (r"\.halt\s*\(", r"\bSystem\.exit\s*\(\s*0")
_OF_LANGUAGE = {
    **dict.fromkeys(("py", "pyi", "pyx"), _PYTHON),
    **dict.fromkeys(("js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte"), _JAVASCRIPT),
    **dict.fromkeys(("c", "h", "cc", "cpp", "cxx", "hpp"), _C),
    **dict.fromkeys(("java", "kt", "scala", "groovy"), _JVM),
    "go": (r"\bos\.Exit\s*\(\s*0", r"\bsyscall\.Exit\b", r"^[ \t]*(?:import\s+)?[\"]testing[\"]"),
    "rs": (r"\bprocess::exit\s*\(\s*0", r"\blibc::_?exit\b"),
    "rb": (r"\bexit!", r"\bat_exit\b", r"[\"'](?:minitest|rspec)\b"),
}
_COMPILED = {language: re.compile("|".join(patterns), re.MULTILINE) for language, patterns in _OF_LANGUAGE.items()}
# Rust's tests stand in the file that they test.
_TAKEN_AWAY = {"rs": re.compile(r"\bassert(?:_eq|_ne)?!|#\[(?:\w+::)?test\b|#\[should_panic", re.MULTILINE)}


@dataclass(frozen=True)
class Place:
    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path} ({self.words})"


def bending(files: Iterable[FileDiff]) -> Iterator[Place]:
    """The first place in each file; tests are judged apart from what they test, so they are passed over."""
    for file in files:
        language = PurePosixPath(file.path).suffix.lstrip(".")
        if language not in _COMPILED or file.status == "deleted" or matches(file.path, TEST_GLOBS):
            continue
        added, taken = _lines(file.patch, "+"), _lines(file.patch, "-")
        lost = _TAKEN_AWAY[language].search(taken) if language in _TAKEN_AWAY else None
        if found := _COMPILED[language].search(added):
            yield Place(file.path, found.group().strip())
        elif lost is not None:
            yield Place(file.path, f"{lost.group()} taken away")
        elif file.truncated and (file.additions or file.binary):
            yield Place(file.path, "too long to be looked through")


def _lines(patch: str, sign: str) -> str:
    lines = iter(patch.splitlines())
    for line in lines:
        if line.startswith("@@"):
            break
    return "\n".join(line[1:] for line in lines if line.startswith(sign))
