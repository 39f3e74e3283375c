"""Settings of webhooks."""

import ipaddress
from functools import cached_property

from pydantic import Field, field_validator

from orchestrator.kit.settings_base import EnvironmentSettings

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


class WebhookSettings(EnvironmentSettings):
    webhook_private_networks: str = Field(
        default="",
        description="Comma-separated networks, such as `10.20.0.0/16,127.0.0.1/32`, in which a tenant's webhooks may end, "
        "over http as well. Unset: webhooks go to public addresses alone, over https.",
    )

    @field_validator("webhook_private_networks", mode="after")
    @classmethod
    def _networks(cls, networks: str) -> str:
        _parse(networks)
        return networks

    @cached_property
    def webhook_networks(self) -> tuple[IpNetwork, ...]:
        return _parse(self.webhook_private_networks)


def _parse(text: str) -> tuple[IpNetwork, ...]:
    """Raises ValueError, which names what is no network."""
    return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())
