"""OpenCode Industrial Orchestrator: a control plane for fleets of autonomous OpenCode coding sessions."""

from importlib.metadata import version

__version__ = version("opencode-orchestrator")
