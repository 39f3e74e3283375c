"""Settings of nodes, and of the sessions that they run."""

from typing import Self

from pydantic import Field, model_validator

from orchestrator.kit.settings_base import EnvironmentSettings


class NodeSettings(EnvironmentSettings):
    node_slots: int = Field(default=8, ge=1, le=1000, description="Sessions that this node runs at once.")
    node_heartbeat_seconds: float = Field(
        default=5, gt=0, description="How often a node says that it lives, in seconds; the same for all nodes."
    )
    node_death_seconds: float = Field(
        default=15,
        gt=0,
        description="Silence after which a node is declared dead and its sessions go on elsewhere, in seconds. "
        "A node that cannot reach the database for as long stops its runtimes by itself. The same for all nodes.",
    )
    drain_seconds: float = Field(
        default=120,
        ge=0,
        description="How long a node that drains lets each session end the model call or tool that it is at, in seconds.",
    )
    checkpoint_seconds: float = Field(
        default=60.0,
        gt=0,
        description="Longest time between two checkpoints inside of a turn, as far as its steps end; where they are cheap "
        "they are taken sooner.",
    )
    gc_days: float = Field(
        default=14,
        ge=0,
        description="Days after which `orchestrator gc` takes caches, mirrors and servers' homes that nobody used.",
    )
    min_free_bytes: int = Field(
        default=2_000_000_000,
        ge=0,
        description="Free space on the data directory's disk below which a node starts no further session.",
    )

    @model_validator(mode="after")
    def _death_after_two_beats(self) -> Self:
        if self.node_death_seconds < 2 * self.node_heartbeat_seconds:
            raise ValueError("ORCHESTRATOR_NODE_DEATH_SECONDS must be at least twice ORCHESTRATOR_NODE_HEARTBEAT_SECONDS")
        return self


class SessionSettings(EnvironmentSettings):
    max_concurrent_sessions: int = Field(
        default=8, ge=1, description="Sessions of one tenant that hold a slot at once, over all nodes."
    )
    stall_seconds: float = Field(
        default=600,
        gt=0,
        description="How long a turn may be silent before it is ended and the agent told to go on; longer than "
        "ORCHESTRATOR_GATEWAY_WAIT_SECONDS. A command counts as at work for as long as its own time limit.",
    )
    max_steps: int = Field(default=200, ge=1, description="Most steps (a model call and its tools) of one turn.")
    max_prompt_chars: int = Field(default=200_000, ge=1, description="Longest prompt that is accepted, in characters.")
    max_handoff_bytes: int = Field(
        default=1024 * 1024 * 1024,
        ge=1_000_000,
        description="Most bytes of the work and the conversation that `orchestrator sessions send` brings back.",
    )
    session_tools: bool = Field(
        default=True,
        description="Agents of sessions have the orchestrator's own tools: shared contexts, progress, a summary. They make "
        "each model call about 750 tokens longer.",
    )
    lfs_bytes: int = Field(
        default=2 * 1024 * 1024 * 1024,
        ge=0,
        description="Most bytes of a session's files of Git LFS. With more none is fetched, and they stay pointers.",
    )
