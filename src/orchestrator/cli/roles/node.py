"""A node that hosts sessions."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from orchestrator.kit.settings import Settings
from orchestrator.worker import run_worker


def end_for_restart() -> NoReturn:
    """For a role whose supervisor starts it again."""
    sys.stderr.flush()
    os._exit(os.EX_TEMPFAIL)


def begin_anew() -> NoReturn:
    """For a role that runs alone: the same command again, in the same process."""
    sys.stderr.flush()
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - our own command line.


def run_node(
    settings: Settings, database_url: str, gateway_url: str, restart: Callable[[], NoReturn] = end_for_restart
) -> None:
    """`restart` is for a node that was given up for dead: it must join anew, with nothing of what it was."""

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await run_worker(settings, database_url, gateway_url, stop, restart)

    # Not on uvloop: it forks where asyncio uses vfork, which costs 12 ms and blocks the loop for each of the many
    # processes that a worker starts; asyncio's way costs 2 (measured in a process of 170 MB).
    asyncio.run(main())
    # A stop is a tidy crash: workflows in flight are left as they stand, and the next start goes on with them.
    sys.stderr.flush()
    os._exit(0)
