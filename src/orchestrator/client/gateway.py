"""Providers and models, what was used of them, and budgets."""

from typing import Any

from orchestrator.client.connection import Connection, given
from orchestrator.client.types import Budget, BudgetAccount, Model, Provider, UsageReport


class Gateway(Connection):
    def providers(self, *, platform: bool = False) -> list[Provider]:
        return self._listed("items", "/providers", params=_platform(platform))

    def create_provider(self, *, platform: bool = False, **wanted: Any) -> Provider:
        return self._json("POST", "/providers", params=_platform(platform), json=wanted)

    def change_provider(self, provider_id: str, *, platform: bool = False, **changes: Any) -> Provider:
        return self._json("PATCH", f"/providers/{provider_id}", params=_platform(platform), json=changes)

    def delete_provider(self, provider_id: str, *, platform: bool = False) -> None:
        self._request("DELETE", f"/providers/{provider_id}", params=_platform(platform))

    def models(self, *, platform: bool = False) -> list[Model]:
        return self._listed("items", "/models", params=_platform(platform))

    def create_model(self, *, platform: bool = False, **wanted: Any) -> Model:
        return self._json("POST", "/models", params=_platform(platform), json=wanted)

    def replace_model(self, model_id: str, *, platform: bool = False, **wanted: Any) -> Model:
        return self._json("PUT", f"/models/{model_id}", params=_platform(platform), json=wanted)

    def delete_model(self, model_id: str, *, platform: bool = False) -> None:
        self._request("DELETE", f"/models/{model_id}", params=_platform(platform))

    def usage(self, group_by: str, *, begin: str | None = None, end: str | None = None, limit: int = 500) -> UsageReport:
        """`begin` and `end`: RFC 3339; what happened at `end` is left out."""
        params: dict[str, Any] = {"group_by": group_by, "from": begin, "to": end, "limit": limit}
        return self._json("GET", "/usage", params={k: v for k, v in params.items() if v is not None})

    def costs(self, *, begin: str | None = None, end: str | None = None) -> dict[str, Any]:
        """What was spent on what, what it brought, and what the month will come to."""
        return self._json("GET", "/overview/costs", params=given(**{"from": begin, "to": end}))

    def budgets(self) -> list[Budget]:
        return self._listed("items", "/budgets")

    def budget_accounts(self, session_id: str | None = None) -> list[BudgetAccount]:
        return self._listed("items", "/budgets/accounts", params={"session_id": session_id} if session_id else {})

    def set_budget(self, **wanted: Any) -> Budget:
        return self._json("PUT", "/budgets", json=wanted)

    def remove_budget(self, budget_id: str) -> None:
        self._request("DELETE", f"/budgets/{budget_id}")


def _platform(platform: bool) -> dict[str, str]:
    return {"platform": "true"} if platform else {}
