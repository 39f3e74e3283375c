"""The skills of an agent: what it reads when the work asks for it. https://opencode.ai/docs/skills."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from orchestrator.agents.errors import AgentInvalid
from orchestrator.agents.frontmatter import divided, facts_of
from orchestrator.kit.versions import etag_of

MOST_SKILLS = 20
MOST_FILES = 30
MOST_CHARS = 200_000
"""Of all skills of an agent together."""
SKILL_FILE = "SKILL.md"
_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,99}/){0,4}[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")

SkillName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]


class Skill(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: SkillName
    description: Text = Field(min_length=1, max_length=1_024, description="By this the agent knows when to read it.")
    text: Text = Field(max_length=100_000, description="What SKILL.md says below its frontmatter.")
    files: dict[str, Text] = Field(
        default_factory=dict[str, str], max_length=MOST_FILES, description="Texts beside SKILL.md, by their paths."
    )

    @field_validator("files")
    @classmethod
    def _beside(cls, files: dict[str, str]) -> dict[str, str]:
        for path in files:
            if not _PATH.fullmatch(path) or path.upper() == SKILL_FILE.upper():
                raise ValueError(f"{path[:200]} is no path of a file beside {SKILL_FILE}")
            if any(other.startswith(f"{path}/") for other in files):
                raise ValueError(f"{path[:200]} is a file and a folder")
        return files

    @property
    def size(self) -> int:
        return sum(map(len, (self.text, self.description, *self.files.values())))

    @property
    def digest(self) -> str:
        """The same for the same content."""
        return etag_of(self.documents).strip('"')

    @property
    def documents(self) -> dict[str, str]:
        """Every file of it with its text, as they lie in a folder that is called as the skill."""
        head = yaml.safe_dump({"name": self.name, "description": self.description}, sort_keys=False, width=1000)
        return {SKILL_FILE: f"---\n{head}---\n\n{self.text.strip()}\n", **self.files}


def skill_of(name: str, files: Mapping[str, str]) -> dict[str, object]:
    """Fields of a Skill, from the files of its folder. Raises AgentInvalid."""
    if SKILL_FILE not in files:
        raise AgentInvalid(problem=f"its skill {name[:100]} has no {SKILL_FILE}")
    head, text = divided(files[SKILL_FILE])
    facts = facts_of(head)
    if facts.get("name", name) != name:
        raise AgentInvalid(problem=f"its skill {name[:100]} calls itself {str(facts['name'])[:100]} in {SKILL_FILE}")
    others = {path: words for path, words in files.items() if path != SKILL_FILE}
    return {"name": name, "description": facts.get("description", ""), "text": text.strip(), "files": others}


def checked(skills: list[Skill]) -> list[Skill]:
    _refuse_twice(one.name for one in skills)
    if (size := sum(one.size for one in skills)) > MOST_CHARS:
        raise ValueError(f"they have {size} characters together, {MOST_CHARS} is the most")
    return skills


def _refuse_twice(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{name} comes twice")
        seen.add(name)
