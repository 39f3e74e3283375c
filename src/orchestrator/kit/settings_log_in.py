"""Settings of how people log in."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from orchestrator.kit.settings_base import EnvironmentSettings

_LOOPBACK_PROVIDERS = tuple(("http", host) for host in ("127.0.0.1", "::1", "localhost"))


class LogInSettings(EnvironmentSettings):
    public_url: str | None = Field(
        default=None,
        description="The address that browsers use, such as https://orchestrator.example.com, without a path.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="The OpenID provider that people log in with, exactly as it names itself. Unset: API keys only.",
    )
    oidc_client_id: str | None = Field(default=None, description="The orchestrator's client id at the OpenID provider.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Its secret there. Unset: a public client, which PKCE alone protects."
    )
    oidc_scopes: str = Field(default="openid profile email", description="Scopes asked of the OpenID provider.")
    oidc_operators: str = Field(
        default="",
        description="Comma-separated subjects (`sub`) of the people who are platform operators; never e-mail addresses.",
    )
    log_in_hours: int = Field(default=12, ge=1, le=720, description="Hours after which a person has to log in again.")

    @field_validator("public_url", mode="after")
    @classmethod
    def _origin(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise ValueError("an address such as https://orchestrator.example.com is needed")
        _ = parts.port  # Raises when it is no number.
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("the address must have no path: a proxy has to serve the orchestrator at its root")
        usual_port = ":443" if parts.scheme == "https" else ":80"
        return f"{parts.scheme}://{parts.netloc}".lower().removesuffix(usual_port)

    @field_validator("oidc_issuer", mode="after")
    @classmethod
    def _safe_issuer(cls, issuer: str | None) -> str | None:
        """Its keys come over this connection, so only this machine's own may be without TLS."""
        parts = urlsplit(issuer or "https://unset")
        if parts.scheme != "https" and (parts.scheme, parts.hostname) not in _LOOPBACK_PROVIDERS:
            raise ValueError("the OpenID provider must be at an https address")
        return issuer

    @model_validator(mode="after")
    def _log_in_complete(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.public_url):
            raise ValueError("ORCHESTRATOR_OIDC_ISSUER needs ORCHESTRATOR_OIDC_CLIENT_ID and ORCHESTRATOR_PUBLIC_URL")
        return self

    @property
    def operators(self) -> frozenset[str]:
        """Subjects at the OpenID provider."""
        return frozenset(subject.strip() for subject in self.oidc_operators.split(",") if subject.strip())
