"""A Markdown file whose head is YAML between two lines of dashes."""

import re
from typing import Any

import yaml

from orchestrator.agents.errors import AgentInvalid

_FRONTMATTER = re.compile(r"\A---[ \t]*\r?\n(?P<head>.*?)^---[ \t]*(?:\r?\n|\Z)(?P<text>.*)\Z", re.DOTALL | re.MULTILINE)


def divided(document: str) -> tuple[str, str]:
    """The head, which may be missing, and the text."""
    found = _FRONTMATTER.match(document.removeprefix("\ufeff"))
    return (found["head"], found["text"]) if found else ("", document)


def facts_of(head: str) -> dict[str, Any]:
    """Raises AgentInvalid."""
    try:
        facts: object = yaml.safe_load(head)
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError) as problem:
        # PyYAML reads what a tag such as `!!bool` stands before as if it were one, and trips over it.
        raise AgentInvalid(problem=f"its frontmatter is no YAML: {' '.join(str(problem).split())[:200]}") from None
    if facts is None:
        return {}
    if not isinstance(facts, dict):
        raise AgentInvalid(problem="its frontmatter is no mapping")
    return {str(key): value for key, value in facts.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
