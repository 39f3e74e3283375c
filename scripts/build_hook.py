"""Refuses to build a wheel that has no dashboard in it."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DashboardHook(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install serves what the checkout has at the time."""
        page = Path(self.root, "src/orchestrator/web/dist/index.html")
        if version != "editable" and not page.is_file():
            raise RuntimeError("src/orchestrator/web/dist has no index.html: run `make setup`, which builds the dashboard.")
