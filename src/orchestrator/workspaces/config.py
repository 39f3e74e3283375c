"""`.orchestrator.yml` and `AGENTS.md` as they stand at the base commit, where no agent can have changed them."""

import json
import re
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
)

from orchestrator.kit.remembered import Remembered
from orchestrator.workspaces.errors import RepositoryConfigInvalid
from orchestrator.workspaces.git import OF_A_COMMIT_SECONDS, Git, GitOptions
from orchestrator.workspaces.mirror import Base
from orchestrator.workspaces.protected import readable_glob

CONFIG_FILE = ".orchestrator.yml"
INSTRUCTIONS_FILE = "AGENTS.md"
CONFIG_LIMIT_BYTES = 64 * 1024
INSTRUCTIONS_LIMIT_BYTES = 64 * 1024
_MOST_KNOWN = 200
_ENV_LIMIT_CHARACTERS = 64 * 1024
_MAPPING_LIMIT = 1_000
_LFS_NOTE = (
    "Files that `.gitattributes` gives to Git LFS are here as they are. Change or replace them like any other file: in "
    "commits they become pointers by themselves. There is no need of `git lfs`, and no server for it."
)
_LFS_LACKING_NOTE = (
    "Some files that `.gitattributes` gives to Git LFS could not be fetched ({why}): here they are pointers, small texts "
    "that begin with `version https://git-lfs`. Do not change those; say so if the task needs what they stand for."
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
_RESERVED = re.compile(r"HOME|PORT|PWD|SHELL|USER|TMPDIR|(OPENCODE|ORCHESTRATOR|XDG|GIT)_.*")


def _as_list(value: object) -> object:
    return [] if value is None else [value] if isinstance(value, str) else value


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"^[^\x00]*$")]
Texts = Annotated[tuple[Text, ...], Field(max_length=100), BeforeValidator(_as_list)]
Glob = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(readable_glob)]
Globs = Annotated[tuple[Glob, ...], Field(max_length=100), BeforeValidator(_as_list)]


class RepositoryConfig(BaseModel):
    """What a repository says about itself. `protected_paths`, when given, replaces the default globs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    setup: Texts = ()
    cache_key: Texts = ()
    verify: Texts = ()
    protected_paths: Globs | None = None
    env: dict[str, Annotated[str, BeforeValidator(_as_text), Field(max_length=10_000)]] = {}
    submodules: bool = True
    setup_timeout_seconds: int = Field(default=900, ge=1, le=7200)
    verify_timeout_seconds: int = Field(default=1800, ge=1, le=86_400)
    instructions: Annotated[str, Field(exclude=True)] = ""

    @field_validator("env")
    @classmethod
    def _usable_names(cls, env: dict[str, str]) -> dict[str, str]:
        for name, value in env.items():
            if not _VARIABLE.fullmatch(name) or _NO_TEXT.search(value):
                raise ValueError(f"{name!r} is no name of an environment variable")
            if _RESERVED.fullmatch(name):
                raise ValueError(f"{name} is set by the orchestrator")
        if sum(len(name) + len(value) for name, value in env.items()) > _ENV_LIMIT_CHARACTERS:
            raise ValueError(f"it is longer than {_ENV_LIMIT_CHARACTERS} characters in all")
        return env

    def telling_of(self, submodules: list[str], lfs_lacks: str | None) -> "RepositoryConfig":
        """What is written into either would be lost or wrong without a word. `lfs_lacks` is None without Git LFS, and
        says why some of its files are pointers.
        """
        notes: list[str] = []
        if submodules:
            named = ", ".join(f"`{path}`" for path in submodules[:50])
            notes.append(
                f"The files in {named} belong to other repositories. Use them, but change nothing there: it is lost."
            )
        if lfs_lacks is not None:
            notes.append(_LFS_LACKING_NOTE.format(why=lfs_lacks) if lfs_lacks else _LFS_NOTE)
        return self.model_copy(update={"instructions": "\n\n".join(filter(None, (self.instructions, *notes)))})


@dataclass(frozen=True)
class _Entry:
    mode: str
    kind: str
    oid: str


class ConfigReader:
    def __init__(self, git: Git) -> None:
        self._git = git
        self._known = Remembered[tuple[Path, str], RepositoryConfig](OF_A_COMMIT_SECONDS, _MOST_KNOWN)

    async def read(self, mirror: Path, base: Base) -> RepositoryConfig:
        return await self._known.get((mirror, base.commit), partial(self._read, mirror, base))

    async def _read(self, mirror: Path, base: Base) -> RepositoryConfig:
        entries = await self._entries(mirror, base.commit, [CONFIG_FILE, INSTRUCTIONS_FILE])
        config = RepositoryConfig()
        if (entry := entries.get(CONFIG_FILE)) is not None:
            config = await self._parse(mirror, base.commit, entry)
        instructions = entries.get(INSTRUCTIONS_FILE)
        if instructions is None or not _is_file(instructions):
            return config
        text = await self._content(mirror, instructions.oid, INSTRUCTIONS_LIMIT_BYTES)
        return config.model_copy(update={"instructions": text[:INSTRUCTIONS_LIMIT_BYTES].decode("utf-8", "ignore")})

    async def _parse(self, mirror: Path, commit: str, entry: _Entry) -> RepositoryConfig:
        if not _is_file(entry):
            raise RepositoryConfigInvalid(commit=commit[:12], field=CONFIG_FILE, problem="it has to be a plain file")
        content = await self._content(mirror, entry.oid, CONFIG_LIMIT_BYTES + 1)
        if len(content) > CONFIG_LIMIT_BYTES:
            problem = f"it is longer than {CONFIG_LIMIT_BYTES} bytes"
            raise RepositoryConfigInvalid(commit=commit[:12], field=CONFIG_FILE, problem=problem)
        return parse_config(content, commit)

    async def _content(self, mirror: Path, oid: str, limit: int) -> bytes:
        options = GitOptions(output_limit=limit)
        return (await self._git.run(mirror, "cat-file", "blob", oid, options=options)).stdout

    async def _entries(self, mirror: Path, commit: str, paths: list[str]) -> dict[str, _Entry]:
        options = GitOptions(env={"GIT_LITERAL_PATHSPECS": "1"})
        listing = await self._git.run(mirror, "ls-tree", "-z", commit, "--", *paths, options=options)
        entries: dict[str, _Entry] = {}
        for line in filter(None, listing.stdout.decode("utf-8", "surrogateescape").split("\0")):
            facts, _, path = line.partition("\t")
            entries[path] = _Entry(*facts.split(" ")[:3])
        return entries

    async def setup_digest(self, mirror: Path, base: Base, config: RepositoryConfig, sandbox_name: str) -> str:
        """Names the result of the setup commands: the same digest, the same result."""
        paths = sorted({path.strip("/").removeprefix("./") for path in config.cache_key} - {"", "."})
        entries = await self._entries(mirror, base.commit, paths) if paths else {}
        inputs = {path: entries[path].oid if path in entries else None for path in paths} or base.commit
        facts = [list(config.setup), inputs, dict(sorted(config.env.items())), sandbox_name, base.repository_key]
        return sha256(json.dumps(facts, sort_keys=True).encode("utf-8", "surrogateescape")).hexdigest()[:32]


class _Loader(yaml.SafeLoader):
    """Merge keys (`<<`) multiply: a few lines of them would fill the memory of the whole node."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        super().flatten_mapping(node)
        if len(node.value) > _MAPPING_LIMIT:
            raise yaml.constructor.ConstructorError(problem=f"a mapping has more than {_MAPPING_LIMIT} keys")


def parse_config(content: bytes, commit: str) -> RepositoryConfig:
    try:
        document: object = yaml.load(content.decode("utf-8"), _Loader)  # noqa: S506 - a safe loader.
    except UnicodeDecodeError:
        raise RepositoryConfigInvalid(commit=commit[:12], field=CONFIG_FILE, problem="it is not UTF-8") from None
    except (yaml.YAMLError, RecursionError, ValueError, LookupError, AttributeError) as failure:
        # PyYAML reads what a tag such as `!!bool` or `!!timestamp` stands before as if it were one, and trips over it.
        problem = " ".join(str(failure).split())[:300]
        raise RepositoryConfigInvalid(commit=commit[:12], field=CONFIG_FILE, problem=problem) from None
    return _validated({} if document is None else document, commit)


def _validated(document: object, commit: str) -> RepositoryConfig:
    if isinstance(document, dict) and "instructions" in document:
        raise RepositoryConfigInvalid(commit=commit[:12], field="instructions", problem="write them into AGENTS.md")
    try:
        return RepositoryConfig.model_validate(document)
    except ValidationError as failure:
        first = failure.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or CONFIG_FILE
        raise RepositoryConfigInvalid(commit=commit[:12], field=field, problem=first["msg"]) from None


def _is_file(entry: _Entry) -> bool:
    return entry.kind == "blob" and entry.mode.startswith("100")
