"""Every setting of the orchestrator, read from the environment; `orchestrator settings` lists them.

The description of a field is its documentation: docs/reference/settings.md is generated from it.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator

from orchestrator.kit.settings_base import EnvironmentSettings, OwnPath
from orchestrator.kit.settings_eap import EapSettings
from orchestrator.kit.settings_gateway import GatewaySettings
from orchestrator.kit.settings_isolation import IsolationSettings
from orchestrator.kit.settings_log_in import LogInSettings
from orchestrator.kit.settings_training import TrainingSettings
from orchestrator.kit.settings_webhooks import WebhookSettings
from orchestrator.kit.settings_work import NodeSettings, SessionSettings


class InstallationSettings(EnvironmentSettings):
    host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    port: int = Field(default=8700, ge=0, le=65535, description="Port the API listens on.")
    data_dir: OwnPath = Field(
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
    master_key: SecretStr | None = Field(
        default=None,
        description="What providers' keys and git credentials are sealed with in the database: 32 bytes in base64, the "
        "newest first if several.",
    )
    master_key_file: OwnPath | None = Field(
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
    max_event_streams: int = Field(
        default=500,
        ge=1,
        description="Most streams of events that one tenant has open at once in one API process; of one person or key a "
        "fifth of that.",
    )
    log_format: Literal["console", "json"] = Field(default="console", description="How log lines are written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least severe line logged.")
    opencode_binary: OwnPath | None = Field(
        default=None,
        description="The `opencode` to run. Unset: the one that package.json pins, installed by the set-up.",
    )

    @field_validator("database_url", mode="after")
    @classmethod
    def _postgresql(cls, url: str | None) -> str | None:
        if url and not re.match(r"postgres(ql)?(\+\w+)?://", url):
            raise ValueError("an address such as postgresql://user@host/database is needed")
        return url

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


class Settings(
    LogInSettings,
    WebhookSettings,
    TrainingSettings,
    EapSettings,
    GatewaySettings,
    IsolationSettings,
    SessionSettings,
    NodeSettings,
    InstallationSettings,
):
    """All of them. Pydantic takes the fields of the last base first, and so does the reference."""

    @model_validator(mode="after")
    def _stall_after_hold(self) -> Self:
        if self.stall_seconds <= self.gateway_wait_seconds:
            raise ValueError("ORCHESTRATOR_STALL_SECONDS must be more than ORCHESTRATOR_GATEWAY_WAIT_SECONDS")
        return self
