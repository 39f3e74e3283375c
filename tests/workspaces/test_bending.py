"""Code that can end or bend the run of the tests that judge it."""

import time
from pathlib import Path

import pytest

from orchestrator.workspaces import FileDiff
from orchestrator.workspaces.bending import bending
from orchestrator.workspaces.hooks import written_hooks


def changed(path: str, *lines: str, truncated: bool = False, sign: str = "+") -> FileDiff:
    patch = "\n".join([f"diff --git a/{path} b/{path}", "@@ -0,0 +1 @@", *(sign + line for line in lines)])
    return FileDiff(path, None, "modified", len(lines), 0, False, patch, truncated)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "os._exit(0)"),
        ("a.py", "from os import _exit as leave"),
        ("a.py", "    os.execv('/bin/true', [])"),
        ("a.py", "sys.exit = lambda *_: None"),
        ("a.py", "setattr(sys, 'exit', print)"),
        ("a.py", "import unittest.mock"),
        ("a.py", "from pytest import fixture"),
        ("a.py", "getattr(__import__('o' + 's'), '_ex' + 'it')(0)"),
        ("a.py", "if 'PYTEST_CURRENT_TEST' in os.environ:"),
        ("a.py", "case = sys._getframe(1).f_locals['self']"),
        ("a.py", "exec(text)"),
        ("a.py", "getattr(os, '_ex' + 'it')(0)"),
        ("a.py", "vars(os)['_ex' + 'it'](0)"),
        ("a.py", "ctypes.CDLL(None).exit(0)"),
        ("a.py", "    def __eq__(self, other): return True"),
        ("a.py", "    __eq__ = lambda *_: True"),
        ("a.js", "const { exit } = process"),
        ("a.js", "import { exit as leave } from 'node:process'"),
        ("a.js", "process['ex' + 'it'](0)"),
        ("a.js", "process.exit(0)"),
        ("a.ts", "process.exit()"),
        ("a.mjs", "process.on('exit', () => {})"),
        ("a.js", "assert.strict.equal = () => {}"),
        ("a.js", "import { mock } from 'node:test'"),
        ("a.go", "\tos.Exit(0)"),
        ("a.rs", "std::process::exit(0);"),
        ("a.c", "  _exit(0);"),
    ],
)
def test_a_place_is_told(path: str, line: str) -> None:
    [place] = bending([changed(path, "x = 1", line)])
    assert place.path == path
    assert place.words in line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", "sys.exit(main())"),
        ("a.py", "pattern = re.compile('x')"),
        ("a.py", "session.exec(query)"),
        ("a.py", "exit_code = 0"),
        ("a.py", "# the unittests are elsewhere"),
        ("a.js", "process.exit(1)"),
        ("a.js", "process.exitCode === 0"),
        ("a.js", "pattern.exec(text); assert.equal(1, 1)"),
        ("a.go", "os.Exit(1)"),
        ("a.md", "os._exit(0)"),
        ("tests/test_a.py", "import unittest"),
        ("src/a.test.js", "import test from 'node:test'"),
    ],
)
def test_ordinary_code_is_not(path: str, line: str) -> None:
    assert list(bending([changed(path, line)])) == []


def test_only_what_is_added_counts() -> None:
    assert list(bending([changed("a.py", "os._exit(0)", sign="-"), changed("a.py", "os._exit(0)", sign=" ")])) == []


def test_what_equals_everything_is_told() -> None:
    lines = ("class Price:", "    def __eq__(self, other):", "        return True")
    [place] = bending([changed("a.py", *lines)])
    assert place.words.startswith("def __eq__")
    assert list(bending([changed("a.py", "    def __eq__(self, other):", "        return self.a == other.a")])) == []


def test_a_test_that_is_taken_out_of_the_file_that_it_tests_is_told() -> None:
    [place] = bending([changed("src/lib.rs", "        assert_eq!(total(&[100], 0.1), 90);", sign="-")])
    assert place.words == "assert_eq! taken away"


def test_code_that_is_too_long_to_be_looked_through_is_told() -> None:
    [place] = bending([changed("a.py", "x = 1", truncated=True)])
    assert "too long" in place.words


@pytest.mark.parametrize("path", ["shop/a.py", "shop/a.js", "shop/a.go"])
@pytest.mark.parametrize(
    "text",
    ["\n", "\t\n", " ", "def __eq__(", "__eq__ = lambda ", "{ exit ", "process.exit(   ", "process.exit(" + " " * 60_000],
)
def test_no_code_keeps_it_busy(path: str, text: str) -> None:
    """It runs where the whole node works."""
    lines = (text * (60_000 // len(text))).split("\n")
    began = time.process_time()
    list(bending([changed(path, *lines)]))
    assert time.process_time() - began < 8


def test_no_configuration_keeps_it_busy(tmp_path: Path) -> None:
    (tmp_path / ".git/hooks").mkdir(parents=True)
    config = tmp_path / ".git/config"
    config.write_text("\n" * 60_000 + "[core]\n\thooksPath = mine  \n")
    began = time.process_time()
    assert written_hooks(tmp_path) == ["core.hooksPath"]
    assert time.process_time() - began < 1
    config.write_text("[core]\n\thooksPath = .husky/_  \n")
    assert written_hooks(tmp_path) == []
