"""What the known test runners say of how many tests they ran."""

import time

import pytest

from orchestrator.sessions.runner_reports import Report, report_of


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("...\n----\nRan 3 tests in 0.001s\n\nOK\n", Report(3, 0)),
        ("Ran 1 test in 0.001s\n\nFAILED (failures=1)\n", Report(1, 1)),
        ("Ran 9 tests in 1s\n\nFAILED (failures=1, errors=2, skipped=3, expected failures=1)\n", Report(5, 3)),
        ("Ran 2 tests in 0.0s\n\nOK (skipped=2)\n", Report(0, 0)),
        ("Ran 0 tests in 0.000s\n\nNO TESTS RAN\n", Report(0, 0)),
        ("Ran 1 test in 1s\n\nOK\nRan 2 tests in 1s\n\nOK\n", Report(3, 0)),
        ("===== 1 failed, 2 passed, 1 skipped, 3 warnings in 0.12s =====", Report(3, 1)),
        ("..\n2 passed in 0.01s\n", Report(2, 0)),
        ("2 passed, 1 error in 62.01s (0:01:02)\n", Report(3, 1)),
        ("no tests ran in 0.00s\n", Report(0, 0)),
        ("# tests 3\n# suites 0\n# pass 2\n# fail 1\n# cancelled 0\n", Report(3, 1)),
        ("\u2139 tests 2\n\u2139 suites 0\n\u2139 pass 2\n\u2139 fail 0\n", Report(2, 0)),
        ("Tests:       1 failed, 2 passed, 3 total\n", Report(3, 1)),
        ("\x1b[2m      Tests \x1b[22m \x1b[1m\x1b[32m2 passed\x1b[39m\x1b[22m (2)\n", Report(2, 0)),
        ("      Tests  1 failed | 2 passed (3)\n", Report(3, 1)),
        ("  2 passing (5ms)\n  1 failing\n", Report(3, 1)),
        ("test result: FAILED. 3 passed; 1 failed; 0 ignored;\n", Report(4, 1)),
        ("ok  \tshop\t0.01s\nFAIL\tshop/a\t0.2s\n?   \tshop/b\t[no test files]\n", Report(2, 1)),
        ("4 examples, 1 failure, 1 pending\n", Report(3, 1)),
        ("OK (3 tests, 4 assertions)\n", Report(3, 0)),
        ("Tests: 3, Assertions: 4, Failures: 1, Skipped: 1.\n", Report(2, 1)),
        ("[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 1\n", Report(2, 1)),
        ("Failed!  - Failed:     1, Passed:     2, Skipped:     0, Total:     3, Duration: 5 ms\n", Report(3, 1)),
        ("67% tests passed, 1 tests failed out of 3\n", Report(3, 1)),
        ("everything is fine\n", None),
        ("", None),
    ],
)
def test_what_ran(output: str, expected: Report | None) -> None:
    assert report_of(output) == expected


@pytest.mark.parametrize(
    "output",
    [
        "\n" * 65_536,
        "  \n" * 20_000,
        "Ran 1 test in 1" + "\n" * 65_000,
        "Tests run: 1, Failures: 1, Errors: 1, Skipped: 1" + " \n" * 30_000 + "x",
        "Ran 1 test in 1s\n\nOK (" + "a " * 30_000 + ")",
        "Tests: 1, Assertions: 1" + ",1=1" * 15_000,
        "Ran " + "9" * 5_000 + " tests in 1s\n\nOK\n",
        "\n".join([" " * 399 + "1"] * 160),
        "\n".join(["Tests: " + "1 1a" * 97] * 160),
        "\n".join(["Tests: 1 " + "11a | 1" * 50 + "!"] * 160),
        "\n".join(["ok " + "x" * 390] * 160),
        "\n".join(["  1 passing" + " " * 300 + "x"] * 200),
    ],
)
def test_no_output_keeps_it_busy(output: str) -> None:
    """It runs where the whole node works: an agent could have stopped that for minutes, until it counted as lost."""
    began = time.process_time()
    report_of(output)
    assert time.process_time() - began < 1
