"""The vendors' own libraries let calls in: signatures that AWS's code checks, tokens of Google's and Microsoft's."""

import asyncio
import datetime
import json
import ssl
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import jwt

from orchestrator.gateway.cloud_auth import (
    ProviderAuth,
    ProviderCredentialsMissing,
    ProviderCredentialsRefused,
    ProviderExtraMissing,
)
from orchestrator.gateway.routing import FORMATS, PLATFORM, Endpoint, ProviderKind

SECRET = "a-secret-of-the-cloud"
GOOGLE = "https://oauth2.googleapis.com/token"
URL = "https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1"
BODY = b'{"model": "openai.gpt-oss-120b-1:0"}'


def endpoint(
    kind: ProviderKind, key: str | None = None, tenant_id: UUID = PLATFORM, url: str = URL, **options: str
) -> Endpoint:
    return Endpoint(tenant_id, uuid4(), "cloud", kind, url, FORMATS[kind], key, options)


async def headers(one: Endpoint, auth: ProviderAuth | None = None) -> dict[str, str]:
    url = f"{one.base_url}/chat/completions?x=%2F"
    return await (auth or ProviderAuth()).headers(one, url, {"content-type": "application/json"}, BODY)


@pytest.mark.parametrize(
    ("kind", "options", "wanted"),
    [
        (ProviderKind.OPENAI, {}, {"authorization": f"Bearer {SECRET}"}),
        (ProviderKind.OPENAI_COMPATIBLE, {}, {"authorization": f"Bearer {SECRET}"}),
        (ProviderKind.OPENAI_COMPATIBLE, {"auth": "x-api-key"}, {"x-api-key": SECRET}),
        (ProviderKind.ANTHROPIC, {}, {"x-api-key": SECRET}),
        (ProviderKind.AZURE_OPENAI, {}, {"api-key": SECRET}),
        (ProviderKind.BEDROCK, {}, {"authorization": f"Bearer {SECRET}"}),
    ],
)
async def test_an_api_key_goes_where_its_kind_wants_it(
    kind: ProviderKind, options: dict[str, str], wanted: dict[str, str]
) -> None:
    assert await headers(endpoint(kind, SECRET, **options)) == wanted


async def test_no_key_is_no_header() -> None:
    assert await headers(endpoint(ProviderKind.OPENAI_COMPATIBLE)) == {}


def signature_is_right(sent: dict[str, str], body: bytes, token: str | None = None) -> bool:
    """As AWS's own code computes it from what arrives."""
    named = sent["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    everything = sent | {"content-type": "application/json", "host": "bedrock-runtime.eu-central-1.amazonaws.com"}
    request: Any = AWSRequest(
        method="POST",
        url=f"{URL}/chat/completions?x=%2F",
        data=body,
        headers={name: everything[name] for name in named},
    )
    request.context["timestamp"] = sent["x-amz-date"]
    signer: Any = SigV4Auth(Credentials("AKIA1", SECRET, token), "bedrock", "eu-central-1")
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return sent["authorization"].endswith(f"Signature={signer.signature(text, request)}")


async def test_bedrock_is_signed_with_the_tenants_own_key() -> None:
    sent = await headers(endpoint(ProviderKind.BEDROCK, SECRET, uuid4(), access_key_id="AKIA1"))
    assert set(sent) == {"authorization", "x-amz-date"}
    assert SECRET not in str(sent)
    assert "/eu-central-1/bedrock/aws4_request" in sent["authorization"]
    assert signature_is_right(sent, BODY)
    assert not signature_is_right(sent, BODY + b" ")


async def test_bedrock_of_the_platform_takes_what_the_machine_has(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ACCESS_KEY_ID", "AKIA1"), ("SECRET_ACCESS_KEY", SECRET), ("SESSION_TOKEN", "t-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    sent = await headers(endpoint(ProviderKind.BEDROCK, region="eu-central-1"))
    assert sent["x-amz-security-token"] == "t-1"
    assert signature_is_right(sent, BODY, "t-1")


@pytest.mark.parametrize("kind", [ProviderKind.AZURE_OPENAI, ProviderKind.BEDROCK, ProviderKind.VERTEX])
async def test_a_tenant_never_gets_what_the_machine_has(kind: ProviderKind, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the address that a token goes to."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    with pytest.raises(ProviderCredentialsMissing):
        await headers(endpoint(kind, tenant_id=uuid4()))


async def test_without_a_region_bedrock_cannot_be_signed() -> None:
    with pytest.raises(ProviderCredentialsMissing, match="region"):
        await headers(endpoint(ProviderKind.BEDROCK, SECRET, url="https://proxy.example/v1", access_key_id="AKIA1"))


@pytest.mark.parametrize(
    ("kind", "library"),
    [
        (ProviderKind.AZURE_OPENAI, "azure.identity"),
        (ProviderKind.BEDROCK, "botocore.session"),
        (ProviderKind.VERTEX, "google.auth"),
    ],
)
async def test_a_missing_extra_is_told(kind: ProviderKind, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ProviderExtraMissing) as refused:
        await headers(endpoint(kind))
    assert "opencode-orchestrator[" in refused.value.hint_text


@dataclass
class Tokens:
    """Where a cloud gives tokens out."""

    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    status: int = 200

    async def handle(self, request: web.Request) -> web.Response:
        if request.method == "GET":  # What Microsoft's library asks an authority first.
            base = f"{self.url}/directory"
            found = {name: f"{base}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
            return web.json_response(found | {"issuer": f"{base}/v2.0", "tenant_region_scope": "EU"})
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        token = {"access_token": f"token-{len(self.asked)}", "expires_in": 3600, "token_type": "Bearer"}
        return web.json_response(token if self.status == 200 else {"error": "invalid_client"}, status=self.status)


async def _serve(tokens: Tokens, tls: ssl.SSLContext | None) -> web.AppRunner:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", tokens.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    tokens.url = f"{'https' if tls else 'http'}://localhost:{runner.addresses[0][1]}"
    return runner


@pytest.fixture
async def google() -> AsyncIterator[Tokens]:
    tokens = Tokens()
    runner = await _serve(tokens, None)
    yield tokens
    await runner.cleanup()


@pytest.fixture
async def microsoft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Tokens]:
    """Its library speaks TLS alone; the authority's certificate is one of a company, named as requests wants it."""
    file = tmp_path / "tls.pem"
    file.write_bytes(_certificate())
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(file)
    tokens = Tokens()
    runner = await _serve(tokens, tls)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", tokens.url)
    yield tokens
    await runner.cleanup()


def _certificate() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    name, moment = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), moment, moment + datetime.timedelta(1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pem(key) + certificate.public_bytes(serialization.Encoding.PEM)


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _service_account(key: rsa.RSAPrivateKey, url: str) -> str:
    return json.dumps(
        {
            "type": "service_account",
            "client_email": "coder@project.iam.gserviceaccount.com",
            "private_key": _pem(key).decode(),
            "private_key_id": "k1",
            "token_uri": f"{url}/token",
        }
    )


async def test_vertex_asks_google_once_for_many_calls(google: Tokens) -> None:
    key = rsa.generate_private_key(65537, 2048)
    one, auth = endpoint(ProviderKind.VERTEX, _service_account(key, google.url)), ProviderAuth()
    answers = await asyncio.gather(*(headers(one, auth) for _ in range(20)))
    assert answers == [{"authorization": "Bearer token-1"}] * 20
    (asked,) = google.asked
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    claims: Any = await asyncio.to_thread(jwt.decode, asked["assertion"], {"k1": public}, True, GOOGLE)
    assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"


async def test_a_tenants_service_account_does_not_choose_who_is_asked(google: Tokens) -> None:
    from orchestrator.gateway.cloud_auth import _service_account as read

    file = _service_account(rsa.generate_private_key(65537, 2048), google.url)
    assert read(endpoint(ProviderKind.VERTEX, file, uuid4()), file)["token_uri"] == GOOGLE
    with pytest.raises(ProviderCredentialsMissing):
        await headers(endpoint(ProviderKind.VERTEX, "no file", uuid4()))


async def test_azure_gets_a_token_for_an_application(microsoft: Tokens) -> None:
    options = {"directory_id": "directory", "client_id": "app-1"}
    one, auth = endpoint(ProviderKind.AZURE_OPENAI, SECRET, uuid4(), **options), ProviderAuth()
    assert await headers(one, auth) == await headers(one, auth) == {"authorization": "Bearer token-1"}
    (asked,) = microsoft.asked
    assert (asked["client_id"], asked["client_secret"]) == ("app-1", SECRET)
    assert "https://cognitiveservices.azure.com/.default" in asked["scope"]


async def test_a_refusal_of_the_cloud_tells_no_secret(microsoft: Tokens) -> None:
    microsoft.status = 401
    one = endpoint(ProviderKind.AZURE_OPENAI, SECRET, uuid4(), directory_id="directory", client_id="app-1")
    with pytest.raises(ProviderCredentialsRefused) as refused:
        await headers(one)
    assert SECRET not in str(refused.value)


async def test_a_token_is_renewed_before_it_ends(google: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    one = endpoint(ProviderKind.VERTEX, _service_account(rsa.generate_private_key(65537, 2048), google.url))
    auth = ProviderAuth()
    await headers(one, auth)
    later = time.time() + 3_000
    monkeypatch.setattr("orchestrator.gateway.cloud_auth.time.time", lambda: later)
    assert await headers(one, auth) == {"authorization": "Bearer token-2"}
