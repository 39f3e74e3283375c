"""New files that decide what a verification command really runs are for a person to see."""

import pytest

from orchestrator.workspaces.protected import Change, findings


@pytest.mark.parametrize(
    "path",
    [
        "argparse.py", "difflib/__init__.py", "src/traceback.py", "tests/warnings.py", "app/tests/json/__init__.py",
        "re.cpython-311-x86_64-linux-gnu.so", "node_modules/jest/bin/jest.js", "web/node_modules/.bin/vitest",
        ".venv/bin/pytest", "lib/python3.11/site-packages/pytest/__init__.py", "bunfig.toml", "vite.config.ts",
        "packages/a/.yarnrc.yml", "pytest.toml", ".mvn/jvm.config", "crate/.cargo/config.toml",
        # An entry point in it names a plugin, which `python3 -m pytest` loads.
        "shop.egg-info/entry_points.txt", "src/shop-1.0.dist-info/entry_points.txt",
        ".rspec-local", "rakefile", "rakelib/a.rake", ".bundle/config", "test/minitest/a_plugin.rb", ".proverc", ".Rprofile",
        "vendor/github.com/stretchr/testify/assert/assert.go", "Directory.Build.targets",
        "src/Directory.Packages.props", "vitest.workspace.ts", ".config/nextest.toml", "phpunit.dist.xml",
        ".clippy.toml", "taskfile.yml", "local.mk", ".sbtrc",
        "buildSrc/build.gradle", "gradle.properties", ".env", "dart_test.yaml", ".bazelignore",
    ],
)  # fmt: skip
def test_a_new_file_that_steers_asks_for_review(path: str) -> None:
    assert [finding.path for finding in findings([Change("A", path)], globs=())] == [path]
    assert findings([Change("R", path, "other.txt")], globs=())


@pytest.mark.parametrize(
    "path", ["shop/types.py", "shop/json/__init__.py", "tests/test_json.py", "json.md", "src/shop/queue.py", "site/build.py"]
)
def test_an_ordinary_new_file_does_not(path: str) -> None:
    assert findings([Change("A", path)]) == []


@pytest.mark.parametrize(
    "path", ["gradlew", "gradle/wrapper/gradle-wrapper.jar", "backend/mvnw", "manage.py", "bin/rails", "artisan", "Justfile"]
)
def test_what_starts_the_build_is_no_agents_to_change(path: str) -> None:
    assert [finding.path for finding in findings([Change("M", path)])] == [path]
