"""Digests and signatures of listings: sha256 over canonical JSON (RFC 8785), Ed25519 over the digest (RFC 8032).

What is signed begins with words that say what it is for, so that a signature for one purpose is none for another.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_LISTING, _KEY = b"orchestrator market listing v1\n", b"orchestrator market key v1\n"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64


@dataclass(frozen=True)
class Document:
    """What is signed: the name and version as well, so that no signature serves for another listing."""

    listing: str
    version: str
    manifest: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Raises ValueError for what is no plain JSON."""
        content = {
            "files": dict(self.files),
            "listing": self.listing,
            "manifest": dict(self.manifest),
            "version": self.version,
        }
        return f"sha256:{hashlib.sha256(rfc8785.dumps(content)).hexdigest()}"


def sign_listing(key: Ed25519PrivateKey, digest: str) -> str:
    return _text(key.sign(_LISTING + digest.encode()))


def is_signed(public_key: str, digest: str, signature: str) -> bool:
    return _holds(public_key, _LISTING + digest.encode(), signature)


def sign_claim(key: Ed25519PrivateKey, namespace: str) -> str:
    """The proof that who claims a namespace with a public key has the private one."""
    return _text(key.sign(_claim(namespace, public_key_of(key))))


def is_claimed(public_key: str, namespace: str, proof: str) -> bool:
    return _holds(public_key, _claim(namespace, public_key), proof)


def public_key_of(key: Ed25519PrivateKey) -> str:
    return _text(key.public_key().public_bytes_raw())


def fingerprint(public_key: str) -> str:
    """For people to compare."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(_bytes(public_key)).digest()).decode().rstrip('=')}"


def is_public_key(text: str) -> bool:
    """In its one form, so that one key is not known by two texts."""
    try:
        return len(_bytes(text)) == _KEY_BYTES and _text(_bytes(text)) == text
    except ValueError:
        return False


def _holds(public_key: str, message: bytes, signature: str) -> bool:
    try:
        signed = _bytes(signature)
        if len(signed) != _SIGNATURE_BYTES:
            return False
        Ed25519PublicKey.from_public_bytes(_bytes(public_key)).verify(signed, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _claim(namespace: str, public_key: str) -> bytes:
    return _KEY + f"{namespace}\n{public_key}".encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise ValueError(str(problem)) from problem
