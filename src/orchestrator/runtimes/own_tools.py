"""The orchestrator's own tools as OpenCode knows them: where they are, and what they are called."""

from orchestrator.opencode.schemas import Part

TOOLS, TOOLS_NAME = "mcp", "orchestrator"
"""Where they stand below the gateway's address, and what OpenCode puts before their names."""
ASK_HUMAN, CREATE_TASK = "ask_human", "create_task"
_ASKING = frozenset(f"{TOOLS_NAME}_{name}" for name in (ASK_HUMAN, CREATE_TASK))


def asks(part: Part) -> bool:
    """Whether it is a call of a tool that may wait for a person."""
    return part.tool in _ASKING
