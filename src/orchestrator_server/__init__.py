"""Serves models from the training environment; it imports nothing of the orchestrator's."""
