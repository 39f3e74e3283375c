"""What a reviewer is asked, and what it answered. Pure."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from orchestrator.tasks.answers import object_in

_MOST_FINDINGS = 50


class Review(BaseModel):
    model_config = ConfigDict(extra="ignore")

    approve: StrictBool = Field(description="Whether the change may be merged as it is.")
    findings: list[str] = Field([], max_length=_MOST_FINDINGS, description="What is wrong with it, the gravest first.")


_PROMPT = """Review a change, and change nothing yourself: your answer is the review.

It was made for this task:

{task}

The change is from {base} to {commit}, which is checked out here: `git diff {base} {commit}` shows it, and `git log` how it
came about. The orchestrator has run these commands on it: {evidence}. Do not approve for that alone: look for what they
do not see.

Approve when you would have it merged as it is. When you do not, name in `findings` what has to be mended, each with its file
and line and what happens in which case; whoever made the change is told that, and nothing else.

Your last message is the review and nothing else: one JSON object after this JSON schema.

{schema}
"""


def asked(task: str, base: str, commit: str, evidence: str) -> str:
    schema: dict[str, Any] = Review.model_json_schema()
    return _PROMPT.format(task=task.strip(), base=base, commit=commit, evidence=evidence, schema=json.dumps(schema))


def read(answer: str) -> Review | None:
    """None when the answer is no review: that approves nothing."""
    found = object_in(answer)
    if found is None:
        return None
    try:
        return Review.model_validate(found)
    except ValidationError:
        return None


def told(review: Review) -> str:
    """What whoever made the change is told."""
    findings = "\n\n".join(f"{number}. {one.strip()}" for number, one in enumerate(review.findings, start=1))
    words = findings or "It gave no reasons: read your change again as somebody else would."
    return (
        f"A reviewer has read your change and does not approve it yet. See to each finding, and to nothing else.\n\n{words}"
    )
