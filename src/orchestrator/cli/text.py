"""Text of agents and repositories on a person's terminal: shown, never obeyed."""

import re

from rich import markup

# Terminals obey control characters; the marks for right-to-left text and of line ends make a line read as another one.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Each character that a terminal would obey stands as its code."""
    return _OBEYED.sub(lambda found: f"\\x{ord(found[0]):02x}", text.replace("\r\n", "\n"))


def escape(text: str) -> str:
    """For `console.print`, on one line: a name with a line end in it would else forge the row below its own."""
    return escape_lines(text.replace("\r\n", "\n").replace("\n", "\\n").replace("\t", "\\t"))


def escape_lines(text: str) -> str:
    """What is text and no name keeps its lines; neither markup nor control characters have an effect."""
    return markup.escape(visible(text))
