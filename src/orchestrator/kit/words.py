"""Numbers of things in words, as people write them."""


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 session", "2 sessions", "1,200 sessions"; `many` is for words that do more than take an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
