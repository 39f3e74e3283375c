"""Agents that tenants offer each other: in versions that their publishers sign, rated by what the orchestrator measured."""
