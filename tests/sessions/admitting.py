"""A process that admits: run with a database's URL, a node's id, and how often to try."""

import asyncio
import sys
from uuid import UUID

from orchestrator.kit.db import Database
from orchestrator.sessions.admission import admit


async def main(url: str, node_id: UUID, tries: int) -> None:
    database = Database(url)
    sys.stdin.readline()  # All processes begin at the same word.
    for batch in range(0, tries, 10):
        answers = await asyncio.gather(*(admit(database, node_id) for _ in range(min(10, tries - batch))))
        for one in answers:
            if one is not None:
                print(one.session_id, flush=True)
    await database.close()


asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3])))
