"""What people are asked, their answers, and the policy that answers for them."""

from typing import Any

from orchestrator.client.connection import Connection, given
from orchestrator.client.types import Approval, ApprovalPolicy, Page


class Approvals(Connection):
    def approvals(
        self, *, status: str | None = None, session_id: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page[Approval]:
        params = given(status=status, session_id=session_id, limit=limit, cursor=cursor)
        return self._json("GET", "/approvals", params=params)

    def approval(self, approval_id: str) -> Approval:
        return self._json("GET", f"/approvals/{approval_id}")

    def allow(self, approval_id: str, *, reason: str | None = None, remember: str = "once") -> Approval:
        """`remember`: once, or always, which is as long as the session lasts."""
        return self._json("POST", f"/approvals/{approval_id}/allow", json=given(reason=reason, remember=remember))

    def deny(self, approval_id: str, *, reason: str | None = None, remember: str = "once") -> Approval:
        return self._json("POST", f"/approvals/{approval_id}/deny", json=given(reason=reason, remember=remember))

    def answer(self, approval_id: str, answers: list[list[str]]) -> Approval:
        """For each question the chosen labels, or words of one's own."""
        return self._json("POST", f"/approvals/{approval_id}/answer", json={"answers": answers})

    def approval_policy(self) -> ApprovalPolicy:
        return self._json("GET", "/approval-policy")

    def set_approval_policy(self, **wanted: Any) -> ApprovalPolicy:
        return self._json("PUT", "/approval-policy", json=wanted)
