"""What somebody wants a dataset to be made of, and how."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from orchestrator.workspaces.protected import readable_glob

MOST_HELDOUT_TASKS, MOST_SESSIONS = 2000, 10_000
_Text = Annotated[str, StringConstraints(max_length=200_000, pattern=r"^[^\x00]*$")]
_Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class HeldoutTask(BaseModel):
    """A task that a model is going to be examined with: nothing of it may be learnt."""

    model_config = ConfigDict(extra="forbid")

    name: _Word
    prompt: _Text
    patch: _Text | None = Field(None, description="What solves it, as a unified diff.")


class CurationPolicy(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"since": "2026-11-01T00:00:00Z", "max_tokens": 32768, "heldout_share": 0.1}]},
    )

    since: datetime | None = Field(None, description="Calls recorded from then on.")
    until: datetime | None = Field(None, description="Calls recorded before then.")
    session_ids: list[UUID] | None = Field(None, max_length=MOST_SESSIONS, description="No others than these.")
    models: list[_Word] | None = Field(None, max_length=100, description="Calls to no other models than these aliases.")
    agents: list[_Word] | None = Field(None, max_length=100, description="Sessions of no other agents than these.")
    require_merge: bool = Field(False, description="Only work that was merged on a plan's branch or accepted by a person.")
    require_good_rating: bool = Field(False, description="Only work that a person rated as good.")
    protected_paths: list[_Word] = Field(
        default_factory=list[str],
        max_length=200,
        description="Patterns of paths that no agent may have changed, besides existing tests and what steers verification.",
    )
    near_duplicate_similarity: float = Field(
        0.8, ge=0.5, le=1, description="Of two rows that are as similar one is taken; 1 takes out exact duplicates alone."
    )
    heldout_tasks: list[HeldoutTask] = Field(default_factory=list[HeldoutTask], max_length=MOST_HELDOUT_TASKS)
    contamination_words: int = Field(8, ge=3, le=50, description="How many words in a row are compared.")
    contamination_share: float = Field(
        0.5, gt=0, le=1, description="A row that holds this share of a held-out prompt's or patch's sequences is dropped."
    )
    max_tokens: int = Field(32_768, ge=64, le=2_000_000, description="Longer rows are dropped: a trainer would cut them.")
    heldout_share: float = Field(0.1, ge=0, le=0.5, description="Of the clusters of rows, kept from training.")
    seed: int = Field(0, ge=0, le=2**53 - 1, description="Which clusters are held out.")
    preferences: bool = Field(True, description="Make pairs of better and worse answers as well.")
    mask_failed_steps: bool = Field(True, description="Failed steps and rejected rounds of good sessions get weight 0.")

    @field_validator("protected_paths")
    @classmethod
    def _readable(cls, globs: list[str]) -> list[str]:
        return [readable_glob(glob) for glob in globs]

    @field_validator("since", "until")
    @classmethod
    def _zoned(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and moment.tzinfo is None:
            raise ValueError("say in which time zone, such as with a Z for UTC")
        return moment

    def as_json(self) -> dict[str, Any]:
        """Whole, so that a default that changes makes another dataset."""
        return self.model_dump(mode="json")
