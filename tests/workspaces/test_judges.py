"""The files that a verification command itself is."""

import pytest

from orchestrator.workspaces.judges import judges

FILES = {
    "check.sh": "set -e\nsh scripts/all.sh\n",
    "scripts/all.sh": "python3 scripts/compare.py expected.txt\n",
    "scripts/compare.py": "import shop.price\n",
    "ci/run": "#!/bin/sh\n./check.sh\n",
    "checks/rules.py": "",
    "checks/__main__.py": "",
    "sub/only.sh": "",
    "strict.ini": "",
    "README.md": "",
    "expected.txt": "",
    "shop/price.py": "",
    "Makefile": "test:\n\t@node tools/check.js\nrun:\n\tpython3 shop/price.py\nall:\n\tsh sub/only.sh\n",
    "package.json": '{"scripts": {"test": "npm run l", "prel": "node check-rules.js", "l": "x", "start": "node server.js"}}',
    "tools/check.js": "",
    "check-rules.js": "",
    "server.js": "",
    "serve": "",
}
BY_BUILD_FILES = {"tools/check.js", "sub/only.sh"}


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("sh check.sh", {"check.sh", "scripts/all.sh", "scripts/compare.py"}),
        ("./check.sh", {"check.sh", "scripts/all.sh", "scripts/compare.py"}),
        ("cd . && timeout 60 bash -e ./ci/run", {"ci/run", "check.sh", "scripts/all.sh", "scripts/compare.py"}),
        ("A=1 ci/run | tail", {"ci/run", "check.sh", "scripts/all.sh", "scripts/compare.py"}),
        ('bash -c "python3 scripts/compare.py"', {"scripts/compare.py"}),
        ("python3 -m checks.rules", {"checks/rules.py"}),
        ("python3 -m checks", {"checks/__main__.py"}),
        ("cd sub; sh only.sh", set[str]()),
        ("pytest -c strict.ini", {"strict.ini"}),
        ("mypy --config-file=strict.ini shop", {"strict.ini"}),
        ("make test", set[str]()),
        ("npm test --silent", {"check-rules.js"}),
        ("yarn l", {"check-rules.js"}),
        ("npm run start", set[str]()),
        ("python3 shop/price.py | diff - expected.txt; ./serve & node server.js", set[str]()),
        ("python3 -m py_compile shop/price.py", set[str]()),
        ("diff expected.txt out.txt; grep -q 'README.md' README.md; test -f shop/price.py", set[str]()),
        ("python3 -m unittest -q", set[str]()),
    ],
)
def test_what_a_command_runs(command: str, expected: set[str]) -> None:
    assert judges([command], FILES, FILES.__getitem__) - BY_BUILD_FILES == expected


def test_the_scripts_and_helpers_that_build_files_name_are_run_as_well_and_the_program_is_not() -> None:
    assert judges([], FILES, FILES.__getitem__) == BY_BUILD_FILES


@pytest.mark.parametrize(
    "package", ["", "{", "[]", '{"scripts": []}', '{"scripts": {"test": 1}}', '{"scripts": {"a": "npm run a"}}']
)
def test_a_package_that_says_nothing_usable(package: str) -> None:
    assert judges(["npm test", "npm run a"], {"package.json"}, lambda _: package) == set()


def test_a_script_that_runs_itself_ends() -> None:
    assert judges(["sh a.sh"], {"a.sh"}, lambda _: "sh a.sh") == {"a.sh"}


@pytest.mark.parametrize(
    "text",
    [
        '. "$HERE/lib/env"',
        '. "${HERE}/lib/env"',
        '. "$(dirname "$0")/lib/env"',
        "source $(cd $(dirname $0) && pwd)/lib/env",
        '[ ! -f "$HERE/lib/env" ] || . "$HERE/lib/env"',
        "if [ -f lib/env ]; then . lib/env; fi",
        "for part in lib/*; do . $part; done",
        "-include lib/env",
        "include other.conf $(CURDIR)/lib/env",
        "sinclude lib/*",
        "node --require ./lib/env.js tools/check.js",
        "node --import=./lib/env.js tools/check.js",
    ],
)
def test_what_a_script_takes_in_is_found_in_a_folder_that_a_variable_names(text: str) -> None:
    paths = {"check.sh", "lib/env", "lib/env.js"}
    assert judges(["sh check.sh"], paths, lambda path: text if path == "check.sh" else "") & {"lib/env", "lib/env.js"}


def test_files_that_a_loop_only_looks_at_and_a_variable_alone_are_no_judges() -> None:
    texts = ['for one in docs/*.md; do grep -q x "$one"; done', 'cat "$HERE/docs/a.md"', 'echo "$A/" "$B"', "cp -r lib out"]
    assert judges(texts, {"docs/a.md", "lib/env", "b"}, lambda _: "") == set()
