"""A gateway process of its own that reserves many calls at once: `python -m tests.gateway.racer URL TENANT CALLS`.

Says `ready`, waits for a line, and says how many were admitted and how many refused.
"""

import asyncio
import sys
from uuid import UUID

from tests.gateway.paying import Call

from orchestrator.gateway.accounts import BudgetSpent, Payer
from orchestrator.gateway.ledger import Ledger
from orchestrator.kit.db import Database


async def race(url: str, tenant_id: UUID, calls: int) -> None:
    database = Database(url)
    ledger = Ledger(database)
    await ledger.release(tenant_id, tenant_id)  # The connection is there when the race begins.
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    outcomes = await asyncio.gather(
        *(Call(Payer(tenant_id, f"user:{n}")).reserve(ledger) for n in range(calls)), return_exceptions=True
    )
    refused = sum(isinstance(one, BudgetSpent) for one in outcomes)
    admitted = sum(not isinstance(one, BaseException) for one in outcomes)
    print(admitted, refused, flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(race(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3])))
