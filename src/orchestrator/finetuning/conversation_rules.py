"""Which conversations are fit to be learnt from: whole and consistent, and won by honest work. Pure but for a cache."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import jsonschema
from referencing import Registry

from orchestrator.workspaces.protected import ALWAYS_PROTECTED, TEST_GLOBS, matches

Fields = dict[str, Any]

_CHANGES = frozenset(
    {"edit", "multiedit", "patch", "apply_patch", "str_replace", "str_replace_editor", "str_replace_based_edit_tool"}
)
"""Tools that change a file which is there."""
_WRITES = frozenset({"write", "create", "write_file"})
_READS = frozenset({"read", "read_file", "view"})
_SHELLS = frozenset({"bash", "shell", "execute", "run_command", "terminal"})
_PATH_NAMES = ("filePath", "file_path", "path", "filename", "file")
_PATCHED = re.compile(r"^(?:\*\*\* (?:Update|Delete|Move to|Add) File: |\+\+\+ (?:b/)?|--- (?:a/)?)(\S+)", re.MULTILINE)
_SEPARATORS = re.compile(r"&&|\|\||[;\n|&]|\$\(|`")
_LOG_SHOWS = (
    "-p",
    "-u",
    "--patch",
    "--all",
    "--branches",
    "--remotes",
    "--reflog",
    "-S",
    "-G",
    "-L",
    "--full-diff",
    "-c",
    "--cc",
    "-g",
)
_TAKES_FROM_HISTORY = frozenset({"cherry-pick", "format-patch", "reflog", "cat-file", "fsck", "am", "bundle"})
_OWN = re.compile(r"^(?:HEAD|@)(?:$|:)")


def inconsistency(messages: Sequence[Fields], tools: Sequence[Fields]) -> str | None:
    """A reason code, or None for a conversation that is whole."""
    if not tools:
        return "no_tools"
    if not any(message["role"] == "user" for message in messages):
        return "no_user"
    if messages[-1]["role"] != "assistant" or not (messages[-1]["content"] or messages[-1].get("tool_calls")):
        return "no_answer"
    return _calls_unanswered(messages) or _calls_wrong(messages, tools)


def _calls_unanswered(messages: Sequence[Fields]) -> str | None:
    open_calls: set[str] = set()
    for message in messages:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                return "result_without_call"
            open_calls.discard(message["tool_call_id"])
            continue
        if open_calls:
            return "call_unanswered"
        open_calls = {call["id"] for call in message.get("tool_calls", ())}
    return "call_unanswered" if open_calls else None


def _calls_wrong(messages: Sequence[Fields], tools: Sequence[Fields]) -> str | None:
    known = {one["function"]["name"]: one["function"] for one in tools}
    for call in calls_of(messages):
        described = known.get(call["name"])
        if described is None or not described["description"].strip():
            return "tool_not_described"
        validator = _validator(json.dumps(described["parameters"], sort_keys=True))
        if validator is None:
            return "tool_schema_invalid"
        if not validator.is_valid(call["arguments"]):
            return "arguments_mismatch_schema"
    return None


@lru_cache(512)
def _validator(schema: str) -> Any:
    """Without patterns: an expression that somebody else wrote can keep a processor busy for ever; and without a way to
    fetch what a schema refers to elsewhere."""
    plain = _without_patterns(json.loads(schema))
    try:
        jsonschema.Draft202012Validator.check_schema(plain)
    except jsonschema.SchemaError:
        return None
    return jsonschema.Draft202012Validator(plain, registry=Registry())


def _without_patterns(schema: Any) -> Any:
    if isinstance(schema, dict):
        fields = cast(Fields, schema)
        return {k: _without_patterns(v) for k, v in fields.items() if k not in ("pattern", "patternProperties", "$schema")}
    return [_without_patterns(one) for one in cast(list[Any], schema)] if isinstance(schema, list) else schema


def calls_of(messages: Sequence[Fields]) -> Iterator[Fields]:
    for message in messages:
        for call in message.get("tool_calls", ()):
            yield call["function"]


def cheating(messages: Sequence[Fields], protected: Sequence[str], protected_changed: int | None) -> str | None:
    """A reason code, or None. `protected_changed`: how many protected files the result changed, as it was judged."""
    if protected_changed:
        return "protected_changed"
    seen: set[str] = set()
    made: set[str] = set()
    for call in calls_of(messages):
        name, arguments = call["name"].lower(), call["arguments"]
        if name in _SHELLS and (reason := _shell_cheats(arguments)):
            return reason
        for path in _paths_of(arguments):
            if name in _READS:
                seen.add(path)
            elif name in _WRITES | _CHANGES:
                if reason := _change_cheats(path, protected, new=path in made or (name in _WRITES and path not in seen)):
                    return reason
                made.add(path)
    return None


def _change_cheats(path: str, protected: Sequence[str], *, new: bool) -> str | None:
    plain = path.removeprefix("/workspace/").lstrip("/")
    if matches(plain, (*protected, *ALWAYS_PROTECTED)):
        return "protected_path_edited"
    # New tests are wanted; those that were there are not the agent's to change.
    return "tests_edited" if not new and matches(plain, TEST_GLOBS) else None


def _paths_of(arguments: Mapping[str, Any]) -> Iterator[str]:
    for name in _PATH_NAMES:
        if isinstance(arguments.get(name), str):
            yield arguments[name]
    for name in ("patchText", "patch", "input"):
        if isinstance(arguments.get(name), str):
            yield from _PATCHED.findall(arguments[name])


def _shell_cheats(arguments: Mapping[str, Any]) -> str | None:
    command = arguments.get("command") or arguments.get("cmd")
    if isinstance(command, list):
        command = " ".join(map(str, cast(list[object], command)))
    if not isinstance(command, str) or "git" not in command:
        return None
    return "history_read" if any(_reads_history(part) for part in _SEPARATORS.split(command)) else None


def _reads_history(command: str) -> bool:
    """Whether it shows or takes what other commits say: the answer may stand in one of them."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    if ".git/objects" in command or ".git/packed-refs" in command:
        return True
    verb, rest = _git_verb(words)
    others = [one for one in rest if not one.startswith("-")]
    match verb:
        case "log" | "whatchanged" | "rev-list":
            return verb == "whatchanged" or any(one.startswith(_LOG_SHOWS) for one in rest)
        case "show":
            return any(not _OWN.match(one) for one in others)
        case "checkout" | "restore":
            source = any(one.startswith(("--source", "-s")) for one in rest)
            return source or ("--" in rest and bool(others) and not _OWN.match(others[0]) and rest.index("--") > 0)
        case "diff":
            return any(".." in one and "/" not in one for one in others)
        case _:
            return verb in _TAKES_FROM_HISTORY
    return False


def _git_verb(words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The command of git, past its own options, and what it is given."""
    rest = list(words)
    while rest and ("=" in rest[0] or rest[0] in ("sudo", "env", "time", "(")):
        rest.pop(0)
    if not rest or rest.pop(0).rsplit("/")[-1] != "git":
        return None, []
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option in ("-C", "-c", "--git-dir", "--work-tree") and rest:
            rest.pop(0)
    return (rest[0], rest[1:]) if rest else (None, [])
