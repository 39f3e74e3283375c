"""New files that Python would import instead of what is there."""

import pytest

from orchestrator.workspaces.protected import Change
from orchestrator.workspaces.shadows import shadowing

BASE = frozenset({"shop/__init__.py", "shop/price.py", "src/app/core.py", "tests/test_price.py", "lib.py"})


@pytest.mark.parametrize(
    "path",
    [
        "tests/shop/__init__.py",
        "tests/shop/price.py",
        "app/core.py",
        "tests/lib.py",
        "src/lib.py",
        "tests/test_price/__init__.py",
        "shop/price.cpython-311-x86_64-linux-gnu.so",
        "shop/price/__init__.py",
        "tests/app/core.pyc",
    ],
)
def test_a_file_with_the_name_of_a_module_that_is_there_is_told(path: str) -> None:
    assert [one.path for one in shadowing([Change("A", path)], BASE, [])] == [path]


@pytest.mark.parametrize(
    "path",
    ["shop/money.py", "tests/test_new.py", "tests/shop/test_price.py", "docs/shop/price.md", "other/price.py", "x.py"],
)
def test_another_is_not(path: str) -> None:
    assert list(shadowing([Change("A", path)], BASE, [])) == []


def test_a_module_that_becomes_a_package_shadows_nothing() -> None:
    changes = [Change("D", "shop/price.py"), Change("A", "shop/price/__init__.py")]
    assert list(shadowing(changes, BASE, [])) == []
    assert list(shadowing([Change("R", "shop/price/__init__.py", "shop/price.py")], BASE, [])) == []


def test_a_package_of_tests_is_no_place_to_import_from_unless_tests_are_discovered_there() -> None:
    base = BASE | {"tests/__init__.py"}
    change = Change("A", "tests/shop/__init__.py")
    assert list(shadowing([change], base, ["python3 -m unittest"])) == []
    assert list(shadowing([change], base, ["python3 -m unittest discover -s tests"])) != []
