"""Calls about agents."""

from typing import Any
from urllib.parse import quote

from orchestrator.client.connection import Connection
from orchestrator.client.types.agents import Agent, AgentDocument, AgentSecret, Routing


class Agents(Connection):
    def agents(self) -> list[Agent]:
        return self._listed("items", "/agents")

    def agent_versions(self, agent_id: str) -> list[dict[str, Any]]:
        """The newest first."""
        return self._listed("items", f"/agents/{agent_id}/versions")

    def import_agent(self, name: str, document: str, skills: dict[str, dict[str, str]] | None = None) -> Agent:
        """`document`: OpenCode's Markdown file; `skills`: of each that it names the files. Of an agent that is there it
        makes a new version."""
        body = {"name": name, "document": document} | ({"skills": skills} if skills else {})
        return self._json("POST", "/agents/import", json=body)

    def agent_document(self, agent_id: str, version: int | None = None) -> AgentDocument:
        params = {} if version is None else {"version": version}
        return self._json("GET", f"/agents/{agent_id}/document", params=params)

    def agent_secrets(self) -> list[AgentSecret]:
        """Of their values nothing."""
        return self._listed("items", "/agent-secrets")

    def set_agent_secret(self, name: str, value: str) -> AgentSecret:
        return self._json("PUT", "/agent-secrets", json={"name": name, "value": value})

    def remove_agent_secret(self, name: str) -> None:
        self._request("DELETE", f"/agent-secrets/{quote(name, safe='')}")

    def switch_agent(self, agent_id: str, *, enabled: bool) -> Agent:
        return self._json("PATCH", f"/agents/{agent_id}", json={"enabled": enabled})

    def route(self, capabilities: list[str], *, model: str | None = None, seed: int | None = None) -> Routing:
        body = {"capabilities": capabilities, "model": model, "seed": seed}
        return self._json("POST", "/agents/route", json={name: one for name, one in body.items() if one is not None})

    def routing(self, decision_id: str) -> Routing:
        return self._json("GET", f"/agents/decisions/{decision_id}")
