"""What lets a call in at each kind of provider. For the clouds their vendors' own libraries say so: optional extras.

Only the platform's providers may use what this machine itself is trusted with. A tenant names the address that a token is
sent to, so it gets tokens for credentials that it brought, and for no others.
"""

import asyncio
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from orchestrator.gateway.routing import PLATFORM, Endpoint, ProviderKind
from orchestrator.kit.errors import OrchestratorError

_AZURE_SCOPE = "https://cognitiveservices.azure.com/.default"
_GOOGLE_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_GOOGLE_TOKENS = "https://oauth2.googleapis.com/token"
_REGION_IN_HOST = re.compile(r"^bedrock[a-z-]*\.([a-z0-9-]+)\.")
_RENEW_SECONDS = 300.0
"""A token is renewed so long before it ends, and AWS's credentials are asked for again after as long."""


class ProviderExtraMissing(OrchestratorError):
    """The provider {provider} needs the optional extra `{extra}`, which is not installed."""

    status = 503
    code = "provider_extra_missing"
    hint = "Install it where the gateway runs: `pip install 'opencode-orchestrator[{extra}]'`, then start again."


class ProviderCredentialsMissing(OrchestratorError):
    """The provider {provider} cannot be called: {problem}."""

    status = 503
    code = "provider_credentials_missing"
    hint = "docs/howto/providers.md tells what each kind needs; `orchestrator providers set` changes it."


class ProviderCredentialsRefused(OrchestratorError):
    """The cloud of the provider {provider} gave no token: {problem}."""

    status = 503
    code = "provider_credentials_refused"
    hint = "Check the key, the application and its rights in the cloud, and that the gateway reaches it."


@dataclass(frozen=True)
class _Granted:
    what: Any
    until: float


class ProviderAuth:
    """One a process. Tokens are kept until shortly before they end."""

    def __init__(self) -> None:
        self._granted: dict[tuple[UUID, str | None, str], _Granted] = {}
        self._locks: dict[UUID, asyncio.Lock] = {}

    async def headers(self, endpoint: Endpoint, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """What is added to a POST of `body` to `url` so that the provider lets it in.

        Raises ProviderExtraMissing, ProviderCredentialsMissing or ProviderCredentialsRefused.
        """
        match endpoint.kind:
            case ProviderKind.AZURE_OPENAI:
                return await self._azure(endpoint)
            case ProviderKind.BEDROCK:
                return await self._bedrock(endpoint, url, headers, body)
            case ProviderKind.VERTEX:
                return _bearer(await self._once(endpoint, _google_token))
            case _:
                return _plain(endpoint)

    async def _azure(self, endpoint: Endpoint) -> dict[str, str]:
        if endpoint.api_key is not None and "client_id" not in endpoint.options:
            return {"api-key": endpoint.api_key}
        return _bearer(await self._once(endpoint, _azure_token))

    async def _bedrock(self, endpoint: Endpoint, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        if endpoint.api_key is not None and "access_key_id" not in endpoint.options:
            return _bearer(endpoint.api_key)
        return _signed(endpoint, await self._once(endpoint, _aws_credentials), url, headers, body)

    async def _once(self, endpoint: Endpoint, ask: Callable[[Endpoint], _Granted]) -> Any:
        """The vendors' libraries block, so they are asked in a thread, and by one call at a time."""
        key = (endpoint.provider_id, endpoint.api_key, json.dumps(endpoint.options, sort_keys=True, default=str))
        async with self._locks.setdefault(endpoint.provider_id, asyncio.Lock()):
            known = self._granted.get(key)
            if known is None or known.until < time.time():
                self._granted = {k: v for k, v in self._granted.items() if k[0] != endpoint.provider_id}
                self._granted[key] = known = await asyncio.to_thread(ask, endpoint)
            return known.what


def _plain(endpoint: Endpoint) -> dict[str, str]:
    if endpoint.api_key is None:
        return {}
    if endpoint.kind is ProviderKind.ANTHROPIC or endpoint.options.get("auth") == "x-api-key":
        return {"x-api-key": endpoint.api_key}
    return _bearer(endpoint.api_key)


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _needs_own(endpoint: Endpoint, problem: str) -> None:
    if endpoint.tenant_id != PLATFORM:
        raise ProviderCredentialsMissing(provider=endpoint.name, problem=problem)


def _azure_token(endpoint: Endpoint) -> _Granted:
    try:
        from azure.core.exceptions import AzureError
        from azure.identity import ClientSecretCredential, DefaultAzureCredential
    except ImportError as error:
        raise ProviderExtraMissing(provider=endpoint.name, extra="azure") from error
    directory, client = endpoint.options.get("directory_id"), endpoint.options.get("client_id")
    try:
        if endpoint.api_key and directory and client:
            # An authority of one's own, as sovereign clouds have, is not in the public list that is looked at otherwise.
            own_authority = "AZURE_AUTHORITY_HOST" in os.environ
            credential = ClientSecretCredential(
                directory, client, endpoint.api_key, disable_instance_discovery=own_authority
            )
        else:
            _needs_own(endpoint, "it has neither an API key nor directory_id, client_id and a client secret")
            credential = DefaultAzureCredential()
        with credential:
            token = credential.get_token(_AZURE_SCOPE)
    except (AzureError, ValueError) as error:
        raise ProviderCredentialsRefused(provider=endpoint.name, problem=type(error).__name__) from None
    return _Granted(token.token, token.expires_on - _RENEW_SECONDS)


def _google_token(endpoint: Endpoint) -> _Granted:
    try:
        import google.auth
        from google.auth.exceptions import GoogleAuthError
        from google.auth.transport.requests import Request
        from google.oauth2 import service_account
        from requests import Session
    except ImportError as error:
        raise ProviderExtraMissing(provider=endpoint.name, extra="vertex") from error
    of_file: Any = service_account.Credentials  # The library is typed in parts.
    of_machine: Any = google.auth
    try:
        if endpoint.api_key is not None:
            info = _service_account(endpoint, endpoint.api_key)
            credentials = of_file.from_service_account_info(info, scopes=[_GOOGLE_SCOPE])
        else:
            _needs_own(endpoint, "it has no service account as its key")
            credentials = of_machine.default(scopes=[_GOOGLE_SCOPE])[0]
        with Session() as session:
            credentials.refresh(Request(session))
    except (GoogleAuthError, ValueError) as error:
        raise ProviderCredentialsRefused(provider=endpoint.name, problem=type(error).__name__) from None
    return _Granted(credentials.token, time.time() + _RENEW_SECONDS)


def _service_account(endpoint: Endpoint, key: str) -> dict[str, Any]:
    """The address that tokens are asked from is part of the file; a tenant's file may not choose it."""
    try:
        info = json.loads(key)
    except ValueError:
        info = None
    if not isinstance(info, dict):
        raise ProviderCredentialsMissing(provider=endpoint.name, problem="its key is no service account file")
    own: dict[str, Any] = {**info}
    return own if endpoint.tenant_id == PLATFORM else own | {"token_uri": _GOOGLE_TOKENS}


def _aws_credentials(endpoint: Endpoint) -> _Granted:
    try:
        import botocore.session  # pyright: ignore[reportMissingTypeStubs]
        from botocore.credentials import Credentials  # pyright: ignore[reportMissingTypeStubs]
        from botocore.exceptions import BotoCoreError  # pyright: ignore[reportMissingTypeStubs]
    except ImportError as error:
        raise ProviderExtraMissing(provider=endpoint.name, extra="bedrock") from error
    session: Any = botocore.session
    if endpoint.api_key is not None:
        return _Granted(Credentials(endpoint.options["access_key_id"], endpoint.api_key), time.time() + _RENEW_SECONDS)
    _needs_own(endpoint, "it has neither an API key nor an access_key_id with its secret")
    try:
        found = session.Session().get_credentials()
        frozen = found.get_frozen_credentials() if found is not None else None
    except BotoCoreError as error:
        raise ProviderCredentialsRefused(provider=endpoint.name, problem=type(error).__name__) from None
    if frozen is None:
        raise ProviderCredentialsMissing(provider=endpoint.name, problem="this machine has no credentials for AWS")
    return _Granted(Credentials(frozen.access_key, frozen.secret_key, frozen.token), time.time() + _RENEW_SECONDS)


def _signed(endpoint: Endpoint, credentials: Any, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    from botocore.auth import SigV4Auth  # pyright: ignore[reportMissingTypeStubs]
    from botocore.awsrequest import AWSRequest  # pyright: ignore[reportMissingTypeStubs]

    signed = {"content-type": headers["content-type"]} if "content-type" in headers else {}
    request: Any = AWSRequest(method="POST", url=url, data=body, headers=signed)
    signer: Any = SigV4Auth(credentials, "bedrock", _region(endpoint))
    signer.add_auth(request)
    return {name.lower(): value for name, value in request.headers.items() if name.lower() != "content-type"}


def _region(endpoint: Endpoint) -> str:
    found = _REGION_IN_HOST.match(urlsplit(endpoint.base_url).hostname or "")
    region = endpoint.options.get("region") or (found and found[1])
    if not region:
        raise ProviderCredentialsMissing(provider=endpoint.name, problem="its option region is not set")
    return str(region)
