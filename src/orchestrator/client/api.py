"""The typed client of the HTTP API that the command line and users share. One instance a server; close it."""

from orchestrator.client.agents import Agents
from orchestrator.client.approvals import Approvals
from orchestrator.client.contexts import Contexts
from orchestrator.client.datasets import Datasets
from orchestrator.client.external_agents import ExternalAgents
from orchestrator.client.finetuning import FineTuning
from orchestrator.client.gateway import Gateway
from orchestrator.client.market import Market
from orchestrator.client.model_versions import ModelVersions
from orchestrator.client.nodes import Nodes
from orchestrator.client.plans import Plans
from orchestrator.client.repositories import Repositories
from orchestrator.client.sessions import Sessions
from orchestrator.client.tenancy import Tenancy
from orchestrator.client.webhooks import Webhooks


class Client(
    Sessions,
    Agents,
    Approvals,
    Contexts,
    Datasets,
    ExternalAgents,
    FineTuning,
    Market,
    ModelVersions,
    Nodes,
    Plans,
    Gateway,
    Repositories,
    Tenancy,
    Webhooks,
):
    """All calls; each feature has a module of its own, as in `client/types`."""
