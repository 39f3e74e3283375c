"""Templates: what is refused, how places are filled, and that the built-in ones make plans that can be run."""

from typing import Any

import pytest

from orchestrator.agents.builtin import built_in as agents
from orchestrator.agents.capabilities import VOCABULARY
from orchestrator.tasks.draft_errors import TemplateInvalid, TemplateNotFilled
from orchestrator.tasks.graph import Graph, Node
from orchestrator.tasks.specs import TaskNew
from orchestrator.tasks.templates import Template, built_in, fill_in, parse

SMALL = """
name: small
description: For tests
parameters:
  what: {description: What is built}
  parts: {description: Its parts, many: true, default: [one, two]}
tasks:
  - key: plan
    prompt: "{{ goal }}: plan {{ what }} of {{ parts }}."
  - key: build
    title: "Build {{item}}"
    for_each: parts
    depends_on: [plan]
    prompt: "Build {{ item }} of {{ what }}."
    paths: ["src/{{ item }}.py"]
    verify: ["test {{ what }}"]
  - key: test
    for_each: parts
    depends_on: [build]
    prompt: Test {{ item }}.
  - key: end
    depends_on: [test]
    prompt: Look at it.
"""


def filled(**given: Any) -> dict[str, TaskNew]:
    return {task.key: task for task in fill_in(parse(SMALL), "Do it", given)}


def test_places_are_filled_and_lists_become_tasks() -> None:
    tasks = filled(what="a shop")
    assert list(tasks) == ["plan", "build-one", "build-two", "test-one", "test-two", "end"]
    assert tasks["plan"].prompt == "Do it: plan a shop of one, two."
    assert (tasks["build-one"].title, tasks["build-one"].prompt) == ("Build one", "Build one of a shop.")
    assert tasks["build-one"].paths == ["src/one.py"]
    assert tasks["test-two"].depends_on == ["build-two"]
    assert tasks["end"].depends_on == ["test-one", "test-two"]


def test_commands_are_as_the_template_has_them() -> None:
    assert filled(what="$(reboot)")["build-one"].verify == ["test {{ what }}"]


def test_what_a_value_brings_along_is_no_place_for_another() -> None:
    tasks = filled(what="{{ goal }} {0} %s ${x} {{ self.__class__ }}", parts=["{{ what }}"])
    assert tasks["plan"].prompt == "Do it: plan {{ goal }} {0} %s ${x} {{ self.__class__ }} of {{ what }}."


def test_keys_are_made_of_items_and_differ() -> None:
    tasks = filled(what="x", parts=["Über / uns", "uber-uns", "ber uns", "日本", "x" * 80, "x" * 81])
    long = f"build-{'x' * 58}"
    builds = [key for key in tasks if key.startswith("build-")]
    expected = ["build-ber-uns", "build-uber-uns", "build-ber-uns-2", "build-item", long, f"{long[:-2]}-2"]
    assert builds == expected


def test_a_list_may_be_written_with_commas() -> None:
    assert "build-b" in filled(what="x", parts=" a , b,,a")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "what is missing: What is built"),
        ({"what": "  "}, "what is empty"),
        ({"what": "x", "wat": "y"}, "it has no parameter wat"),
        ({"what": ["x"]}, "what is one text, not a list"),
        ({"what": "x", "parts": [" "]}, "parts has 0 items; 1 to 200 are possible"),
        ({"what": "x", "parts": [str(n) for n in range(201)]}, "parts has 201 items; 1 to 200 are possible"),
        ({"what": "x", "parts": ["y" * 501]}, "parts has an item of 501 characters, 500 are the most"),
    ],
)
def test_what_does_not_fill_it_is_named(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(TemplateNotFilled) as refused:
        filled(**given)
    assert refused.value.message == f"The template small cannot be filled in: {problem}"
    assert refused.value.hint_text == "Its parameters: what, parts (may be left out)."


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("Test {{ item }}.", "Test {{ itme }}.", "task test names {{ itme }}, which is no parameter"),
        ("Look at it.", "Look at {{ item }}.", "task end names {{ item }}, which is no parameter"),
        ("many: true", "many: false", "line 6: parameters.parts: default has to be text, for it is not many"),
        ("what: {desc", "goal: {desc", "a parameter cannot be called goal"),
        ("    for_each: parts\n    depends_on: [build]", "    for_each: what", "task test is for each of what"),
        ("depends_on: [test]", "depends_on: [tset]", "task end depends on tset, which is no task of the plan"),
        (
            "prompt: Look at it.",
            "promt: Look at it.",
            "line 21: tasks.3.prompt: Field required; line 23: tasks.3.promt: Extra inputs are not permitted",
        ),
        ("name: small", "name: Small", "line 2: name: String should match"),
        ("name: small", "name: *small", "line 2: aliases are not read here; write it out"),
        (
            "name: small",
            "name: !!python/name:os.system x",
            "line 2: the tag tag:yaml.org,2002:python/name:os.system is not read here",
        ),
        ("name: small", "name: small\nname: smaller", "line 3: name is there twice"),
        ("name: small", "name: [", "line 4: "),
    ],
)
def test_what_is_no_template_is_refused_with_the_place(before: str, after: str, problem: str) -> None:
    assert before in SMALL
    with pytest.raises(TemplateInvalid) as refused:
        parse(SMALL.replace(before, after))
    assert problem in refused.value.message


@pytest.mark.parametrize("name", sorted(built_in()))
def test_a_built_in_template_makes_a_plan_that_somebody_can_do(name: str) -> None:
    template, _ = built_in()[name]
    tasks = fill_in(template, "Make the shop better", needed(template))
    graph = Graph.of([Node(task.key, tuple(task.depends_on)) for task in tasks])
    assert len(tasks) > len(template.tasks) - 1
    assert len(graph.critical_path()) < len(tasks), "something of it goes on at the same time"
    for task in tasks:
        assert task.capabilities
        assert set(task.capabilities) <= VOCABULARY.keys()
        assert any(set(task.capabilities) <= set(agent.capabilities) for agent in agents().values()), task.key
        assert "{{" not in task.prompt
        assert task.prompt.startswith("Goal of the whole plan: Make the shop better\n")


def needed(template: Template) -> dict[str, str | list[str]]:
    missing = {name: one for name, one in template.parameters.items() if one.default is None}
    return {name: ["first part", "second part"] if one.many else f"the {name}" for name, one in missing.items()}


def test_the_promised_templates_are_there() -> None:
    assert set(built_in()) == {"microservice", "crud", "security-hardening", "ui", "migration", "test-coverage"}
