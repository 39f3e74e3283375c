"""Whether a version is what its publisher signed: asked when it is published, and again whenever it is installed, since what
stands in a database can be changed past the orchestrator."""

from orchestrator.marketplace.models import Listing, ListingVersion, SigningKey
from orchestrator.marketplace.signing import Document, is_signed


def document_of(listing: str, row: ListingVersion) -> Document:
    return Document(listing, row.version, row.manifest, row.files)


def problem_with(listing: Listing, row: ListingVersion, key: SigningKey) -> str | None:
    """Why it cannot be trusted; None when it can."""
    if digest_of(document_of(listing.name, row)) != row.digest:
        return "its content does not have its digest"
    return problem_with_signature(key, row.digest, row.signature)


def problem_with_signature(key: SigningKey, digest: str, signature: str) -> str | None:
    if not is_signed(key.public_key, digest, signature):
        return "it is not signed by its key"
    if key.revoked_at is not None:
        return f"its key was revoked: {key.reason}"
    return None


def digest_of(document: Document) -> str | None:
    """None for what is no plain JSON."""
    try:
        return document.digest
    except ValueError:
        return None
