"""Nodes, and what is left over on their disks."""

from orchestrator.client.connection import LONG_TIMEOUTS, Connection, given
from orchestrator.client.types import Leftover, Node


class Nodes(Connection):
    def nodes(self) -> list[Node]:
        return self._listed("items", "/nodes")

    def node(self, node_id: str) -> Node:
        return self._json("GET", f"/nodes/{node_id}")

    def drain_node(self, node_id: str) -> Node:
        return self._json("POST", f"/nodes/{node_id}/drain")

    def undrain_node(self, node_id: str) -> Node:
        return self._json("POST", f"/nodes/{node_id}/undrain")

    def collect_garbage(self, *, dry_run: bool, days: float | None = None) -> list[Leftover]:
        answer = self._json("GET" if dry_run else "POST", "/gc", params=given(days=days), timeout=LONG_TIMEOUTS)
        return answer["items"]
