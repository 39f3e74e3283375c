"""Settings of external agents."""

from pydantic import Field

from orchestrator.kit.settings_base import EnvironmentSettings


class EapSettings(EnvironmentSettings):
    eap_heartbeat_seconds: float = Field(
        default=15, gt=0, description="How often an external agent is to say that it lives, in seconds."
    )
    eap_lease_seconds: float = Field(
        default=60,
        gt=0,
        description="How long an external agent has its work without renewing the lease, by a heartbeat or a call, in "
        "seconds. Silent for longer, it is lost, and the work goes to another one.",
    )
    eap_artifact_bytes: int = Field(
        default=256 * 1024 * 1024, ge=0, description="Most bytes of one artifact of an external agent."
    )
    eap_artifacts_bytes: int = Field(
        default=1024 * 1024 * 1024, ge=0, description="Most bytes of all artifacts of one assignment together."
    )
    eap_inline_bundle_bytes: int = Field(
        default=1_000_000,
        ge=0,
        description="Most bytes of a repository that goes along with the message to an A2A agent; it fetches a larger one.",
    )
