"""Who an external agent is: its id and its private key, kept in a file between two starts."""

import base64
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass
class Identity:
    """Who the agent is, as it is kept between two starts."""

    url: str
    agent_id: str
    key: Ed25519PrivateKey = field(repr=False)

    def save(self, file: Path) -> None:
        raw = base64.b64encode(self.key.private_bytes_raw()).decode()
        content = json.dumps({"url": self.url, "agent_id": self.agent_id, "private_key": raw})
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(content)

    @classmethod
    def load(cls, file: Path) -> "Identity":
        told = json.loads(file.read_text())
        raw = base64.b64decode(told["private_key"])
        return cls(told["url"], told["agent_id"], Ed25519PrivateKey.from_private_bytes(raw))

    def assertion(self) -> str:
        """Buys an access token, once, within two minutes."""
        moment = int(time.time())
        claims = {"iss": self.agent_id, "sub": self.agent_id, "aud": "eap", "iat": moment, "exp": moment + 120}
        claims["jti"] = secrets.token_urlsafe(16)
        words = f"{_part({'alg': 'EdDSA', 'typ': 'JWT'})}.{_part(claims)}"
        return f"{words}.{_base64url(self.key.sign(words.encode()))}"


def _part(value: Any) -> str:
    return _base64url(json.dumps(value).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
