"""Ed25519 keys of agents, and what is signed with them. Pure."""

import base64
import binascii
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from orchestrator.eap.errors import ProofInvalid, PublicKeyInvalid

KEY_BYTES, SIGNATURE_BYTES = 32, 64


def public_key_of(text: str) -> bytes:
    """Raises PublicKeyInvalid."""
    try:
        raw = decoded(text)
        Ed25519PublicKey.from_public_bytes(raw)
    except (ValueError, binascii.Error):
        raise PublicKeyInvalid(problem=f"it is no base64 of {KEY_BYTES} bytes") from None
    return raw


def check_signature(public_key: bytes, signature: str, message: str) -> None:
    """Raises ProofInvalid."""
    try:
        raw = decoded(signature)
        if len(raw) != SIGNATURE_BYTES:
            raise ProofInvalid(problem=f"it has {len(raw)} bytes")
        Ed25519PublicKey.from_public_bytes(public_key).verify(raw, message.encode())
    except (ValueError, binascii.Error):
        raise ProofInvalid(problem="it is no base64") from None
    except InvalidSignature:
        raise ProofInvalid(problem="another key made it, or of another text") from None


def new_challenge(agent_id: UUID) -> str:
    return f"eap-v1:prove:{agent_id}:{secrets.token_urlsafe(32)}"


def rotation_text(agent_id: UUID, public_key: str) -> str:
    return f"eap-v1:rotate:{agent_id}:{public_key}"


def decoded(text: str) -> bytes:
    """Of either alphabet of base64, with or without padding."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
