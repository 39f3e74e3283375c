"""Every setting says what it is for, in the code, in the reference and on the command line."""

import re
from pathlib import Path
from types import ModuleType

from pydantic import SecretStr

from orchestrator.kit.settings import Settings
from orchestrator.kit.settings_doc import settings_markdown, settings_rows

READ = re.compile(r"""environ(?:\.get\(|\[|\.pop\()\s*["'](ORCHESTRATOR_\w+)""")


def test_every_setting_is_described() -> None:
    rows = settings_rows()
    assert len(rows) == len(Settings.model_fields)
    assert [row.variable for row in rows if not row.description.endswith(".")] == []
    assert len({row.variable for row in rows}) == len(rows)


def test_the_variables_are_those_that_are_read() -> None:
    by_variable = {row.variable for row in settings_rows()}
    assert {"ORCHESTRATOR_PORT", "DATABASE_URL", "ANTHROPIC_API_KEY", "ORCHESTRATOR_PROVIDER_BASE_URL"} <= by_variable


def test_no_variable_is_read_unseen(sources: dict[Path, str]) -> None:
    """What the code reads from the environment is a setting, or stands beside the settings in the reference."""
    read = {name for text in sources.values() for name in READ.findall(text)}
    assert read
    assert [name for name in sorted(read) if f"`{name}`" not in settings_markdown()] == []


def test_no_secret_is_shown() -> None:
    settings = Settings(
        provider_api_key=SecretStr("sk-very-secret"),
        database_url="postgresql://ada:hunter2@db:5432/x?sslmode=require&password=hunter3",
    )
    shown = " ".join(row.value for row in settings_rows(settings))
    assert "postgresql://ada:********@db:5432/x" in shown
    assert not [secret for secret in ("sk-very-secret", "hunter2", "hunter3") if secret in shown]


def test_the_reference_is_up_to_date(gen_docs: ModuleType) -> None:
    assert (gen_docs.REFERENCE / "settings.md").read_text() == settings_markdown(), "run `make docs`"
