"""A process that carries out runs of curation until it is killed: `python -m tests.finetuning.keeper_process FOLDER URL`."""

import asyncio
import sys
from pathlib import Path

from tests.api import settings_for

from orchestrator.finetuning.curation_keeper import CurationKeeper
from orchestrator.kit.db import Database

if __name__ == "__main__":
    settings = settings_for(Path(sys.argv[1]))
    asyncio.run(CurationKeeper(Database(sys.argv[2]), settings).run())
