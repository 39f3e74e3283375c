"""What the API gives of a session's changes."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.workspaces import FileDiff, FileSummary


class FileChange(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    path: str
    old_path: str | None
    status: str = Field(description="added, modified, deleted, renamed, copied or type_changed.")
    additions: int
    deletions: int
    binary: bool
    patch: str
    truncated: bool = Field(description="The patch is longer than what is here, or there is none.")


class DiffRead(BaseModel):
    base_commit: str
    commit: str
    files: list[FileChange]


class ChangedFile(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    path: str
    old_path: str | None
    status: str = Field(description="added, modified, deleted, renamed, copied or type_changed.")
    additions: int
    deletions: int
    binary: bool
    generated: bool = Field(description="By its name or folder, a program wrote it: a lock file, a built or vendored one.")
    version: str = Field(description="The same as long as the change of this file is the same: who looked at it saw this.")
    protected: str | None = Field(description="Why its change asks for a person's review by itself; null when it does not.")


class DiffFiles(BaseModel):
    base_commit: str
    commit: str
    files: list[ChangedFile]
    additions: int
    deletions: int

    @classmethod
    def of(cls, base_commit: str, commit: str, files: Sequence[FileSummary]) -> Self:
        added, deleted = sum(one.additions for one in files), sum(one.deletions for one in files)
        facts = {"base_commit": base_commit, "commit": commit, "files": files, "additions": added, "deletions": deleted}
        return cls.model_validate(facts)


class FilePatch(FileChange):
    base_commit: str
    commit: str
    most_bytes: int = Field(description="The cap that this answer kept to.")

    @classmethod
    def of_file(cls, base_commit: str, commit: str, file: FileDiff, most_bytes: int) -> Self:
        return cls(**asdict(file), base_commit=base_commit, commit=commit, most_bytes=most_bytes)
