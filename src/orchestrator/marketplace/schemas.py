"""What the API takes and gives about namespaces, listings and installs."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from orchestrator.agents.definitions import AgentName
from orchestrator.marketplace.installs import Preview
from orchestrator.marketplace.manifest import Asks, Manifest, Text
from orchestrator.marketplace.models import (
    Check,
    Install,
    InstallStatus,
    Listing,
    ListingKind,
    ListingVersion,
    Score,
    SigningKey,
    VersionStatus,
    Visibility,
)
from orchestrator.marketplace.ratings import FEWEST, FEWEST_TENANTS, OVERALL
from orchestrator.marketplace.reading import Found, Proved
from orchestrator.marketplace.signing import fingerprint
from orchestrator.marketplace.versions import MOST_CHARACTERS

MOST_FILES, MOST_TENANTS = 650, 200
_DIGEST = f"sha256:{'0' * 64}"
_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
_SIGNATURE = "A" * 86 + "=="
_NOT_SHOWN = (
    f"Null with fewer than {FEWEST} verified outcomes, or of fewer than {FEWEST_TENANTS} tenants besides its publisher."
)

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Version = Annotated[str, StringConstraints(min_length=1, max_length=MOST_CHARACTERS, pattern=r"^[^\x00]*$")]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
_Base64 = Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9+/=]*$")]


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})


class SigningKeyCreate(BaseModel):
    model_config = _example(public_key=_KEY, proof=_SIGNATURE, name="laptop")

    public_key: _Base64 = Field(description="Ed25519: its 32 bytes in base64.")
    proof: _Base64 = Field(
        description="Signed by the key itself: `orchestrator market key v1`, the namespace and the public key, a line each."
    )
    name: Annotated[Text, Field(max_length=100)] = ""


class NamespaceClaim(SigningKeyCreate):
    model_config = _example(namespace="acme", public_key=_KEY, proof=_SIGNATURE, name="laptop")

    namespace: AgentName


class SigningKeyRevoke(BaseModel):
    model_config = _example(reason="The laptop was stolen.")

    reason: Reason


class SigningKeyRead(BaseModel):
    id: UUID
    name: str
    public_key: str
    fingerprint: str
    created_by: str
    created_at: datetime
    retired_at: datetime | None = Field(description="It signs nothing new; what it signed stands.")
    revoked_at: datetime | None = Field(description="Nothing that it signed is installed.")
    reason: str | None

    @classmethod
    def of(cls, row: SigningKey) -> Self:
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "fingerprint"}
        return cls(fingerprint=fingerprint(row.public_key), **fields)


class NamespaceRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    created_by: str
    created_at: datetime


class ListingPublish(BaseModel):
    model_config = _example(
        version="1.0.0",
        manifest={"kind": "opencode", "description": "Reads", "capabilities": [], "asks": {}, "licence": "Apache-2.0"},
        files={"agent.md": "---\ndescription: Reads\n---\nYou read.\n"},
        digest=_DIGEST,
        signature=_SIGNATURE,
        public_key=_KEY,
    )

    version: Version = Field(description="A semantic version without a build; it never changes.")
    manifest: dict[str, Any] = Field(description="As `ListingVersionRead.manifest` has it; signed as it is sent.")
    files: dict[Annotated[str, Field(max_length=700)], Text] = Field(
        max_length=MOST_FILES, description="`agent.md` and `skills/<name>/…`, or the `card.json` of an external agent."
    )
    digest: Digest = Field(
        description="sha256 over `files`, `listing`, `manifest` and `version` as canonical JSON (RFC 8785)."
    )
    signature: _Base64 = Field(description="Ed25519 over `orchestrator market listing v1`, a line break and the digest.")
    public_key: _Base64 = Field(description="Of the namespace, that signed it.")
    visibility: Visibility | None = Field(None, description="Unset: as it is; a new listing is for its own tenant.")
    visible_to: list[Slug] = Field(default_factory=list[str], max_length=MOST_TENANTS)


class ListingVisibility(BaseModel):
    model_config = _example(visibility="chosen", visible_to=["checkout"])

    visibility: Visibility
    visible_to: list[Slug] = Field(
        default_factory=list[str], max_length=MOST_TENANTS, description="Slugs of tenants, when it is for chosen ones."
    )


class ListingMark(BaseModel):
    model_config = _example(status="deprecated", reason="Use 2.0.0.")

    status: VersionStatus
    reason: Reason | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.status is not VersionStatus.ACTIVE and self.reason is None:
            raise ValueError("say why: people who have installed it will read the reason")
        return self


class ScoreRead(BaseModel):
    """Of outcomes that the orchestrator's own verification decided, in other tenants than the publisher's."""

    n: int
    successes: int
    lower_bound: float = Field(description="Of the 95 % interval of its true share of successes.")
    computed_at: datetime

    @classmethod
    def of(cls, row: Score) -> Self:
        return cls(n=row.n, successes=row.successes, lower_bound=round(row.lower_bound, 4), computed_at=row.computed_at)


class BadgeRead(BaseModel):
    """Produced by the orchestrator itself: nothing that a publisher says makes one."""

    suite: str
    suite_version: str
    passed: bool
    protocol: str | None = Field(description="The version of the protocol that was checked, where one was.")
    report: dict[str, Any]
    checked_at: datetime

    @classmethod
    def of(cls, row: Check) -> Self:
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "protocol"}
        return cls(protocol=row.report.get("protocol"), **fields)


class ProvedRead(BaseModel):
    overall: ScoreRead | None = Field(description=_NOT_SHOWN)
    by_capability: dict[str, ScoreRead]
    badges: list[BadgeRead] = Field(description="The newest of each suite of checks.")

    @classmethod
    def of(cls, proved: Proved) -> Self:
        scores = {name: ScoreRead.of(one) for name, one in sorted(proved.scores.items())}
        return cls(
            overall=scores.pop(OVERALL, None),
            by_capability=scores,
            badges=[BadgeRead.of(one) for one in proved.checks],
        )


class ListingRead(BaseModel):
    id: UUID
    name: str
    namespace: str
    agent: str
    kind: ListingKind
    description: str
    capabilities: list[str]
    latest: str | None = Field(description="Its latest version; null when all are deleted.")
    own: bool = Field(description="The tenant publishes it.")
    visibility: Visibility | None = Field(description="For its publisher; null for others.")
    visible_to: list[str] | None
    created_at: datetime
    updated_at: datetime
    rating: ProvedRead | None = Field(description="Of its latest version.")

    @classmethod
    def of(cls, row: Listing, tenant_id: UUID, proved: Proved | None) -> Self:
        own = row.tenant_id == tenant_id
        return cls(
            id=row.id,
            name=row.name,
            namespace=row.namespace,
            agent=row.agent,
            kind=row.kind,
            description=row.description,
            capabilities=row.capabilities,
            latest=row.latest,
            own=own,
            visibility=row.visibility if own else None,
            visible_to=row.visible_to if own else None,
            created_at=row.created_at,
            updated_at=row.updated_at,
            rating=proved and ProvedRead.of(proved),
        )


class ListingVersionItem(BaseModel):
    version: str
    status: VersionStatus
    reason: str | None
    digest: str
    published_at: datetime
    rating: ProvedRead

    @classmethod
    def of(cls, row: ListingVersion, proved: Proved) -> Self:
        return cls(**_version_fields(row, proved))


class ListingVersionRead(ListingVersionItem):
    listing: str
    manifest: Manifest
    files: list[str]
    signature: str
    public_key: str
    fingerprint: str = Field(description="Of its key, for people to compare.")

    @classmethod
    def with_manifest(cls, found: Found, proved: Proved) -> Self:
        return cls(
            **_version_fields(found.version, proved),
            listing=found.listing.name,
            manifest=found.manifest,
            files=sorted(found.version.files),
            signature=found.version.signature,
            public_key=found.key.public_key,
            fingerprint=fingerprint(found.key.public_key),
        )


def _version_fields(row: ListingVersion, proved: Proved) -> dict[str, Any]:
    names = ("version", "status", "reason", "digest", "published_at")
    return {name: getattr(row, name) for name in names} | {"rating": ProvedRead.of(proved)}


class ListingExport(BaseModel):
    """A version with all that was signed: `orchestrator market verify` checks it without a server."""

    listing: str
    version: str
    manifest: dict[str, Any]
    files: dict[str, str]
    digest: str
    signature: str
    public_key: str

    @classmethod
    def of(cls, found: Found) -> Self:
        names = ("version", "manifest", "files", "digest", "signature")
        fields = {name: getattr(found.version, name) for name in names}
        return cls(listing=found.listing.name, public_key=found.key.public_key, **fields)


class InstallPreview(BaseModel):
    listing: str
    version: str
    kind: ListingKind
    digest: str = Field(description="To be sent with the wish to install it.")
    asks: Asks = Field(description="To be sent as the consent, exactly.")
    status: VersionStatus
    reason: str | None
    fingerprint: str = Field(description="Of the key that signed it.")
    other_key: bool = Field(description="What is installed was signed by another key of the namespace.")
    installed: str | None = Field(description="The version that is installed here.")
    beyond: list[str] = Field(description="What it asks for beyond what was consented to; an update with any needs consent.")
    secrets_missing: list[str] = Field(description="Agent secrets that have to be kept first.")
    agent_name_taken: bool = Field(description="Another agent has its name here: it needs another one.")
    problem: str | None = Field(description="Why it cannot be trusted, and is not installed.")

    @classmethod
    def of(cls, preview: Preview) -> Self:
        found = preview.found
        return cls(
            listing=found.listing.name,
            version=found.version.version,
            kind=found.manifest.kind,
            digest=found.version.digest,
            asks=found.manifest.asks,
            status=found.version.status,
            reason=found.version.reason,
            fingerprint=fingerprint(found.key.public_key),
            other_key=preview.installed is not None and preview.installed.public_key != found.key.public_key,
            installed=preview.installed and preview.installed.version,
            beyond=list(preview.beyond),
            secrets_missing=list(preview.secrets_missing),
            agent_name_taken=preview.agent_name_taken,
            problem=preview.problem,
        )


class InstallCreate(BaseModel):
    model_config = _example(listing="acme/reader", version="1.0.0", digest=_DIGEST, consent={})

    listing: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,47}/[a-z][a-z0-9-]{0,47}$")]
    version: Version
    digest: Digest = Field(description="Of what you looked at.")
    consent: Asks = Field(description="Exactly what it asks for.")
    agent_name: AgentName | None = Field(None, description="Unset: as the listing calls it.")


class InstallUpdate(BaseModel):
    model_config = _example(version="1.1.0", digest=_DIGEST)

    version: Version
    digest: Digest
    consent: Asks | None = Field(None, description="Needed when it asks for more than was consented to.")


class InstallRead(BaseModel):
    id: UUID
    listing: str
    version: str
    digest: str
    status: InstallStatus
    agent_id: UUID
    consent: Asks = Field(description="What was consented to last.")
    consented_by: str
    created_by: str
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Install) -> Self:
        fields = {name: getattr(row, name) for name in cls.model_fields if name not in ("listing", "consent")}
        return cls(listing=row.name, consent=Asks.model_validate(row.consent), **fields)
