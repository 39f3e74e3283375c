"""A process of its own that records calls and says so, until it is killed."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from tests.api import settings_for
from tests.gateway.calls import call, message

from orchestrator.gateway.trajectories import Trajectories
from orchestrator.kit.db import Database


async def record_for_ever(folder: str, database_url: str, tenant: str) -> None:
    trajectories = Trajectories(Database(database_url), settings_for(Path(folder)))
    async with trajectories.running():
        number = 0
        while True:
            number += 1
            history = [message(n) for n in range(number % 40)]
            one = call(UUID(tenant), {"messages": history, "id": len(history)}, conversation=f"ses_{number // 40}")
            await trajectories.record(one)
            sys.stdout.write(f"{one.request_id}\n")
            sys.stdout.flush()
            await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(record_for_ever(*sys.argv[1:]))
