"""A plan as somebody's file, and which line of it is wrong."""

import time

import pytest

from orchestrator.tasks import files
from orchestrator.tasks.draft_errors import PlanFileInvalid
from orchestrator.tasks.lined_yaml import MOST_CHARS
from orchestrator.tasks.states import Overlap

PLAN = """\
# The shop
goal: Discounts in the shop
repository: /home/ada/shop
base_ref: 2024-01-01
verify:
  - python3 -m unittest -q
settings:
  overlap: warn
tasks:
  - key: price
    prompt: |
      Make total() take a discount.
    paths: [shop.py]
  - key: docs
    prompt: Tell of discounts in README.md.
    depends_on: [price]
"""


def test_a_file_has_the_fields_of_a_plan() -> None:
    plan = files.parse(PLAN)
    assert plan.goal == "Discounts in the shop"
    assert plan.base_ref == "2024-01-01"
    assert plan.settings.overlap is Overlap.WARN
    assert [(task.key, task.depends_on) for task in plan.tasks] == [("price", []), ("docs", ["price"])]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("    prompt: Tell of", "    promt: Tell of", "line 14: tasks.1.prompt: Field required"),
        ("[price]", "[prise]", "line 14: task docs depends on prise, which is no task of the plan"),
        ("paths: [shop.py]", "depends_on: [docs]", "line 10: its tasks wait for each other, price -> docs -> price"),
        ("key: docs", "key: price", "line 14: two of its tasks have the key price"),
        ("key: docs", "key: The docs", "line 14: tasks.1.key: String should match"),
        ("paths: [shop.py]", "best_of: 99", "line 13: tasks.0.best_of: Input should be less than or equal to 8"),
        ("overlap: warn", "overlap: ignore", "line 8: settings.overlap: Input should be"),
        ("goal: Discounts in the shop\n", "", "line 2: goal: Field required"),
        ("tasks:", "tasks: {}\nother:", "line 9: tasks: Input should be a valid list"),
        ("goal: D", "goal: &a D", None),
        ("goal: D", "goal: {a: b", "line 3: "),
        ("# The shop", "- 1", "line 2: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line(before: str, after: str, problem: str | None) -> None:
    assert before in PLAN
    text = PLAN.replace(before, after)
    if problem is None:
        files.parse(text)
        return
    with pytest.raises(PlanFileInvalid) as refused:
        files.parse(text)
    assert problem in refused.value.message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it has to be a mapping of names to values"),
        ("- a", "it has to be a mapping of names to values"),
        ("goal: " + "[" * 50 + "]" * 50, "line 1: it is nested too deeply"),
        ("? [a]\n: b", "line 1: a name has to be text"),
        ("goal: \x01", "it is no YAML: "),
        ("a" * (MOST_CHARS + 1), "it has 1,000,001 characters, 1,000,000 are the most"),
        ("goal: !!int x", "it is no YAML: "),
        ("[" * 5_000, ""),
    ],
)
def test_what_is_no_file_of_a_plan_is_told_apart(text: str, problem: str) -> None:
    with pytest.raises(PlanFileInvalid) as refused:
        files.parse(text)
    assert problem in refused.value.message


def test_a_number_that_would_take_long_to_be_read_is_refused() -> None:
    with pytest.raises(PlanFileInvalid, match="line 1: the number is too long"):
        files.parse(f"goal: {'1:' * 200_000}1")


@pytest.mark.parametrize(
    "text", ["#" * 900_000, 'goal: "' + "\\x41" * 200_000 + '"', "tasks: " + "[" * 900_000, "- " * 450_000]
)
def test_a_file_is_read_in_the_time_of_its_length(text: str) -> None:
    """One of comments alone took three seconds of a process that everybody shares."""
    before = time.thread_time()
    with pytest.raises(PlanFileInvalid):
        files.parse(text)
    assert time.thread_time() - before < 0.5
