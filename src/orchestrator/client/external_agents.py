"""External agents, as people look after them; `external_agent` is the client of the agents themselves."""

from typing import Any

from orchestrator.client.connection import Connection, given
from orchestrator.client.types.external_agents import Assignment, Enrolment, ExternalAgent, NewEnrolment
from orchestrator.client.types.pages import Page

_PATH = "/agents/external"


class ExternalAgents(Connection):
    def external_agents(self, *, limit: int = 50, cursor: str | None = None, **wanted: Any) -> Page[ExternalAgent]:
        """`wanted`: name, liveness, status, capability."""
        return self._json("GET", _PATH, params=given(limit=limit, cursor=cursor, **wanted))

    def external_agent(self, external_agent_id: str) -> ExternalAgent:
        return self._json("GET", f"{_PATH}/{external_agent_id}")

    def enrol(self, agent_name: str | None = None, capabilities: list[str] | None = None) -> NewEnrolment:
        return self._json("POST", f"{_PATH}/enrolments", json=given(agent_name=agent_name, capabilities=capabilities))

    def enrolments(self) -> list[Enrolment]:
        return self._listed("items", f"{_PATH}/enrolments")

    def take_back_enrolment(self, enrolment_id: str) -> None:
        self._request("DELETE", f"{_PATH}/enrolments/{enrolment_id}")

    def want_of_external_agent(self, external_agent_id: str, desired: str) -> ExternalAgent:
        return self._json("PATCH", f"{_PATH}/{external_agent_id}", json={"desired": desired})

    def revoke_external_agent(self, external_agent_id: str) -> ExternalAgent:
        return self._json("POST", f"{_PATH}/{external_agent_id}/revoke")

    def add_a2a_agent(self, card_url: str, *, credential: str | None = None, **wanted: Any) -> ExternalAgent:
        return self._json("POST", f"{_PATH}/a2a", json=given(card_url=card_url, credential=credential, **wanted))

    def read_a2a_card(self, external_agent_id: str, credential: str | None = None) -> ExternalAgent:
        return self._json("POST", f"{_PATH}/{external_agent_id}/card", json=given(credential=credential))

    def assignments(
        self,
        *,
        session_id: str | None = None,
        external_agent_id: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Assignment]:
        only = given(session_id=session_id, external_agent_id=external_agent_id, limit=limit, cursor=cursor)
        return self._json("GET", f"{_PATH}/assignments", params=only)
