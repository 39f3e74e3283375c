"""A node that serves, beside a server with its gateway, in the environment that trained."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.api import Server
from tests.finetuning.registered import Trained

from orchestrator.finetuning.endpoint import Node
from orchestrator.finetuning.engines import ServingEnv
from orchestrator.finetuning.serving_keeper import ServingKeeper
from orchestrator.finetuning.version_models import ServedModel
from orchestrator.gateway.catalog import Catalog
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.processes import ProcessLedger
from orchestrator.kit.sealing import make_master_key
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.runtimes import nodes

ENVIRONMENT = Path(os.environ.get("TRAINING_ENV") or Path(__file__).parents[2] / ".tools/training-env")
BASE = "tiny"


async def node_of(server: Server, base: Path, node_id: UUID | None = None) -> Node:
    server.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(server.settings)
    node_id = node_id or new_id()
    await nodes.register(server.database, node_id, 1, "process")
    return Node(
        node_id,
        server.database,
        ProcessLedger(server.settings.data_dir / "processes"),
        ArtifactStore(server.settings.artifact_store_url),
        Catalog(server.database, server.settings).sealer,
        ServingEnv(ENVIRONMENT),
        {BASE: str(base)},
        server.settings.data_dir / "serving",
        threads=1,
    )


@asynccontextmanager
async def keeping(node: Node) -> AsyncIterator[None]:
    keeper = asyncio.create_task(ServingKeeper(node).run())
    try:
        yield
    finally:
        keeper.cancel()
        await asyncio.wait({keeper})


async def settled(server: Server, version: Trained, served_id: str, *wanted: str) -> ServedModel:
    with tenant_scope(version.tenant_id):
        async with asyncio.timeout(400):
            while True:
                async with server.database.transaction() as db:
                    row = await IndustrialRepository(db).get(ServedModel, UUID(served_id))
                if row.status.value in wanted:
                    return row
                await asyncio.sleep(0.2)


def unseen(folder: Path) -> list[dict[str, Any]]:
    """Tasks of the gate."""
    rows = [json.loads(line) for line in (folder / "unseen.jsonl").read_text().splitlines()]
    return [
        {
            "id": f"unseen-{number}",
            "messages": [{"role": "user", "content": row["prompt"]}],
            "tools": row["tools"],
            "expected": {"tool_calls": [row["call"]]},
        }
        for number, row in enumerate(rows)
    ]
