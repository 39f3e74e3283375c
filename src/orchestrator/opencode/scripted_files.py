"""Scenario files of the scripted model: YAML in, or an error that names file, scenario, step and field."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from orchestrator.kit.errors import OrchestratorError
from orchestrator.opencode.scripted_scenarios import Scenario, Scenarios

DEMO_SCENARIOS = Path(__file__).parent / "scenarios" / "demo.yml"


class ScenarioError(OrchestratorError):
    """The scenario file {file} is not valid: {place}{problem}"""

    status = 422
    code = "scenario_invalid"
    hint = "Correct the named field and load the file again; docs/reference/scripted-model.md lists every field."


_SCENARIO_LIST = TypeAdapter(list[Scenario])


def load_scenarios(path: Path | None = None) -> Scenarios:
    """Read scenarios from a YAML file; the demo's when no path is given. Raises ScenarioError."""
    file = path or DEMO_SCENARIOS
    return parse_scenarios(_read_yaml(file), str(file))


def parse_scenarios(data: object, file: str) -> Scenarios:
    if not isinstance(data, list) or not data:
        raise ScenarioError(file=file, place="", problem="the file must be a list of scenarios, and not empty")
    try:
        items = _SCENARIO_LIST.validate_python(data)
    except ValidationError as error:
        raise _invalid(error, cast(list[object], data), file) from error
    _refuse_same_names(items, file)
    return Scenarios(tuple(items))


def _read_yaml(file: Path) -> object:
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # noqa: S506 - a SafeLoader.
    except OSError as error:
        raise ScenarioError(file=file, place="", problem=f"it cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(file=file, place="", problem="it is not UTF-8 text") from error
    except yaml.YAMLError as error:
        raise ScenarioError(file=file, place="", problem=f"not YAML: {' '.join(str(error).split())}") from error


class _UniqueKeys(yaml.SafeLoader):
    """YAML allows a key twice and the last one wins, which hides a slip of the pen in a step."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if isinstance(key, str) and keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is given twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _refuse_same_names(items: Iterable[Scenario], file: str) -> None:
    seen: set[str] = set()
    for item in items:
        if item.name in seen:
            raise ScenarioError(file=file, place=f"scenario {item.name!r}: ", problem="its name is given twice")
        seen.add(item.name)


def _invalid(error: ValidationError, data: list[object], file: str) -> ScenarioError:
    first = error.errors(include_url=False)[0]
    problem = first["msg"].removeprefix("Value error, ")
    return ScenarioError(file=file, place=_place(first["loc"], data), problem=problem)


def _place(location: tuple[int | str, ...], data: list[object]) -> str:
    """Scenario, step and field in words, from where in the list the value stands."""
    index, *rest = location
    entry = data[int(index)]
    name = cast(dict[object, object], entry).get("name") if isinstance(entry, dict) else None
    words = [f"scenario {name!r}" if isinstance(name, str) else f"scenario number {int(index) + 1}"]
    if len(rest) > 1 and rest[0] == "steps":
        words.append(f"step {int(rest[1]) + 1}")
        rest = rest[2:]
    if rest:
        words.append("field " + ".".join(str(part) for part in rest))
    return ", ".join(words) + ": "
