"""Tables: namespaces and their keys, listings and their versions, what was installed, and what each version proved."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from orchestrator.kit.db import Base, Json, TenantOwned


class ListingKind(StrEnum):
    OPENCODE = "opencode"
    EXTERNAL = "external"


class Visibility(StrEnum):
    TENANT = "tenant"
    CHOSEN = "chosen"
    ALL = "all"


class VersionStatus(StrEnum):
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    """It can be installed, with a warning."""
    DELETED = "deleted"
    """It cannot be installed; who has it can still read it."""


class InstallStatus(StrEnum):
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"


class Namespace(TenantOwned, Base):
    """Of one tenant; its name is unique over the installation."""

    __tablename__ = "market_namespaces"

    name: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class SigningKey(TenantOwned, Base):
    __tablename__ = "market_keys"

    namespace_id: Mapped[UUID]
    name: Mapped[str]
    public_key: Mapped[str]
    """Ed25519: 32 bytes in base64."""
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """It signs nothing new; what it signed stands."""
    revoked_at: Mapped[datetime | None]
    """Nothing that it signed is installed any more."""
    reason: Mapped[str | None]


class Listing(TenantOwned, Base):
    """The tenant is its publisher. `description`, `capabilities` and `kind` are those of the latest version, for search."""

    __tablename__ = "market_listings"

    namespace_id: Mapped[UUID]
    namespace: Mapped[str]
    agent: Mapped[str]
    kind: Mapped[ListingKind] = mapped_column()
    visibility: Mapped[Visibility] = mapped_column()
    visible_to: Mapped[list[str]] = mapped_column(JSONB)
    """Slugs of tenants, when the visibility is `chosen`."""
    latest_id: Mapped[UUID | None]
    latest: Mapped[str | None]
    description: Mapped[str]
    capabilities: Mapped[list[str]] = mapped_column(JSONB)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def name(self) -> str:
        return f"{self.namespace}/{self.agent}"


class ListingVersion(TenantOwned, Base):
    """But for its status nothing of it ever changes."""

    __tablename__ = "market_versions"

    listing_id: Mapped[UUID]
    version: Mapped[str]
    manifest: Mapped[Json]
    """As it was signed."""
    files: Mapped[Json]
    digest: Mapped[str]
    signature: Mapped[str]
    key_id: Mapped[UUID]
    status: Mapped[VersionStatus] = mapped_column()
    reason: Mapped[str | None]
    published_by: Mapped[str]
    published_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Install(TenantOwned, Base):
    """A listing in the tenant that installed it; one that is uninstalled stays, as its agent does."""

    __tablename__ = "market_installs"

    publisher_id: Mapped[UUID]
    listing_id: Mapped[UUID]
    namespace: Mapped[str]
    agent: Mapped[str]
    agent_id: Mapped[UUID]
    version_id: Mapped[UUID]
    version: Mapped[str]
    digest: Mapped[str]
    public_key: Mapped[str]
    """That the installed version is signed with."""
    consent: Mapped[Json]
    """What was consented to last, and by whom."""
    consented_by: Mapped[str]
    status: Mapped[InstallStatus] = mapped_column()
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def name(self) -> str:
        return f"{self.namespace}/{self.agent}"


class Pin(TenantOwned, Base):
    """From when on an agent's version is which version of a listing: by this outcomes find what they speak for."""

    __tablename__ = "market_pins"

    install_id: Mapped[UUID]
    publisher_id: Mapped[UUID]
    version_id: Mapped[UUID]
    agent_version_id: Mapped[UUID]
    pinned_by: Mapped[str]
    pinned_at: Mapped[datetime]


class Score(Base):
    """A rating that may be shown. The capability of all outcomes together is the empty text."""

    __tablename__ = "market_scores"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(primary_key=True)
    capability: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
    successes: Mapped[int]
    lower_bound: Mapped[float]
    computed_at: Mapped[datetime]


class Check(TenantOwned, Base):
    """That a version passed a suite of checks, or did not: the newest one is its badge."""

    __tablename__ = "market_checks"

    version_id: Mapped[UUID]
    suite: Mapped[str]
    suite_version: Mapped[str]
    passed: Mapped[bool]
    report: Mapped[Json]
    checked_at: Mapped[datetime]
