"""Lines of training files."""

import json
from typing import Any

TOOL = {
    "type": "function",
    "function": {
        "name": "read",
        "description": "Reads a file.",
        "parameters": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
    },
}


def called(arguments: Any = '{"path": "a.py"}', name: str = "read", call_id: str = "call-1") -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": call_id, "type": "function", "function": function}]}


def chat(*messages: dict[str, Any], tools: Any = (TOOL,)) -> dict[str, Any]:
    """A question, a tool call with its answer, and the last word, unless other messages are named."""
    usual = (
        {"role": "user", "content": "What is in a.py?"},
        called(),
        {"role": "tool", "tool_call_id": "call-1", "content": "x = 1"},
        {"role": "assistant", "content": "One assignment."},
    )
    return {"messages": list(messages or usual), "tools": list(tools)}


def preference() -> dict[str, Any]:
    return {
        "input": {"messages": [{"role": "user", "content": "Two and two?"}]},
        "preferred_output": [{"role": "assistant", "content": "Four."}],
        "non_preferred_output": [{"role": "assistant", "content": "Five."}],
    }


def lines(*rows: Any) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)
