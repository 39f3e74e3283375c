"""How the check of a server calls it, and what it makes of the answers."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel

from orchestrator.client.agent_identity import Identity
from orchestrator.client.external_agent import BASE
from orchestrator.eap.findings import Findings
from orchestrator.eap.messages import PROTOCOL_VERSION, Registered

_SHORT = 200
_ERROR_FIELDS = ("code", "message", "hint", "request_id")
Model = TypeVar("Model", bound=BaseModel)


class Off(Exception):
    """The server does otherwise, and what follows in this check has nothing to stand on."""


def public_text(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def signed(key: Ed25519PrivateKey, text: str) -> str:
    return base64.b64encode(key.sign(text.encode())).decode()


@dataclass
class Caller:
    http: httpx.Client
    findings: Findings

    def ask(self, method: str, path: str, token: str | None = None, **options: Any) -> httpx.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.http.request(method, f"{BASE}{path}", headers=headers, **options)

    def json(self, answer: httpx.Response) -> dict[str, Any]:
        """Raises Off."""
        if not answer.is_success:
            raise Off(_told(answer))
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Off(f"{_address(answer)} answers no JSON object.")
        return found  # pyright: ignore[reportUnknownVariableType]

    def good(self, model: type[Model], answer: httpx.Response) -> Model:
        """Raises Off."""
        told = self.json(answer)
        try:
            return model.model_validate_json(json.dumps(told))
        except ValueError as error:
            first = " ".join(str(error).splitlines()[1:3])
            raise Off(f"{_address(answer)} does not answer as the schema {model.__name__} says: {first}") from None

    def refused(self, check: str, answer: httpx.Response, status: int, code: str | None) -> None:
        """`code` None: whichever; another one than is wanted is noted, and the check goes on."""
        if answer.is_success:
            self.findings.wrong(check, f"{_address(answer)} is taken, where {status} {code or ''} was due.")
            return
        found = self._error_of(answer)
        if answer.status_code != status or (code is not None and found not in (None, code)):
            what = f"{answer.status_code} {found or ''}"
            self.findings.wrong(check, f"{_address(answer)} answers {what}, where {status} {code or ''} was due.")

    def _error_of(self, answer: httpx.Response) -> str | None:
        try:
            error: Any = answer.json()["error"]
            told = [error[name] for name in _ERROR_FIELDS]
        except (ValueError, KeyError, TypeError):
            self.findings.wrong("errors", f"{_address(answer)} refuses without code, message, hint and request_id.")
            return None
        if not all(isinstance(one, str) for one in told):
            self.findings.wrong("errors", f"{_address(answer)} has something else than text in its error.")
        self.findings.ok("errors")
        return str(told[0])

    def join(self, token: str, name: str) -> tuple[httpx.Response, Ed25519PrivateKey]:
        key = Ed25519PrivateKey.generate()
        about = {"protocol_version": PROTOCOL_VERSION, "name": name, "public_key": public_text(key)}
        return self.ask("POST", "/register", token, json={**about, "version": "1", "agent_type": "eap-check"}), key

    def joined(self, token: str, name: str) -> "Member":
        """Raises Off."""
        answer, key = self.join(token, name)
        told = self.good(Registered, answer)
        return Member(self, Identity(str(self.http.base_url), str(told.agent_id), key), told.auth_token, told)


@dataclass
class Member:
    """An agent that has joined the server under check."""

    calls: Caller
    identity: Identity
    token: str = field(repr=False)
    told: Registered = field(repr=False)

    @property
    def id(self) -> str:
        return self.identity.agent_id

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.calls.ask(method, f"/{self.id}{path}", self.token, **options)


def _address(answer: httpx.Response) -> str:
    return f"{answer.request.method} {answer.request.url.path.partition(BASE)[2] or answer.request.url.path}"


def _told(answer: httpx.Response) -> str:
    return f"{_address(answer)} answers {answer.status_code}: {answer.text[:_SHORT]}"
