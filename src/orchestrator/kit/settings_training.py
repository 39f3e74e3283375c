"""Settings of fine-tuning."""

from pydantic import Field

from orchestrator.kit.settings_base import EnvironmentSettings


class TrainingSettings(EnvironmentSettings):
    training_file_bytes: int = Field(
        default=512 * 1024 * 1024, ge=0, description="Most bytes of one file of training data that is sent to `/v1/files`."
    )
