"""Calls about agents."""

from typing import Any

from orchestrator.client.connection import Connection
from orchestrator.client.types.agents import Agent, Routing


class Agents(Connection):
    def agents(self) -> list[Agent]:
        return self._listed("items", "/agents")

    def agent_versions(self, agent_id: str) -> list[dict[str, Any]]:
        """The newest first."""
        return self._listed("items", f"/agents/{agent_id}/versions")

    def import_agent(self, name: str, document: str) -> Agent:
        """`document`: OpenCode's Markdown file. Of an agent that is there it makes a new version."""
        return self._json("POST", "/agents/import", json={"name": name, "document": document})

    def agent_document(self, agent_id: str, version: int | None = None) -> str:
        params = {} if version is None else {"version": version}
        return self._json("GET", f"/agents/{agent_id}/document", params=params)["document"]

    def switch_agent(self, agent_id: str, *, enabled: bool) -> Agent:
        return self._json("PATCH", f"/agents/{agent_id}", json={"enabled": enabled})

    def route(self, capabilities: list[str], *, model: str | None = None, seed: int | None = None) -> Routing:
        body = {"capabilities": capabilities, "model": model, "seed": seed}
        return self._json("POST", "/agents/route", json={name: one for name, one in body.items() if one is not None})

    def routing(self, decision_id: str) -> Routing:
        return self._json("GET", f"/agents/decisions/{decision_id}")
