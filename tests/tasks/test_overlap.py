"""Which files a task will change, and who meets whom."""

import time

import pytest

from orchestrator.tasks.overlap import Predicted, Repository, named_in, overlaps, predicted
from orchestrator.workspaces.protected import matches

FILES = (
    "README.md",
    "app.py",
    "src/api/users.py",
    "src/api/orders.py",
    "src/api/routes.py",
    "src/web/index.html",
    "tests/test_users.py",
    "docs/a/notes.md",
    "docs/b/notes.md",
)
# Users and their test go together; routes.py and README.md come along with whatever else changes.
CHANGES = [
    *[("src/api/users.py", "tests/test_users.py")] * 3,
    *[("src/api/orders.py", "README.md")] * 2,
    *[("app.py", "README.md")] * 2,
    *[("src/api/routes.py", "README.md")] * 4,
    ("src/web/index.html",),
]
REPOSITORY = Repository.of(FILES, CHANGES)


def files_of(prompt: str, *declared: str) -> set[str]:
    return set(predicted(declared, prompt, REPOSITORY).files)


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("Mend src/api/users.py.", {"src/api/users.py"}),
        ("See `./src/api/users.py:12`, (README.md) and @app.py!", {"src/api/users.py", "README.md", "app.py"}),
        ("orders.py is wrong", {"src/api/orders.py"}),
        ("notes.md is there twice", set()),
        ("All of src/web/ and docs/a", {"src/web/index.html", "docs/a/notes.md"}),
        ("src is no path by itself, nor is users", set()),
        ("There is no src/gone.py, ... and no /etc/passwd", set()),
        ("." * 100_000, set()),
    ],
)
def test_a_prompt_names_what_is_there(prompt: str, named: set[str]) -> None:
    assert set(named_in(prompt, REPOSITORY)) == named


def test_what_is_declared_is_a_file_a_folder_or_a_pattern() -> None:
    assert files_of("", "src/api") == {"src/api/users.py", "src/api/orders.py", "src/api/routes.py"}
    assert files_of("", "./src/api/") == files_of("", "src/api")
    assert files_of("", "**/*.md") == {"README.md", "docs/a/notes.md", "docs/b/notes.md"}
    assert predicted(["src/new.py"], "", REPOSITORY) == Predicted(frozenset(), unborn=frozenset({"src/new.py"}))


@pytest.mark.parametrize(
    "glob", ["src/api/*.py", "src/*/index.html", "src/**/[ou]*.py", "*.py", "**/notes.md", "none/**", "docs/"]
)
def test_a_pattern_stands_for_all_that_fits_it(glob: str) -> None:
    assert files_of("", glob) == {file for file in FILES if matches(file, (glob,))}


def test_a_large_plan_in_a_large_repository_is_foreseen_in_time() -> None:
    """Each of a thousand patterns was compared with each of the files before."""
    files = [f"src/{folder}/{name}.py" for folder in range(1_000) for name in range(20)]
    repository = Repository.of(files, [])
    began = time.process_time()
    foreseen = [predicted([f"src/{folder}/*.py"], f"Change src/{folder}/0.py", repository) for folder in range(1_000)]
    assert time.process_time() - began < 3
    assert all(len(one.files) == 20 for one in foreseen)


def test_a_pattern_that_no_path_can_be_compared_with_says_nothing() -> None:
    assert predicted(["[z-a]", " ", "/"], "", REPOSITORY) == Predicted(frozenset())


def test_what_changed_together_before_will_come_along() -> None:
    one = predicted([], "Mend users.py", REPOSITORY)
    assert one.likely == {"tests/test_users.py"}
    assert overlaps(one, predicted(["tests/test_users.py"], "", REPOSITORY)) == ("src/api/users.py", "tests/test_users.py")


def test_what_comes_along_with_everything_belongs_to_nothing() -> None:
    assert "README.md" not in REPOSITORY.together["src/api/routes.py"]


def test_a_change_of_everything_says_nothing_about_what_belongs_together() -> None:
    files = [f"f{number}" for number in range(40)]
    assert Repository.of(files, [files] * 5).together == {}


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (["app.py"], ["app.py", "README.md"], ("app.py",)),
        (["src/api/**"], ["src/api/users.py"], ("src/api/users.py", "tests/test_users.py")),
        (["src/new/**"], ["src/new/a.py"], ("src/new/a.py",)),
        (["src/new/**"], ["src/new/*.py"], ("src/new/*.py",)),
        (["src/new.py"], ["src/new.py"], ("src/new.py",)),
        (["src/web/**"], ["docs/**"], ()),
        ([], ["**"], ()),
    ],
)
def test_two_tasks_meet_in_what_both_change(one: list[str], other: list[str], shared: tuple[str, ...]) -> None:
    a, b = predicted(one, "", REPOSITORY), predicted(other, "", REPOSITORY)
    assert overlaps(a, b) == overlaps(b, a) == shared
