"""Semantic versions (semver.org), and which of several is the latest. Pure."""

from collections.abc import Iterable
from functools import cmp_to_key

from semver import Version

from orchestrator.marketplace.errors import ListingInvalid
from orchestrator.marketplace.models import ListingVersion, VersionStatus

LATEST = "latest"
MOST_CHARACTERS = 64


def checked(version: str) -> str:
    """Raises ListingInvalid."""
    try:
        found = Version.parse(version)
    except ValueError:
        raise ListingInvalid(problem=f"{version[:100]} is no semantic version, such as 1.4.0 or 2.0.0-rc.1") from None
    if found.build:
        raise ListingInvalid(problem="two versions that differ in their build alone have no order: leave the build out")
    return version


def newest_first(rows: Iterable[ListingVersion]) -> list[ListingVersion]:
    return sorted(rows, key=cmp_to_key(lambda one, other: Version.parse(one.version).compare(other.version)), reverse=True)


def latest_of(rows: Iterable[ListingVersion]) -> ListingVersion | None:
    """The highest that is offered: an active one before one that is deprecated, and a release before what leads to one."""
    offered = [row for row in newest_first(rows) if row.status is not VersionStatus.DELETED]
    return min(offered, key=_rank, default=None)


def _rank(row: ListingVersion) -> tuple[bool, bool]:
    return row.status is VersionStatus.DEPRECATED, Version.parse(row.version).prerelease is not None
