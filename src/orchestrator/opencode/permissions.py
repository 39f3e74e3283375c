"""Which tool calls OpenCode runs, asks for and refuses: a list of rules in which the first match wins, and the two forms
in which a server is told it.

In OpenCode the last match wins. A conversation takes a list; a server's configuration, which subagents go by as well,
takes an object with one entry a tool. A subagent has of its parent's list only what refuses, and what is outside.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from orchestrator.opencode.schemas import Rule

OUTSIDE, REPEATED, QUESTION = "external_directory", "doom_loop", "question"
_WITHOUT_PATTERNS = frozenset({REPEATED, QUESTION, "todowrite", "webfetch", "websearch"})
"""In a server's configuration these take one action."""
GUARDS = (OUTSIDE, REPEATED, QUESTION)
"""No tools, but what a person would be asked for: a path outside of the worktree, a call repeated in one answer, a
question of the agent's own. A rule for every tool is not meant for them."""


def first_match(rules: Iterable[Rule], permission: str, pattern: str) -> Rule | None:
    return next((rule for rule in rules if _is_for(rule, permission) and matches(rule.pattern, pattern)), None)


def matches(pattern: str, text: str) -> bool:
    """As OpenCode does it: `*` is any text, `?` one character, and `git *` means `git` alone as well."""
    pattern, text = pattern.replace("\\", "/"), text.replace("\\", "/")
    return _fits(pattern, text) or (pattern.endswith(" *") and _fits(pattern.removesuffix(" *"), text))


def _fits(pattern: str, text: str) -> bool:
    """Each piece between two stars is taken where it comes first. One expression for all of them would try every way to
    divide the text, which takes for ever when there are many stars."""
    if "*" not in pattern:
        return _piece(pattern).fullmatch(text) is not None
    first, *between, last = pattern.split("*")
    at, end = len(first), len(text) - len(last)
    if end < at or not _piece(first).match(text) or not _piece(last).match(text, end):
        return False
    for one in between:
        if (found := _piece(one).search(text, at, end)) is None:
            return False
        at = found.end()
    return True


@lru_cache(maxsize=4096)
def _piece(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(r"\?", "."), re.DOTALL)


def _is_for(rule: Rule, permission: str) -> bool:
    return rule.permission == permission if permission in GUARDS else matches(rule.permission, permission)


def for_conversation(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The guards last, so that no rule for every tool is taken for theirs."""
    tools = [rule for rule in rules if rule.permission not in GUARDS]
    guards = [_guard(rule) for rule in rules if rule.permission in GUARDS]
    return (*reversed(tools), *reversed(guards))


def for_server(rules: Sequence[Rule]) -> dict[str, str | dict[str, str]]:
    """Each name has all rules that are meant for it, so the order of names does not matter but for wider ones first."""
    names = sorted({rule.permission for rule in rules}, key=lambda name: ("*" not in name, len(name), name))
    return {name: _told(name, dict(_entries(rules, name))) for name in names}


def _told(name: str, entries: dict[str, str]) -> str | dict[str, str]:
    """What cannot be said is asked, and then decided by the rules."""
    if name not in _WITHOUT_PATTERNS:
        return entries
    return next(iter(entries.values())) if list(entries) == ["*"] else "ask"


def _entries(rules: Sequence[Rule], name: str) -> Iterator[tuple[str, str]]:
    """A pattern that comes twice is decided by the first rule, which here comes last."""
    seen: dict[str, str] = {}
    for rule in rules:
        if _is_for(rule, name):
            seen.setdefault(rule.pattern, _guard(rule).action)
    return reversed(seen.items())


def _guard(rule: Rule) -> Rule:
    """The question tool is offered or not; that it asks is its nature. A refused repetition fails the whole turn with
    nothing said of why, so it always asks, and the orchestrator refuses it."""
    if rule.permission == QUESTION and rule.action == "ask":
        return rule.model_copy(update={"action": "allow"})
    if rule.permission == REPEATED and rule.action == "deny":
        return rule.model_copy(update={"action": "ask"})
    return rule
