"""What all groups of settings share: where they are read from, and paths as people write them."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator
from pydantic_settings import BaseSettings, SettingsConfigDict


class EnvironmentSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ORCHESTRATOR_", extra="ignore", frozen=True)


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


OwnPath = Annotated[Path, AfterValidator(_absolute)]
"""A path of this machine; `~` is the home folder."""
