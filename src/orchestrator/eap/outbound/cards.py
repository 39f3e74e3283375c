"""Reading an agent's card: fetched through the guard, parsed by the SDK, and chosen of what is spoken here."""

import asyncio
import hashlib
import importlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import aiohttp

from orchestrator.agents.capabilities import VOCABULARY
from orchestrator.eap.models import Auth
from orchestrator.eap.outbound.errors import (
    CardInvalid,
    CardUnreachable,
    SchemeUnsupported,
    TransportUnsupported,
    VersionUnsupported,
)
from orchestrator.kit.db import Json
from orchestrator.kit.outbound import AddressRefused, AnswerTooLong, Limits, hindrance
from orchestrator.kit.printable import printable
from orchestrator.kit.urls import shown
from orchestrator.webhooks.errors import WebhookAddressInvalid, WebhookAddressRefused
from orchestrator.webhooks.guard import Guard

if TYPE_CHECKING:
    from a2a.types import AgentCard, AgentInterface, SecurityScheme

WELL_KNOWN = "/.well-known/agent-card.json"
BINDINGS = ("JSONRPC", "HTTP+JSON")
VERSIONS = ("1.0", "0.3")
_LIMITS = Limits(seconds=10, connect_seconds=5, silence_seconds=5, answer_bytes=256 * 1024)
_HEADER = re.compile(r"[A-Za-z0-9-]{1,100}")
_TAKEN_HEADERS = {"host", "content-length", "content-type", "accept", "transfer-encoding", "connection", "a2a-version"}
_SHORT = 200


@dataclass(frozen=True)
class Fetched:
    url: str
    content: Json
    sha256: str


@dataclass(frozen=True)
class Chosen:
    """What of a card is used: the card itself with one interface alone."""

    name: str
    description: str
    version: str
    capabilities: list[str]
    card: Json
    url: str
    binding: str
    protocol_version: str
    streaming: bool
    auth: Auth
    auth_header: str | None


def card_url(given: str) -> str:
    """Of a host, or of a path below which the card is; an address that ends with `.json` is the card's."""
    path = urlsplit(given).path
    return given if path.endswith(".json") else given.rstrip("/") + WELL_KNOWN


async def read(guard: Guard, url: str) -> tuple[Fetched, Chosen]:
    """The card, and what of it is used; its interface is looked at as well. Raises the errors of cards."""
    fetched = await fetch(guard, url)
    chosen = await choose(fetched)
    try:
        await guard.check(chosen.url)
    except (WebhookAddressInvalid, WebhookAddressRefused) as error:
        raise CardUnreachable(url=shown(chosen.url), problem=error.message) from error
    return fetched, chosen


async def fetch(guard: Guard, url: str) -> Fetched:
    """Raises CardUnreachable, CardInvalid. No credential is sent."""
    try:
        await guard.check(url)
        async with guard.outbound() as outbound:
            answer = await outbound.call("GET", url, headers={"accept": "application/json"}, limits=_LIMITS)
    except (WebhookAddressInvalid, WebhookAddressRefused) as error:
        raise CardUnreachable(url=shown(url), problem=error.message) from error
    except (AddressRefused, AnswerTooLong, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise CardUnreachable(url=shown(url), problem=hindrance(error)) from error
    if answer.status != 200:
        raise CardUnreachable(url=shown(url), problem=f"it answers with the status {answer.status}")
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise CardInvalid(url=shown(url), problem="it is no JSON") from error
    if not isinstance(content, dict):
        raise CardInvalid(url=shown(url), problem="it is no JSON object")
    return Fetched(url, cast("Json", content), _digest(content))


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


async def choose(fetched: Fetched) -> Chosen:
    """Raises the errors of cards."""
    await asyncio.to_thread(importlib.import_module, "a2a.client.card_resolver")  # Most of a second.
    card = _parsed(fetched)
    interface = _interface(card)
    auth, header = _auth(card)
    return Chosen(
        name=card.name,
        description=_line(card.description, 500),
        version=_line(card.version, _SHORT),
        capabilities=_capabilities(card),
        card=_with_one(card, interface),
        url=interface.url,
        binding=interface.protocol_binding,
        protocol_version=interface.protocol_version or VERSIONS[0],
        streaming=card.capabilities.streaming,
        auth=auth,
        auth_header=header,
    )


def _parsed(fetched: Fetched) -> "AgentCard":
    from a2a.client.card_resolver import parse_agent_card
    from a2a.utils.errors import InvalidParamsError
    from a2a.utils.proto_utils import validate_proto_required_fields
    from google.protobuf.json_format import ParseError

    if "\\u0000" in (written := json.dumps(fetched.content)):
        raise CardInvalid(url=shown(fetched.url), problem="it has a NUL")
    try:
        # The SDK changes what it is given.
        card = parse_agent_card(json.loads(written))
        validate_proto_required_fields(card)
    except InvalidParamsError as error:
        raise CardInvalid(url=shown(fetched.url), problem=f"it lacks {_missing(cast('Json', error.data))}") from error
    except (ParseError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise CardInvalid(url=shown(fetched.url), problem=_line(str(error), _SHORT)) from error
    return card


def _missing(told: Json) -> str:
    """The fields that the SDK names."""
    return _listed(str(one["field"]) for one in told["errors"])


def _interface(card: "AgentCard") -> "AgentInterface":
    """Of those that are spoken the one of the newest version, as the card prefers among them."""
    spoken = [one for one in card.supported_interfaces if one.protocol_binding in BINDINGS]
    if not spoken:
        raise TransportUnsupported(offered=_listed(one.protocol_binding for one in card.supported_interfaces))
    for version in VERSIONS:
        for one in spoken:
            if (one.protocol_version or VERSIONS[0]).split(".")[:2] == version.split("."):
                return one
    raise VersionUnsupported(offered=_listed(one.protocol_version for one in spoken))


def _auth(card: "AgentCard") -> tuple[Auth, str | None]:
    """Requirements are alternatives; the first that one credential meets is taken."""
    if not card.security_requirements:
        return Auth.NONE, None
    for requirement in card.security_requirements:
        names = list(requirement.schemes)
        if not names:
            return Auth.NONE, None
        found = _way(card.security_schemes[names[0]]) if len(names) == 1 and names[0] in card.security_schemes else None
        if found is not None:
            return found
    offered = [name for requirement in card.security_requirements for name in requirement.schemes]
    raise SchemeUnsupported(offered=_listed(offered))


def _way(scheme: "SecurityScheme") -> tuple[Auth, str | None] | None:
    if scheme.HasField("http_auth_security_scheme"):
        named = scheme.http_auth_security_scheme.scheme.lower()
        return (Auth(named), None) if named in ("bearer", "basic") else None
    if scheme.HasField("api_key_security_scheme"):
        key = scheme.api_key_security_scheme
        is_fine = _HEADER.fullmatch(key.name) is not None and key.name.lower() not in _TAKEN_HEADERS
        return (Auth.API_KEY, key.name) if key.location == "header" and is_fine else None
    return None


def _with_one(card: "AgentCard", interface: "AgentInterface") -> Json:
    from a2a.types import AgentCard
    from google.protobuf.json_format import MessageToDict

    alone = AgentCard()
    alone.CopyFrom(card)
    del alone.supported_interfaces[:]
    alone.supported_interfaces.append(interface)
    return MessageToDict(alone)


def _capabilities(card: "AgentCard") -> list[str]:
    """What its skills name of the documented vocabulary."""
    words = {word for skill in card.skills for word in (skill.id, *skill.tags)}
    return sorted(words & set(VOCABULARY))


def _listed(words: Iterable[str]) -> str:
    return _line(", ".join(dict.fromkeys(word or "none" for word in words)), _SHORT) or "none"


def _line(text: str, most: int) -> str:
    return " ".join(printable(text).split())[:most]
