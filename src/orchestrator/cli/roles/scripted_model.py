"""The model that answers as a file of scenarios says, where no provider is named."""

import asyncio
import signal
from pathlib import Path

import uvloop

from orchestrator.opencode.scripted_model import ScriptedModel, load_scenarios


def run_scripted_model(scenarios: Path | None, port: int) -> None:
    async def main() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        model = ScriptedModel(load_scenarios(scenarios), port=port)
        await model.start()
        await stop.wait()
        await model.stop()

    uvloop.run(main())
