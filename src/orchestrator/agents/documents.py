"""An agent as OpenCode keeps it: a Markdown file whose frontmatter is its configuration and whose text its prompt.

https://opencode.ai/docs/agents. Read are `description`, `mode`, `model`, `temperature`, `top_p`, `steps` (or `maxSteps`),
`tools` and `permission`; of our own there are `capabilities`, `mcp`, `skills` and `subagents`. In OpenCode's `permission`
the last pattern that fits counts, with us the first, so the order is turned. `tools` is OpenCode's older way to say that a
tool is denied.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import yaml
from pydantic import ValidationError

from orchestrator.agents.definitions import Definition
from orchestrator.agents.errors import AgentInvalid, CapabilityInvalid
from orchestrator.agents.frontmatter import divided, facts_of
from orchestrator.agents.skills import skill_of
from orchestrator.opencode.permissions import for_server
from orchestrator.opencode.schemas import Rule

MOST_CHARS = 200_000
_AS_IT_IS = ("description", "model", "temperature", "top_p", "capabilities", "mode", "mcp")
_READ = {*_AS_IT_IS, "steps", "maxSteps", "tools", "permission", "skills", "subagents"}
_PASSED_OVER = {"name", "color", "hidden", "disable"}
"""How an agent shows in OpenCode's own window."""
_EDITS = frozenset({"write", "patch", "apply_patch", "multiedit"})
"""OpenCode decides on these by the permission to edit."""


def parse(document: str, skills: Mapping[str, Mapping[str, str]] | None = None) -> Definition:
    """`skills` has the files of the skills that it names. Raises AgentInvalid for what is no such file, and for what it
    says and this orchestrator cannot do."""
    if len(document) > MOST_CHARS:
        raise AgentInvalid(problem=f"the file has {len(document)} characters, {MOST_CHARS} is the most")
    head, text = divided(document)
    facts = facts_of(head)
    if unknown := sorted(facts.keys() - _READ - _PASSED_OVER):
        raise AgentInvalid(problem=f"its frontmatter has {', '.join(unknown)[:200]}, which is not known here")
    named = {name: facts[name] for name in _AS_IT_IS if name in facts}
    named["skills"] = [_skill(name, skills or {}) for name in names_in(facts, "skills")]
    named["subagents"] = [{"name": name} for name in names_in(facts, "subagents")]
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


def names_in(facts: Mapping[str, object], field: str) -> list[str]:
    """A list of names. Raises AgentInvalid."""
    found: object = facts.get(field) or []
    names = cast(list[object], found) if isinstance(found, list) else [None]
    if not all(isinstance(one, str) for one in names):
        raise AgentInvalid(problem=f"{field}: it has to be a list of names")
    return [str(one) for one in names]


def _skill(name: str, skills: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    if name not in skills:
        raise AgentInvalid(problem=f"the files of its skill {name[:100]} did not come with it")
    return skill_of(name, skills[name])


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
    """The file of it, for a repository's `.opencode/agent/`. Of a secret there is the name alone, as it was given."""
    facts: dict[str, Any] = {"model": definition.model, "steps": definition.limits.max_steps}
    facts |= {"capabilities": definition.capabilities or None, "permission": _permission(definition.permissions)}
    facts["mcp"] = {name: one.model_dump(exclude_defaults=True) for name, one in definition.mcp.items()} or None
    facts["skills"] = [one.name for one in definition.skills] or None
    facts["subagents"] = [one.name for one in definition.subagents] or None
    return _document(definition, definition.mode, facts)


def render_skills(definition: Definition) -> dict[str, dict[str, str]]:
    """Of each skill the files, for a repository's `.opencode/skills/<name>/`."""
    return {one.name: one.documents for one in definition.skills}


def render_for_runtime(definition: Definition) -> str:
    """The file of it without what a session's prompts and conversation say: the model, the steps and the permissions, which
    stand beside the tenant's own there. Other sessions see it as well, and must not take it for a subagent of theirs."""
    return _document(definition, "primary", {})


def _document(definition: Definition, mode: str, more: dict[str, Any]) -> str:
    facts: dict[str, Any] = {"description": definition.description or "An agent", "mode": mode}
    facts |= {"temperature": definition.temperature, "top_p": definition.top_p, **more}
    head = yaml.safe_dump({name: value for name, value in facts.items() if value is not None}, sort_keys=False, width=1000)
    return f"---\n{head}---\n\n{definition.prompt.strip()}\n"


def _permission(rules: list[Rule]) -> dict[str, str | dict[str, str]] | None:
    told = for_server(rules)
    return {name: one["*"] if isinstance(one, dict) and list(one) == ["*"] else one for name, one in told.items()} or None
