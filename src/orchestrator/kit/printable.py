"""Text of others that has to go into the database and into answers."""


def printable(text: str) -> str:
    """PostgreSQL cannot hold U+0000 or a lone surrogate, which a command's output or a file's name may well contain."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()


def one_line(text: str) -> str:
    """What names something: in a commit's first line, in a terminal, between others in a list. Ends of lines, control
    characters and what turns the direction of writing round would say something else there than what it is."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
