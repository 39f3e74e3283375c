"""Text of others that has to go into the database and into answers."""


def printable(text: str) -> str:
    """PostgreSQL cannot hold U+0000 or a lone surrogate, which a command's output or a file's name may well contain."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()
