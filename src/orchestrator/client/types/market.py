"""The marketplace: namespaces, listings, installs."""

from typing import Any, TypedDict


class Namespace(TypedDict):
    id: str
    name: str
    created_by: str
    created_at: str


class SigningKey(TypedDict):
    id: str
    name: str
    public_key: str
    fingerprint: str
    created_by: str
    created_at: str
    retired_at: str | None
    revoked_at: str | None
    reason: str | None


class Score(TypedDict):
    n: int
    successes: int
    lower_bound: float
    computed_at: str


class Badge(TypedDict):
    suite: str
    suite_version: str
    protocol: str | None
    passed: bool
    report: dict[str, Any]
    checked_at: str


class Proved(TypedDict):
    overall: Score | None
    by_capability: dict[str, Score]
    badges: list[Badge]


class Listing(TypedDict):
    id: str
    name: str
    namespace: str
    agent: str
    kind: str
    description: str
    capabilities: list[str]
    latest: str | None
    own: bool
    visibility: str | None
    visible_to: list[str] | None
    created_at: str
    updated_at: str
    rating: Proved | None


class ListingVersionItem(TypedDict):
    version: str
    status: str
    reason: str | None
    digest: str
    published_at: str
    rating: Proved


class ListingVersion(ListingVersionItem):
    listing: str
    manifest: dict[str, Any]
    files: list[str]
    signature: str
    public_key: str
    fingerprint: str


class ListingExport(TypedDict):
    listing: str
    version: str
    manifest: dict[str, Any]
    files: dict[str, str]
    digest: str
    signature: str
    public_key: str


class InstallPreview(TypedDict):
    listing: str
    version: str
    kind: str
    digest: str
    asks: dict[str, Any]
    status: str
    reason: str | None
    fingerprint: str
    other_key: bool
    installed: str | None
    beyond: list[str]
    secrets_missing: list[str]
    agent_name_taken: bool
    problem: str | None


class Install(TypedDict):
    id: str
    listing: str
    version: str
    digest: str
    status: str
    agent_id: str
    consent: dict[str, Any]
    consented_by: str
    created_by: str
    created_at: str
    updated_at: str


class ListingCheck(TypedDict):
    id: str
    listing: str
    version: str
    suite: str
    suite_version: str
    protocol: str
    status: str
    ends_at: str
    checks: list[dict[str, Any]]


class ListingCheckBegun(ListingCheck):
    url: str
    token: str
