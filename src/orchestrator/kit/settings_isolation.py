"""Settings of agents' isolation: what they reach, and the memory, processors and processes that they take."""

from functools import cached_property
from typing import Literal

from pydantic import Field, field_validator

from orchestrator.kit.network_policy import BadHost, HostPattern, NetworkMode, NetworkPolicy, parse_hosts
from orchestrator.kit.settings_base import EnvironmentSettings


class IsolationSettings(EnvironmentSettings):
    sandbox: Literal["auto", "bubblewrap", "process"] = Field(
        default="auto",
        description="Isolation of agents. `auto` takes bubblewrap where it works and warns loudly where it does not.",
    )
    network: Literal["host", "allowlist", "none"] = Field(
        default="host",
        description="What sandboxes reach: the host's network, allowed hosts, or the gateway only. A tenant may choose "
        "something tighter, nothing looser.",
    )
    network_hosts: str = Field(
        default="",
        description="Comma-separated hosts, such as `pypi.org,*.pythonhosted.org`, that an `allowlist` holds where a tenant "
        "names none; with it, a tenant may allow these only. Unset: a tenant may allow any host of the internet.",
    )
    network_private_hosts: str = Field(
        default="",
        description="Comma-separated hosts, each in full, that a tenant may allow although they are at private addresses.",
    )
    git_private_hosts: str = Field(
        default="",
        description="Comma-separated hosts, each in full, whose repositories sessions may name although they are at "
        "loopback, link-local or private addresses: `gitlab.example.com`, with `:port` for that port alone.",
    )
    limits: Literal["auto", "prlimit", "none"] = Field(
        default="auto",
        description="What bounds memory, processor time and processes of agents: `auto` takes control groups (version 2, "
        "else 1) where they can be written, else `prlimit`; `orchestrator doctor` tells which it is.",
    )
    session_memory_bytes: int = Field(
        default=4 * 1024**3,
        ge=64 * 1024**2,
        description="Memory that all commands of a session have together, and each verification or setup command; "
        "with `prlimit` each process by itself. Whatever needs more is ended.",
    )
    session_cpus: float = Field(
        default=0, ge=0, description="Processors that a session's commands have at most; 0 is as many as are free."
    )
    session_processes: int = Field(
        default=1024, ge=32, description="Processes and threads that a session's commands may be at once."
    )
    runtime_memory_bytes: int = Field(
        default=6 * 1024**3,
        ge=512 * 1024**2,
        description="Memory at which an OpenCode server is ended, whatever it does; its sessions go on in a new one.",
    )
    runtime_recycle_bytes: int = Field(
        default=2 * 1024**3,
        ge=1024**2,
        description="Memory above which an OpenCode server begins no further turn: those that run finish, and sessions go "
        "on in a fresh one. It holds 0.4 GB from its start on, and 0.03 more for each folder.",
    )
    warm_runtimes: int = Field(
        default=2,
        ge=0,
        le=100,
        description="OpenCode servers without a session that a node keeps running, those of the tenants that used it last, "
        "so that the next session need not wait for one; 0 ends each soon after its last session.",
    )
    runtime_idle_seconds: float = Field(
        default=900, ge=0, description="How long such a server is kept without a session, in seconds."
    )
    runtime_cpus: float = Field(
        default=0, ge=0, description="Processors that an OpenCode server has at most; 0 is as many as are free."
    )
    runtime_processes: int = Field(
        default=2048, ge=128, description="Processes and threads that an OpenCode server may be at once."
    )

    @field_validator("network_hosts", "network_private_hosts", "git_private_hosts", mode="after")
    @classmethod
    def _hosts(cls, hosts: str) -> str:
        try:
            parse_hosts(hosts)
        except BadHost as problem:
            raise ValueError(f"{problem.message} {problem.hint_text}") from problem
        return hosts

    @cached_property
    def network_policy(self) -> NetworkPolicy:
        """What holds where a tenant chose nothing, and the most that it may choose."""
        private = parse_hosts(self.network_private_hosts)
        return NetworkPolicy(NetworkMode(self.network), parse_hosts(self.network_hosts), private)

    @cached_property
    def git_reach(self) -> tuple[HostPattern, ...]:
        return parse_hosts(self.git_private_hosts)
