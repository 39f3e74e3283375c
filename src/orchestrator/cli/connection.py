"""Which orchestrator the command line talks to, and with which key."""

import os
from typing import TYPE_CHECKING

import typer

from orchestrator.cli.errors import tell
from orchestrator.client.api import Client
from orchestrator.client.errors import ApiError
from orchestrator.kit.data_dir import ADMIN_KEY_FILE

if TYPE_CHECKING:
    from orchestrator.kit.settings import Settings  # Pydantic takes long to import, and `--help` needs no setting.


class KeyMissing(ApiError):
    """There is no key to talk with."""

    def __init__(self, file: str) -> None:
        super().__init__(
            0,
            "key_missing",
            f"ORCHESTRATOR_API_KEY is not set and {file} cannot be read.",
            "Set ORCHESTRATOR_API_KEY, or run this as the user who started the orchestrator, with the same data directory.",
        )


class UrlInvalid(ApiError):
    """An address that no request can be sent to."""

    def __init__(self, url: str) -> None:
        super().__init__(
            0,
            "server_url_invalid",
            f"ORCHESTRATOR_URL has to begin with http:// or https://, and is {url!r}.",
            f"Set it to http://{url.rpartition('://')[2]}, or unset it to talk to the orchestrator of this machine.",
        )


def load_settings() -> "Settings":
    from pydantic import ValidationError

    from orchestrator.kit.settings import Settings
    from orchestrator.kit.settings_doc import misspelt, variable_of

    hint = "`orchestrator settings` lists every setting and its meaning."
    for given, meant in misspelt(os.environ):
        tell("setting_unknown", f"There is no setting {given}; {meant} is meant, it seems.", hint)
        raise typer.Exit(2)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        problem = first["msg"].removeprefix("Value error, ")
        if first["loc"]:  # None: the problem is of several settings, and names them.
            name = str(first["loc"][0])
            field = Settings.model_fields.get(name)
            problem = f"{variable_of(name, field) if field else name}: {problem}"
        tell("setting_invalid", problem, hint)
        raise typer.Exit(2) from None


def connect(settings: "Settings | None" = None, url: str | None = None) -> Client:
    """ORCHESTRATOR_URL, ORCHESTRATOR_API_KEY and ORCHESTRATOR_TENANT win over what the settings of this machine say."""
    url = url or os.environ.get("ORCHESTRATOR_URL")
    key = os.environ.get("ORCHESTRATOR_API_KEY")
    if not (url and key):
        settings = settings or load_settings()
        url = url or f"http://{settings.host}:{settings.port}"
        key = key or _admin_key(settings)
    if not url.startswith(("http://", "https://")):
        raise UrlInvalid(url)
    return Client(url.rstrip("/"), key, os.environ.get("ORCHESTRATOR_TENANT"))


def _admin_key(settings: "Settings") -> str:
    file = settings.data_dir / ADMIN_KEY_FILE
    try:
        return file.read_text().strip()
    except OSError:
        raise KeyMissing(str(file)) from None
