"""The page of proofs names tests, benchmarks and files that there are, and quotes the results as they are."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PAGE = Path("docs/explanation/proof.md")
CODE = re.compile(r"`([^`]+)`")
BENCHMARK = re.compile(r"`make bench ARGS=([\w-]+)`")
QUOTED = re.compile(r"`([^`]+)` (≤|≥) ([^:;,|]+): (met|missed)")


@dataclass(frozen=True)
class Row:
    promise: str
    proof: str
    run_by: str


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / PAGE).read_text()


@pytest.fixture(scope="module")
def rows(page: str) -> list[Row]:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")]
    return [Row(*row) for row in cells if len(row) == 3 and row[2] != "run by"]


def named_tests(text: str) -> Iterator[tuple[str, str]]:
    """File and name; a name without a file is in the one before it."""
    file = ""
    for code in CODE.findall(text):
        if "::" in code:
            file = code.partition("::")[0] or file
            yield file, code.partition("::")[2]


@cache
def names_in(file: Path) -> dict[str, bool]:
    """Each test of the file, and whether it runs with the long ones alone."""
    tree = ast.parse(file.read_text())
    of_all = any(is_chaos(mark) for node in tree.body if isinstance(node, ast.Assign) for mark in marks_of(node))
    found: dict[str, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            found[node.name] = of_all or any(is_chaos(one) for one in node.decorator_list)
    return found


def marks_of(node: ast.Assign) -> list[ast.expr]:
    named = any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)
    return (node.value.elts if isinstance(node.value, ast.List) else [node.value]) if named else []


def is_chaos(mark: ast.expr) -> bool:
    return ast.unparse(mark) == "pytest.mark.chaos"


def test_every_row_names_its_proof(rows: list[Row]) -> None:
    assert len(rows) > 60
    assert [row.promise for row in rows if not CODE.search(row.proof)] == []
    assert {row.run_by for row in rows} <= {"test", "training", "chaos", "test, chaos", "bench", "check"}


def test_every_test_that_is_named_is_there_and_runs_where_the_page_says(root: Path, rows: list[Row]) -> None:
    wrong: list[str] = []
    for row in rows:
        for file, name in named_tests(row.proof):
            found = names_in(root / file) if (root / file).is_file() else {}
            if name not in found or (found[name] and "chaos" not in row.run_by):
                wrong.append(f"{file}::{name}")
    assert wrong == []


def test_every_file_that_is_named_is_there(root: Path, page: str) -> None:
    named = [code.partition("::")[0] for code in CODE.findall(page)]
    paths = {one for one in named if re.fullmatch(r"(tests|src|docs|benchmarks|scripts|dashboard)/[\w./-]+", one)}
    assert len(paths) > 30
    assert sorted(one for one in paths if not (root / one).exists()) == []


def test_every_benchmark_is_there_and_its_result_is_quoted_as_it_is(root: Path, page: str, rows: list[Row]) -> None:
    program = (root / "benchmarks/__main__.py").read_text()
    benchmarks = set(re.findall(r'^    "([\w-]+)": \w+\.measure,$', program, re.MULTILINE))
    results = results_of(root / "benchmarks/RESULTS.md")
    measured = [row for row in rows if row.run_by == "bench"]
    assert measured
    assert set(BENCHMARK.findall(page)) == benchmarks
    for row in measured:
        named, quoted = BENCHMARK.findall(row.proof), QUOTED.findall(row.proof)
        assert named, row
        assert quoted, row
        for label, sign, aim, verdict in quoted:
            assert results[label] == {f"{sign} {aim}: {verdict}"}, label


def results_of(file: Path) -> dict[str, set[str]]:
    """What is said of its aim by each line of that name: several groups may have one each."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in file.read_text().splitlines():
        if line.startswith("| ") and len(cells := [cell.strip() for cell in line.split("|")]) == 6 and cells[4]:
            found[cells[1]].add(cells[4])
    return found
