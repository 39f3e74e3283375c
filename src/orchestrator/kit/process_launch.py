"""Command lines that make a child die with its parent and drop to another user before the real program.

A `preexec_fn` would run Python between fork and exec, where a lock held by any other thread of ours (DBOS has
many) is held for ever: the child deadlocks. uvloop, too, takes neither `user` nor `group`. So the child first
executes a small program that does both and then becomes the real one under the same pid: util-linux's
`setpriv`, or else a few lines of Python. The death signal is asked for last, because a change of credentials
clears it.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from signal import Signals

_LAUNCHER = """
import ctypes, os, sys
user, group, number, *argv = sys.argv[1:]
if user:
    os.setgroups([])
    os.setgid(int(group))
    os.setuid(int(user))
if int(number):
    ctypes.CDLL(None, use_errno=True).prctl(1, int(number), 0, 0, 0)
try:
    os.execvp(argv[0], argv)
except OSError as problem:
    sys.exit(f"{argv[0]}: {problem.strerror}")
"""


_ENTER = 'while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; exec "$@"'


def entering(entrances: Sequence[Path], argv: Sequence[str]) -> list[str]:
    """Goes into control groups, by their files of processes, before it becomes the real program."""
    return ["/bin/sh", "-c", _ENTER, "sh", *map(str, entrances), "--", *argv]


def launch_argv(
    argv: Sequence[str],
    *,
    die_with_parent: Signals | None = Signals.SIGKILL,
    user: int | None = None,
    group: int | None = None,
) -> list[str]:
    """The kernel sends the death signal when the *thread* that started the child ends: start children from a
    thread that lives as long as they should. Other systems have no such signal; there the ledger reaps.
    """
    number = die_with_parent if sys.platform == "linux" else None
    if user is None and number is None:
        return list(argv)
    group = user if group is None else group
    setpriv = find_setpriv()
    if setpriv is None:
        return _by_python(argv, number, user, group)
    switch = [] if user is None else [f"--reuid={user}", f"--regid={group}", "--clear-groups"]
    death = [] if number is None else ["--pdeathsig", number.name.removeprefix("SIG")]
    return [setpriv, *switch, *death, "--", *argv]


def _by_python(argv: Sequence[str], number: Signals | None, user: int | None, group: int | None) -> list[str]:
    identity = ["", ""] if user is None else [str(user), str(group)]
    return [sys.executable, "-I", "-S", "-c", _LAUNCHER, *identity, str(int(number or 0)), *argv]


@cache
def find_setpriv() -> str | None:
    """util-linux's setpriv; busybox has one of the same name that cannot do this."""
    found = shutil.which("setpriv")
    if found is None:
        return None
    trial = [found, "--pdeathsig", "KILL", "--", found, "--version"]
    try:
        done = subprocess.run(trial, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found if done.returncode == 0 else None
