"""One try of one delivery over the network."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from orchestrator import __version__
from orchestrator.kit.outbound import Limits, hindrance
from orchestrator.webhooks.errors import WebhookAddressInvalid
from orchestrator.webhooks.guard import Guard, checked_url
from orchestrator.webhooks.signing import headers

TRY_SECONDS = 15.0
"""From the look-up of the name to the head of the answer, of which nothing else is read."""
GONE = 410
_MOST_RETRY_AFTER_CHARACTERS = 10


@dataclass(frozen=True)
class Message:
    id: str
    url: str
    body: str
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """`problem` is None when the receiver took it. `asked_seconds` is its Retry-After."""

    status_code: int | None
    problem: str | None
    asked_seconds: float | None = None

    @property
    def is_gone(self) -> bool:
        return self.status_code == GONE


async def send(message: Message, guard: Guard, moment: datetime) -> Outcome:
    """Never raises for what the receiver, its name or its network do."""
    signed = headers(message.secrets, message.id, moment, message.body)
    told = {"content-type": "application/json", "user-agent": f"OpenCode-Orchestrator/{__version__}"}
    return await post(message.url, told | signed, message.body, guard)


async def post(url: str, told: Mapping[str, str], body: str, guard: Guard) -> Outcome:
    """Never raises for what the receiver, its name or its network do."""
    try:
        return await _post(url, told, body.encode(), guard)
    except TimeoutError:
        return Outcome(None, f"no answer within {TRY_SECONDS:.0f} s")
    except WebhookAddressInvalid as invalid:
        return Outcome(None, invalid.message)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Outcome(None, hindrance(error))


async def _post(url: str, told: Mapping[str, str], body: bytes, guard: Guard) -> Outcome:
    limits = Limits(TRY_SECONDS, TRY_SECONDS, TRY_SECONDS)
    async with (
        guard.outbound() as outbound,
        outbound.opened("POST", checked_url(url), headers=told, body=body, limits=limits) as answer,
    ):
        return outcome_of(answer.status, answer.headers)


def outcome_of(status: int, told: Mapping[str, str]) -> Outcome:
    if 200 <= status < 300:
        return Outcome(status, None)
    if 300 <= status < 400:
        return Outcome(status, f"it answered {status}; redirects are not followed")
    asked = told.get("Retry-After", "")
    known = asked.isascii() and asked.isdigit() and len(asked) < _MOST_RETRY_AFTER_CHARACTERS
    return Outcome(status, f"it answered {status}", float(asked) if known else None)
