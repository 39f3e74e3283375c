"""Where agents and their commands run: bubblewrap where it works, plain processes with a loud warning elsewhere."""

from orchestrator.sandboxes.base import (
    Identity,
    IdentityExhausted,
    Launch,
    Mount,
    PathNotInSandbox,
    Sandbox,
    SandboxNeedsIdentity,
    SandboxSpec,
    SandboxUnavailable,
)
from orchestrator.sandboxes.bubblewrap import BubblewrapSandbox
from orchestrator.sandboxes.doctor import (
    NetworkProbe,
    SandboxCheck,
    SandboxDiagnosis,
    choose_sandbox,
    diagnose,
    diagnose_network,
)
from orchestrator.sandboxes.egress import Egress
from orchestrator.sandboxes.identity import prepare_owner, tenant_identity
from orchestrator.sandboxes.leftovers import LEFT_FOLDER
from orchestrator.sandboxes.limits import CommandLimits, Plan, limits_here, runtime_limits, session_limits
from orchestrator.sandboxes.network import SERVER_PORT, SandboxNetwork, SandboxNetworkUnavailable
from orchestrator.sandboxes.process import ProcessSandbox
from orchestrator.sandboxes.proxy import Proxy
from orchestrator.sandboxes.relays import Connection, closing
from orchestrator.sandboxes.shell import (
    GROUP_PREFIX,
    LIMITS_FOLDER,
    BadSessionId,
    server_command,
    server_environment,
    write_plugin,
)

__all__ = [
    "GROUP_PREFIX",
    "LEFT_FOLDER",
    "LIMITS_FOLDER",
    "SERVER_PORT",
    "BadSessionId",
    "BubblewrapSandbox",
    "CommandLimits",
    "Connection",
    "Egress",
    "Identity",
    "IdentityExhausted",
    "Launch",
    "Mount",
    "NetworkProbe",
    "PathNotInSandbox",
    "Plan",
    "ProcessSandbox",
    "Proxy",
    "Sandbox",
    "SandboxCheck",
    "SandboxDiagnosis",
    "SandboxNeedsIdentity",
    "SandboxNetwork",
    "SandboxNetworkUnavailable",
    "SandboxSpec",
    "SandboxUnavailable",
    "choose_sandbox",
    "closing",
    "diagnose",
    "diagnose_network",
    "limits_here",
    "prepare_owner",
    "runtime_limits",
    "server_command",
    "server_environment",
    "session_limits",
    "tenant_identity",
    "write_plugin",
]
