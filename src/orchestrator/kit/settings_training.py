"""Settings of fine-tuning."""

from pydantic import Field

from orchestrator.kit.settings_base import EnvironmentSettings, OwnPath


class TrainingSettings(EnvironmentSettings):
    training_env: OwnPath | None = Field(
        default=None,
        description="The Python environment that trains, which `orchestrator finetune setup` makes. Unset: "
        "`training-env` in the data directory.",
    )
    training_bases: dict[str, str] = Field(
        default={},
        description="The base models that tenants may train on, as a JSON object of names and where each is: a folder, or "
        "an id of the Hugging Face hub. Tenants use the names alone.",
    )
    training_slots: int = Field(default=1, ge=0, le=100, description="Training jobs that this node runs at once.")
    max_training_jobs: int = Field(
        default=1, ge=0, description="Training jobs of one tenant that run at once, over all nodes."
    )
    training_threads: int = Field(
        default=0, ge=0, le=1024, description="Processor threads of one training job. 0: as many as there are processors."
    )
    training_memory_bytes: int = Field(
        default=0,
        ge=0,
        description="Most memory of one training job, which fails when it needs more. 0: three quarters of the machine's.",
    )
    training_file_bytes: int = Field(
        default=512 * 1024 * 1024, ge=0, description="Most bytes of one file of training data that is sent to `/v1/files`."
    )
