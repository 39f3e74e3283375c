"""An API process of its own, to be killed: started as `python -m tests.eap.api_process FOLDER DATABASE_URL PORT`."""

import sys
from pathlib import Path

import uvicorn
from tests.api import settings_for

from orchestrator.main import create_app

LEASE_SECONDS = 4.0


def main() -> None:
    folder, database_url, port = sys.argv[1:4]
    settings = settings_for(Path(folder), eap_lease_seconds=LEASE_SECONDS, eap_heartbeat_seconds=600.0)
    uvicorn.run(create_app(settings, database_url), host="127.0.0.1", port=int(port), log_level="error", ws="none")


if __name__ == "__main__":
    main()
