"""Keeps the providers that tenants name out of the orchestrator's own network: when they are named, and at each call."""

from typing import Any

import aiohttp

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.outbound import AddressRefused, Allowed
from orchestrator.kit.settings import Settings
from orchestrator.kit.urls import problem_with, shown


class ProviderAddressInvalid(OrchestratorError):
    """{url} is no address of a provider: {problem}."""

    status = 422
    code = "provider_address_invalid"
    hint = "Name it as https://host[:port]/path, without user, password, question mark or fragment."


class ProviderAddressRefused(OrchestratorError):
    """{host} is, or may lead, inside the orchestrator's own network, where a tenant's provider may not be."""

    status = 403
    code = "provider_address_refused"
    hint = "Name a public address, ask an operator to add the provider, or set ORCHESTRATOR_PRIVATE_PROVIDERS."


def parse_base_url(url: str) -> str:
    """Without the slash at its end. Raises ProviderAddressInvalid."""
    if problem := problem_with(url, query=False):
        raise ProviderAddressInvalid(url=shown(url), problem=problem)
    return url.rstrip("/")


async def refuse_private(url: str, settings: Settings) -> None:
    """Raises ProviderAddressRefused when the name stands for any address that is not public, at this moment."""
    try:
        await _allowed(settings).check(url)
    except AddressRefused as refused:
        raise ProviderAddressRefused(host=refused.host) from refused


def guarded_connector(settings: Settings, **options: Any) -> aiohttp.TCPConnector:
    """For calls to endpoints that are `is_guarded`; through a proxy of the environment call `refuse_private` before each."""
    return _allowed(settings).connector(proxies=True, **options)


def _allowed(settings: Settings) -> Allowed:
    return Allowed(anywhere=settings.private_providers)
