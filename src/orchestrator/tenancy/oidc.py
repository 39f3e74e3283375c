"""The OpenID provider, from our side: its addresses and keys, the request to it, and what an ID token has to prove.

Authlib knows the rules of the protocol, joserfc the signatures; the wire is httpx, as everywhere here.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import BaseModel, ValidationError

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.settings import Settings

log = get_logger(__name__)

T = TypeVar("T")

CALLBACK_PATH = "/auth/callback"
# Signatures by a key pair only: `none` is no signature, and with HS* the public key would be a secret that signs.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
_FRESH_SECONDS = 600
_TIMEOUT_SECONDS = 5.0
_LEEWAY_SECONDS = 30
_LONGEST_SUBJECT = 255


class LogInFailed(OrchestratorError):
    """The log-in was not completed: {problem}."""

    status = 400
    code = "log_in_failed"
    hint = "Begin again at /auth/log-in. If it keeps failing, an operator finds the reason in the log by the request id."


class OpenIdProviderUnreachable(OrchestratorError):
    """The OpenID provider does not answer as one: {problem}."""

    status = 503
    code = "openid_provider_unreachable"
    hint = "Try again shortly. An operator checks ORCHESTRATOR_OIDC_ISSUER and the way from the orchestrator to it."


@dataclass(frozen=True)
class Identity:
    """Issuer and subject are who it is; name and e-mail address are there to be shown."""

    issuer: str
    subject: str
    name: str
    email: str | None


class _Metadata(BaseModel):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]


class _Tokens(BaseModel):
    id_token: str
    access_token: str | None = None


class _Published(Generic[T]):
    """What the provider publishes: fetched when first needed, when it has grown old, and when it was found lacking."""

    def __init__(self, fetch: Callable[[], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._lock = asyncio.Lock()
        self._value: T | None = None
        self._old_at = 0.0

    async def get(self, other_than: T | None = None) -> T:
        async with self._lock:
            if self._value is None or self._value is other_than or time.monotonic() > self._old_at:
                self._value = await self._fetch()
                self._old_at = time.monotonic() + _FRESH_SECONDS
            return self._value


class OpenIdProvider:
    def __init__(self, issuer: str, client_id: str, client_secret: str | None, scopes: str, public_url: str) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = public_url + CALLBACK_PATH
        self._protocol = OAuth2Client(
            None, client_id=client_id, scope=scopes, redirect_uri=self._redirect_uri, code_challenge_method="S256"
        )
        self._http = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, headers={"Accept": "application/json"})
        self._metadata = _Published(self._fetch_metadata)
        self._keys = _Published(self._fetch_keys)

    async def close(self) -> None:
        await self._http.aclose()

    async def authorization_url(self, state: str, nonce: str, verifier: str) -> str:
        metadata = await self._metadata.get()
        url, _ = self._protocol.create_authorization_url(  # pyright: ignore[reportUnknownMemberType] - half typed.
            metadata.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce
        )
        return url

    async def identity(self, code: str, verifier: str, nonce: str) -> Identity:
        """Whom the provider vouches for; raises LogInFailed, OpenIdProviderUnreachable."""
        tokens = await self._exchange(code, verifier)
        try:
            token = await self._verified(tokens.id_token)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {name: {"essential": True, "value": value} for name, value in self._expected().items()},
                {"nonce": nonce, "client_id": self._client_id, "access_token": tokens.access_token},
            )
            claims.validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            log.warning("id_token_refused", problem=f"{type(error).__name__}: {error}"[:300])
            raise LogInFailed(problem="the provider's ID token is not valid") from error
        return _identity(self.issuer, token.claims)

    def _expected(self) -> dict[str, str]:
        return {"iss": self.issuer, "aud": self._client_id}

    async def _exchange(self, code: str, verifier: str) -> _Tokens:
        metadata = await self._metadata.get()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
        }
        auth: httpx.BasicAuth | None = None
        if self._client_secret is None:
            form["client_id"] = self._client_id
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            auth = httpx.BasicAuth(quote_plus(self._client_id), quote_plus(self._client_secret))
        else:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        answer = await self._ask(httpx.Request("POST", metadata.token_endpoint, data=form), auth)
        if answer.is_error:
            log.warning("code_refused", status=answer.status_code, answer=answer.text[:300])
            raise LogInFailed(problem="the provider did not accept the code")
        return _parsed(_Tokens, answer)

    async def _verified(self, id_token: str) -> jwt.Token:
        """The signature holds. A key that we do not know may be newer than ours, so the keys are fetched once more."""
        keys = await self._keys.get()
        try:
            return _decoded(id_token, keys)
        except (InvalidKeyIdError, BadSignatureError):
            return _decoded(id_token, await self._keys.get(other_than=keys))

    async def _fetch_metadata(self) -> _Metadata:
        where = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
        metadata = _parsed(_Metadata, await self._ask(httpx.Request("GET", where)))
        if metadata.issuer != self.issuer:
            raise OpenIdProviderUnreachable(problem="it names itself differently from ORCHESTRATOR_OIDC_ISSUER")
        return metadata

    async def _fetch_keys(self) -> KeySet:
        answer = await self._ask(httpx.Request("GET", (await self._metadata.get()).jwks_uri))
        try:
            return KeySet.import_key_set(answer.json())
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise OpenIdProviderUnreachable(problem="its keys cannot be read") from error

    async def _ask(self, request: httpx.Request, auth: httpx.BasicAuth | None = None) -> httpx.Response:
        request.headers.setdefault("Accept", "application/json")
        try:
            answer = await self._http.send(request, auth=auth)
        except httpx.HTTPError as error:
            raise OpenIdProviderUnreachable(problem=type(error).__name__) from error
        if answer.is_server_error or answer.is_redirect:
            raise OpenIdProviderUnreachable(problem=f"status {answer.status_code}")
        return answer


def provider_of(settings: Settings) -> OpenIdProvider | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.public_url is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    return OpenIdProvider(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_scopes, settings.public_url)


def _decoded(id_token: str, keys: KeySet) -> jwt.Token:
    return jwt.decode(id_token, keys, registry=JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False))


Model = TypeVar("Model", bound=BaseModel)


def _parsed(model: type[Model], answer: httpx.Response) -> Model:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise OpenIdProviderUnreachable(problem=f"{answer.url.path} answers something else") from error


def _identity(issuer: str, claims: dict[str, Any]) -> Identity:
    subject = claims["sub"]
    if not subject or len(subject) > _LONGEST_SUBJECT or not subject.isprintable():
        raise LogInFailed(problem="the provider's ID token names nobody")
    names = (_shown(claims.get(name)) for name in ("name", "preferred_username", "email"))
    return Identity(issuer, subject, next(filter(None, names), subject), _shown(claims.get("email")))


def _shown(claim: object) -> str | None:
    """A name as it can be stored and shown: no control characters, and of sane length."""
    text = "".join(c for c in claim if c.isprintable())[:200].strip() if isinstance(claim, str) else ""
    return text or None
