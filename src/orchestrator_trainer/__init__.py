"""What trains, in a Python environment of its own; it knows nothing of the orchestrator but the files of a job's folder."""
