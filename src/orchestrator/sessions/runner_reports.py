"""How many tests a command ran, as its output tells: the summaries of the known test runners. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """`ran` counts tests that came to a result, so neither skipped nor deselected ones; `failed` are among them."""

    ran: int
    failed: int


def report_of(output: str) -> Report | None:
    """Summed over all summaries; None when there is none that is known."""
    text = _plain(output)
    reports = [report for read in _RUNNERS for report in read(text)]
    return Report(sum(one.ran for one in reports), sum(one.failed for one in reports)) if reports else None


def _plain(output: str) -> str:
    """Lines that can be part of a summary. What an agent's program prints may be made to keep the search below busy for
    minutes, and with it the whole node: so no line is long, none ends in blanks, and no two that follow are empty."""
    lines = [line.rstrip() for line in _COLOURS.sub("", output).split("\n")]
    return _EMPTY.sub("\n\n", "\n".join(line if len(line) <= _LONGEST_LINE else "-" for line in lines))


_LONGEST_LINE = 400
_EMPTY = re.compile(r"\n{3,}")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\n+(?:(?:OK|FAILED|NO TESTS RAN)(?: \(([^)\n]*)\))?)?", re.MULTILINE)
_PYTEST = re.compile(r"^(?:=+ )?(\d+ \w+(?:, \d+ \w+)*|no tests ran) in [\d.]+s\b", re.MULTILINE)
_NODE = re.compile(r"^[#\u2139] pass (?P<passed>\d+)\n[#\u2139] fail (?P<failed>\d+)", re.MULTILINE)
_JEST = re.compile(r"^\s*Tests:?\s+((?:\d+ \w+(?:, | \| )?)+)(?:\s*\(\d+\))?\s*$", re.MULTILINE)
_MOCHA = re.compile(r"^\s+(?P<passed>\d+) passing\b.*\n(?:\s+\d+ pending\n)?(?:\s+(?P<failed>\d+) failing)?", re.MULTILINE)
_CARGO = re.compile(r"^test result: \w+\. (?P<passed>\d+) passed; (?P<failed>\d+) failed;", re.MULTILINE)
_GO = re.compile(r"^(ok|FAIL)\s+\S+\s+(?:[\d.]+s|\(cached\)|\[build failed\])", re.MULTILINE)
_RSPEC = re.compile(r"^(?P<total>\d+) examples?, (?P<failed>\d+) failures?(?:, (?P<skipped>\d+) pending)?", re.MULTILINE)
_PHPUNIT = re.compile(r"^(?:OK \((\d+) tests?|Tests: (\d+), Assertions: \d+(.*))", re.MULTILINE)
_SUREFIRE = re.compile(
    r"^(?:\[\w+\] )?Tests run: (?P<total>\d+), Failures: (?P<failed>\d+), Errors: (?P<errors>\d+), "
    r"Skipped: (?P<skipped>\d+)\s*$",
    re.MULTILINE,
)
_DOTNET = re.compile(r"Failed:\s+(?P<failed>\d+), Passed:\s+(?P<passed>\d+), Skipped:\s+\d+, Total:\s+\d+")
_CTEST = re.compile(r"^\d+% tests passed, (?P<failed>\d+) tests failed out of (?P<total>\d+)", re.MULTILINE)
_COUNTS = re.compile(r"(\d+) ([a-z]+)|([a-z ]+)[=:] ?(\d+)", re.IGNORECASE)


def _counts(text: str) -> dict[str, int]:
    """`2 failed, 1 passed` and `failures=2, skipped=1` alike."""
    pairs = [(word or name, count or number) for count, word, name, number in _COUNTS.findall(text)]
    return {name.strip().lower(): int(count) for name, count in pairs}


def _unittest(text: str) -> Iterator[Report]:
    for total, details in _UNITTEST.findall(text):
        told = _counts(details)
        failed = sum(told.get(word, 0) for word in ("failures", "errors", "unexpected successes"))
        yield Report(int(total) - told.get("skipped", 0) - told.get("expected failures", 0), failed)


def _words(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Report]]:
    def read(text: str) -> Iterator[Report]:
        for details in pattern.findall(text):
            told = _counts(details)
            failed = sum(told.get(word, 0) for word in ("failed", "error", "errors"))
            yield Report(told.get("passed", 0) + failed, failed)

    return read


def _numbers(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Report]]:
    def read(text: str) -> Iterator[Report]:
        for found in pattern.finditer(text):
            told = {name: int(number or 0) for name, number in found.groupdict().items()}
            failed = told["failed"] + told.get("errors", 0)
            ran = told["total"] - told.get("skipped", 0) if "total" in told else told["passed"] + failed
            yield Report(ran, failed)

    return read


def _go(text: str) -> Iterator[Report]:
    """It counts packages unless it is asked for more."""
    results = _GO.findall(text)
    if results:
        yield Report(len(results), results.count("FAIL"))


def _phpunit(text: str) -> Iterator[Report]:
    for passed, total, details in _PHPUNIT.findall(text):
        told = _counts(details)
        yield Report(int(passed or total) - told.get("skipped", 0), told.get("failures", 0) + told.get("errors", 0))


_RUNNERS: tuple[Callable[[str], Iterator[Report]], ...] = (
    _unittest,
    _go,
    _phpunit,
    *(_words(pattern) for pattern in (_PYTEST, _JEST)),
    *(_numbers(pattern) for pattern in (_NODE, _MOCHA, _CARGO, _RSPEC, _SUREFIRE, _DOTNET, _CTEST)),
)
