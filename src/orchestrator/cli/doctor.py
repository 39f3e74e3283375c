"""`orchestrator doctor`: what this machine has, and what follows."""

import re
import shutil
import subprocess
import sys

from rich.table import Table

from orchestrator import __version__
from orchestrator.cli.errors import console
from orchestrator.cli.text import escape
from orchestrator.gateway.providers import provider_from
from orchestrator.kit.data_dir import prepare_data_dir
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.postgres_runner import find_programs
from orchestrator.kit.settings import Settings
from orchestrator.opencode.binary import find_opencode
from orchestrator.sandboxes import diagnose, diagnose_network, limits_here

Finding = tuple[str, bool, str]


def examine(settings: Settings) -> bool:
    """Prints a line for each part; True when everything that is needed is there."""
    findings = [
        ("orchestrator", True, f"{__version__} on Python {sys.version.split()[0]}"),
        _git(),
        _opencode(settings),
        _database(settings),
        _data_dir(settings),
        ("model", True, model_of(settings)),
    ]
    found = diagnose()
    isolated = found.isolated and settings.sandbox != "process"
    table = Table("part", "", "found", box=None)
    for name, good, text in findings:
        table.add_row(name, "[green]ok[/]" if good else "[red]missing[/]", escape(text))
    sandbox = f"{found.name}: {found.reason}" if settings.sandbox != "process" else "process: ORCHESTRATOR_SANDBOX says so"
    table.add_row("sandbox", "[green]ok[/]" if isolated else "[yellow]no isolation[/]", escape(sandbox))
    own = diagnose_network() if isolated else None
    detail = "one of its own, reached by the gateway and allowed hosts only" if own and own.ok else "the host's only"
    if own and not own.ok:
        detail += f": {own.detail}"
    table.add_row("network", "[green]ok[/]" if own and own.ok else "[yellow]host[/]", escape(detail))
    plan = limits_here(settings.limits)
    table.add_row("limits", "[green]ok[/]" if plan.complete else "[yellow]partly[/]", escape(str(plan)))
    console.print(table)
    return all(good for _, good, _ in findings)


def model_of(settings: Settings) -> str:
    """The default one and whose it is, without what an address may hold of a password."""
    provider = provider_from(settings)
    if provider.scripted:
        return f"{provider.default_model} (scripted, no real model)"
    return f"{provider.default_model} at {re.sub('//[^/@]*@', '//', provider.endpoint.base_url)}"


def _git() -> Finding:
    git = shutil.which("git")
    if git is None:
        return "git", False, "install git"
    printed = subprocess.run([git, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    return "git", True, printed.strip()


def _opencode(settings: Settings) -> Finding:
    try:
        install = find_opencode(settings.opencode_binary)
    except OrchestratorError as error:
        return "opencode", False, f"{error.message} {error.hint_text}"
    return "opencode", True, f"{install.version} at {install.binary}"


def _database(settings: Settings) -> Finding:
    if settings.database_url:
        return "database", True, "the PostgreSQL that DATABASE_URL names"
    try:
        return "database", True, f"embedded PostgreSQL 18, programs in {find_programs()}"
    except OrchestratorError as error:
        return "database", False, f"{error.message} {error.hint_text}"


def _data_dir(settings: Settings) -> Finding:
    try:
        prepare_data_dir(settings.data_dir)
    except OrchestratorError as error:
        return "data directory", False, error.message
    return "data directory", True, str(settings.data_dir)
