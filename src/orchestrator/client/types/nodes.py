"""Nodes, and what lies about on them."""

from typing import TypedDict


class Node(TypedDict):
    id: str
    hostname: str
    state: str
    slots: int
    sessions: int
    runtimes: int
    disk_full: bool
    sandbox: str
    version: str | None
    opencode_version: str | None
    incarnation: int
    started_at: str
    heartbeat_at: str
    draining_since: str | None
    died_at: str | None


class Leftover(TypedDict):
    kind: str
    tenant_id: str
    name: str
    bytes: int
    reason: str
    removed: bool
