"""An agent as OpenCode keeps it: a Markdown file whose frontmatter is its configuration and whose text its prompt.

https://opencode.ai/docs/agents. Read are `description`, `model`, `temperature`, `top_p`, `steps` (or `maxSteps`), `tools`
and `permission`; of our own there is `capabilities`. In OpenCode's `permission` the last pattern that fits counts, with
us the first, so the order is turned. `tools` is OpenCode's older way to say that a tool is denied.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import ValidationError

from orchestrator.agents.definitions import Definition
from orchestrator.agents.errors import AgentInvalid, CapabilityInvalid
from orchestrator.opencode.permissions import for_server
from orchestrator.opencode.schemas import Rule

MOST_CHARS = 200_000
_FRONTMATTER = re.compile(r"\A---[ \t]*\r?\n(?P<head>.*?)^---[ \t]*(?:\r?\n|\Z)(?P<text>.*)\Z", re.DOTALL | re.MULTILINE)
_READ = {"description", "model", "temperature", "top_p", "steps", "maxSteps", "tools", "permission", "capabilities"}
_PASSED_OVER = {"mode", "name", "color", "hidden", "disable"}
"""How an agent shows in OpenCode's own window."""
_MODES = ("primary", "all", "subagent")
_EDITS = frozenset({"write", "patch", "apply_patch", "multiedit"})
"""OpenCode decides on these by the permission to edit."""


def parse(document: str) -> Definition:
    """Raises AgentInvalid for what is no such file, and for what it says and this orchestrator cannot do."""
    if len(document) > MOST_CHARS:
        raise AgentInvalid(problem=f"the file has {len(document)} characters, {MOST_CHARS} is the most")
    found = _FRONTMATTER.match(document.removeprefix("\ufeff"))
    head, text = (found["head"], found["text"]) if found else ("", document)
    facts = _facts(head)
    if unknown := sorted(facts.keys() - _READ - _PASSED_OVER):
        raise AgentInvalid(problem=f"its frontmatter has {', '.join(unknown)[:200]}, which is not known here")
    if facts.get("mode", "all") not in _MODES:
        raise AgentInvalid(problem="its mode has to be primary, subagent or all")
    named = {name: facts[name] for name in ("description", "model", "temperature", "top_p", "capabilities") if name in facts}
    steps = facts.get("steps", facts.get("maxSteps"))
    limits = {} if steps is None else {"max_steps": steps}
    try:
        rules = [*_denied_tools(facts.get("tools", {})), *_rules(facts.get("permission", {}))]
        return Definition.model_validate({**named, "prompt": text.strip(), "permissions": rules, "limits": limits})
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise AgentInvalid(problem=f"{where}: {first['msg']}".strip(": ")[:300]) from None
    except CapabilityInvalid as problem:
        raise AgentInvalid(problem=problem.message) from None


def _facts(head: str) -> dict[str, Any]:
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


def _denied_tools(tools: object) -> Iterator[Rule]:
    if not isinstance(tools, dict):
        raise AgentInvalid(problem="tools: it has to be a mapping of names to true or false")
    for name, is_there in tools.items():  # pyright: ignore[reportUnknownVariableType]
        if is_there is False:
            yield Rule(permission="edit" if name in _EDITS else str(name), action="deny")  # pyright: ignore[reportUnknownArgumentType]
        elif is_there is not True:
            raise AgentInvalid(problem=f"tools.{name}: it has to be true or false")


def _rules(permission: object) -> Iterator[Rule]:
    """A name that is written later is meant more closely, as a pattern is within its name."""
    if isinstance(permission, str):
        permission = {"*": permission}
    if not isinstance(permission, dict):
        raise AgentInvalid(problem="permission: it has to be a mapping of tools to allow, ask or deny")
    for name, wanted in reversed(permission.items()):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        patterns: Any = wanted if isinstance(wanted, dict) else {"*": wanted}
        for pattern, action in reversed(patterns.items()):
            yield Rule(permission=str(name), pattern=str(pattern), action=action)  # pyright: ignore[reportUnknownArgumentType]


def render(definition: Definition) -> str:
    """The file of it, for a repository's `.opencode/agent/`."""
    facts: dict[str, Any] = {"model": definition.model, "steps": definition.limits.max_steps}
    facts |= {"capabilities": definition.capabilities or None, "permission": _permission(definition.permissions)}
    return _document(definition, facts)


def render_for_runtime(definition: Definition) -> str:
    """The file of it without what a session's prompts and conversation say: the model, the steps and the permissions, which
    stand beside the tenant's own there."""
    return _document(definition, {})


def _document(definition: Definition, more: dict[str, Any]) -> str:
    facts: dict[str, Any] = {"description": definition.description or "An agent", "mode": "primary"}
    facts |= {"temperature": definition.temperature, "top_p": definition.top_p, **more}
    head = yaml.safe_dump({name: value for name, value in facts.items() if value is not None}, sort_keys=False, width=1000)
    return f"---\n{head}---\n\n{definition.prompt.strip()}\n"


def _permission(rules: list[Rule]) -> dict[str, str | dict[str, str]] | None:
    told = for_server(rules)
    return {name: one["*"] if isinstance(one, dict) and list(one) == ["*"] else one for name, one in told.items()} or None
