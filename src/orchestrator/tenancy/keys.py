"""API keys: `oio_<public id>_<secret>`. The public id finds the row; the secret is compared by its SHA-256."""

import hashlib
import hmac
import secrets
import string
from dataclasses import dataclass

PREFIX = "oio"
_ALPHABET = string.ascii_lowercase + string.digits
_PUBLIC_ID_LENGTH = 12
_SECRET_LENGTH = 43
_MAX_LENGTH = 200


@dataclass(frozen=True)
class MintedKey:
    """The text is shown once and stored nowhere."""

    text: str
    public_id: str
    secret_sha256: bytes


@dataclass(frozen=True)
class ParsedKey:
    public_id: str
    secret: str

    def matches(self, secret_sha256: bytes) -> bool:
        return hmac.compare_digest(hashlib.sha256(self.secret.encode()).digest(), secret_sha256)


def mint_key(prefix: str = PREFIX) -> MintedKey:
    public_id = "".join(secrets.choice(_ALPHABET) for _ in range(_PUBLIC_ID_LENGTH))
    return mint_secret(public_id, prefix)


def mint_secret(public_id: str, prefix: str = PREFIX) -> MintedKey:
    """Another secret for a key that is known by its public id already."""
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(_SECRET_LENGTH))
    return MintedKey(f"{prefix}_{public_id}_{secret}", public_id, hashlib.sha256(secret.encode()).digest())


def parse_key(text: str, prefix: str = PREFIX) -> ParsedKey | None:
    if len(text) > _MAX_LENGTH or not text.isascii():
        return None
    parts = text.split("_")
    if len(parts) != 3 or parts[0] != prefix or not parts[1].isalnum() or not parts[2].isalnum():
        return None
    return ParsedKey(parts[1], parts[2])
