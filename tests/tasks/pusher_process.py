"""A pusher of plans that can be killed, in a process of its own. Arguments: folder, database, whether it dies itself."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.api import settings_for

from orchestrator.events.listener import Listener
from orchestrator.main import create_app
from orchestrator.runtimes.leader import Leadership
from orchestrator.tasks.pushing import PlanPusher


class Mortal(PlanPusher):
    """Dies when it would write down that the push is done."""

    async def _record(self, *_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


async def main(folder: Path, url: str, *more: str) -> None:
    state = create_app(settings_for(folder), url).state
    kind = Mortal if more else PlanPusher
    pusher = kind(state.database, state.workspaces, state.checkpoints, Leadership(url, 5.0), Listener(url))
    await pusher.push_waiting()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *sys.argv[2:]))
