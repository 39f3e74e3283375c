"""Looks at processes that come and go while they are looked at."""

import contextlib

import psutil


def words_of(process: psutil.Process) -> list[str]:
    """Its command line; empty when it has ended since it was found."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def family_of(process: psutil.Process | int) -> list[psutil.Process]:
    """Everything below it; nothing when it has ended."""
    try:
        parent = process if isinstance(process, psutil.Process) else psutil.Process(process)
        return parent.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def names_below(process: psutil.Process) -> set[str]:
    names: set[str] = set()
    for child in family_of(process):
        with contextlib.suppress(psutil.NoSuchProcess):
            names.add(child.name())
    return names


def words_at(pid: int) -> list[str]:
    """The command line of the process that has this number now; empty when none has."""
    try:
        return words_of(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return []
