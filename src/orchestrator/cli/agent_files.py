"""The files of agents and their skills, as they lie in a repository's `.opencode`."""

from collections.abc import Mapping
from pathlib import Path

from orchestrator.cli.providers import ArgumentWrong

_FOLDERS = ("skills", "skill")
_MOST_FILES = 40


def agent_files(path: Path, name: str | None) -> list[Path]:
    """Those that others name as their subagents come before those others."""
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.md"))
    if not files or (name is not None and len(files) > 1):
        problem = "has no Markdown file" if not files else "has more than one Markdown file, and --name is for one"
        raise ArgumentWrong(f"{path} {problem}.", "Such as `orchestrator agents import .opencode/agent`.")
    return sorted(files, key=lambda file: bool(_named(text_of(file), "subagents")))


def text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentWrong(f"{file} cannot be read: {error}.", "Name a text file that you may read.") from error


def skills_beside(file: Path, document: str) -> dict[str, dict[str, str]]:
    """Of each skill that the agent names its files, from `skills/<name>` or `skill/<name>` beside the agent's folder."""
    return {name: _files_of(file, name) for name in _named(document, "skills")}


def _named(document: str, field: str) -> list[str]:
    """None of what cannot be read: the server says what is wrong with it."""
    # They bring YAML and the whole API, which no other command has to wait for.
    from orchestrator.agents.documents import names_in
    from orchestrator.agents.errors import AgentInvalid
    from orchestrator.agents.frontmatter import divided, facts_of

    try:
        return names_in(facts_of(divided(document)[0]), field)
    except AgentInvalid:
        return []


def _files_of(file: Path, name: str) -> dict[str, str]:
    if Path(name).name != name:
        raise ArgumentWrong(f"{name} is no name of a skill.", "Name it as its folder is called.")
    beside = file.absolute().parent.parent
    folder = next((beside / one / name for one in _FOLDERS if (beside / one / name / "SKILL.md").is_file()), None)
    if folder is None:
        raise ArgumentWrong(f"The skill {name} of {file} is not there.", f"Put it into {beside}/skills/{name}/SKILL.md.")
    found = sorted(one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
    if len(found) > _MOST_FILES:
        raise ArgumentWrong(f"The skill {name} has {len(found)} files.", "Keep in it what the agent is to read.")
    return {one.relative_to(folder).as_posix(): text_of(one) for one in found}


def write_skills(agent_folder: Path, skills: Mapping[str, Mapping[str, str]]) -> list[Path]:
    """Beside the folder of the agent. Raises OSError."""
    folder = agent_folder.absolute().parent / _FOLDERS[0]
    written: list[Path] = []
    for name, files in skills.items():
        for path, text in files.items():
            file = folder / name / path
            if not file.resolve().is_relative_to(folder.resolve()):
                raise ArgumentWrong(f"The skill {name} has a file outside of its folder.", "Look at who made the agent.")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            written.append(file)
    return written
