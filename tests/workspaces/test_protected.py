from time import process_time

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import Change, RepositoryConfig, findings
from orchestrator.workspaces.protected import matches


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_app.py",
        "pkg/tests/data/x.json",
        "src/app_test.go",
        "web/Button.test.tsx",
        "conftest.py",
        "a/b/conftest.py",
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        "Makefile",
        "pyproject.toml",
        "packages/ui/package.json",
        ".orchestrator.yml",
        "shop/tests.py",
        "web/__snapshots__/page.snap",
        "fixtures/expected.json",
        "mypy.ini",
        "requirements.txt",
        "package-lock.json",
        "vendor/a.pyc",
        "src/.gitattributes",
    ],
)
@pytest.mark.parametrize("status", ["M", "D", "T"])
def test_changing_an_existing_test_ci_or_build_file_is_found(path: str, status: str) -> None:
    (found,) = findings([Change(status, path)])
    assert found.path == path


@pytest.mark.parametrize("path", ["tests/test_new.py", "src/new_test.go", "src/app.py", "docs/tests.md", "latest/x.py"])
def test_new_tests_and_ordinary_files_are_welcome(path: str) -> None:
    assert findings([Change("A", path)]) == []


@pytest.mark.parametrize(
    "path",
    [
        "conftest.py",
        "tests/unit/conftest.py",
        "sitecustomize.py",
        "vendor/evil.pth",
        "pytest.ini",
        "tox.ini",
        "setup.cfg",
        "Makefile",
        "package.json",
        ".orchestrator.yml",
        "unittest.py",
        "unittest/__init__.py",
        "pytest.py",
        "_pytest/main.py",
    ],
)
def test_a_new_file_that_steers_the_verification_is_found(path: str) -> None:
    (found,) = findings([Change("A", path)])
    assert "new file" in found.reason


def test_what_the_verification_runs_is_protected_whatever_the_globs_say() -> None:
    found = findings([Change("M", "check.sh"), Change("A", "other.sh")], globs=(), judges={"check.sh"})
    assert [(one.path, one.reason) for one in found] == [("check.sh", "modifies what the verification runs")]


async def test_a_new_test_whose_name_is_no_text_is_found(desk: Desk, repository: Repository) -> None:
    """Git gives bytes, which are shown escaped; a file of that name could not be taken away."""
    workspace = await desk.open(repository)
    await desk.run(workspace, "mkdir -p tests && touch \"$(printf 'tests/test_\\377.py')\"")
    checkpoint = await desk.workspaces.checkpoint(workspace, 1, "Saved")
    inspection = await desk.workspaces.inspect(TENANT, workspace.base, checkpoint.commit, RepositoryConfig())
    assert [one.reason for one in inspection.found] == ["a new test file whose name is no plain text"]


def test_a_module_that_shadows_nothing_may_have_the_name_below_a_package() -> None:
    assert findings([Change("A", "src/app/unittest.py")]) == []


def test_moving_a_test_away_and_moving_a_file_onto_a_steering_name_are_found() -> None:
    moved_away = findings([Change("R", "attic/app.py", "tests/test_app.py")])
    moved_onto = findings([Change("R", "conftest.py", "src/helper.py")])
    assert [finding.path for finding in moved_away] == ["tests/test_app.py"]
    assert [finding.path for finding in moved_onto] == ["conftest.py"]


def test_own_globs_replace_the_default_ones_but_never_free_the_orchestrators_own_file() -> None:
    changes = [Change("M", "tests/test_app.py"), Change("M", "golden/a.txt"), Change("M", ".orchestrator.yml")]
    assert [finding.path for finding in findings(changes, ["golden/**"])] == ["golden/a.txt", ".orchestrator.yml"]


@pytest.mark.parametrize(
    ("path", "glob", "expected"),
    [
        ("a/b/c.py", "**/*.py", True),
        ("c.py", "**/*.py", True),
        ("a/b.py", "*.py", False),
        ("a/b", "a/", True),
        ("ab/c", "a/**", False),
        ("a[1].txt", "a[[]1].txt", True),
        ("file1", "file[!2]", True),
        ("file2", "file[!2]", False),
        ("new\nline.py", "**/*.py", True),
        ("a.py", "[", False),
        ("a/x/b/x/c.py", "a/**/x/*.py", True),
        ("a/x/c.py", "a/**/x/**/c.py", True),
        ("a/xb/ab", "**a*b", True),
        ("a/aXbXc", "a/a*b*c", True),
        ("a/aXb/Xc", "a/a*b*c", False),
        ("ab/b", "a*b", False),
        ("abab", "a*ab", True),
    ],
)
def test_globs(path: str, glob: str, expected: bool) -> None:
    assert matches(path, [glob]) is expected


def test_a_hundred_thousand_files_are_judged_in_seconds() -> None:
    """It took more than ten, in which an API did nothing else; on one core of a slow machine it takes two."""
    changes = [Change("A", f"folder{n // 1000}/file{n}.txt") for n in range(100_000)]
    began = process_time()
    assert findings(changes) == []
    assert process_time() - began < 6


@pytest.mark.parametrize(
    "glob", ["*a" * 100 + "b", "**a" * 100 + "b", "**/*a*a/" * 40 + "b", "?*" * 200 + "b", "**/a" * 100 + "b"]
)
def test_a_repositorys_own_pattern_keeps_nobody_waiting(glob: str) -> None:
    """Many wildcards that each try every way of the others would hold the whole process for hours."""
    began = process_time()
    assert not matches("a" * 255, [glob])
    assert not matches("a/" * 120 + "c", [glob])
    assert process_time() - began < 1
