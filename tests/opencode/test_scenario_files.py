"""A scenario file that is not right is refused with its file, scenario, step and field."""

import re
from pathlib import Path

import pytest

from orchestrator.opencode.scripted_model import ScenarioError, load_scenarios
from orchestrator.opencode.scripted_scenarios import Condition, Fault, Scenario, Step, StepUsage, ToolCall

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "scripted-model.md"

GOOD_STEP = "{text: x}"


def refusal(tmp_path: Path, text: str | bytes) -> str:
    file = tmp_path / "mine.yml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ScenarioError) as caught:
        load_scenarios(file)
    assert caught.value.code == "scenario_invalid"
    assert str(file) in caught.value.message
    return caught.value.message


@pytest.mark.parametrize(
    ("step", "field", "problem"),
    [
        ("{txt: x}", "field txt", "Extra inputs"),
        ("{text: 5}", "field text", "string"),
        ("{}", "", "needs text"),
        ("{tool: {name: bash, args: {}}}", "field tool.args", "Extra inputs"),
        ("{tool: {arguments: {}}}", "field tool.name", "required"),
        ("{tool: {name: bash, arguments: {day: 2024-01-01}}}", "field tool.arguments.day", "JSON"),
        ("{tools: [{name: a}, {}]}", "field tools.1.name", "required"),
        ("{tool: {name: a}, tools: [{name: b}]}", "", "not both"),
        ("{text: x, usage: {input: -1}}", "field usage.input", "greater"),
        ("{text: x, usage: {input: 1, cached: 2}}", "field usage", "cached is more"),
        ("{text: x, usage: {output: 1, reasoning: 2}}", "field usage", "reasoning is more"),
        ("{text: x, delay_seconds: -1}", "field delay_seconds", "greater"),
        ("{text: x, delay_seconds: '1'}", "field delay_seconds", "number"),
        ("{text: x, times: 2}", "", "times goes with fault"),
        ("{fault: {status: 500}, times: 2}", "", "needs text"),
        ("{fault: explode}", "field fault", "dictionary"),
        ("{fault: {}}", "field fault", "exactly one"),
        ("{fault: {status: 429, hang: true}}", "field fault", "exactly one"),
        ("{fault: {status: 200}}", "field fault.status", "greater"),
        ("{fault: {hang: true, retry_after: 1}}", "field fault", "status only"),
        ("{fault: {cut_stream: -1}}", "field fault.cut_stream", "greater"),
    ],
)
def test_step(tmp_path: Path, step: str, field: str, problem: str) -> None:
    message = refusal(tmp_path, f"- name: one\n  match: hello\n  steps: [{GOOD_STEP}, {step}]\n")
    assert "scenario 'one', step 2" in message
    assert field in message
    assert problem in message


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{name: one, match: a, steps: [], }", ["scenario 'one'", "field steps"]),
        ("{name: one, match: a}", ["scenario 'one'", "field steps", "required"]),
        ("{match: a, steps: [{text: x}]}", ["scenario number 1", "field name"]),
        ("{name: one, steps: [{text: x}]}", ["scenario 'one'", "match is missing"]),
        ("{name: one, match: a, then: b, steps: [{text: x}]}", ["scenario 'one'", "field then"]),
        ("{name: one, match: 'regex:(', steps: [{text: x}]}", ["field match.0.prompt", "regular expression"]),
        ("{name: one, match: {prompt: a, scope: some}, steps: [{text: x}]}", ["field match.0.scope"]),
        ("{name: one, match: '', steps: [{text: x}]}", ["field match.0.prompt"]),
        ("{name: one, turn: 0, steps: [{text: x}]}", ["field turn"]),
        ("{name: one, turn: two, steps: [{text: x}]}", ["field turn"]),
        ("{name: one, turn: true, steps: [{text: x}]}", ["field turn"]),
        ("{name: default, match: a, steps: [{text: x}]}", ["neither match nor turn"]),
        ("just text", ["scenario number 1"]),
        ("{name: a, match: a, steps: [{text: x}]}\n- {name: a, match: b, steps: [{text: x}]}", ["'a'", "twice"]),
    ],
)
def test_scenario(tmp_path: Path, entry: str, words: list[str]) -> None:
    message = refusal(tmp_path, f"- {entry}\n")
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must be a list"),
        ("[]", "must be a list"),
        ("name: one", "must be a list"),
        ("- name: [", "not YAML"),
        ("- {name: one, name: two, match: a, steps: [{text: x}]}", "'name' is given twice"),
        ("- !!python/object:os.system {}", "not YAML"),
        (b"- name: \xff\n", "not UTF-8"),
        ("- name: a\x00b\n", "not YAML"),
    ],
)
def test_file(tmp_path: Path, text: str | bytes, problem: str) -> None:
    assert problem in refusal(tmp_path, text)


def test_every_field_is_documented() -> None:
    models = (Scenario, Condition, Step, ToolCall, StepUsage, Fault)
    fields = {name for model in models for name in model.model_fields}
    assert [name for name in sorted(fields) if f"`{name}`" not in REFERENCE.read_text()] == []


def test_examples_of_the_reference_load(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", REFERENCE.read_text(), re.DOTALL)
    assert len(examples) >= 3
    for example in examples:
        file = tmp_path / "example.yml"
        file.write_text(example)
        assert load_scenarios(file).items
