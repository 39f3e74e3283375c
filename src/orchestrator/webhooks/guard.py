"""Keeps webhooks out of the orchestrator's own network: when an address is named, and at each connection.

There are no proxies: one would resolve the name itself, past the guard.
"""

from orchestrator.kit.outbound import AddressRefused, Allowed, Outbound
from orchestrator.kit.settings import Settings
from orchestrator.kit.urls import problem_with, shown
from orchestrator.webhooks.errors import WebhookAddressInvalid, WebhookAddressRefused

MOST_URL_CHARACTERS = 2_000


def checked_url(url: str) -> str:
    """Raises WebhookAddressInvalid."""
    if problem := problem_with(url, only_free_ports=True):
        raise WebhookAddressInvalid(url=shown(url), problem=problem)
    return url


class Guard:
    """Public addresses over https, and those of the operator's networks over http as well."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = Allowed(settings.webhook_networks, plain_http=False)

    async def check(self, url: str) -> None:
        """Raises the errors of addresses."""
        try:
            await self._allowed.check(checked_url(url))
        except AddressRefused as refused:
            raise WebhookAddressRefused(host=refused.host) from refused

    def outbound(self) -> Outbound:
        """For one call: a connection that its receiver may close at any moment is not kept for the next."""
        return Outbound(self._allowed)
