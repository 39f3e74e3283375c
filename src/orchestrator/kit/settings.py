"""Every setting of the orchestrator, read from the environment; `orchestrator settings` lists them.

The description of a field is its documentation: docs/reference/settings.md is generated from it.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from orchestrator.kit.network_policy import BadHost, HostPattern, NetworkMode, NetworkPolicy, parse_hosts

_LOOPBACK_PROVIDERS = tuple(("http", host) for host in ("127.0.0.1", "::1", "localhost"))


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ORCHESTRATOR_", extra="ignore", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: int = Field(default=8700, ge=0, le=65535, description="Port the API listens on.")
    data_dir: Path = Field(
        default=Path("~/.local/share/opencode-orchestrator"),
        description="Folder of everything the orchestrator keeps: database, mirrors, workspaces, artifacts, logs.",
    )
    database_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="PostgreSQL 15 or newer. Unset: an embedded PostgreSQL 18 in the data directory.",
    )
    allowed_roots: str = Field(
        default="~",
        description="Colon-separated folders below which a local path may be named as a session's repository.",
    )
    sandbox: Literal["auto", "bubblewrap", "process"] = Field(
        default="auto",
        description="Isolation of agents. `auto` takes bubblewrap where it works and warns loudly where it does not.",
    )
    network: Literal["host", "allowlist", "none"] = Field(
        default="host",
        description="What sandboxes reach: the host's network, allowed hosts, or the gateway only. A tenant may choose "
        "something tighter, nothing looser.",
    )
    network_hosts: str = Field(
        default="",
        description="Comma-separated hosts, such as `pypi.org,*.pythonhosted.org`, that an `allowlist` holds where a tenant "
        "names none; with it, a tenant may allow these only. Unset: a tenant may allow any host of the internet.",
    )
    network_private_hosts: str = Field(
        default="",
        description="Comma-separated hosts, each in full, that a tenant may allow although they are at private addresses.",
    )
    git_private_hosts: str = Field(
        default="",
        description="Comma-separated hosts, each in full, whose repositories sessions may name although they are at "
        "loopback, link-local or private addresses: `gitlab.example.com`, with `:port` for that port alone.",
    )
    node_slots: int = Field(default=8, ge=1, le=1000, description="Sessions that this node runs at once.")
    limits: Literal["auto", "prlimit", "none"] = Field(
        default="auto",
        description="What bounds memory, processor time and processes of agents: `auto` takes control groups (version 2, "
        "else 1) where they can be written, else `prlimit`; `orchestrator doctor` tells which it is.",
    )
    session_memory_bytes: int = Field(
        default=4 * 1024**3,
        ge=64 * 1024**2,
        description="Memory that all commands of a session have together, and each verification or setup command; "
        "with `prlimit` each process by itself. Whatever needs more is ended.",
    )
    session_cpus: float = Field(
        default=0, ge=0, description="Processors that a session's commands have at most; 0 is as many as are free."
    )
    session_processes: int = Field(
        default=1024, ge=32, description="Processes and threads that a session's commands may be at once."
    )
    runtime_memory_bytes: int = Field(
        default=6 * 1024**3,
        ge=512 * 1024**2,
        description="Memory at which an OpenCode server is ended, whatever it does; its sessions go on in a new one.",
    )
    runtime_recycle_bytes: int = Field(
        default=2 * 1024**3,
        ge=1024**2,
        description="Memory above which an OpenCode server begins no further turn: those that run finish, and sessions go "
        "on in a fresh one. It holds 0.4 GB from its start on, and 0.03 more for each folder.",
    )
    warm_runtimes: int = Field(
        default=2,
        ge=0,
        le=100,
        description="OpenCode servers without a session that a node keeps running, those of the tenants that used it last, "
        "so that the next session need not wait for one; 0 ends each soon after its last session.",
    )
    runtime_idle_seconds: float = Field(
        default=900, ge=0, description="How long such a server is kept without a session, in seconds."
    )
    runtime_cpus: float = Field(
        default=0, ge=0, description="Processors that an OpenCode server has at most; 0 is as many as are free."
    )
    runtime_processes: int = Field(
        default=2048, ge=128, description="Processes and threads that an OpenCode server may be at once."
    )
    node_heartbeat_seconds: float = Field(
        default=5, gt=0, description="How often a node says that it lives, in seconds; the same for all nodes."
    )
    node_death_seconds: float = Field(
        default=15,
        gt=0,
        description="Silence after which a node is declared dead and its sessions go on elsewhere, in seconds. "
        "A node that cannot reach the database for as long stops its runtimes by itself. The same for all nodes.",
    )
    drain_seconds: float = Field(
        default=120,
        ge=0,
        description="How long a node that drains lets each session end the model call or tool that it is at, in seconds.",
    )
    max_concurrent_sessions: int = Field(
        default=8, ge=1, description="Sessions of one tenant that hold a slot at once, over all nodes."
    )
    gateway_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Port of the model gateway on loopback; 0 takes a free one at each start.",
    )
    gateway_url: str | None = Field(
        default=None, description="Where runtimes reach the gateway. Unset: the gateway of this process tree."
    )
    gateway_wait_seconds: float = Field(
        default=120, ge=0, description="Longest time that a model call is held while its provider is busy, in seconds."
    )
    gateway_body_bytes: int = Field(
        default=256 * 1024 * 1024,
        ge=64 * 1024 * 1024,
        description="Most bytes of model calls' requests that a gateway process holds at once, of one tenant half of it.",
    )
    gateway_body_seconds: float = Field(
        default=30,
        gt=0,
        description="How long a model call's request may take to arrive, in seconds, and one more for every 64 KiB of it.",
    )
    gateway_drain_seconds: float = Field(
        default=60,
        ge=0,
        description="How long an answer whose caller left is read on, so that it is billed exactly, in seconds.",
    )
    gateway_drains: int = Field(default=32, ge=0, description="Answers that a gateway process reads on at once for nobody.")
    gateway_lease_seconds: float = Field(
        default=60,
        gt=0,
        description="How long budget stays held for a model call whose gateway died, in seconds.",
    )
    provider_reset_seconds: float = Field(
        default=900,
        gt=0,
        description="How long a provider whose quota is used up is left alone when it does not say for how long.",
    )
    ca_file: Path | None = Field(
        default=None,
        description="Certificate authorities that are trusted besides the system's on the way to providers, a PEM file.",
    )
    provider_base_url: str | None = Field(
        default=None,
        description="An OpenAI-compatible endpoint for the default model, such as http://localhost:8000/v1.",
    )
    provider_api_key: SecretStr | None = Field(default=None, description="The key for `ORCHESTRATOR_PROVIDER_BASE_URL`.")
    provider_model: str | None = Field(
        default=None, description="The model's name at the provider; it becomes the default model of every session."
    )
    provider_input_price: float | None = Field(
        default=None, ge=0, description="Price of the provider's model in USD per million input tokens."
    )
    provider_output_price: float | None = Field(
        default=None, ge=0, description="Price of the provider's model in USD per million output tokens."
    )
    provider_context: int = Field(
        default=128_000, ge=1_000, description="Context window of the provider's model, in tokens."
    )
    provider_output_limit: int = Field(
        default=16_000, ge=1, description="Most output tokens of one answer of the provider's model."
    )
    anthropic_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("ANTHROPIC_API_KEY", "anthropic_api_key"),
        description="With it, and no ORCHESTRATOR_PROVIDER_BASE_URL, sessions run on Anthropic's API.",
    )
    openai_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key"),
        description="With it, and no other provider, sessions run on OpenAI's API.",
    )
    master_key: SecretStr | None = Field(
        default=None,
        description="What providers' keys and git credentials are sealed with in the database: 32 bytes in base64, the "
        "newest first if several.",
    )
    master_key_file: Path | None = Field(
        default=None,
        description="A file that holds the master key. Unset: `master.key` in the data directory, made at the first start; "
        "API and gateway on other machines need the same one.",
    )
    artifacts_url: str | None = Field(
        default=None,
        description="Where trajectories and checkpoints are kept, for all processes alike: a folder, or a URL of fsspec "
        "such as s3://bucket/path (which needs `s3fs`). Unset: `artifacts` in the data directory; nodes on several machines "
        "need one that all of them reach.",
    )
    checkpoint_seconds: float = Field(
        default=60.0,
        gt=0,
        description="Longest time between two checkpoints inside of a turn, as far as its steps end; where they are cheap "
        "they are taken sooner.",
    )
    private_providers: bool = Field(
        default=False,
        description="Let an ADMIN of a tenant name providers at loopback, link-local and private addresses.",
    )
    scripted_model_url: str | None = Field(
        default=None,
        description="Where the scripted model listens that stands in while no provider is set; `orchestrator up` sets it.",
    )
    scripted_scenarios: Path | None = Field(
        default=None, description="A YAML file of scenarios for the scripted model. Unset: those of the demo."
    )
    gc_days: float = Field(
        default=14,
        ge=0,
        description="Days after which `orchestrator gc` takes caches, mirrors and servers' homes that nobody used.",
    )
    min_free_bytes: int = Field(
        default=2_000_000_000,
        ge=0,
        description="Free space on the data directory's disk below which a node starts no further session.",
    )
    stall_seconds: float = Field(
        default=600,
        gt=0,
        description="How long a turn may be silent before it is ended and the agent told to go on; longer than "
        "ORCHESTRATOR_GATEWAY_WAIT_SECONDS. A command counts as at work for as long as its own time limit.",
    )
    max_steps: int = Field(default=200, ge=1, description="Most steps (a model call and its tools) of one turn.")
    max_prompt_chars: int = Field(default=200_000, ge=1, description="Longest prompt that is accepted, in characters.")
    max_event_streams: int = Field(
        default=500,
        ge=1,
        description="Most streams of events that one tenant has open at once in one API process; of one person or key a "
        "fifth of that.",
    )
    max_handoff_bytes: int = Field(
        default=1024 * 1024 * 1024,
        ge=1_000_000,
        description="Most bytes of the work and the conversation that `orchestrator sessions send` brings back.",
    )
    lfs_bytes: int = Field(
        default=2 * 1024 * 1024 * 1024,
        ge=0,
        description="Most bytes of a session's files of Git LFS. With more none is fetched, and they stay pointers.",
    )
    log_format: Literal["console", "json"] = Field(default="console", description="How log lines are written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least severe line logged.")
    opencode_binary: Path | None = Field(
        default=None,
        description="The `opencode` to run. Unset: the one that package.json pins, installed by the set-up.",
    )
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

    @field_validator("data_dir", "ca_file", "master_key_file", "opencode_binary", "scripted_scenarios", mode="after")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()

    @field_validator("network_hosts", "network_private_hosts", "git_private_hosts", mode="after")
    @classmethod
    def _hosts(cls, hosts: str) -> str:
        try:
            parse_hosts(hosts)
        except BadHost as problem:
            raise ValueError(f"{problem.message} {problem.hint_text}") from problem
        return hosts

    @field_validator("database_url", mode="after")
    @classmethod
    def _postgresql(cls, url: str | None) -> str | None:
        if url and not re.match(r"postgres(ql)?(\+\w+)?://", url):
            raise ValueError("an address such as postgresql://user@host/database is needed")
        return url

    @field_validator("provider_base_url", mode="after")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("an address such as http://localhost:8000/v1 is needed")
        _ = parts.port  # Raises when it is no number.
        return url

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
    def _death_after_two_beats(self) -> Self:
        if self.node_death_seconds < 2 * self.node_heartbeat_seconds:
            raise ValueError("ORCHESTRATOR_NODE_DEATH_SECONDS must be at least twice ORCHESTRATOR_NODE_HEARTBEAT_SECONDS")
        return self

    @model_validator(mode="after")
    def _log_in_complete(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.public_url):
            raise ValueError("ORCHESTRATOR_OIDC_ISSUER needs ORCHESTRATOR_OIDC_CLIENT_ID and ORCHESTRATOR_PUBLIC_URL")
        return self

    @model_validator(mode="after")
    def _stall_after_hold(self) -> Self:
        if self.stall_seconds <= self.gateway_wait_seconds:
            raise ValueError("ORCHESTRATOR_STALL_SECONDS must be more than ORCHESTRATOR_GATEWAY_WAIT_SECONDS")
        return self

    @property
    def operators(self) -> frozenset[str]:
        """Subjects at the OpenID provider."""
        return frozenset(subject.strip() for subject in self.oidc_operators.split(",") if subject.strip())

    @cached_property
    def network_policy(self) -> NetworkPolicy:
        """What holds where a tenant chose nothing, and the most that it may choose."""
        private = parse_hosts(self.network_private_hosts)
        return NetworkPolicy(NetworkMode(self.network), parse_hosts(self.network_hosts), private)

    @cached_property
    def git_reach(self) -> tuple[HostPattern, ...]:
        return parse_hosts(self.git_private_hosts)

    @cached_property
    def roots(self) -> tuple[Path, ...]:
        """The allowed roots, expanded and resolved, and the demo's own folder."""
        named = [Path(r).expanduser().resolve() for r in self.allowed_roots.split(":") if r]
        return (*named, self.demo_dir)

    @property
    def artifact_store_url(self) -> str:
        return self.artifacts_url or str(self.data_dir / "artifacts")

    @property
    def demo_dir(self) -> Path:
        return self.data_dir.resolve() / "demo"
