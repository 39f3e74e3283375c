"""Before any role starts: migrations and the first start."""

import os

import uvloop

from orchestrator.a2a.resealing import reseal_push_configs
from orchestrator.agents.secrets import reseal as reseal_secrets
from orchestrator.cli.errors import tell
from orchestrator.eap.resealing import reseal_external_agents
from orchestrator.gateway.resealing import prepare_sealing
from orchestrator.kit.db import Database
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.sealing import Sealer
from orchestrator.kit.settings import Settings
from orchestrator.migrations.run import migrate
from orchestrator.repositories.logins import reseal
from orchestrator.tenancy.operators import settle_operators
from orchestrator.tenancy.service import first_start
from orchestrator.webhooks.resealing import reseal_webhooks


def prepare(settings: Settings, database_url: str) -> None:
    """A refusal is told and ends with status 3."""
    try:
        migrate(database_url)
        uvloop.run(_first_start(settings, database_url))
    except OrchestratorError as error:
        tell(error.code, error.message, error.hint_text)
        os._exit(3)


async def _first_start(settings: Settings, database_url: str) -> None:
    database = Database(database_url)
    try:
        await first_start(database, settings)
        await settle_operators(database, settings)
        await prepare_sealing(database, settings)
        await reseal(database, settings)
        await reseal_webhooks(database, settings)
        await reseal_external_agents(database, settings)
        await reseal_push_configs(database, settings)
        await reseal_secrets(database, Sealer(settings))
    finally:
        await database.close()
