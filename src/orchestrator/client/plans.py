"""Plans: a goal as a graph of tasks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchestrator.client.connection import Connection, given
from orchestrator.client.types.pages import Page
from orchestrator.client.types.plans import Plan, PlanGraph, PlanListed, PlanReport, Task, Template, TemplateListed
from orchestrator.client.types.sessions import EventMessage, Push


class Plans(Connection):
    def create_plan(self, *, key: str | None = None, **wanted: Any) -> Plan:
        """`wanted` as POST /plans takes it: `goal`, and `tasks` or `template`. The same `key` makes it once."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._json("POST", "/plans", json=given(**wanted), headers=headers)

    def draft_plan(
        self,
        *,
        document: str | None = None,
        goal: str | None = None,
        template: str | None = None,
        parameters: Mapping[str, str | Sequence[str]] | None = None,
    ) -> dict[str, Any]:
        """What can be given to `create_plan`, made of a YAML file's text, or of a goal and a template. Nothing is kept."""
        body = given(document=document, goal=goal)
        if template is not None:
            body["template"] = {"name": template, "parameters": dict(parameters or {})}
        return self._json("POST", "/plans/drafts", json=body)["plan"]

    def plans(self, *, status: list[str] | None = None, limit: int = 50, cursor: str | None = None) -> Page[PlanListed]:
        """The newest first."""
        return self._json("GET", "/plans", params=given(status=status, limit=limit, cursor=cursor))

    def plan(self, plan_id: str, *, prompts: bool = True) -> Plan:
        """Without `prompts` those of its tasks are empty: of a large plan they are most of what is read."""
        return self._json("GET", f"/plans/{plan_id}", params=given(prompts=prompts))

    def plan_task(self, plan_id: str, task: str) -> Task:
        return self._json("GET", f"/plans/{plan_id}/tasks/{task}")

    def plan_graph(self, plan_id: str) -> PlanGraph:
        return self._json("GET", f"/plans/{plan_id}/graph")

    def plan_report(self, plan_id: str) -> PlanReport:
        return self._json("GET", f"/plans/{plan_id}/report")

    def plan_diff(self, plan_id: str) -> str:
        return self._request("GET", f"/plans/{plan_id}/diff").text

    def push_plan(self, plan_id: str) -> Push:
        return self._json("POST", f"/plans/{plan_id}/push")

    def approve_plan(self, plan_id: str) -> Plan:
        return self._json("POST", f"/plans/{plan_id}/approve")

    def pause_plan(self, plan_id: str) -> Plan:
        return self._json("POST", f"/plans/{plan_id}/pause")

    def resume_plan(self, plan_id: str) -> Plan:
        return self._json("POST", f"/plans/{plan_id}/resume")

    def cancel_plan(self, plan_id: str) -> Plan:
        return self._json("POST", f"/plans/{plan_id}/cancel")

    def see_plan(self, plan_id: str) -> Plan:
        return self._json("POST", f"/plans/{plan_id}/see")

    def retry_task(self, plan_id: str, task: str) -> Plan:
        return self._json("POST", f"/plans/{plan_id}/tasks/{task}/retry")

    def cancel_task(self, plan_id: str, task: str) -> Plan:
        return self._json("POST", f"/plans/{plan_id}/tasks/{task}/cancel")

    def add_task(self, plan_id: str, **task: Any) -> Plan:
        """`task`: `key`, `prompt`, `depends_on` and what else a task of a plan has."""
        return self._json("POST", f"/plans/{plan_id}/tasks", json=given(**task))

    def edit_task(self, plan_id: str, task: str, **changes: Any) -> Plan:
        return self._json("PATCH", f"/plans/{plan_id}/tasks/{task}", json=given(**changes))

    def remove_task(self, plan_id: str, task: str) -> Plan:
        return self._json("DELETE", f"/plans/{plan_id}/tasks/{task}")

    def plan_events(self, plan_id: str) -> Iterator[EventMessage | None]:
        """What happens to it from now on. None whenever the stream has just begun, so that what was before can be read."""
        return self._signs(None, plan_id=plan_id)

    def templates(self, *, limit: int = 500, cursor: str | None = None) -> Page[TemplateListed]:
        """By name."""
        return self._json("GET", "/plans/templates", params=given(limit=limit, cursor=cursor))

    def template(self, name: str) -> Template:
        return self._json("GET", f"/plans/templates/{name}")

    def add_template(self, document: str) -> Template:
        """`document`: the template as YAML, which says its own name."""
        return self._json("POST", "/plans/templates", json={"document": document})

    def change_template(self, name: str, document: str) -> Template:
        return self._json("PUT", f"/plans/templates/{name}", json={"document": document})

    def remove_template(self, name: str) -> None:
        self._request("DELETE", f"/plans/templates/{name}")
