"""The page of time-outs names settings and constants that there are, with the seconds that they have."""

import importlib
import re
from pathlib import Path

from orchestrator.kit.settings import Settings
from orchestrator.sessions.service import NewSession
from orchestrator.workspaces import RepositoryConfig

_NO_END = re.compile(
    r"POLL|LOOK|PAUSE|RETRY|RECONNECT|BACKOFF|FLUSH|SETTLE|SCAN|AGAIN|FRESH|CACHE|QUIET|COMPLETING|SAMPLE|SWEEP|GATHER|MEASURE"
)
"""Names of constants that say how often something is done, which is no wait that could go wrong."""
_OTHERS = {
    "_JWT_SECONDS", "_SKEW_SECONDS", "_LEEWAY_SECONDS", "_RENEW_SECONDS",  # How long something is valid.
    "OF_A_COMMIT_SECONDS",  # And remembered.
    "HALF_LIFE_SECONDS", "ENTRY_SLOT_SECONDS", "_STEADY_SECONDS", "_DAY_SECONDS",  # Arithmetic.
}  # fmt: skip


def rows(root: Path) -> list[tuple[float, str]]:
    lines = (root / "docs" / "reference" / "timeouts.md").read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [(float(row[1]), row[2].split("`")[1]) for row in cells if "`" in row[2]]


def seconds_of(name: str) -> float:
    if name == "timeout_seconds":
        return NewSession(prompt="p").timeout_seconds
    if name == "verify_timeout_seconds":
        return RepositoryConfig().verify_timeout_seconds
    if name.startswith("ORCHESTRATOR_"):
        return getattr(Settings(), name.removeprefix("ORCHESTRATOR_").lower())
    module, _, constant = name.rpartition(".")
    return getattr(importlib.import_module(module), constant)


def test_every_row_says_what_the_code_says(root: Path) -> None:
    found = rows(root)
    assert len(found) > 25
    for seconds, name in found:
        real = seconds_of(name)
        assert seconds == real or (seconds == 5 and name.endswith("NODE_DEATH_SECONDS") and seconds == real / 3), name


def test_every_setting_in_seconds_is_on_the_page(root: Path) -> None:
    named = {name for _, name in rows(root)}
    wanted = {f"ORCHESTRATOR_{name.upper()}" for name in Settings.model_fields if name.endswith("_seconds")}
    assert wanted <= named


def test_every_wait_of_sessions_and_their_runtimes_is_on_the_page(root: Path) -> None:
    named = {name for _, name in rows(root)}
    missing: list[str] = []
    for package in ("sessions", "runtimes", "workspaces"):
        for file in (root / "src" / "orchestrator" / package).glob("*.py"):
            for constant in re.findall(r"^(_?[A-Z_]*SECONDS)\b", file.read_text(), re.MULTILINE):
                name = f"orchestrator.{package}.{file.stem}.{constant}"
                if name not in named and not _NO_END.search(constant) and constant not in _OTHERS:
                    missing.append(name)
    assert missing == [], "give them a row in docs/reference/timeouts.md"
