"""What the agent of a session brings beside its words, where a server finds it: for the directory of that session alone.

Measured on 1.18.33: a plugin's `config` hook is called once for each directory, before its agents and skills are read, so
what it adds is seen in that directory and in no other of the same server. After a change the directory is to be disposed.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

OUTFITS_VARIABLE = "ORCHESTRATOR_OUTFITS"
"""Where a server has the folder in which each directory's outfit lies in one of its own, called as the directory."""
SKILL_FILE = "SKILL.md"
_PLUGIN = "outfit.js"
_OUTFIT, _SKILLS = "outfit.json", "skills"


@dataclass(frozen=True)
class Outfit:
    """`agents` is OpenCode's own `agent` object; of each skill there are the texts of its files, SKILL.md among them."""

    agents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    skills: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    models: frozenset[str] = frozenset()
    """The server has to know these."""

    @cached_property
    def digest(self) -> str:
        """The same for the same content; empty for nothing at all."""
        if not self.agents and not self.skills:
            return ""
        return hashlib.sha256(json.dumps([self.agents, self.skills], sort_keys=True).encode()).hexdigest()


NOTHING = Outfit()


def outfit_plugin(home: str) -> str:
    """Where `prepare_home` puts the plugin that reads outfits."""
    return f"{home}/{_PLUGIN}"


def write_outfit_plugin(home: Path) -> None:
    (home / _PLUGIN).write_text(files("orchestrator.opencode").joinpath(_PLUGIN).read_text())


def skills_folder(outfits: str, place: str) -> str:
    """Of a directory that is called `place`; the paths are those that the server sees."""
    return f"{outfits}/{place}/{_SKILLS}"


def write_outfit(folder: Path, outfit: Outfit) -> None:
    """In the place of what lay there. A server reads it when it first uses the directory."""
    file, skills = folder / _OUTFIT, folder / _SKILLS
    folder.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    if skills.exists():
        shutil.rmtree(skills)
    if not outfit.digest:
        return
    for name, texts in outfit.skills.items():
        for path, text in texts.items():
            _write(folder, skills / name / path, text)
    _write(folder, file, json.dumps({"agent": outfit.agents}))


def _write(below: Path, file: Path, text: str) -> None:
    """Whoever the server runs as may read it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for parent in (below, *(one for one in file.parents if one.is_relative_to(below))):
        parent.chmod(0o755)
    file.write_text(text, "utf-8")
    file.chmod(0o644)
