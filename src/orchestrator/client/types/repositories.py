"""Where repositories are fetched from and pushed to."""

from typing import TypedDict


class GitCredential(TypedDict):
    id: str
    name: str
    kind: str
    pattern: str
    username: str | None
    key_fingerprint: str | None
    public_key: str | None
    known_hosts: str | None
    app_id: str | None
    installation_id: int | None
    api_url: str | None
    created_by: str
    created_at: str
