"""Installation tokens of a GitHub App: asked for with a JWT that the app's key signs, and kept until they are about to end.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from orchestrator.kit.clock import now
from orchestrator.kit.outbound import AddressRefused, Allowed
from orchestrator.kit.settings import Settings
from orchestrator.repositories.errors import GitCredentialOptions, GitHubApiRefused, GitHubTokenRefused
from orchestrator.workspaces import Reach

PUBLIC_API = "https://api.github.com"
USERNAME = "x-access-token"
_TIMEOUT_SECONDS = 20.0
_JWT_SECONDS = 540
_SKEW_SECONDS = 60
_SPARE = timedelta(minutes=5)
"""A token is used for no operation that may outlast it."""


@dataclass(frozen=True)
class App:
    credential_id: UUID
    name: str
    app_id: str
    installation_id: int
    api_url: str
    trusted: bool
    """An operator named the address, which may be private then."""
    private_key: str = field(repr=False)


class InstallationTokens:
    """Of one process. `expires_at` is GitHub's word, an hour after the token was made."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[UUID, tuple[str, datetime]] = {}
        self._asking: dict[UUID, asyncio.Lock] = {}

    async def token(self, app: App) -> str:
        async with self._asking.setdefault(app.credential_id, asyncio.Lock()):
            token, expires_at = self._known.get(app.credential_id, ("", now()))
            if expires_at - _SPARE <= now():
                token, expires_at = await self._ask(app)
                self._known[app.credential_id] = (token, expires_at)
            return token

    async def _ask(self, app: App) -> tuple[str, datetime]:
        guarded = not (app.trusted or self._settings.private_providers)
        if guarded:
            await refuse_private(app.api_url, self._settings)
        url = f"{app.api_url}/app/installations/{app.installation_id}/access_tokens"
        headers = {"Authorization": f"Bearer {_jwt(app)}", "Accept": "application/vnd.github+json"}
        try:
            async with _way_out(app, guarded) as proxy, self._client(proxy) as client:
                answer = await client.post(url, headers=headers)
        except httpx.HTTPError as error:
            raise GitHubTokenRefused(credential=app.name, problem=type(error).__name__) from error
        return _read(app, answer)

    def _client(self, proxy: str | None) -> httpx.AsyncClient:
        return httpx.AsyncClient(verify=_trust(self._settings), timeout=_TIMEOUT_SECONDS, proxy=proxy)


@asynccontextmanager
async def _way_out(app: App, guarded: bool) -> AsyncGenerator[str | None]:
    """The name may stand for another address by now; the proxy looks at the one that is connected to."""
    if not guarded:
        yield None
        return
    async with Reach().way_out(app.api_url) as variables:
        yield variables.get("https_proxy")


def _jwt(app: App) -> str:
    issued = int(time.time()) - _SKEW_SECONDS
    claims = {"iat": issued, "exp": issued + _JWT_SECONDS, "iss": app.app_id}
    return jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(app.private_key))


def _read(app: App, answer: httpx.Response) -> tuple[str, datetime]:
    """What the server says is not repeated: it may hold what it was sent."""
    if answer.status_code != 201:
        raise GitHubTokenRefused(credential=app.name, problem=f"it answered with status {answer.status_code}.")
    try:
        content = cast(Mapping[str, Any], answer.json())
        return str(content["token"]), datetime.fromisoformat(str(content["expires_at"]))
    except (ValueError, KeyError, TypeError) as error:
        raise GitHubTokenRefused(credential=app.name, problem="its answer holds no token.") from error


def _trust(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        context.load_verify_locations(settings.ca_file)
    return context


def checked_api_url(url: str | None) -> str:
    if url is None:
        return PUBLIC_API
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port != 0
    except ValueError:
        raise GitCredentialOptions(kind="github_app", problem="has an api_url that is no address") from None
    odd = "@" in parts.netloc or parts.query or parts.fragment or not parts.hostname or not port_is_fine
    if parts.scheme not in ("http", "https") or odd or not url.isascii():
        raise GitCredentialOptions(kind="github_app", problem="needs an api_url such as https://github.example.com/api/v3")
    return url.rstrip("/")


async def refuse_private(url: str, settings: Settings) -> None:
    try:
        await Allowed(anywhere=settings.private_providers).check(url)
    except AddressRefused as refused:
        raise GitHubApiRefused(host=refused.host) from refused
