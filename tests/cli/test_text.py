"""What agents, repositories and people wrote is shown on a terminal, never obeyed by it."""

import pytest

from orchestrator.cli.text import escape, escape_lines, visible


@pytest.mark.parametrize(
    "text",
    [
        "\x1b]52;c;cm0gLXJm\x07",
        "\x1b[2J",
        "a\rb",
        "\x9b31m",
        "\u202etxt.exe",
        "a\u200fb",
        "a\u061cb",
        "a\u2028b",
        "a\x08b",
        "\x7f",
    ],
)
def test_nothing_a_terminal_obeys_is_left(text: str) -> None:
    assert visible(text).isprintable()


def test_what_is_to_be_read_stays() -> None:
    assert visible("é\t漢字\nb\r\nc") == "é\t漢字\nb\nc"
    assert escape("[bold]x[/]\x1b") == "\\[bold]x\\[/]\\x1b"


def test_a_name_forges_no_row_and_a_text_keeps_its_lines() -> None:
    assert escape("ok\nstatus  completed\r\n\tX") == "ok\\nstatus  completed\\n\\tX"
    assert escape_lines("a\n\tb\r\nc") == "a\n\tb\nc"
