"""Secrets at rest (keys of providers, git credentials): AES-GCM under a master key, bound to the tenant and the object.

Sealed: one byte of version, four that tell which master key, twelve of nonce, then the cipher text with its tag.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.settings import Settings

MASTER_KEY_FILE = "master.key"
_VERSION = b"\x01"
_KEY_BYTES, _ID_BYTES, _NONCE_BYTES = 32, 4, 12
_HEAD_BYTES = len(_VERSION) + _ID_BYTES + _NONCE_BYTES


class MasterKeyMissing(OrchestratorError):
    """The master key that secrets are sealed with cannot be read: {problem}."""

    status = 503
    code = "master_key_missing"
    hint = "Set ORCHESTRATOR_MASTER_KEY or ORCHESTRATOR_MASTER_KEY_FILE, or put master.key back into the data directory."


class MasterKeyInvalid(OrchestratorError):
    """The master key is not 32 bytes in base64: {problem}."""

    status = 503
    code = "master_key_invalid"
    hint = "Make one with `openssl rand -base64 32`. Several, the newest first, stand on lines of their own."


class MasterKeyWrong(OrchestratorError):
    """The secret was sealed with another master key, or what was stored has been changed."""

    status = 503
    code = "master_key_wrong"
    hint = "Start every process with the master key that sealed it, or set the secret anew."


@dataclass(frozen=True)
class Sealed:
    """Whose secret it is; one that was moved to another tenant or object does not open there."""

    tenant_id: UUID
    object_id: UUID

    @property
    def associated(self) -> bytes:
        return self.tenant_id.bytes + self.object_id.bytes


class Sealer:
    """Seals with the newest master key and opens with any of them. The key is read at its first use, not at the start."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: tuple[bytes, ...] = ()

    def seal(self, whose: Sealed, plain: str) -> bytes:
        key = self._keys()[0]
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + _id_of(key) + nonce + AESGCM(key).encrypt(nonce, plain.encode(), whose.associated)

    def open(self, whose: Sealed, sealed: bytes) -> str:
        """Raises MasterKeyMissing, MasterKeyInvalid or MasterKeyWrong."""
        key = next((k for k in self._keys() if sealed[:1] == _VERSION and _id_of(k) == sealed[1 : 1 + _ID_BYTES]), None)
        if key is None:
            raise MasterKeyWrong
        nonce = sealed[_HEAD_BYTES - _NONCE_BYTES : _HEAD_BYTES]
        try:
            return AESGCM(key).decrypt(nonce, sealed[_HEAD_BYTES:], whose.associated).decode()
        except (InvalidTag, ValueError) as error:
            raise MasterKeyWrong from error

    def is_stale(self, sealed: bytes) -> bool:
        """Sealed with another key than the newest."""
        return sealed[1 : 1 + _ID_BYTES] != _id_of(self._keys()[0])

    def renewed(self, whose: Sealed, sealed: bytes) -> bytes:
        """Sealed with the newest key, if it was not. Raises as `open` does, also for what needs no renewing."""
        plain = self.open(whose, sealed)
        return self.seal(whose, plain) if self.is_stale(sealed) else sealed

    def fingerprint(self, plain: str) -> str:
        """Tells two keys apart without telling anything of either: nobody can try keys on it without the master key."""
        return hmac.new(self._keys()[-1], b"fingerprint:" + plain.encode(), hashlib.sha256).hexdigest()[:8]

    def _keys(self) -> tuple[bytes, ...]:
        if not self._known:
            self._known = _parse(_read(self._settings))
        return self._known


def make_master_key(settings: Settings) -> None:
    """At the first start: the file, unless the settings name another key. Of starts at once, one makes it."""
    if settings.master_key or settings.master_key_file:
        return
    file = settings.data_dir / MASTER_KEY_FILE
    if file.exists():
        return
    draft = file.with_name(f"{MASTER_KEY_FILE}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode() + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # Another start was quicker.
    finally:
        draft.unlink()


def _read(settings: Settings) -> str:
    if settings.master_key:
        return settings.master_key.get_secret_value()
    file: Path = settings.master_key_file or settings.data_dir / MASTER_KEY_FILE
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise MasterKeyMissing(problem=getattr(error, "strerror", None) or type(error).__name__) from error


def _parse(text: str) -> tuple[bytes, ...]:
    keys = tuple(_decode(word) for word in text.replace(",", " ").split())
    if not keys:
        raise MasterKeyInvalid(problem="it is empty")
    return keys


def _decode(word: str) -> bytes:
    try:
        key = base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise MasterKeyInvalid(problem="it is no base64") from None
    if len(key) != _KEY_BYTES:
        raise MasterKeyInvalid(problem=f"it has {len(key)} bytes")
    return key


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"orchestrator master key\0" + key).digest()[:_ID_BYTES]
