"""OpenID providers for tests, each a real HTTP server: one from PyPI, and one of our own that lies as it is told."""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from aiohttp import web
from joserfc import jws
from joserfc.jwk import KeySet, RSAKey
from tests.e2e.tree import free_port

CLIENT_ID = "orchestrator"

Claims = dict[str, Any]


@asynccontextmanager
async def mock_provider(*users: Claims) -> AsyncIterator[str]:
    """`oidc-provider-mock` in a process of its own; its issuer."""
    port = free_port()
    known = [word for user in users for word in ("--user-claims", json.dumps(user))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", *known]
    process = await asyncio.to_thread(subprocess.Popen, command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await until_answering(f"http://127.0.0.1:{port}/.well-known/openid-configuration")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 10)


async def until_answering(url: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    async with httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                assert time.monotonic() < end, f"{url} does not answer"
            await asyncio.sleep(0.05)


def make_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@dataclass
class Grant:
    nonce: str
    challenge: str


@dataclass
class LyingProvider:
    """It approves everybody at once. `claims` go over the true ones, None takes one away; `forge` makes the whole token."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: make_key("first"))
    claims: Claims = field(default_factory=dict)
    forge: Any = None
    token_status: int = 200
    names_itself: str | None = None
    grants: dict[str, Grant] = field(default_factory=dict)
    nonces: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    token_requests: list[tuple[dict[str, str], str | None]] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        return app

    async def _metadata(self, _request: web.Request) -> web.Response:
        own = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return web.json_response(
            {"issuer": self.names_itself or self.issuer} | {k: f"{self.issuer}/{v}" for k, v in own.items()}
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        self.asked.append("keys")
        return web.json_response(KeySet([self.key]).as_dict(private=False))

    async def _authorize(self, request: web.Request) -> web.Response:
        query = request.query
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.nonces.append(query["nonce"])
        self.grants[code] = Grant(query["nonce"], query["code_challenge"])
        raise web.HTTPFound(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")

    async def _token(self, request: web.Request) -> web.Response:
        self.asked.append("token")
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.token_requests.append((form, request.headers.get("Authorization")))
        grant = self.grants.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if grant is None or _base64(digest) != grant.challenge or self.token_status != 200:
            return web.json_response({"error": "invalid_grant"}, status=max(self.token_status, 400))
        return web.json_response(
            {"access_token": "at", "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token(grant.nonce)}
        )

    def id_token(self, nonce: str) -> str:
        claims = {
            "iss": self.issuer,
            "sub": "ada",
            "aud": CLIENT_ID,
            "exp": int(time.time()) + 300,
            "iat": int(time.time()),
            "nonce": nonce,
            "name": "Ada",
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        if self.forge is not None:
            return self.forge(self, claims)
        return _signed({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


@asynccontextmanager
async def lying_provider() -> AsyncIterator[LyingProvider]:
    provider = LyingProvider()
    runner = web.AppRunner(provider.app(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    provider.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield provider
    finally:
        await runner.cleanup()


def unsigned(algorithm: str, signature: str = "") -> Any:
    """A token whose signature nobody made."""
    return lambda provider, claims: f"{_json({'alg': algorithm, 'kid': provider.key.kid})}.{_json(claims)}.{signature}"


def signed_with_public_key(encoding: str, algorithm: str = "HS256") -> Any:
    """The old confusion: the public key, which everybody has, taken for the secret of an HMAC."""

    def forge(provider: LyingProvider, claims: Claims) -> str:
        public = (
            provider.key.as_pem(private=False) if encoding == "pem" else json.dumps(provider.key.as_dict(False)).encode()
        )
        signed = f"{_json({'alg': algorithm, 'kid': provider.key.kid})}.{_json(claims)}"
        kind = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}[algorithm]
        return f"{signed}.{_base64(hmac.new(public, signed.encode(), kind).digest())}"

    return forge


def signed_by_another(kid: str | None = None, **header: Any) -> Any:
    def forge(provider: LyingProvider, claims: Claims) -> str:
        other = make_key("other")
        named = {"alg": "RS256", "kid": kid or provider.key.kid} | header
        if "jwk" in named:
            named["jwk"] = other.as_dict(private=False)
        return _signed(named, claims, other)

    return forge


def _signed(header: Claims, claims: Claims, key: RSAKey) -> str:
    return jws.serialize_compact(header, json.dumps(claims).encode(), key)


def _json(value: Claims) -> str:
    return _base64(json.dumps(value).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
