"""Credentials of git hosts."""

from typing import Any

from orchestrator.client.connection import Connection, given
from orchestrator.client.types import GitCredential


class Repositories(Connection):
    def git_credentials(self) -> list[GitCredential]:
        return self._listed("items", "/git-credentials")

    def add_git_credential(self, **wanted: Any) -> GitCredential:
        return self._json("POST", "/git-credentials", json=given(**wanted))

    def remove_git_credential(self, credential_id: str) -> None:
        self._request("DELETE", f"/git-credentials/{credential_id}")
