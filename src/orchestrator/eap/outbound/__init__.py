"""External agents that speak A2A: enrolled by their card, driven by the orchestrator like agents that speak EAP."""
