from collections.abc import Callable

import pytest
from tests.workspaces.desk import TENANT, Desk, Repository

from orchestrator.workspaces import RepositoryConfig, parse_config
from orchestrator.workspaces.errors import RepositoryConfigInvalid

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_every_field_is_read() -> None:
    text = b"""
setup: [npm ci]
cache_key: package-lock.json
verify:
  - npm test
protected_paths: [golden/**]
env: {NODE_ENV: test, LEVEL: 3}
"""
    assert parse_config(text, COMMIT) == RepositoryConfig(
        setup=("npm ci",),
        cache_key=("package-lock.json",),
        verify=("npm test",),
        protected_paths=("golden/**",),
        env={"NODE_ENV": "test", "LEVEL": "3"},
    )


@pytest.mark.parametrize("text", [b"", b"# nothing yet\n", b"{}"])
def test_an_empty_file_says_nothing(text: bytes) -> None:
    assert parse_config(text, COMMIT) == RepositoryConfig()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (b"verify: {a: b}", "verify"),
        (b"verify: [1, 2]", "verify.0"),
        (b"setup: ['']", "setup.0"),
        (b"verfy: [make]", "verfy"),
        (b"env: {PORT: 1}", "env"),
        (b"env: {OPENCODE_CONFIG: x}", "env"),
        (b"env: {'A B': x}", "env"),
        (b"env: [a]", "env"),
        (b"- a\n- b", ".orchestrator.yml"),
        (b"verify: [make", ".orchestrator.yml"),
        (b"\xff\xfe", ".orchestrator.yml"),
        (b"instructions: do it", "instructions"),
        (b"!!python/object/apply:os.system [id]", ".orchestrator.yml"),
        (b"[" * 50_000, ".orchestrator.yml"),
        (b"verify: !!bool perhaps", ".orchestrator.yml"),
        (b"verify: !!timestamp soon", ".orchestrator.yml"),
        (b"verify: !!int ''", ".orchestrator.yml"),
        (b'env: {A: "\\ud800"}', "env"),
        (b"protected_paths: ['src/[z-a]']", "protected_paths.0"),
        (b"protected_paths: ['[^]']", "protected_paths.0"),
    ],
)
def test_a_mistake_is_told_with_its_field(text: bytes, field: str) -> None:
    with pytest.raises(RepositoryConfigInvalid) as caught:
        parse_config(text, COMMIT)
    assert caught.value.fields["field"] == field
    assert field in caught.value.message


async def test_an_agent_is_told_of_files_that_are_mere_pointers(
    desk: Desk, make_repository: Callable[..., Repository]
) -> None:
    plain = make_repository({"a.txt": "filter=lfs\n"}, "plain")
    attributes = "*.bin filter=lfs diff=lfs merge=lfs -text\n"
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 5\n"
    large = make_repository({"sub/.gitattributes": attributes, "AGENTS.md": "Be kind.\n", "sub/a.bin": pointer}, "large")
    told = [(await desk.workspaces.read_config(TENANT, await desk.base(one))).instructions for one in (plain, large)]
    assert told[0] == ""
    assert told[1].startswith("Be kind.")
    assert "pointers" in told[1]
