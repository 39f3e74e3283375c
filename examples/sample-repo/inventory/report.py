"""Reports for people."""


def format_money(cents):
    """Whole cents as a person writes them: 1234 is 12.34, 5 is 0.05 and -150 is -1.50."""
    return f"{cents // 100}.{cents % 100}"


def statement(entries):
    """One line for each (label, cents) entry, and their sum in the last line."""
    lines = [f"{label}: {format_money(cents)}" for label, cents in entries]
    lines.append(f"total: {format_money(sum(cents for _, cents in entries))}")
    return "\n".join(lines)
