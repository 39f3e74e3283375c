"""Protected paths: files whose change could alter how an agent's work is judged. Pure.

Changing, deleting or renaming an existing protected file asks for a person's review. A *new* file is welcome (new
tests are wanted) unless its mere presence steers the verification: a `conftest.py`, a new configuration of the test
runner, a module that shadows the test framework.
"""

import re
import sys
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

TEST_GLOBS: tuple[str, ...] = (
    "**/test/**", "**/tests/**", "**/__tests__/**", "**/spec/**", "**/testdata/**",
    "**/test_*.py", "**/*_test.*", "**/*.test.*", "**/*.spec.*", "**/*_spec.*", "**/tests.py", "**/test.py", "**/tests.rs",
    "**/test.[jt]s", "**/test.mjs", "**/*Test.java", "**/*Tests.java", "**/*IT.java", "**/*Test.kt", "**/*Test.php",
    "**/*Test.cs", "**/*Tests.cs", "**/*Tests.swift", "**/*Test.scala", "**/*Spec.scala", "**/*Spec.groovy", "**/*Spec.hs",
    "**/e2e/**", "**/cypress/**", "**/*.feature",
    # What tests compare with.
    "**/__snapshots__/**", "**/*.snap", "**/fixtures/**", "**/__fixtures__/**", "**/golden/**", "**/goldens/**",
    "**/__mocks__/**", "**/cassettes/**",
)  # fmt: skip

# What linters, type checkers and formatters go by: with another one they see nothing.
_CHECKERS: tuple[str, ...] = (
    "**/mypy.ini", "**/.mypy.ini", "**/pyrightconfig.json", "**/ruff.toml", "**/.ruff.toml", "**/.flake8", "**/.pylintrc",
    "**/pylintrc", "**/.bandit", "**/.eslintrc*", "**/.eslintignore", "**/eslint.config.*", "**/biome.json*",
    "**/.prettierrc*", "**/.prettierignore", "**/.golangci.*", "**/rustfmt.toml", "**/clippy.toml", "**/.rubocop.yml",
    "**/phpstan.neon*", "**/phpunit*.xml*", "**/.shellcheckrc", "**/tsconfig*.json", "**/.rustfmt.toml", "**/.clippy.toml",
    "**/.isort.cfg", "**/.pydocstyle*", "**/.stylelintrc*", "**/stylelint.config.*", "**/.oxlintrc.json", "**/phpcs.xml*",
    "**/.phpcs.xml*", "**/psalm.xml*", "**/.php-cs-fixer*", "**/.luacheckrc", "**/.perlcriticrc", "**/.swiftlint.yml",
    "**/.editorconfig", "**/.config/nextest.toml", "**/xunit.runner.json", "**/*.runsettings", "**/dart_test.yaml",
)  # fmt: skip

_BELIEVED: tuple[str, ...] = (
    # Results of compilers and caches of checkers are believed without a look at what they were made from.
    "**/__pycache__/**", "**/*.pyc", "**/*.pyo", "**/*.class", "**/*.o", "**/*.tsbuildinfo", "**/.eslintcache",
    "**/.mypy_cache/**", "**/.pytest_cache/**", "**/.ruff_cache/**", "**/.gradle/**", "**/.turbo/**", "**/.nx/**",
    # Programs that commands call by name: where PATH leads into the worktree, these would run instead.
    "**/python", "**/python3", "**/pytest", "**/node", "**/npm", "**/npx", "**/make", "**/cargo", "**/git", "**/bash",
    "**/sh", "**/env", "**/build.rs",
)  # fmt: skip

DEFAULT_GLOBS: tuple[str, ...] = (
    *TEST_GLOBS, *_CHECKERS, *_BELIEVED,
    "**/conftest.py", "**/sitecustomize.py", "**/usercustomize.py", "**/*.pth",
    # Continuous integration.
    ".github/**", ".gitlab-ci.yml", ".gitlab/**", ".circleci/**", ".ci/**", ".buildkite/**", ".travis.yml",
    "azure-pipelines.yml", "Jenkinsfile", ".pre-commit-config.yaml", ".husky/**",
    # Build files and the configuration of test runners.
    "**/Makefile", "**/makefile", "**/GNUmakefile", "**/justfile", "**/CMakeLists.txt",
    "**/pyproject.toml", "**/setup.py", "**/setup.cfg", "**/tox.ini", "**/noxfile.py", "**/pytest.ini",
    "**/.coveragerc", "**/package.json", "**/jest.config.*", "**/vitest.config.*", "**/playwright.config.*",
    "**/vite.config.*", "**/karma.conf.*", "**/.mocharc.*", "**/Cargo.toml", "**/build.rs", "**/go.mod",
    "**/pom.xml", "**/build.gradle*", "**/settings.gradle*", "**/Rakefile", "**/Gemfile", "**/Dockerfile",
    "**/meson.build", "**/configure", "**/configure.ac", "**/BUILD", "**/BUILD.bazel", "**/WORKSPACE", "**/MODULE.bazel",
    "**/.bazelrc", "**/Taskfile.y*ml", "**/build.sbt", "**/mix.exs", "**/Package.swift", "**/composer.json", "**/*.csproj",
    "**/*.sln", "**/Directory.Build.*", "**/*.cabal", "**/flake.nix", "**/shell.nix", "**/.envrc", "**/compose*.y*ml",
    "**/Justfile", "**/.justfile", "**/taskfile.y*ml", "**/Taskfile.dist.y*ml", "**/rakefile",
    # Programs that bring the build tool along and start it.
    "**/gradlew*", "**/gradle/wrapper/**", "**/gradle.properties", "**/buildSrc/**", "**/mvnw*", "**/.mvn/**",
    "**/manage.py", "bin/rails", "bin/rake", "bin/rspec", "artisan",
    "**/docker-compose*.y*ml", "**/deno.json*", "**/turbo.json", "**/nx.json", "**/webpack.config.*", "**/rollup.config.*",
    # What is installed, and from where.
    "**/requirements*.txt", "**/constraints*.txt", "**/environment.y*ml", "**/Pipfile", "**/Pipfile.lock", "**/poetry.lock",
    "**/uv.lock", "**/pdm.lock", "**/package-lock.json", "**/npm-shrinkwrap.json", "**/yarn.lock", "**/pnpm-lock.yaml",
    "**/bun.lock*", "**/Cargo.lock", "**/go.sum", "**/Gemfile.lock", "**/composer.lock", "**/mix.lock",
)  # fmt: skip

ALWAYS_PROTECTED: tuple[str, ...] = (".orchestrator.yml", "**/.gitattributes", ".gitmodules")

STEERING_GLOBS: tuple[str, ...] = (
    *_CHECKERS, *ALWAYS_PROTECTED,
    "**/conftest.py", "**/sitecustomize.py", "**/usercustomize.py", "**/*.pth",
    "**/pytest.ini", "**/.pytest.ini", "**/tox.ini", "**/setup.cfg", "**/pyproject.toml", "**/.coveragerc",
    "**/Makefile", "**/makefile", "**/GNUmakefile", "**/justfile", "**/package.json", "**/.npmrc", "**/.mocharc.*",
    "**/jest.config.*", "**/vitest.config.*", "**/vite.config.*", "**/playwright.config.*", "**/karma.conf.*",
    "**/babel.config.*", "**/.babelrc*", "**/bunfig.toml", "**/.yarnrc*", "**/.pnpmfile.cjs", "**/.rspec",
    "**/pytest.toml", "**/.pytest.toml", "**/.justfile", "**/.cargo/**", "**/.mvn/**", "**/rust-toolchain*",
    "**/deno.json*", "**/.envrc", "**/cypress.config.*", "**/ava.config.*", "**/.swcrc", "**/.bazelrc",
    "**/go.work", "**/.python-version", "**/.node-version", "**/.nvmrc", "**/.tool-versions", "**/mise.toml",
    # What a build tool or a test runner reads in passing, beside or in place of what it is told to read.
    "**/*.egg-info/**", "**/*.dist-info/**", "**/tox.toml", "**/hatch.toml", "**/uv.toml", "**/poetry.toml", "**/.env",
    "**/.env.test*", "**/.flaskenv", "**/vitest.workspace.*", "**/.testcaferc*", "**/.taprc", "**/.nycrc*", "**/.c8rc*",
    "**/.rspec-local", "**/.bundle/**", "**/rakefile", "**/rakefile.rb", "**/rakelib/**", "**/minitest/*_plugin.rb",
    "**/gems.rb", "**/.proverc", "**/.Rprofile", "**/.Renviron", "**/.busted", "**/.shellspec", "**/.sbtopts", "**/.sbtrc",
    "**/.jvmopts", "**/profiles.clj", "**/rebar.config.script", "**/cabal.project.local", "**/.ghci", "**/dune-workspace",
    "**/gradle.properties", "**/buildSrc/**", "**/init.gradle*", "**/Directory.*.props", "**/Directory.*.targets",
    "**/Directory.*.rsp", "**/MSBuild.rsp", "**/NuGet.Config", "**/nuget.config", "**/CTestCustom.*",
    "**/CMake*Presets.json", "**/.bazelignore", "**/user.bazelrc", "**/Justfile", "**/[Tt]askfile.y*ml", "**/*.mk",
    # Where setup puts its results: what a commit tracks lies over them, programs that verification runs among them.
    "**/node_modules/**", "**/vendor/**", "**/site-packages/**", "**/.venv/**", "**/venv/**",
    *_BELIEVED,
    # Modules at the top that Python would import instead of the test framework itself.
    "unittest.py", "unittest/**", "pytest.py", "pytest/**", "_pytest/**", "pluggy.py", "pluggy/**", "doctest.py",
    "nose2.py", "nose2/**", "coverage.py", "coverage/**", "runpy.py", "importlib/**", "iniconfig.py", "iniconfig/**",
    "packaging.py", "packaging/**", "pygments/**", "pytest_*.py", "xdist/**",
)  # fmt: skip


# `python3 -m` imports from the working directory first: a new `argparse.py` there would run instead of Python's own.
_STANDARD_MODULES = frozenset(sys.stdlib_module_names)


@dataclass(frozen=True)
class Change:
    """One changed path; `status` is git's letter: A(dded), M(odified), D(eleted), R(enamed), T(ype changed)."""

    status: str
    path: str
    old_path: str | None = None
    version: str = ""
    """The modes and blobs of both sides."""


@dataclass(frozen=True)
class ProtectedFinding:
    path: str
    reason: str


def findings(
    changes: Iterable[Change], globs: Sequence[str] | None = None, judges: Set[str] = frozenset()
) -> list[ProtectedFinding]:
    """What needs a person's eye; `globs` replaces the default ones, never the ones that are always protected.

    `judges` are the files that the verification commands themselves are, or would be if they were there.
    """
    protected = (*(DEFAULT_GLOBS if globs is None else globs), *ALWAYS_PROTECTED)
    return [finding for change in changes for finding in _judge(change, protected, judges)]


def _judge(change: Change, protected: Sequence[str], judges: Set[str]) -> Iterable[ProtectedFinding]:
    before = change.old_path or change.path
    existed, verb = change.status[:1] not in "AC", _VERBS.get(change.status[:1], "changes")
    if existed and before in judges:
        yield ProtectedFinding(before, f"{verb} what the verification runs")
    elif existed and matches(before, protected):
        yield ProtectedFinding(before, f"{verb} an existing protected file")
    elif change.status[:1] in "ACR" and change.path in judges:
        yield ProtectedFinding(change.path, "adds what the verification runs")
    elif change.status[:1] in "ACR" and (matches(change.path, STEERING_GLOBS) or _shadows_python(change.path)):
        yield ProtectedFinding(change.path, "a new file that can alter how verification runs")
    elif change.status[:1] in "ACR" and "\\" in change.path and matches(change.path, TEST_GLOBS):
        # It cannot be left out when the tests that were there are judged apart.
        yield ProtectedFinding(change.path, "a new test file whose name is no plain text")


def _shadows_python(path: str) -> bool:
    """At the top, in `src` or `lib`, or beside tests: the folders that Python and its test runners import from."""
    *folders, name = path.removeprefix("src/").removeprefix("lib/").removesuffix("/__init__.py").split("/")
    module, _, ending = name.partition(".")
    is_module = path.endswith("/__init__.py") or ending.endswith(("py", "pyc", "so"))
    importable = not folders or folders[-1] in ("test", "tests")
    return is_module and importable and module in _STANDARD_MODULES


_VERBS = {"M": "modifies", "D": "deletes", "R": "renames", "T": "changes the type of"}


def matches(path: str, globs: Iterable[str]) -> bool:
    return _pattern(tuple(globs)).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """`*` and `?` stay within a folder, `**/` is any number of folders, a closing `/` or `/**` is everything below.

    All of them are one expression, and those for any folder have their beginning in common: a result may have a hundred
    thousand files, and to try them one after the other took a quarter of a minute.
    """
    anywhere = [_expression(glob.removeprefix("**/")) for glob in map(_plain, globs) if glob.startswith("**/")]
    exactly = [_expression(glob) for glob in map(_plain, globs) if not glob.startswith("**/")]
    of_any_folder = [f"(?:.*/)?(?:{'|'.join(anywhere)})"] if anywhere else []
    return re.compile("|".join((*of_any_folder, *exactly)) or "(?!)", re.DOTALL)


def _plain(glob: str) -> str:
    glob = glob.removeprefix("./").lstrip("/")
    return f"{glob}**" if glob.endswith("/") else glob


def readable_glob(glob: str) -> str:
    """Raises ValueError for one that no path can be compared with."""
    try:
        _pattern((glob,))
    except re.error as problem:
        raise ValueError(f"{glob[:100]!r} is no pattern of paths: {problem.msg}") from problem
    return glob


def _expression(glob: str) -> str:
    """The wildcards of a repository's own pattern must not try each other's ways, or a few of them keep a processor busy
    for hours. So each part that stands between two is looked for once, as near to the beginning as it can be, and never
    again: what follows has the most room then. Only the last part is bound to an end, and is compared from there.
    """
    *parts, last = _parts(glob)
    return "".join(f"(?>{reach}{_nearest(texts)})" for reach, texts in parts) + last[0] + _at_the_end(last[1])


def _parts(glob: str) -> list[tuple[str, list[str]]]:
    """What stands between `**`, each with the expression that leads there; within one, the texts between `*`."""
    parts: list[tuple[str, list[str]]] = [("", [""])]
    for sign in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", glob):
        texts = parts[-1][1]
        if sign == "**/" and (texts == [""] or texts[-1].endswith("/")):
            parts.append(("(?:.*?/)??", [""]))
        elif sign in ("**", "**/"):
            parts.append((".*?", ["/" if sign == "**/" else ""]))
        elif sign == "*":
            texts.append("")
        else:
            texts[-1] += _translate(sign)
    return parts


def _nearest(texts: Sequence[str]) -> str:
    return texts[0] + "".join(f"(?>[^/]*?{text})" for text in texts[1:])


def _at_the_end(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{_nearest(texts[:-1])}[^/]*{texts[-1]}"


def _translate(sign: str) -> str:
    if sign == "?":
        return "[^/]"
    if len(sign) > 2 and sign.startswith("[") and sign.endswith("]"):
        inner = sign[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return f"[^{inner[1:]}/]" if inner[0] == "!" else f"[{inner}]"
    return re.escape(sign)
