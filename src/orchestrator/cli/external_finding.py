"""The external agent that somebody means."""

from typing import Annotated

import typer

from orchestrator.cli.finding import only_one
from orchestrator.client.api import Client
from orchestrator.client.types.external_agents import ExternalAgent

MOST = 500
Which = Annotated[str, typer.Argument(help="Its id, the end of it, or its name where nobody shares it.")]


def find(client: Client, wanted: str) -> ExternalAgent:
    items = client.external_agents(limit=MOST)["items"]
    named = [one for one in items if one["name"] == wanted and not one["revoked_at"]]
    return named[0] if len(named) == 1 else only_one(items, wanted, "orchestrator external list")
