"""What a secret has to be before it is sealed, and what of it may be shown."""

import base64
import hashlib

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from orchestrator.repositories.errors import GitSecretInvalid


def checked_token(text: str) -> str:
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise GitSecretInvalid(problem="a token has printable ASCII characters alone")
    return token


def checked_ssh_key(text: str) -> tuple[str, str]:
    """The key as ssh reads it, with the line break at its end that it insists on, and its public half."""
    whole = text.strip().replace("\r\n", "\n") + "\n"
    try:
        load = load_ssh_private_key if "OPENSSH PRIVATE KEY" in whole else load_pem_private_key
        public = load(whole.encode(), password=None).public_key()
        line = public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise GitSecretInvalid(problem="it is no private key that can be read without a passphrase") from error
    return whole, line


def checked_app_key(text: str) -> str:
    whole = text.strip().replace("\r\n", "\n") + "\n"
    try:
        key = load_pem_private_key(whole.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise GitSecretInvalid(problem="it is no private key in PEM") from error
    if not isinstance(key, RSAPrivateKey):
        raise GitSecretInvalid(problem="it is no RSA key")
    return whole


def fingerprint(public_key: str) -> str:
    digest = hashlib.sha256(base64.b64decode(public_key.split(" ")[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")
