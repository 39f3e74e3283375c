"""Names of files as text: git knows them as bytes, and not all of those are UTF-8."""

import re

# What stands for a byte, so that a file whose own name has such a thing in it is told from one whose name has the byte.
_STANDS_FOR_BYTE = re.compile(r"\\(?=x(?:5c|[89a-f][0-9a-f]))")
_BYTE = re.compile(r"\\x(5c|[89a-f][0-9a-f])")


def readable(name: bytes) -> str:
    r"""As it is, with `\xff` for a byte that is not of UTF-8. No two names are read alike."""
    text = name.decode("utf-8", "surrogateescape")
    return _STANDS_FOR_BYTE.sub(r"\\x5c", text).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def name_of(text: str) -> bytes:
    """The name that is read so."""
    return _BYTE.sub(lambda found: chr(_escaped(int(found[1], 16))), text).encode("utf-8", "surrogateescape")


def _escaped(byte: int) -> int:
    """As Python stands in for a byte that is not of UTF-8; a backslash is itself."""
    return byte if byte < 0x80 else 0xDC00 + byte
