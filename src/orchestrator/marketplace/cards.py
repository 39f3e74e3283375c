"""What the card of an external agent says of how it works for others. Pure."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

CARD_FILE = "card.json"
_KEY_BYTES = 32


class Protocol(StrEnum):
    EAP = "eap"
    """It joins by enrolment."""
    A2A = "a2a"
    """It is called at the address in its card."""


@dataclass(frozen=True)
class Card:
    """`public_key`: the one that it joins with, when its publisher says which; base64 of an Ed25519 key."""

    protocol: Protocol
    agent_type: str
    public_key: str | None


def card_of(files: Mapping[str, str]) -> Card:
    """Raises ValueError with what is wrong."""
    try:
        found: Any = json.loads(files[CARD_FILE])
    except (ValueError, RecursionError):
        raise ValueError(f"{CARD_FILE} is no JSON") from None
    card = cast(dict[str, Any], found) if isinstance(found, dict) else {}
    if not isinstance(card.get("name"), str) or not card["name"]:
        raise ValueError(f"{CARD_FILE} is no JSON object with a name")
    protocol = Protocol.A2A if {"supportedInterfaces", "url"} & card.keys() else Protocol.EAP
    return Card(protocol, _text(card, "agent_type") or "custom", _key(card) if protocol is Protocol.EAP else None)


def _text(card: Mapping[str, Any], name: str) -> str | None:
    value = card.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > 200 or not value.isprintable()):
        raise ValueError(f"{name} of {CARD_FILE} is no line of text")
    return value


def _key(card: Mapping[str, Any]) -> str | None:
    text = _text(card, "public_key")
    if text is None:
        return None
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise ValueError(f"public_key of {CARD_FILE} is no base64 of {_KEY_BYTES} bytes")
    return text
